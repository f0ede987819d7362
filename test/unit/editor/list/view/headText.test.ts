import assert from 'node:assert/strict';
import { quotaState, veriffLimits } from '../../../../../src/cleanup/quota/quota.ts';
import {
  emptyHead,
  headText,
  type CurrentFacts,
  type HeadFacts,
} from '../../../../../src/editor/list/view/headText.ts';
import { dateText, timeText } from '../../../../../src/editor/text/timeText.ts';
import { dayMs, hourMs, minuteMs } from '../../../../support/cleanup/cleanupWorkshop.ts';

const now = Date.UTC(2026, 10, 20, 12, 0);
const nowMs = 100 * dayMs;
const quota = (...parks: number[]): CurrentFacts['quota'] =>
  quotaState(
    [{ settledMs: nowMs - minuteMs }, ...parks.map((parkMs) => ({ settledMs: nowMs, parkMs }))],
    veriffLimits,
    nowMs,
  );
const current: CurrentFacts = { title: 'Shop (TEST)', quota: quota(), stop: undefined, lastAt: undefined };
const facts: HeadFacts = {
  current,
  absent: 'integration not stored here',
  othersStopped: [],
  needsYou: 0,
  isPaused: false,
  isEmpty: false,
  filter: '',
  order: 'place',
  now,
};

const message = (more: Partial<HeadFacts>): string => headText({ ...facts, ...more }).message;
const description = (more: Partial<CurrentFacts>, others: Partial<HeadFacts> = {}): string =>
  headText({ ...facts, ...others, current: { ...current, ...more } }).description;
const badge = (more: Partial<HeadFacts>) => headText({ ...facts, ...more }).badge;

describe('the message above the list', () => {
  it('says only integration and rate limit if there is nothing else to say', () => {
    assert.equal(message({}), 'Shop (TEST) · 1/5 h · 1/10 d');
  });

  it('says when the last one is sent, in case the description is cut', () => {
    const lastAt = now + 11 * dayMs;
    assert.equal(
      message({ current: { ...current, lastAt } }),
      `Shop (TEST) · 1/5 h · 1/10 d · last one ${dateText(lastAt, now)}`,
    );
    assert.doesNotMatch(message({ current: { ...current, lastAt }, isPaused: true }), /last one/);
  });

  it('says why nothing is sent', () => {
    assert.equal(message({ isPaused: true }), 'Shop (TEST) · 1/5 h · 1/10 d · Paused: nothing is sent.');
    assert.match(
      message({ current: { ...current, stop: 'unauthorised' } }),
      / · Stopped: Veriff does not accept the credentials \(401\); nothing is sent before you resume\.$/,
    );
    assert.match(message({ current: { ...current, stop: 'forbidden' } }), / · Stopped: .* \(403\); nothing/);
    assert.equal(
      message({ current: { ...current, quota: quota(2 * hourMs) } }),
      `Shop (TEST) · 2/5 h · 2/10 d · Veriff answered 429: nothing is sent until ${timeText(now + 2 * hourMs, now)}.`,
    );
  });

  it('says all of that if it all applies', () => {
    const text = message({
      current: { ...current, stop: 'forbidden', quota: quota(hourMs) },
      isPaused: true,
      othersStopped: ['Other (LIVE)'],
      filter: '“orders”, Waiting',
      order: 'source',
    });
    for (const part of [
      'Paused: nothing is sent.',
      'Stopped: Veriff forbids deletions (403)',
      'Veriff answered 429',
      'Stopped: Other (LIVE).',
      'Shows what matches “orders”, Waiting.',
      'Sorted: by source.',
    ])
      assert.ok(text.includes(part), `${part} is not in: ${text}`);
    assert.ok(text.startsWith('Shop (TEST) · 2/5 h'), text);
    assert.ok(!text.includes('\n'));
  });

  it('says that another integration is stopped, which the badge counts', () => {
    assert.match(
      message({ othersStopped: ['A (TEST)', 'B (LIVE)'] }),
      / · Stopped: A \(TEST\)\. Stopped: B \(LIVE\)\.$/,
    );
  });

  it('says that nothing is sent without credentials', () => {
    assert.equal(message({ current: undefined }), 'Integration not stored here · Nothing is sent.');
    assert.equal(
      message({ current: undefined, absent: 'integration not readable' }),
      'Integration not readable · Nothing is sent.',
    );
  });

  it('is empty if no row is shown, so that VS Code shows its welcome text', () => {
    assert.equal(
      message({ isEmpty: true, isPaused: true, filter: 'x', othersStopped: ['A'], order: 'added' }),
      '',
    );
  });
});

