import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  marginMs,
  Schedule,
  veriffLimits,
  type Limit,
  type PastAttempt,
} from '../../../../src/cleanup/quota/quota.ts';
import { dayMs, hourMs, minuteMs } from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';
import { SeededChance } from '../../../support/random/seededChance.ts';

const nowMs = 400 * dayMs;

/** One past attempt: how long ago it was answered, and for how long a 429 parked from then on. */
interface Aged {
  readonly ageMs: number;
  readonly parkMs: number;
}

/**
 * When each of the next `count` deletions may be sent: checks for each moment whether any window that ends at it is
 * full. Slow and plain, and independent of `Schedule`.
 */
function plainForecast(past: readonly Aged[], limits: readonly Limit[], count: number): readonly number[] {
  const sent = past.map(({ ageMs }) => -ageMs).sort((a, b) => a - b);
  let at = Math.max(0, ...past.map(({ ageMs, parkMs }) => parkMs - ageMs));
  const planned: number[] = [];
  while (planned.length < count) {
    const waits = limits.map((limit) => waitFor(limit, sent, at));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) {
      at += waitMs;
      continue;
    }
    sent.push(at);
    planned.push(at);
  }
  return planned;
}

/** Ms from `at` until the oldest of those that fill the window leaves it; 0 if there is a free slot. */
function waitFor({ count, windowMs }: Limit, sent: readonly number[], at: number): number {
  const span = windowMs + marginMs;
  let inWindow = 0;
  for (let index = sent.length - 1; index >= 0; index -= 1) {
    const leavesAt = (sent[index] ?? 0) + span;
    if (leavesAt <= at) return 0;
    inWindow += 1;
    if (inWindow === count) return leavesAt - at;
  }
  return 0;
}

const pastOf = (aged: readonly Aged[]): PastAttempt[] =>
  aged.map(({ ageMs, parkMs }) => ({
    settledMs: nowMs - ageMs,
    ...(parkMs > 0 && { parkMs }),
  }));

/** What Veriff might grant, or a test make up: one window or several, of at least one deletion. */
const someLimits = fc.oneof(
  fc.constant(veriffLimits),
  fc.array(
    fc.record({
      count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 })),
      windowMs: fc.oneof(
        fc.constantFrom(minuteMs, hourMs, dayMs, 7 * dayMs),
        fc.integer({ min: 1, max: 2 * dayMs }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
);
const someAged = fc.record({
  ageMs: fc.oneof(fc.integer({ min: 0, max: 3 * hourMs }), fc.integer({ min: 0, max: 3 * dayMs })),
  parkMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 2 * dayMs })),
});
// Deletions elsewhere kept no limit and are in no order.
const somePast = fc.array(someAged, { maxLength: 40 });

describe('Schedule compared with a plain forecast', () => {
  const check = propertyCheck(2000);

  it('gives the same moments, one after the other', () => {
    check(
      fc.property(somePast, someLimits, fc.integer({ min: 1, max: 120 }), (past, limits, count) => {
        const schedule = new Schedule(pastOf(past), limits, nowMs);
        const moments = Array.from({ length: count }, (_, index) => schedule.at(index));
        assert.deepEqual(moments, plainForecast(past, limits, count));
      }),
    );
  });

  it('gives the same far ahead, in whatever order it is asked', () => {
    const indexes = fc.array(fc.nat(1499), { minLength: 1, maxLength: 12 });
    check(
      fc.property(somePast, someLimits, indexes, (past, limits, asked) => {
        const plain = plainForecast(past, limits, 1500);
        const schedule = new Schedule(pastOf(past), limits, nowMs);
        for (const index of asked) assert.equal(schedule.at(index), plain[index], `moment ${index}`);
      }),
      400,
    );
  });

  it('gives the same for ages that are not whole ms, as those of real clocks', () => {
    const fine = fc.array(fc.double({ min: 0, max: 2 * dayMs, noNaN: true }), { maxLength: 20 });
    check(
      fc.property(fine, someLimits, fc.nat(799), (ages, limits, index) => {
        const past = ages.map((ageMs) => ({ ageMs, parkMs: 0 }));
        const plain = plainForecast(past, limits, index + 1)[index] ?? NaN;
        const planned = new Schedule(pastOf(past), limits, nowMs).at(index);
        assert.ok(Math.abs(planned - plain) < 0.01, `${planned} and not ${plain}`);
      }),
      400,
    );
  });

  it('counts a request in flight as answered now', () => {
    check(
      fc.property(somePast, someLimits, fc.nat(60), (past, limits, index) => {
        const schedule = new Schedule([...pastOf(past), {}], limits, nowMs);
        const plain = plainForecast([...past, { ageMs: 0, parkMs: 0 }], limits, index + 1);
        assert.equal(schedule.at(index), plain[index]);
      }),
      300,
    );
  });
});

