import assert from 'node:assert/strict';
import {
  ageMs,
  forecast,
  marginMs,
  parkMs,
  quotaState,
  veriffLimits,
  type KnownTime,
  type PastAttempt,
} from '../../../../src/cleanup/quota/quota.ts';
import { dayMs, hourMs, minuteMs } from '../../../support/cleanupWorkshop.ts';

const now: KnownTime = { uptimeMs: 400 * dayMs };

/** Attempts with these ages in ms, oldest first. */
function aged(...ages: number[]): PastAttempt[] {
  return ages.map((age) => ({ settledUptimeMs: now.uptimeMs - age }));
}

function stateAfter(...ages: number[]): ReturnType<typeof quotaState> {
  return quotaState(aged(...ages), veriffLimits, now);
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
        // Five at once and, for the day, the other five two hours ago: the hour has long let them go.
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

  it('counts an attempt that is out as answered now, and says that it is out', () => {
    const state = quotaState([{}], veriffLimits, now);
    assert.deepEqual([state.inFlight, state.freeNow, state.freeInMs], [true, 4, 0]);
    const full = quotaState([...aged(50, 40, 30, 20), {}], veriffLimits, now);
    assert.equal(full.freeInMs, hourMs + marginMs - 50);
    const alone = quotaState([{}], [{ count: 1, windowMs: hourMs }], now);
    assert.equal(alone.freeInMs, hourMs + marginMs);
  });

  it('keeps other limits where Veriff grants them', () => {
    const limits = [{ count: 2, windowMs: minuteMs }];
    assert.equal(quotaState(aged(500, 400), limits, now).freeInMs, minuteMs + marginMs - 500);
    assert.equal(quotaState(aged(500), limits, now).freeNow, 1);
  });

  it('parks for what is left of a 429, whatever the windows say', () => {
    const past = [{ settledUptimeMs: now.uptimeMs - minuteMs, parkMs: 15 * minuteMs }];
    const state = quotaState(past, veriffLimits, now);
    assert.deepEqual([state.parkedForMs, state.freeInMs, state.freeNow], [14 * minuteMs, 14 * minuteMs, 0]);
    const after = quotaState(past, veriffLimits, { uptimeMs: now.uptimeMs + 14 * minuteMs });
    assert.deepEqual([after.parkedForMs, after.freeInMs, after.freeNow], [0, 0, 4]);
  });

  it('is parked by the longest of several, and by the window where that is longer', () => {
    const past = [
      { settledUptimeMs: now.uptimeMs - 3 * minuteMs, parkMs: dayMs },
      { settledUptimeMs: now.uptimeMs - 2 * minuteMs, parkMs: 15 * minuteMs },
    ];
    assert.equal(quotaState(past, veriffLimits, now).parkedForMs, dayMs - 3 * minuteMs);
    const full = aged(5, 4, 3, 2, 1).map((attempt) => ({ ...attempt, parkMs: minuteMs }));
    assert.equal(quotaState(full, veriffLimits, now).freeInMs, hourMs + marginMs - 5);
  });
});

