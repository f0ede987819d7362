// Four times a second is as often as a person can read what has changed.
const shortestMs = 250;
// If refreshing is slow, as for a long list with a text filter, it takes at most a tenth of the time.
const restPerWork = 9;

export interface RefreshPorts {
  /** Ms on a clock that never jumps. */
  readonly now: () => number;
  /** Calls `fire` once after `spanMs`; the returned function cancels that. */
  readonly startTimer: (spanMs: number, fire: () => void) => () => void;
  /** Reads and shows the current state; resolves to the ms for which it blocked the event loop. Must not reject. */
  readonly look: () => Promise<number>;
}

/**
 * Refreshes what is shown after changes, at most four times a second: at once if the last refresh is long enough ago,
 * and always once more after the last change. Without requests, no timer runs.
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

  /** Requests a refresh that begins after this call. */
  request(): void {
    this.#isAsked = true;
    this.#lookWhenRested();
  }

  /** Starts no more refreshes; one that is running still ends. */
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
    // Counted from the end of the refresh, because VS Code draws the rows then.
    this.#nextAtMs = this.#ports.now() + Math.max(shortestMs, restPerWork * workedMs);
    this.#lookWhenRested();
  }
}
