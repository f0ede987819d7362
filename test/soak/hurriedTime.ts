import type { Clock } from '../../src/cleanup/quota/clock.ts';

/**
 * How many times faster than the real one the world of the soak goes: all three clocks, every timer, the server's
 * latencies and dates, and the client's patience. So each constant of the code stays what it is, and stays in
 * proportion to the others: the margin of a minute lasts 2 s, the 30 s for an answer one, and a reservation's 2 s of
 * life 67 ms. What does not hurry is the machine: processor, scheduler and SQLite's wait for a lock are as slow as
 * ever, that is, 30 times too slow. That finds reservations stale that were not frozen at all, which costs slots of
 * time and keeps the limit; it never makes one look fresh that is not, since the age is measured by the clock that
 * hurries.
 */
export const hurry = 30;

const uptimeAtStartMs = 40 * 24 * 60 * 60_000;
const wallAtStart = Date.UTC(2026, 0, 5, 9);

/** The time of one run, the same in all of its processes: they share the machine's monotonic clock. */
export class HurriedTime {
  readonly #startedNs: bigint;
  readonly #processStartedMs: number;

  /** `startedNs`: what `process.hrtime.bigint()` said when the run began. */
  constructor(startedNs: bigint) {
    this.#startedNs = startedNs;
    this.#processStartedMs = this.trueMs();
  }

  /** Real ms since the run began. */
  trueMs(): number {
    return Number(process.hrtime.bigint() - this.#startedNs) / 1e6;
  }

  /** The clocks as this process sees them; the wall clock is off by `wallStepMs` of the real ms since the beginning. */
  clock(wallStepMs: (trueMs: number) => number): Clock {
    return () => {
      const trueMs = this.trueMs();
      return {
        wallAt: Math.round(wallAtStart + trueMs * hurry + wallStepMs(trueMs)),
        monotonicMs: (trueMs - this.#processStartedMs) * hurry,
        uptimeMs: uptimeAtStartMs + trueMs * hurry,
        boot: 'the one boot of the soak',
      };
    };
  }

  /** Calls `fire` once, when `spanMs` of hurried time have passed; the function that it returns stops that. */
  readonly startTimer = (spanMs: number, fire: () => void): (() => void) => {
    const timer = setTimeout(fire, spanMs / hurry);
    return () => clearTimeout(timer);
  };
}

/** Steps of the wall clock of up to a day, forwards and back, a new one every other real second; 0 at the beginning. */
export function steppingWall(seed: number): (trueMs: number) => number {
  return (trueMs) => {
    const step = Math.floor(trueMs / 2000);
    if (step === 0) return 0;
    const mixed = Math.imul(step ^ seed, 0x9e3779b1) >>> 0;
    return (mixed / 2 ** 32 - 0.5) * 2 * 86_400_000;
  };
}