describe('quotaState after a reboot', () => {
  const settledUptimeMs = 10 * dayMs;
  const five = (serverAt?: number): PastAttempt[] =>
    Array.from({ length: 5 }, () => ({ settledUptimeMs, ...(serverAt !== undefined && { serverAt }) }));
  const answeredAt = Date.UTC(2026, 0, 5, 9);

  it('knows no more than that the machine has run since', () => {
    const state = quotaState(five(), veriffLimits, { uptimeMs: 10 * minuteMs });
    assert.equal(state.freeInMs, hourMs + marginMs - 10 * minuteMs);
  });

  it('does not take a shaking uptime for a reboot', () => {
    const state = quotaState(five(), veriffLimits, { uptimeMs: settledUptimeMs - 1000 });
    assert.equal(state.freeInMs, hourMs + marginMs);
  });

  it('lets the server tell how much time the reboot has eaten, less the second that `Date` rounds away', () => {
    const server = { at: answeredAt + 50 * minuteMs, uptimeMs: 3 * minuteMs };
    const state = quotaState(five(answeredAt), veriffLimits, { uptimeMs: 5 * minuteMs, server });
    assert.equal(state.freeInMs, hourMs + marginMs - (52 * minuteMs - 1000));
  });

  it('goes on from the server’s time of the last boot', () => {
    const server = { at: answeredAt + 50 * minuteMs, uptimeMs: settledUptimeMs + 50 * minuteMs };
    const state = quotaState(five(answeredAt), veriffLimits, { uptimeMs: 4 * minuteMs, server });
    assert.equal(state.freeInMs, hourMs + marginMs - (54 * minuteMs - 1000));
  });

  it('never lets a server that goes back lower what the uptime says', () => {
    const uptimeMs = settledUptimeMs + 30 * minuteMs;
    const server = { at: answeredAt - dayMs, uptimeMs };
    const state = quotaState(five(answeredAt), veriffLimits, { uptimeMs, server });
    assert.equal(state.freeInMs, hourMs + marginMs - 30 * minuteMs);
  });

  it('takes an attempt without a date for as young as the next one that has one', () => {
    const [first, second, third, fourth] = five();
    const past = [first, second, third, fourth, { settledUptimeMs, serverAt: answeredAt }];
    const server = { at: answeredAt + 40 * minuteMs, uptimeMs: 0 };
    const known = past.filter((attempt) => attempt !== undefined);
    const state = quotaState(known, veriffLimits, { uptimeMs: minuteMs, server });
    assert.equal(state.freeInMs, hourMs + marginMs - (41 * minuteMs - 1000));
  });

  it('lets no date of an older attempt speak for a newer one without', () => {
    const past = [{ settledUptimeMs, serverAt: answeredAt }, ...five().slice(1)];
    const server = { at: answeredAt + 2 * hourMs, uptimeMs: 0 };
    const state = quotaState(past, [{ count: 4, windowMs: hourMs }], { uptimeMs: minuteMs, server });
    assert.equal(state.freeInMs, hourMs + marginMs - minuteMs);
  });

  it('keeps a 429 parked across it', () => {
    const past = [{ settledUptimeMs, parkMs: dayMs }];
    assert.equal(quotaState(past, veriffLimits, { uptimeMs: hourMs }).parkedForMs, dayMs - hourMs);
  });
});

describe('ageMs', () => {
  const up = 10 * dayMs;
  const noon = Date.UTC(2026, 0, 5, 12);
  for (const [what, moment, now, age] of [
    ['the uptime’s difference', { uptimeMs: up }, { uptimeMs: up + 7 }, 7],
    ['nothing at the same moment', { uptimeMs: up }, { uptimeMs: up }, 0],
    ['nothing where the uptime shook', { uptimeMs: up }, { uptimeMs: up - 1000 }, 0],
    ['what the machine has run since a reboot', { uptimeMs: up }, { uptimeMs: 9000 }, 9000],
    [
      'no more, where only the moment has the server’s time',
      { uptimeMs: up, serverAt: noon },
      { uptimeMs: 9000 },
      9000,
    ],
    [
      'no more, where only now has it',
      { uptimeMs: up },
      { uptimeMs: 9000, server: { at: noon, uptimeMs: 0 } },
      9000,
    ],
    [
      'what the server says across a reboot, less the second that it may have rounded away',
      { uptimeMs: up, serverAt: noon },
      { uptimeMs: 9000, server: { at: noon + hourMs, uptimeMs: 4000 } },
      hourMs + 5000 - 1000,
    ],
    [
      'what the uptime says, where the server says less',
      { uptimeMs: up, serverAt: noon },
      { uptimeMs: up + hourMs, server: { at: noon - hourMs, uptimeMs: up } },
      hourMs,
    ],
    [
      'what was run before the machine was started, where that was entered by hand',
      { uptimeMs: -hourMs },
      { uptimeMs: minuteMs },
      hourMs + minuteMs,
    ],
  ] as const)
    it(`is ${what}`, () => assert.equal(ageMs(moment, now), age));
});

describe('forecast', () => {
  it('is empty for none', () => assert.deepEqual(forecast([], veriffLimits, now, 0), []));

  it('sends five, then five after the hour, then waits for the day', () => {
    const hour = hourMs + marginMs;
    const day = dayMs + marginMs;
    assert.deepEqual(forecast([], veriffLimits, now, 12), [
      ...[0, 0, 0, 0, 0],
      ...[hour, hour, hour, hour, hour],
      ...[day, day],
    ]);
  });

  it('takes 100 days for 1,000 sessions', () => {
    const moments = forecast([], veriffLimits, now, 1000);
    assert.equal(moments.length, 1000);
    assert.equal(moments[999], 99 * (dayMs + marginMs) + hourMs + marginMs);
    assert.equal(Math.ceil(moments[999] / dayMs), 100);
  });

  it('starts behind a park', () => {
    const past = [{ settledUptimeMs: now.uptimeMs, parkMs: 2 * dayMs }];
    assert.deepEqual(forecast(past, veriffLimits, now, 2), [2 * dayMs, 2 * dayMs]);
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
