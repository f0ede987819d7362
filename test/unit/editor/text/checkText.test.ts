import assert from 'node:assert/strict';
import { checkText } from '../../../../src/editor/text/checkText.ts';
import type { LookUpOutcome } from '../../../../src/veriff/outcome.ts';

const answer = { status: 200, signature: 'valid' } as const;
const found = (sessionStatus: string): LookUpOutcome => ({ kind: 'found', sessionStatus, answer });
const notFound: LookUpOutcome = { kind: 'notFound', answer: { status: 404, signature: 'valid' } };
const none = { notStored: 0, notAsked: 0, isCancelled: false };

describe('checkText', () => {
  it('counts by what the statuses mean', () => {
    const outcomes = [found('approved'), found('submitted'), found('approved'), notFound];
    assert.deepEqual(checkText({ ...none, outcomes }), {
      tone: 'info',
      text: '4 sessions checked: 2 approved (no webhook) · 1 submitted: Veriff refuses it now · 1 not known to the integration.',
    });
  });

  it('says what has no answer, and why nothing more was asked for', () => {
    const outcomes: readonly LookUpOutcome[] = [
      { kind: 'unauthorised', problem: 'signature', answer: { status: 401, signature: 'unsigned' } },
    ];
    const { tone, text } = checkText({ ...none, outcomes, notAsked: 1234 });
    assert.equal(tone, 'warning');
    assert.match(text, /1 session checked: 1 without an answer: Veriff rejected the credentials \(401\)\./);
    assert.match(text, /1,234 more would get the same answer/);
  });

  it('says what was cancelled, and what is not stored here', () => {
    const { tone, text } = checkText({ outcomes: [], notAsked: 0, notStored: 2, isCancelled: true });
    assert.equal(tone, 'warning');
    assert.equal(
      text,
      '0 sessions checked. 2 belong to an integration that is not stored here. Cancelled: the others were not checked.',
    );
  });

  it('shows a status from the server without direction marks', () =>
    assert.doesNotMatch(checkText({ ...none, outcomes: [found('x\u202ey')] }).text, /\p{Cf}/u));
});