describe('Schedule, by hand', () => {
  it('sends one after the other if a window holds one', () => {
    const schedule = new Schedule([], [{ count: 1, windowMs: hourMs }], nowMs);
    assert.deepEqual(
      [0, 1, 2, 99_999].map((index) => schedule.at(index)),
      [0, 1, 2, 99_999].map((index) => index * (hourMs + marginMs)),
    );
  });

  it('keeps to the day after the hours have let the first ten go', () => {
    const schedule = new Schedule([], veriffLimits, nowMs);
    const [hour, day] = [hourMs + marginMs, dayMs + marginMs];
    assert.equal(schedule.at(100_000), 10_000 * day);
    assert.equal(schedule.at(100_005), 10_000 * day + hour);
    assert.equal(schedule.at(11), day);
  });

  it('starts all of it after a park, and none of it twice', () => {
    const past = [{ settledMs: nowMs - minuteMs, parkMs: 31 * minuteMs }];
    const schedule = new Schedule(past, [{ count: 2, windowMs: hourMs }], nowMs);
    // The refused one counts too.
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => schedule.at(index) / minuteMs),
      [30, 60, 91, 121],
    );
  });
});

describe('the cost of Schedule', () => {
  /**
   * How many moments were computed until `at(index)` had its answer, counted by how often a limit's window was read.
   */
  function cost(past: readonly Aged[], limits: readonly Limit[], index = 100_000): number {
    let asked = 0;
    const counted = limits.map(({ count, windowMs }) => ({
      count,
      get windowMs() {
        asked += 1;
        return windowMs;
      },
    }));
    new Schedule(pastOf(past), counted, nowMs).at(index);
    return asked / limits.length;
  }

  it('is about thirty moments for the documented limits, however long the list is', () => {
    const chance = new SeededChance(5);
    for (let run = 0; run < 300; run += 1) {
      const past = Array.from({ length: chance.whole(0, 10) }, () => ({
        ageMs: chance.whole(0, 2 * dayMs),
        parkMs: 0,
      }));
      const computed = cost(past, veriffLimits);
      assert.ok(computed <= 40, `${computed} moments after ${JSON.stringify(past)}`);
    }
  });

  const windows = [minuteMs, hourMs, dayMs];
  const counts = [1, 2, 5, 10, 24, 50, 100, 1000];
  const grants = counts.flatMap((count) =>
    windows.flatMap((windowMs) => [
      [{ count, windowMs }],
      ...counts.map((other) => [
        { count, windowMs },
        { count: other, windowMs: dayMs },
      ]),
    ]),
  );

  it(`is a few times the largest window for ${grants.length} limits that Veriff may grant`, () => {
    for (const limits of grants) {
      const largest = Math.max(...limits.map(({ count }) => count));
      const computed = cost([{ ageMs: minuteMs, parkMs: 0 }], limits, 1_000_000);
      assert.ok(computed <= 4 * largest + 20, `${computed} moments for ${JSON.stringify(limits)}`);
    }
  });

  it('is paid once: what was computed is kept', () => {
    let asked = 0;
    const limit = {
      count: 7,
      get windowMs() {
        asked += 1;
        return hourMs;
      },
    };
    const schedule = new Schedule([], [limit], nowMs);
    schedule.at(5000);
    const before = asked;
    for (const index of [0, 3, 4999, 5000]) schedule.at(index);
    // The window is read again only to extrapolate, once each time.
    assert.ok(asked - before <= 2, `${asked - before}`);
  });
});
