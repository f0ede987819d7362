import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  marginMs,
  quotaState,
  Schedule,
  veriffLimits,
  type Limit,
  type PastAttempt,
} from '../../../../src/cleanup/quota/quota.ts';
import { dayMs, hourMs } from '../../../support/cleanup/cleanupWorkshop.ts';

const nowMs = 400 * dayMs;

/** Ms from now until each of the next `count` deletions may be sent. */
function planned(past: readonly PastAttempt[], limits: readonly Limit[], count: number): readonly number[] {
  const schedule = new Schedule(past, limits, nowMs);
  return Array.from({ length: count }, (_, index) => schedule.at(index));
}

describe('quota, for any past', () => {
  const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  before(() => console.log(`      FAST_CHECK_SEED=${seed}`));
  const check = <T>(property: fc.IRawProperty<T, false>): void => {
    fc.assert(property, { seed, numRuns: 500 });
  };

  const someLimits = fc.oneof(
    fc.constant(veriffLimits),
    fc.array(
      fc.record({ count: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 1, max: dayMs }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  );
  /** A past that kept the limits, as all pasts in the database do: greedy sending with random pauses. */
  const someWorld = fc
    .record({
      limits: someLimits,
      pauses: fc.array(fc.integer({ min: 0, max: 3 * hourMs }), { maxLength: 25 }),
    })
    .map(({ limits, pauses }) => ({ limits, sent: kept(limits, pauses), count: 1 }));

  /** Moments on an axis where now is 0. */
  function kept(limits: readonly Limit[], pauses: readonly number[]): number[] {
    const sent: number[] = [];
    for (const pause of pauses) {
      const free = limits.map(({ count, windowMs }) => (sent.at(-count) ?? -Infinity) + windowMs + marginMs);
      sent.push(Math.max((sent.at(-1) ?? 0) + pause, ...free));
    }
    const end = (sent.at(-1) ?? 0) + 1;
    return sent.map((at) => at - end);
  }
  const pastOf = (sent: readonly number[]): PastAttempt[] => sent.map((at) => ({ settledMs: nowMs + at }));

  /** Whether any window of any limit, margin included, holds more than it may. */
  function isBroken(limits: readonly Limit[], moments: readonly number[]): boolean {
    const sorted = moments.toSorted((a, b) => a - b);
    return limits.some(({ count, windowMs }) =>
      sorted.some((at, index) => (sorted[index + count] ?? Infinity) < at + windowMs + marginMs),
    );
  }

  it('the schedule keeps every sliding window', () => {
    check(
      fc.property(someWorld, fc.integer({ min: 1, max: 40 }), ({ limits, sent }, count) => {
        const moments = planned(pastOf(sent), limits, count);
        assert.ok(!isBroken(limits, [...sent, ...moments]));
        assert.deepEqual(
          moments,
          moments.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('no moment of the schedule could be 1 ms earlier', () => {
    check(
      fc.property(someWorld, fc.integer({ min: 1, max: 20 }), ({ limits, sent }, count) => {
        const moments = planned(pastOf(sent), limits, count);
        moments.forEach((at, index) => {
          if (at === 0) return;
          assert.ok(isBroken(limits, [...sent, ...moments.slice(0, index), at - 1]), `moment ${index}`);
        });
      }),
    );
  });

  it('the state and the schedule agree', () => {
    check(
      fc.property(someWorld, ({ limits, sent }) => {
        const state = quotaState(pastOf(sent), limits, nowMs);
        const moments = planned(pastOf(sent), limits, 20);
        assert.equal(state.freeInMs, moments[0]);
        assert.equal(state.freeNow, moments.filter((at) => at === 0).length);
        assert.equal(state.freeNow === 0, state.freeInMs > 0);
      }),
    );
  });
});
