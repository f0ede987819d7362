import type { HandClock } from './cleanupWorkshop.ts';

// Who asks for that many timers at one moment will never have enough of them.
const mostAtOnce = 1000;

/** Timers that fire when their moment has come by a clock that is moved by hand. */
export class HandTimers {
  readonly #clock: HandClock;
  readonly #waiting = new Set<{ readonly atMs: number; readonly fire: () => void }>();

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  /** Calls `fire` once, when `spanMs` have passed; the function that it returns stops that. */
  readonly start = (spanMs: number, fire: () => void): (() => void) => {
    const timer = { atMs: this.#clock.monotonicMs + spanMs, fire };
    this.#waiting.add(timer);
    return () => this.#waiting.delete(timer);
  };

  /**
   * Lets time pass, from one timer to the next; whatever a timer sets going and waits for nothing but promises is over
   * before the next one. Rejects if timers come without end.
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
