import assert from 'node:assert/strict';
import type { Entry } from '../../../../../src/cleanup/list/entry.ts';
import { lookUpReport, type LookedUp } from '../../../../../src/editor/list/entries/lookUpReport.ts';
import { endsLookUps, type LookUpOutcome } from '../../../../../src/veriff/outcome.ts';
import { sessionNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { madeUpEntry } from '../../../../support/cleanup/madeUpEntry.ts';

const answer = { status: 200, code: undefined, signature: 'valid' } as never;
const found: LookUpOutcome = { kind: 'found', sessionStatus: 'approved', answer };
const notFound =
  'Veriff does not know it for this integration: it was deleted before, belongs to another integration, or was archived. If erasure must be certain, ask Veriff.';
const gone: LookUpOutcome = { kind: 'notFound', answer };
const unanswered: readonly LookUpOutcome[] = [
  { kind: 'unauthorised', problem: 'signature', answer },
  { kind: 'forbidden', answer },
  { kind: 'limited', answer },
  { kind: 'failed', reason: 'requestRefused', answer },
  { kind: 'unknown', reason: 'timeout' },
  { kind: 'notSent', reason: 'noConnection' },
];

function one(
  outcome: LookUpOutcome,
  before: Entry['state'] = 'listed',
  after: Entry['state'] = before,
): LookedUp {
  return {
    outcome,
    before: madeUpEntry({ state: before }),
    after: madeUpEntry({ state: after }),
  };
}

describe('lookUpReport', () => {
  const cases: readonly (readonly [LookedUp, string])[] = [
    [one(found), 'the session is at Veriff, with the status “approved”.'],
    [one({ kind: 'found', answer }), 'the session is at Veriff.'],
    [
      one(found, 'unknown', 'confirmed'),
      'the session is at Veriff, with the status “approved”. It was not deleted, and waits for a slot again.',
    ],
    [
      one(found, 'unknown', 'listed'),
      'the session is at Veriff, with the status “approved”. It was not deleted.',
    ],
    [one(gone), notFound],
    [one(gone, 'unknown', 'notFound'), notFound],
    [
      one(gone, 'unknown', 'deleted'),
      'the session is not there any more; it was before, so it counts as deleted.',
    ],
    [one(gone, 'deleted'), notFound],
  ];
  for (const [lookedUp, text] of cases)
    it(`for one: ${text}`, () => {
      assert.deepEqual(lookUpReport([lookedUp]), { tone: 'info', text: `${sessionNumber(1)}: ${text}` });
    });

  for (const outcome of unanswered)
    it(`for one without an answer: ${outcome.kind}`, () => {
      const report = lookUpReport([one(outcome)]);
      assert.equal(report.tone, 'warning');
      assert.match(report.text, /^00000000-0000-4000-8000-000000000001: no answer\. [A-Z].*\.$/);
      assert.equal(report.nextStep, outcome.kind === 'unauthorised' ? 'editIntegration' : undefined);
    });

  it('counts several, and says once why some have no result', () => {
    const several = [one(found), one(gone), one(gone), ...unanswered.map((outcome) => one(outcome))];
    const { tone, text, nextStep } = lookUpReport(several);
    assert.equal(tone, 'warning');
    assert.match(
      text,
      /^9 looked up: 1 is at Veriff, 2 are not known to the integration, 6 could not be told\. Veriff does not accept the credentials \(401\): [^.]*\.$/,
    );
    assert.equal(nextStep, 'editIntegration');
  });

  it('leaves out counts of zero', () => {
    assert.deepEqual(lookUpReport([one(found), one(found)]), {
      tone: 'info',
      text: '2 looked up: 2 are at Veriff.',
    });
    assert.equal(
      lookUpReport([one(gone), one(gone)]).text,
      '2 looked up: 2 are not known to the integration.',
    );
    assert.deepEqual(lookUpReport([]), { tone: 'info', text: 'Nothing was looked up.' });
  });

  it('shows invisible characters of a status, and shortens it', () => {
    const hostile: LookUpOutcome = { kind: 'found', sessionStatus: `\u202E\n${'x'.repeat(500)}`, answer };
    const { text } = lookUpReport([one(hostile)]);
    assert.ok(text.includes('<U+202E><U+000A>'), text);
    assert.ok(text.length < 200, text);
  });
});

describe('endsLookUps', () => {
  it('is true if each further look-up would get the same answer for any session', () => {
    const ending = [found, gone, ...unanswered].filter(endsLookUps).map(({ kind }) => kind);
    assert.deepEqual(ending, ['unauthorised', 'forbidden', 'limited', 'notSent']);
  });
});
