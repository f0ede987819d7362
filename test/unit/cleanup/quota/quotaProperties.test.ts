import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  forecast,
  marginMs,
  quotaState,
  veriffLimits,
  type KnownTime,
  type Limit,
  type PastAttempt,
} from '../../../../src/cleanup/quota/quota.ts';
import { dayMs, hourMs, minuteMs } from '../../../support/cleanupWorkshop.ts';

const now: KnownTime = { uptimeMs: 400 * dayMs };

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
  /** A past that kept the limits, as all pasts of the book have: greedy sending with random pauses. */
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
  const pastOf = (sent: readonly number[]): PastAttempt[] =>
    sent.map((at) => ({ settledUptimeMs: now.uptimeMs + at }));

  /** Whether any window of any limit, margin included, holds more than it may. */
  function isBroken(limits: readonly Limit[], moments: readonly number[]): boolean {
    const sorted = moments.toSorted((a, b) => a - b);
    return limits.some(({ count, windowMs }) =>
      sorted.some((at, index) => (sorted[index + count] ?? Infinity) < at + windowMs + marginMs),
    );
  }

  it('the forecast keeps every sliding window', () => {
    check(
      fc.property(someWorld, fc.integer({ min: 1, max: 40 }), ({ limits, sent }, count) => {
        const planned = forecast(pastOf(sent), limits, now, count);
        assert.ok(!isBroken(limits, [...sent, ...planned]));
        assert.deepEqual(
          planned,
          planned.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('no moment of the forecast could be 1 ms earlier', () => {
    check(
      fc.property(someWorld, fc.integer({ min: 1, max: 20 }), ({ limits, sent }, count) => {
        const planned = forecast(pastOf(sent), limits, now, count);
        planned.forEach((at, index) => {
          if (at === 0) return;
          assert.ok(isBroken(limits, [...sent, ...planned.slice(0, index), at - 1]), `moment ${index}`);
        });
      }),
    );
  });

  it('the state and the forecast tell the same', () => {
    check(
      fc.property(someWorld, ({ limits, sent }) => {
        const state = quotaState(pastOf(sent), limits, now);
        const planned = forecast(pastOf(sent), limits, now, 20);
        assert.equal(state.freeInMs, planned[0]);
        assert.equal(state.freeNow, planned.filter((at) => at === 0).length);
        assert.equal(state.freeNow === 0, state.freeInMs > 0);
      }),
    );
  });

  it('every age is a lower bound, through reboots, sleep, dates that are missing and whole seconds', () => {
    // Each step: true time that passes, whether the machine is started anew in it, and what the answer brings.
    const step = fc.record({
      passMs: fc.integer({ min: 0, max: 2 * hourMs }),
      upMs: fc.option(fc.integer({ min: 0, max: hourMs })),
      hasDate: fc.boolean(),
    });
    check(
      fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), fc.boolean(), (steps, isWhole) => {
        const epoch = Date.UTC(2026, 0, 5);
        let trueMs = 0;
        let bootedMs = -5 * hourMs;
        const uptime = (): number =>
          isWhole ? Math.floor((trueMs - bootedMs) / 1000) * 1000 : trueMs - bootedMs;
        const trueMoments: number[] = [];
        const past: PastAttempt[] = [];
        let server: { at: number; uptimeMs: number } | undefined;
        for (const { passMs, upMs, hasDate } of steps) {
          trueMs += passMs;
          if (upMs !== null && passMs > 0) bootedMs = trueMs - Math.min(upMs, passMs);
          const serverAt = Math.floor((epoch + trueMs) / 1000) * 1000;
          trueMoments.push(trueMs);
          past.push({ settledUptimeMs: uptime(), ...(hasDate && { serverAt }) });
          if (hasDate) server = { at: serverAt, uptimeMs: uptime() };
        }
        trueMs += 10 * minuteMs;
        const known = { uptimeMs: uptime(), ...(server && { server }) };
        past.forEach((_, index) => {
          // A window far longer than all of it, for one: what is left of it tells the age that was taken.
          const limits = [{ count: past.length - index, windowMs: 100 * dayMs }];
          const free = forecast(past, limits, known, 1)[0] ?? 0;
          const oldestAge = 100 * dayMs + marginMs - free;
          const trueAge = trueMs - (trueMoments[index] ?? 0);
          assert.ok(oldestAge <= trueAge + 2000, `attempt ${index}: ${oldestAge} of ${trueAge}`);
        });
      }),
    );
  });
});
