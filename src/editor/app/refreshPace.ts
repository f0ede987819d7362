// Four times a second is as often as a person can read what has changed.
const shortestMs = 250;
// If a look takes long, as in a long list with a filter for text, it takes no more than a tenth of the time.
const restPerWork = 9;

/** What the pace needs from outside. */
export interface RefreshPorts {
  /** Ms since any moment; never steps. */
  readonly now: () => number;
  /** Calls `fire` once, later; the function it returns stops that. */
  readonly startTimer: (spanMs: number, fire: () => void) => () => void;
  /** Looks and shows; resolves to the ms for which it kept everything else from going on. Must not reject. */
  readonly look: () => Promise<number>;
}

/**
 * Lets what is shown keep up with what changes, at most four times a second: at once if it has rested long enough,
 * and once more after the last change. While nothing is asked for, no timer runs.
 */
export class RefreshPace {
  readonly #ports: RefreshPorts;
  #isAsked = false;
  #isLooking = false;
  #isDisposed = false;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #stopTimer: (() => void) | undefined;

  constructor(ports: RefreshPorts) {
    this.#ports = ports;
  }

  /** Asks for a look that begins after this moment. */
  request(): void {
    this.#isAsked = true;
    this.#lookWhenRested();
  }

  /** Looks no more; what is under way still ends. */
  dispose(): void {
    this.#isDisposed = true;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #lookWhenRested(): void {
    if (this.#isDisposed || !this.#isAsked || this.#isLooking || this.#stopTimer !== undefined) return;
    const waitMs = this.#nextAtMs - this.#ports.now();
    if (waitMs <= 0) return void this.#look();
    this.#stopTimer = this.#ports.startTimer(waitMs, () => {
      this.#stopTimer = undefined;
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#isAsked = false;
    this.#isLooking = true;
    const workedMs = await this.#ports.look();
    this.#isLooking = false;
    // From its end, at which it has shown what it found: what is drawn must not come quicker than that either.
    this.#nextAtMs = this.#ports.now() + Math.max(shortestMs, restPerWork * workedMs);
    this.#lookWhenRested();
  }
}
