import assert from 'node:assert/strict';
import {
  leavesText,
  leftText,
  nextSlotText,
  quotaBadge,
  quotaLine,
  standstillText,
  waitingText,
  windowText,
} from '../../../../src/editor/text/quotaText.ts';
import { timeText } from '../../../../src/editor/text/timeText.ts';
import {
  quotaState,
  veriffLimits,
  type Limit,
  type QuotaState,
} from '../../../../src/cleanup/quota/quota.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 0, 5, 12, 0);

/** The state after attempts that were answered these spans ago. */
function after(agesMs: readonly number[], limits: readonly Limit[] = veriffLimits): QuotaState {
  const nowMs = 100 * 24 * hour;
  const past = [...agesMs].sort((a, b) => b - a).map((age) => ({ settledMs: nowMs - age }));
  return quotaState(past, limits, nowMs);
}

const fresh = after([]);
const some = after([1 * minute, 2 * minute, 30 * minute, 5 * hour]);
const hourFull = after([1, 2, 3, 4, 49].map((minutes) => minutes * minute));
const dayFull = after([2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((hours) => hours * hour));

describe('the texts of the rate limit', () => {
  it('begin with everything free', () => {
    assert.equal(quotaBadge(fresh), '0/5 h · 0/10 d');
    assert.equal(leftText(fresh, now), '5 left this hour, 10 today; next slot now');
    assert.equal(leavesText(fresh, 1), 'leaves 4 this hour, 9 today');
    assert.equal(
      quotaLine(fresh, now),
      'rate limit 0/5 used this hour (5 free), 0/10 used in 24 h (10 free), next slot now',
    );
  });

  it('count each window separately', () => {
    assert.equal(quotaBadge(some), '3/5 h · 4/10 d');
    assert.equal(leftText(some, now), '2 left this hour, 6 today; next slot now');
    assert.equal(leavesText(some, 2), 'leaves 0 this hour, 4 today');
  });

  it('say when the next slot is free if the hour is full', () => {
    // 49 minutes old; a slot is used for an hour and a minute.
    assert.equal(nextSlotText(hourFull, now), `at ${timeText(now + 12 * minute, now)} (in 12 min)`);
    assert.match(leftText(hourFull, now), /^0 left this hour, 5 today; next slot at \S+ \(in 12 min\)$/);
  });

  it('say so if the day is full and the hour is free', () => {
    assert.equal(nextSlotText(dayFull, now), `at ${timeText(now + 13 * hour + minute, now)} (in 13 h 1 min)`);
    assert.match(leftText(dayFull, now), /^5 left this hour, 0 today/);
  });

  it('never show a negative number', () => {
    assert.equal(leavesText(some, 3), 'leaves 0 this hour, 3 today');
    assert.equal(leavesText(fresh, 1_000), 'leaves 0 this hour, 0 today');
    const overspent = after([1, 2, 3, 4, 5, 6, 7].map((minutes) => minutes * minute));
    assert.equal(quotaBadge(overspent), '7/5 h · 7/10 d');
    assert.match(leftText(overspent, now), /^0 left this hour, 3 today/);
  });

  it('do not say “now” while a request is out', () => {
    const inFlight = quotaState([{}], veriffLimits, hour);
    assert.equal(nextSlotText(inFlight, now), 'once the request that is out is answered');
  });

  it('name the time, not the request that is out, if the time is later', () => {
    assert.match(nextSlotText({ ...hourFull, inFlight: true }, now), /^at /);
  });

  it('say when the next slot is free if a 429 blocks it while both windows are free', () => {
    const parked = quotaState([{ settledMs: hour, parkMs: 40 * minute }], veriffLimits, hour);
    assert.match(leftText(parked, now), /^4 left this hour, 9 today; next slot at \S+ \(in 40 min\)$/);
  });

  it('name other windows that Veriff may grant', () => {
    const granted = after(
      [minute],
      [
        { count: 100, windowMs: 30 * minute },
        { count: 2_000, windowMs: 7 * 24 * hour },
      ],
    );
    assert.equal(quotaBadge(granted), '1/100 30min · 1/2000 7days');
    assert.equal(leavesText(granted, 1), 'leaves 98 in 30 min, 1998 in 7 days');
    assert.deepEqual(granted.windows.map(windowText), ['in 30 min', 'in 7 days']);
  });
});

describe('standstillText', () => {
  const parked = quotaState([{ settledMs: 0, parkMs: 20 * minute }], veriffLimits, 5 * minute);

  it('is empty if nothing prevents requests', () => {
    assert.equal(standstillText(false, undefined, fresh, 3), '');
    assert.equal(standstillText(false, undefined, dayFull, 3), '');
  });

  it('names the user’s pause before everything else', () =>
    assert.equal(standstillText(true, 'forbidden', parked, 3), 'the cleanup is paused'));

  it('names the answer that stopped it', () => {
    assert.match(standstillText(false, 'unauthorised', fresh, 3), /credentials \(401\)/);
    assert.match(standstillText(false, 'forbidden', fresh, 0), /deletions \(403\)/);
  });

  it('names a 429 only if something waits for it', () => {
    assert.equal(
      standstillText(false, undefined, parked, 1),
      'Veriff answered 429, nothing is sent for 15 min',
    );
    assert.equal(standstillText(false, undefined, parked, 0), '');
  });
});

describe('waitingText', () => {
  it('says how many wait and when the last one is sent', () => {
    assert.equal(waitingText(0, 0, ''), '');
    assert.equal(waitingText(1, 0, ''), 'One confirmed session waits: the last one goes now.');
    assert.match(
      waitingText(300, 29 * 24 * hour, ''),
      /^300 confirmed sessions wait: the last one goes \w{3} \d+ \w{3}.* \d\d:\d\d\.$/,
    );
    assert.equal(
      waitingText(2, hour, 'the cleanup is paused'),
      '2 confirmed sessions wait: the cleanup is paused.',
    );
  });
});
