/** Resolves after all other work had a turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The longest time without a turn of the event loop; users notice 50 ms. */
const longestMs = 8;

/** Gives other work a turn of the event loop during long work, and costs next to nothing if none is due. */
export class Turns {
  readonly #now: () => number;
  #since: number;

  /** `now` is a clock in milliseconds that only grows. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** Whether the work has taken so long that it should await `next`. */
  get isDue(): boolean {
    return this.#now() - this.#since > longestMs;
  }

  /** Resolves at once, or after a turn of the event loop if one is due. */
  async next(): Promise<void> {
    if (!this.isDue) return;
    await nextTurn();
    this.#since = this.#now();
  }
}