describe('the description next to the title', () => {
  it('says the rate limit, and when the last waiting session is sent', () => {
    assert.equal(description({}), '1/5 h · 1/10 d');
    assert.equal(
      description({ lastAt: now + 11 * dayMs }),
      `1/5 h · 1/10 d · last one ${dateText(now + 11 * dayMs, now)}`,
    );
    assert.match(description({ lastAt: now + 400 * dayMs }), /· last one \w{3} \d+ \w{3} 2027$/);
  });

  it('says a time if the last one is sent today', () => {
    const today = new Date(now);
    today.setHours(23, 59);
    assert.equal(
      description({ lastAt: today.getTime() }),
      `1/5 h · 1/10 d · last one ${timeText(today.getTime(), now)}`,
    );
    assert.equal(
      description({ lastAt: today.getTime() + minuteMs }),
      `1/5 h · 1/10 d · last one ${dateText(today.getTime() + minuteMs, now)}`,
    );
  });

  it('uses the local calendar day, even if it does not have 24 hours', () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'Europe/Berlin';
    try {
      // This day has 25 hours: a quarter past midnight and 24 h 30 later are both in it.
      const early = Date.parse('2026-10-24T22:15Z');
      const at = (ms: number): string => description({ lastAt: early + ms }, { now: early });
      assert.match(at(24.5 * hourMs), /last one 23:45$/);
      assert.match(at(25 * hourMs), /last one Mon 26 Oct$/);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('promises no time if nothing is sent', () => {
    assert.equal(description({ lastAt: now }, { isPaused: true }), '1/5 h · 1/10 d · paused');
    assert.equal(description({ lastAt: now, stop: 'forbidden' }), '1/5 h · 1/10 d · stopped');
  });

  it('is shown for an empty list, and is empty without an integration', () => {
    assert.equal(description({}, { isEmpty: true }), '1/5 h · 1/10 d');
    assert.equal(headText({ ...facts, current: undefined }).description, '');
  });
});

describe('the badge', () => {
  it('is absent if the user has nothing to do', () => {
    assert.equal(badge({}), undefined);
    assert.equal(badge({ isPaused: true }), undefined);
    assert.equal(emptyHead.badge, undefined);
  });

  for (const [needsYou, stop, othersStopped, value, words] of [
    [1, undefined, [], 1, 'one session needs you'],
    [12, undefined, [], 12, '12 sessions need you'],
    [0, 'forbidden', [], 1, 'one integration is stopped'],
    [0, undefined, ['A'], 1, 'one integration is stopped'],
    [2, 'unauthorised', ['A', 'B'], 5, '2 sessions need you, 3 integrations are stopped'],
  ] as const)
    it(`counts ${value}: ${words}`, () => {
      assert.deepEqual(badge({ needsYou, othersStopped, current: { ...current, stop } }), {
        value,
        tooltip: `Veriff Cleanup: ${words}`,
      });
    });

  it('is shown even if the filter or the list shows no row', () => {
    assert.equal(badge({ needsYou: 3, isEmpty: true, filter: 'x' })?.value, 3);
    assert.equal(badge({ needsYou: 3, current: undefined })?.value, 3);
  });
});
