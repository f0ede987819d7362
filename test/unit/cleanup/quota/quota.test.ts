import assert from 'node:assert/strict';
import {
  marginMs,
  parkMs,
  quotaState,
  Schedule,
  veriffLimits,
  type PastAttempt,
} from '../../../../src/cleanup/quota/quota.ts';
import { dayMs, hourMs, minuteMs } from '../../../support/cleanup/cleanupWorkshop.ts';

const nowMs = 400 * dayMs;

/** Attempts with these ages in ms, oldest first. */
function aged(...ages: number[]): PastAttempt[] {
  return ages.map((age) => ({ settledMs: nowMs - age }));
}

function stateAfter(...ages: number[]): ReturnType<typeof quotaState> {
  return quotaState(aged(...ages), veriffLimits, nowMs);
}

describe('quotaState', () => {
  it('is all free without a past', () => {
    const state = stateAfter();
    assert.deepEqual([state.freeInMs, state.freeNow, state.parkedForMs, state.inFlight], [0, 5, 0, false]);
    assert.deepEqual(
      state.windows.map(({ used, free }) => [used, free]),
      [
        [0, 5],
        [0, 10],
      ],
    );
  });

  it('has no sixth slot within the hour', () => {
    const state = stateAfter(5, 4, 3, 2, 1);
    assert.equal(state.freeNow, 0);
    assert.equal(state.freeInMs, hourMs + marginMs - 5);
    assert.deepEqual(
      state.windows.map(({ used, free }) => [used, free]),
      [
        [5, 0],
        [5, 5],
      ],
    );
  });

  it('has no eleventh slot within the day', () => {
    const ages = [20, 19, 18, 17, 16, 6, 5, 4, 3, 2].map((hours) => hours * hourMs);
    const state = stateAfter(...ages);
    assert.equal(state.freeNow, 0);
    assert.equal(state.freeInMs, 4 * hourMs + marginMs);
  });

  for (const { count, windowMs } of veriffLimits) {
    const until = windowMs + marginMs;
    it(`frees a slot of ${count} exactly ${until} ms after the answer, not one before`, () => {
      const spread = (age: number): number[] =>
        // Five at once and, for the day, five more two hours ago, which no longer count for the hour.
        [...Array.from({ length: count }, (_, index) => (index < 5 ? age : age - 2 * hourMs))];
      assert.equal(stateAfter(...spread(until - 1)).freeInMs, 1);
      assert.equal(stateAfter(...spread(until - 1)).freeNow, 0);
      assert.equal(stateAfter(...spread(until)).freeInMs, 0);
      assert.equal(stateAfter(...spread(until)).freeNow, 5);
    });
  }

  it('lets the day leave fewer than the hour would', () => {
    const ages = [20, 19, 18, 17, 16, 6, 5].map((hours) => hours * hourMs);
    assert.equal(stateAfter(...ages).freeNow, 3);
  });

  it('counts an attempt in flight as answered now, and says that it is in flight', () => {
    const state = quotaState([{}], veriffLimits, nowMs);
    assert.deepEqual([state.inFlight, state.freeNow, state.freeInMs], [true, 4, 0]);
    const full = quotaState([...aged(50, 40, 30, 20), {}], veriffLimits, nowMs);
    assert.equal(full.freeInMs, hourMs + marginMs - 50);
    const alone = quotaState([{}], [{ count: 1, windowMs: hourMs }], nowMs);
    assert.equal(alone.freeInMs, hourMs + marginMs);
  });

  it('keeps other limits if Veriff grants them', () => {
    const limits = [{ count: 2, windowMs: minuteMs }];
    assert.equal(quotaState(aged(500, 400), limits, nowMs).freeInMs, minuteMs + marginMs - 500);
    assert.equal(quotaState(aged(500), limits, nowMs).freeNow, 1);
  });

  it('parks for what is left of a 429, whatever the windows say', () => {
    const past = [{ settledMs: nowMs - minuteMs, parkMs: 15 * minuteMs }];
    const state = quotaState(past, veriffLimits, nowMs);
    assert.deepEqual([state.parkedForMs, state.freeInMs, state.freeNow], [14 * minuteMs, 14 * minuteMs, 0]);
    const after = quotaState(past, veriffLimits, nowMs + 14 * minuteMs);
    assert.deepEqual([after.parkedForMs, after.freeInMs, after.freeNow], [0, 0, 4]);
  });

  it('is parked by the longest of several, and by the window if that is longer', () => {
    const past = [
      { settledMs: nowMs - 3 * minuteMs, parkMs: dayMs },
      { settledMs: nowMs - 2 * minuteMs, parkMs: 15 * minuteMs },
    ];
    assert.equal(quotaState(past, veriffLimits, nowMs).parkedForMs, dayMs - 3 * minuteMs);
    const full = aged(5, 4, 3, 2, 1).map((attempt) => ({ ...attempt, parkMs: minuteMs }));
    assert.equal(quotaState(full, veriffLimits, nowMs).freeInMs, hourMs + marginMs - 5);
  });
});

