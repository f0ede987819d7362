import type { Clock } from '../../src/cleanup/quota/clock.ts';

/**
 * How many times faster than real time the soak runs: all three clocks, every timer, the server's latencies and dates,
 * and the client's timeouts. So all constants of the code keep their values and their proportions: the margin of a
 * minute takes 2 s, the 30 s for an answer 1 s, and the 2 s of a reservation's life 67 ms. The machine itself is not
 * faster: processor, scheduler and SQLite's wait for a lock are 30 times too slow in comparison. So some reservations
 * are stale although nothing was frozen, which wastes slots but keeps the limit. No stale reservation looks fresh,
 * because its age is measured by the faster clock.
 */
export const hurry = 30;

const uptimeAtStartMs = 40 * 24 * 60 * 60_000;
const wallAtStart = Date.UTC(2026, 0, 5, 9);

/** The time of one run, the same in all of its processes: they share the machine's monotonic clock. */
export class HurriedTime {
  readonly #startedNs: bigint;
  readonly #processStartedMs: number;

  /** `startedNs`: the value of `process.hrtime.bigint()` when the run began. */
  constructor(startedNs: bigint) {
    this.#startedNs = startedNs;
    this.#processStartedMs = this.trueMs();
  }

  /** Real ms since the run began. */
  trueMs(): number {
    return Number(process.hrtime.bigint() - this.#startedNs) / 1e6;
  }

  /** The clocks of this process; the wall clock is off by `wallStepMs` of the real ms since the run began. */
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

  /** Calls `fire` once, after `spanMs` of hurried time; the returned function cancels that. */
  readonly startTimer = (spanMs: number, fire: () => void): (() => void) => {
    const timer = setTimeout(fire, spanMs / hurry);
    return () => clearTimeout(timer);
  };
}

/** Steps of the wall clock by up to a day, forwards and back, a new one every other real second; 0 at the beginning. */
export function steppingWall(seed: number): (trueMs: number) => number {
  return (trueMs) => {
    const step = Math.floor(trueMs / 2000);
    if (step === 0) return 0;
    const mixed = Math.imul(step ^ seed, 0x9e3779b1) >>> 0;
    return (mixed / 2 ** 32 - 0.5) * 2 * 86_400_000;
  };
}
