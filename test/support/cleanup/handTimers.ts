import type { HandClock } from './cleanupWorkshop.ts';

// More timers than this at one moment are an endless loop.
const mostAtOnce = 1000;

/** Timers that fire by a clock that the test moves. */
export class HandTimers {
  readonly #clock: HandClock;
  readonly #waiting = new Set<{ readonly atMs: number; readonly fire: () => void }>();

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  /** Calls `fire` once, after `spanMs`; the returned function cancels that. */
  readonly start = (spanMs: number, fire: () => void): (() => void) => {
    const timer = { atMs: this.#clock.monotonicMs + spanMs, fire };
    this.#waiting.add(timer);
    return () => this.#waiting.delete(timer);
  };

  /**
   * Lets time pass, from one timer to the next. Everything that a timer starts and that waits only for promises ends
   * before the next timer fires. Rejects if timers never stop firing.
   */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#clock.monotonicMs + ms;
    let atOnce = 0;
    for (;;) {
      await new Promise(setImmediate);
      const [next] = [...this.#waiting].sort((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      atOnce = next.atMs > this.#clock.monotonicMs ? 0 : atOnce + 1;
      if (atOnce > mostAtOnce) throw new Error('Timers come without end.');
      this.#clock.pass(Math.max(0, next.atMs - this.#clock.monotonicMs));
      this.#waiting.delete(next);
      next.fire();
    }
    this.#clock.pass(Math.max(0, untilMs - this.#clock.monotonicMs));
  }
}
