import { tickMs } from '../../../src/cleanup/runner/runner.ts';
import type { PlannedEvent } from './plannedEvents.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

// The runner's own interval while a request of another window is unanswered.
const busyMs = 1000;

/**
 * One window's timers. A runner looks every half minute, and nearly every time nothing has changed. Those turns are
 * left out, up to the last one before something is due by what the window knows, before something has changed (`stir`),
 * or before the longest rest is over. All other turns happen exactly when the runner's own timers would fire.
 */
export class SimulatedTimers {
  readonly #machine: SimulatedMachine;
  /** The time awake (ms) before which nothing is due by itself. */
  readonly #quietUntilMs: () => number;
  /** The most ms for which turns are left out. */
  readonly #longestRestMs: () => number;
  /** The timer of the interval, of which there is one at a time. */
  #timer: Timer | undefined;
  #event: PlannedEvent | undefined;

  constructor(machine: SimulatedMachine, quietUntilMs: () => number, longestRestMs: () => number) {
    this.#machine = machine;
    this.#quietUntilMs = quietUntilMs;
    this.#longestRestMs = longestRestMs;
  }

  /** The runner's `startTimer`. */
  readonly start = (spanMs: number, fire: () => void): (() => void) => {
    // Node's timers use whole milliseconds, 1 at least.
    const timer = { startedMs: this.#machine.timeAwakeMs(), spanMs: Math.max(1, Math.trunc(spanMs)), fire };
    if (!mayRest(timer)) {
      const event = this.#machine.planInside(timer.spanMs, fire);
      return () => event.cancel();
    }
    this.#timer = timer;
    this.#plan(this.#restMs(timer));
    return () => {
      if (this.#timer !== timer) return;
      this.#event?.cancel();
      [this.#timer, this.#event] = [undefined, undefined];
    };
  };

  /** Something has changed: the next turn is not left out. */
  stir(): void {
    this.#comeBy(0);
  }

  /** What the window knows may have changed: a turn before which something is due is not left out. */
  rearm(): void {
    if (this.#timer !== undefined) this.#comeBy(this.#quietUntilMs() - this.#timer.startedMs);
  }

  /** Fires at the last turn within `spanMs` from the timer's start, and at the next one at the earliest. */
  #comeBy(spanMs: number): void {
    const timer = this.#timer;
    if (timer === undefined || this.#event === undefined) return;
    const gone = Math.floor((this.#machine.timeAwakeMs() - timer.startedMs) / timer.spanMs);
    const turns = Math.max(gone + 1, Math.floor(spanMs / timer.spanMs));
    const atMs = timer.startedMs + turns * timer.spanMs;
    if (atMs >= this.#event.at) return;
    this.#event.cancel();
    this.#plan(atMs - this.#machine.timeAwakeMs());
  }

  #restMs({ startedMs, spanMs }: Timer): number {
    const quietMs = Math.min(this.#quietUntilMs() - startedMs, this.#longestRestMs());
    return spanMs * Math.max(1, Math.floor(quietMs / spanMs));
  }

  #plan(inMs: number): void {
    this.#event = this.#machine.planInside(inMs, () => {
      const fire = this.#timer?.fire;
      [this.#timer, this.#event] = [undefined, undefined];
      fire?.();
    });
  }
}

interface Timer {
  readonly startedMs: number;
  readonly spanMs: number;
  readonly fire: () => void;
}

/** Only the turns of an interval may be left out, not timers for one moment. */
function mayRest({ spanMs }: Timer): boolean {
  return spanMs === tickMs || spanMs === busyMs;
}
