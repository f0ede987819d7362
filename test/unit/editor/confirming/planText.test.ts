import assert from 'node:assert/strict';
import { quotaState, veriffLimits } from '../../../../src/cleanup/quota/quota.ts';
import type { Integration } from '../../../../src/editor/app/integration.ts';
import { planHead, planLine, type PlanFacts } from '../../../../src/editor/confirming/planText.ts';
import { dateText, timeText } from '../../../../src/editor/text/timeText.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const now = Date.UTC(2026, 10, 27, 12, 0);
const shop: Integration = {
  id: 'shop',
  name: 'Shop, staging',
  kind: 'TEST',
  baseUrl: 'https://veriff.example:8443',
  apiKey: '5ec2e700-0000-4000-8000-000000000001',
  sharedSecretKeys: ['5ec2e700-0000-4000-8000-000000000002'],
  isSandbox: false,
};

function headOf(more: Partial<PlanFacts> = {}): string {
  return planHead({
    integration: shop,
    quota: quotaState([], veriffLimits, 9 * dayMs),
    queued: 0,
    total: 300,
    lastInMs: 29 * dayMs,
    standstill: undefined,
    now,
    ...more,
  }).join('\n');
}

describe('the head of a plan', () => {
  it('says what is deleted, where, how many, and when the last one is sent', () => {
    const head = headOf();
    assert.match(head, /^Plan: delete 300 sessions at Veriff$/m);
    assert.match(head, /^Integration {3}Shop, staging \(TEST\)$/m);
    assert.match(head, /^Host {10}veriff\.example:8443$/m);
    assert.match(head, /^Sessions {6}300$/m);
    const last = now + 29 * dayMs;
    assert.ok(head.includes(`The last one  ${dateText(last, now)} ${timeText(last, last)}`), head);
    assert.match(head, /^Rate limit {4}0\/5 used this hour \(5 free\), 0\/10 used in 24 h/m);
  });

  it('says that it confirms nothing, and what a deletion triggers', () => {
    const head = headOf();
    assert.match(head, /confirms nothing/);
    assert.match(head, /cannot be undone/);
    assert.match(head, /within 12 hours/);
    assert.match(head, /decision webhook \(expired\/abandoned\)/);
  });

  it('mentions sessions that are sent before, if there are any', () => {
    assert.match(headOf({ queued: 12 }), /^Go before {5}12 confirmed already$/m);
    assert.doesNotMatch(headOf(), /Go before/);
  });

  it('has no date if nothing is being sent, and says why', () => {
    assert.match(headOf({ lastInMs: undefined, standstill: 'paused' }), /^The last one .*paused$/m);
    assert.match(headOf({ lastInMs: undefined, standstill: 'stopped' }), /^The last one .*answer of Veriff/m);
    assert.match(headOf({ total: 0, lastInMs: undefined }), /^The last one {2}nothing is planned$/m);
    assert.match(headOf({ total: 1, lastInMs: 0 }), /^Plan: delete one session[^]*^The last one {2}now$/m);
  });

  it('never contains a key', () => assert.doesNotMatch(headOf(), /5ec2e700/));
});

describe('a line of a plan', () => {
  const sessionId = sessionNumber(7);

  it('has number, time, id, source and effect, in columns', () => {
    const first = planLine({ sessionId, inMs: 0, source: 'test/shop.ts:14' }, 1, now);
    const later = planLine({ sessionId, inMs: 3 * hourMs, source: '' }, 100_000, now);
    assert.match(first, /^ {5}1 {2}now {16}00000000-\S+ {2}test\/shop\.ts:14 +a webhook, if/);
    assert.ok(later.includes(timeText(now + 3 * hourMs, now)), later);
    assert.equal(first.indexOf(sessionId), later.indexOf(sessionId));
  });

  it('says what the deletion sets off if that is known', () => {
    const line = planLine({ sessionId, inMs: 0, source: '', setsOff: 'approved (no webhook)' }, 1, now);
    assert.match(line, /approved \(no webhook\)$/);
  });

  it('stays one line, whatever the name of the source', () => {
    const source = 'a\u202egnp.exe\n\u0007b'.padEnd(500, 'x');
    const text = planLine({ sessionId, inMs: undefined, source }, 1, now);
    assert.match(text, /^[^\p{Cc}\p{Cf}]*$/u);
    assert.ok(text.length < 250);
    assert.match(text, /^ {5}1 {2}– /);
  });
});
