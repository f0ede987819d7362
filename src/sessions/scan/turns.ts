/** Resolves after everybody else had a turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** So long may work go on before everybody else has a turn; a person feels 50 ms. */
const longestMs = 8;

/** Lets the rest of the program have its turn in long work, and costs next to nothing if none is due. */
export class Turns {
  readonly #now: () => number;
  #since: number;

  /** `now` is a clock in milliseconds that only grows. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** Whether the work has gone on for so long that it should wait for `next`. */
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