describe('the age of an attempt', () => {
  const waitOf = (attempt: PastAttempt): number =>
    quotaState([attempt], [{ count: 1, windowMs: hourMs }], nowMs).freeInMs;

  it('is what the clock has advanced since its answer', () =>
    assert.equal(waitOf({ settledMs: nowMs - 7 }), hourMs + marginMs - 7));
  it('is that for negative readings too, which attempts from before the clock have', () =>
    assert.equal(
      quotaState([{ settledMs: -minuteMs }], [{ count: 1, windowMs: hourMs }], 0).freeInMs,
      hourMs + marginMs - minuteMs,
    ));
  it('is never below 0, if the answer has a later reading than now', () =>
    assert.equal(waitOf({ settledMs: nowMs + dayMs }), hourMs + marginMs));
  it('is 0 while it is in flight', () => assert.equal(waitOf({}), hourMs + marginMs));
});

describe('Schedule', () => {
  const planned = (past: readonly PastAttempt[], count: number): readonly number[] => {
    const schedule = new Schedule(past, veriffLimits, nowMs);
    return Array.from({ length: count }, (_, index) => schedule.at(index));
  };

  it('sends five, then five after the hour, then waits for the day', () => {
    const hour = hourMs + marginMs;
    const day = dayMs + marginMs;
    assert.deepEqual(planned([], 12), [...[0, 0, 0, 0, 0], ...[hour, hour, hour, hour, hour], ...[day, day]]);
  });

  it('takes 100 days for 1,000 sessions', () => {
    const lastMs = new Schedule([], veriffLimits, nowMs).at(999);
    assert.equal(lastMs, 99 * (dayMs + marginMs) + hourMs + marginMs);
    assert.equal(Math.ceil(lastMs / dayMs), 100);
  });

  it('starts after a park', () => {
    const past = [{ settledMs: nowMs, parkMs: 2 * dayMs }];
    assert.deepEqual(planned(past, 2), [2 * dayMs, 2 * dayMs]);
  });
});

describe('parkMs', () => {
  for (const [streak, chance, expected] of [
    [1, 0, 7.5 * minuteMs],
    [1, 1, 15 * minuteMs],
    [2, 1, 30 * minuteMs],
    [3, 0.5, 45 * minuteMs],
    [7, 1, 16 * hourMs],
    [8, 1, dayMs],
    [8, 0, 12 * hourMs],
    [5000, 1, dayMs],
  ] as const) {
    it(`is ${expected} ms for 429 number ${streak} with chance ${chance}`, () =>
      assert.equal(parkMs(streak, undefined, chance), expected));
  }

  it('is never less than what the server asked for, nor less than the backoff', () => {
    assert.equal(parkMs(1, hourMs, 0), hourMs);
    assert.equal(parkMs(8, hourMs, 0), 12 * hourMs);
    assert.equal(parkMs(1, 0, 0.5), 11.25 * minuteMs);
  });
});
