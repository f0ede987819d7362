import assert from 'node:assert/strict';
import { agoIn, countIn, limitsText } from '../../../../src/editor/integrations/limitInput.ts';
import { veriffLimits } from '../../../../src/cleanup/quota/quota.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const now = new Date(2026, 10, 27, 14, 5, 30).getTime();

describe('countIn', () => {
  for (const [text, expected] of [
    ['1', 1],
    [' 10 ', 10],
    ['007', 7],
  ] as const)
    it(`reads “${text}”`, () => assert.equal(countIn(text, 10), expected));

  for (const text of ['', '0', '11', '-1', '1.5', '1e1', '0x1', 'ten', '٣', '9999999'])
    it(`refuses “${text}” and says what is allowed`, () =>
      assert.equal(countIn(text, 10), 'A whole number from 1 to 10.'));
});

describe('agoIn', () => {
  for (const [text, expected] of [
    ['now', 0],
    [' NOW ', 0],
    ['20 min', 20 * minuteMs],
    ['20m ago', 20 * minuteMs],
    ['3 h', 3 * hourMs],
    ['1 hour ago', hourMs],
    ['168 h', 168 * hourMs],
    // A minute has up to sixty more seconds, and the later time is the safe one.
    ['14:00', 4 * minuteMs + 30_000],
    ['9:05', 5 * hourMs - minuteMs + 30_000],
    ['14:05', 0],
    ['14:06', 24 * hourMs - minuteMs - 30_000],
    ['23:59', 14 * hourMs + 5 * minuteMs + 30_000],
  ] as const)
    it(`reads “${text}”`, () => assert.equal(agoIn(text, now), expected));

  for (const text of ['', 'later', '24:00', '14:60', '14:5', '-3 h', '3 days', '3', 'in 3 h'])
    it(`refuses “${text}”`, () => assert.match(String(agoIn(text, now)), /^“now”, a time/));

  it('refuses a time that is too old to count', () => {
    assert.match(String(agoIn('169 h', now)), /older than a week/);
    assert.match(String(agoIn('99999 min', now)), /older than a week/);
  });

  it('never returns a time in the future', () => {
    for (let minute = 0; minute < 24 * 60; minute += 7) {
      const text = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
      const ago = agoIn(text, now);
      assert.ok(typeof ago === 'number' && ago >= 0 && ago < 24 * hourMs, `${text}: ${ago}`);
    }
  });
});

describe('limitsText', () => {
  it('describes the documented limits, and others that Veriff may grant', () => {
    assert.equal(limitsText(veriffLimits), '5 in an hour and 10 in 24 h');
    assert.equal(limitsText([{ count: 3, windowMs: 30 * minuteMs }]), '3 in 30 min');
  });
});
