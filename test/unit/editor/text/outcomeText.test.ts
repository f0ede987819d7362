import assert from 'node:assert/strict';
import {
  answerLine,
  checkText,
  accessRequestText,
  answerWithLookUpText,
  enableRequestText,
  lookUpText,
  outcomeText,
  type NextStep,
  type Tone,
} from '../../../../src/editor/text/outcomeText.ts';
import {
  judgeDeletion,
  judgeLookUp,
  type AnswerFacts,
  type DeletionOutcome,
  type LookUpOutcome,
  type NotSentReason,
  type UnknownReason,
} from '../../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../../src/veriff/sessionId.ts';

const answer = (status: number, code?: string): AnswerFacts => ({
  status,
  signature: 'valid',
  ...(code !== undefined && { code }),
});

interface Expected {
  readonly tone: Tone;
  /** What happened or what was not done. */
  readonly says: RegExp;
  /** What to do next, or that there is nothing to do. */
  readonly next: RegExp;
  readonly nextStep?: NextStep;
}

// Records over the unions, so that a new kind or reason does not compile before it has an expectation here.
const unknowns: Readonly<Record<UnknownReason, RegExp>> = {
  timeout: /no complete answer came within 30 s/,
  connectionLost: /connection was lost/,
  cancelled: /cancelled after the request had left/,
  redirected: /redirect, which is never followed/,
  serverError: /error of its own \(5xx\)/,
  signatureMismatch: /signature of the answer is wrong/,
  otherSession: /names another session/,
  tooLarge: /longer than 64 KiB/,
  unreadable: /cannot be read/,
  undocumented: /none that Veriff documents/,
};
const notSents: Readonly<Record<NotSentReason, { says: RegExp; next: RegExp }>> = {
  cancelled: { says: /cancelled before the request left/, next: /No quota was spent/ },
  noConnection: { says: /no connection could be made/, next: /Check the network and the base URL/ },
  certificateRefused: { says: /certificate is not trusted/, next: /Check the base URL and the proxy/ },
  tlsVerificationOff: { says: /NODE_TLS_REJECT_UNAUTHORIZED=0/, next: /Unset it and restart VS Code/ },
  lookUpsLimited: { says: /limited look-ups \(429\)/, next: /Try again in a few minutes/ },
  urlRefused: { says: /not the integration’s own/, next: /Edit the integration’s base URL/ },
};
type Problem = Extract<DeletionOutcome, { kind: 'unauthorised' }>['problem'];
const problems: Readonly<Record<Problem, { says: RegExp; next: RegExp }>> = {
  apiKeyMissing: { says: /got no API key \(401\)/, next: /check the network, then the integration/ },
  apiKey: { says: /does not accept the API key \(401\)/, next: /Check the API key and the base URL/ },
  signature: { says: /rejects the signature \(401\)/, next: /Check the shared secret key/ },
  undocumented: { says: /refused the credentials \(401\)/, next: /Check the API key, the shared secret key/ },
};

const unknownOutcomes = Object.keys(unknowns).map((reason) => ({
  kind: 'unknown' as const,
  reason: reason as UnknownReason,
}));
const notSentOutcomes = Object.keys(notSents).map((reason) => ({
  kind: 'notSent' as const,
  reason: reason as NotSentReason,
}));
const unauthorisedOutcomes = Object.keys(problems).map((problem) => ({
  kind: 'unauthorised' as const,
  problem: problem as Problem,
  answer: answer(401),
}));
const nameOf = (outcome: DeletionOutcome | LookUpOutcome): string =>
  [
    outcome.kind,
    ...('reason' in outcome ? [outcome.reason] : []),
    ...('problem' in outcome ? [outcome.problem] : []),
  ].join('/');

const deletions: readonly (readonly [DeletionOutcome, Expected])[] = [
  [
    { kind: 'deleted', answer: answer(200) },
    {
      tone: 'info',
      says: /^Deleted\. It is gone from the Veriff portal and API/,
      next: /within 12 hours\.$/,
    },
  ],
  [
    { kind: 'notFound', answer: answer(404, '1101') },
    {
      tone: 'warning',
      says: /^Not found:.*deleted before.*another integration.*archived/,
      next: /ask Veriff\.$/,
    },
  ],
  [
    { kind: 'blocked', reason: 'inProgress', answer: answer(400, '1306') },
    {
      tone: 'warning',
      says: /^Not deleted: the end-user is in the flow/,
      next: /is tried again after a while/,
    },
  ],
  [
    { kind: 'blocked', reason: 'notCompleted', answer: answer(400, '1305') },
    {
      tone: 'warning',
      says: /^Not deleted: .*not in a completed status/,
      next: /is tried again after a while/,
    },
  ],
  [
    { kind: 'failed', reason: 'idRefused', answer: answer(400, '1104') },
    {
      tone: 'error',
      says: /^Not deleted: Veriff does not accept this id/,
      next: /Check that it is a session id/,
    },
  ],
  [
    { kind: 'failed', reason: 'requestRefused', answer: answer(400, '1004') },
    {
      tone: 'error',
      says: /^Not deleted: Veriff refused the request \(HTTP 400, code 1004\)/,
      next: /The log has the details/,
    },
  ],
  [
    { kind: 'forbidden', answer: answer(403) },
    {
      tone: 'error',
      says: /^Not deleted: Veriff forbids it \(403\)/,
      next: /ask your Solutions Engineer or Veriff support/,
      nextStep: 'copyEnableRequest',
    },
  ],
  [
    { kind: 'limited', answer: answer(429, '1004') },
    {
      tone: 'warning',
      says: /^Not deleted: .*rate limit is reached \(429\)/,
      next: /Nothing more is sent until/,
    },
  ],
  ...unauthorisedOutcomes.map(
    (outcome) =>
      [
        outcome,
        {
          tone: 'error',
          says: new RegExp(`^Not deleted: Veriff ${problems[outcome.problem].says.source}`),
          next: problems[outcome.problem].next,
          nextStep: 'editIntegration',
        },
      ] as const,
  ),
  ...unknownOutcomes.map(
    (outcome) =>
      [
        outcome,
        {
          tone: 'warning',
          says: new RegExp(`^It is not known whether it was deleted: .*${unknowns[outcome.reason].source}`),
          // The next step is in the text of the look-up that follows.
          next: /./,
        },
      ] as const,
  ),
  ...notSentOutcomes.map(
    (outcome) =>
      [
        outcome,
        {
          tone: outcome.reason === 'cancelled' ? 'info' : 'error',
          says: new RegExp(`^Nothing was sent: .*${notSents[outcome.reason].says.source}`),
          next: notSents[outcome.reason].next,
        },
      ] as const,
  ),
];

describe('outcomeText', () => {
  it('is tested with every kind', () => {
    const kinds: Readonly<Record<DeletionOutcome['kind'], true>> = {
      deleted: true,
      notFound: true,
      blocked: true,
      failed: true,
      unauthorised: true,
      forbidden: true,
      limited: true,
      unknown: true,
      notSent: true,
    };
    assert.deepEqual(new Set(deletions.map(([{ kind }]) => kind)), new Set(Object.keys(kinds)));
  });

  for (const [outcome, { tone, says, next, nextStep }] of deletions)
    it(`says what happened and what is next: ${nameOf(outcome)}`, () => {
      const shown = outcomeText(outcome);
      assert.match(shown.text, says);
      assert.match(shown.text, next);
      assert.equal(shown.tone, tone);
      assert.equal(shown.nextStep, nextStep);
      assertReadable(shown.text);
    });

  it('has a different text for every reason', () => {
    assert.equal(new Set(deletions.map(([outcome]) => outcomeText(outcome).text)).size, deletions.length);
  });

  it('reports a deletion only for “deleted”', () => {
    for (const [outcome] of deletions.filter(([{ kind }]) => kind !== 'deleted')) {
      const { text } = outcomeText(outcome);
      assert.match(
        text,
        /^(?:Not deleted: |Nothing was sent: |It is not known |Not found: )/,
        nameOf(outcome),
      );
      assert.doesNotMatch(text, /^Deleted/);
    }
  });

  it('warns if the answer was unsigned', () => {
    const shown = outcomeText({ kind: 'deleted', answer: { status: 200, signature: 'unsigned' } });
    assert.equal(shown.tone, 'warning');
    assert.match(shown.text, /^Deleted\..* The answer was unsigned\.$/);
    assert.doesNotMatch(outcomeText({ kind: 'deleted', answer: answer(200) }).text, /unsigned/);
  });

  it('promises no free quota after a request was sent', () => {
    for (const [outcome] of deletions.filter(([{ kind }]) => kind !== 'notSent'))
      assert.doesNotMatch(outcomeText(outcome).text, /no quota/i, nameOf(outcome));
  });

  it('names only the status if there is no code', () => {
    const { text } = outcomeText({ kind: 'failed', reason: 'requestRefused', answer: answer(400) });
    assert.match(text, /refused the request \(HTTP 400\)\./);
  });
});

const lookUps: readonly LookUpOutcome[] = [
  { kind: 'found', answer: answer(200) },
  { kind: 'found', sessionStatus: 'approved', answer: answer(200) },
  { kind: 'notFound', answer: answer(404, '1101') },
  { kind: 'failed', reason: 'idRefused', answer: answer(400, '1104') },
  { kind: 'failed', reason: 'requestRefused', answer: answer(400, '1004') },
  { kind: 'forbidden', answer: answer(403) },
  { kind: 'limited', answer: answer(429, '1004') },
  ...unauthorisedOutcomes,
  ...unknownOutcomes,
  ...notSentOutcomes,
];

describe('lookUpText', () => {
  for (const outcome of lookUps)
    it(`says what is known now: ${nameOf(outcome)}`, () => {
      const text = lookUpText(outcome);
      assertReadable(text);
      if (outcome.kind === 'notFound') assert.match(text, /does not find the session any more\.$/);
      else if (outcome.kind === 'found')
        assert.match(text, /still exists.*: it was not deleted, and may be tried again\.$/);
      else assert.match(text, /could not tell.*look for the session.*before you delete it again\.$/);
    });

  it('names the status if there is one', () => {
    assert.match(
      lookUpText({ kind: 'found', sessionStatus: 'approved', answer: answer(200) }),
      /exists \(approved\):/,
    );
    assert.match(lookUpText({ kind: 'found', answer: answer(200) }), /exists: it/);
  });
});

describe('checkText', () => {
  for (const outcome of lookUps)
    it(`judges the credentials or says that it cannot: ${nameOf(outcome)}`, () => {
      const { text, tone, nextStep } = checkText(outcome);
      assertReadable(text);
      // A check deletes nothing, so the text must not mention a deletion.
      assert.doesNotMatch(text, /(?:not|was|is) deleted/i);
      const isAccepted = outcome.kind === 'notFound' || outcome.kind === 'found';
      assert.equal(text.includes('accepts the API key and the shared secret key'), isAccepted);
      assert.equal(tone, isAccepted ? 'info' : outcome.kind === 'limited' ? 'warning' : 'error');
      if (!isAccepted) assert.match(text, /\b(?:check|ask|try|edit|unset|log|no quota was spent)\b/i);
      const fixable = ['unauthorised', 'unknown', 'notSent'].includes(outcome.kind);
      assert.equal(nextStep === 'editIntegration', fixable);
      assert.equal(nextStep === 'copyEnableRequest', outcome.kind === 'forbidden');
    });

  it('begins with a capital letter and gives no advice twice', () => {
    for (const outcome of lookUps) {
      const sentences = checkText(outcome).text.split(/(?<=\.) /);
      assert.match(checkText(outcome).text, /^[A-Z]/);
      assert.equal(new Set(sentences).size, sentences.length, checkText(outcome).text);
    }
  });

  it('does not blame the base URL for an error of Veriff’s own', () => {
    const { text } = checkText({ kind: 'unknown', reason: 'serverError', answer: answer(500) });
    assert.match(text, /Try again later\.$/);
    assert.doesNotMatch(text, /base URL/);
  });
});

describe('answerLine', () => {
  it('has the facts, with the reason first', () => {
    assert.deepEqual(
      answerLine({
        kind: 'blocked',
        reason: 'notCompleted',
        answer: { ...answer(400, '1305'), signature: 'unsigned' },
      }),
      ['notCompleted', 'HTTP 400', 'code 1305', 'unsigned'],
    );
    assert.deepEqual(answerLine({ kind: 'deleted', answer: answer(200) }), ['HTTP 200', 'signature valid']);
    assert.deepEqual(
      answerLine({ kind: 'unauthorised', problem: 'signature', answer: answer(401, '1818') }),
      ['signature', 'HTTP 401', 'code 1818', 'signature valid'],
    );
  });

  it('says that there was no answer, and that a signature was wrong', () => {
    assert.deepEqual(answerLine({ kind: 'unknown', reason: 'timeout' }), ['timeout', 'no answer']);
    assert.deepEqual(answerLine({ kind: 'notSent', reason: 'noConnection' }), ['noConnection', 'no answer']);
    const facts: AnswerFacts = { status: 200, signature: 'mismatch' };
    assert.deepEqual(answerLine({ kind: 'unknown', reason: 'signatureMismatch', answer: facts }), [
      'signatureMismatch',
      'HTTP 200',
      'SIGNATURE WRONG',
    ]);
  });
});

describe('enableRequestText', () => {
  it('names the endpoint, the integration and the host, and no key', () => {
    const text = enableRequestText('Shop', 'veriff.example');
    assert.match(text, /DELETE \/v1\/sessions\/\{id\}/);
    assert.match(text, /“Shop” \(veriff\.example\)/);
    assert.match(text, /look-ups are answered/);
    assert.doesNotMatch(text, /[0-9a-f]{8}-/);
  });
});

describe('accessRequestText', () => {
  it('names the integration, the host, the status and the allowlist, and no key', () => {
    const text = accessRequestText('Shop', 'veriff.example');
    for (const part of ['“Shop” (veriff.example)', '403', 'allowlist', 'GET', 'DELETE /v1/sessions/{id}'])
      assert.ok(text.includes(part), part);
    assert.doesNotMatch(text, /[0-9a-f]{8}-/);
  });
});

describe('answerWithLookUpText', () => {
  const forbidden: DeletionOutcome = { kind: 'forbidden', answer: answer(403) };
  const notFound: DeletionOutcome = { kind: 'notFound', answer: answer(404, '1101') };
  const found: LookUpOutcome = { kind: 'found', sessionStatus: 'approved', answer: answer(200) };

  for (const [deletion, lookUp, says, nextStep] of [
    [forbidden, found, /answers look-ups: deletion is probably not enabled/, 'copyEnableRequest'],
    [forbidden, notFound, /answers look-ups: deletion is probably not enabled/, 'copyEnableRequest'],
    [forbidden, forbidden, /refuses access.*look-up is refused as well.*allowlist/, 'copyAccessRequest'],
    [
      forbidden,
      { kind: 'unknown', reason: 'timeout' },
      /Either deletion is not enabled.*or/,
      'copyEnableRequest',
    ],
    [
      notFound,
      found,
      /^Not deleted: .*\(404\), but a look-up finds it \(approved\): .*not enabled/,
      'copyEnableRequest',
    ],
    [notFound, notFound, /^Not found: .*ask Veriff\.$/, undefined],
    [notFound, { kind: 'unknown', reason: 'timeout' }, /^Not found: .*ask Veriff\.$/, undefined],
  ] as const)
    it(`says what a ${deletion.kind} means if a look-up is ${lookUp.kind}`, () => {
      const shown = answerWithLookUpText(deletion, lookUp);
      assertReadable(shown.text);
      assert.match(shown.text, says);
      assert.equal(shown.nextStep, nextStep);
      assert.equal(shown.tone, nextStep === undefined ? 'warning' : 'error');
    });
});

describe('a hostile answer', () => {
  const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7' as SessionId;
  const credentials = {
    baseUrl: 'https://veriff.example',
    apiKey: '5ec2e700-aaaa-4aaa-8aaa-00000000000a',
    sharedSecretKeys: ['5ec2e700-bbbb-4bbb-8bbb-00000000000b'],
  } as const;
  const marks = [
    'MARKED',
    'MARKED\u202E',
    'MARKED\u0000\n',
    '<svg onload=MARKED>',
    '[MARKED](command:veriffCleanup.deleteSession)',
    'MARKED'.repeat(2_000),
    credentials.apiKey,
    credentials.sharedSecretKeys[0],
  ];

  it('brings neither its own words nor a key into any text', () => {
    for (const mark of marks)
      for (const status of [200, 204, 302, 400, 401, 403, 404, 418, 429, 500])
        for (const shape of [
          { status: mark, code: mark, message: mark },
          { status: 'success', verification: { id: mark }, verifications: [{ id: mark, status: mark }] },
          { status: 'success', verification: { id }, verifications: [{ status: mark, createdTime: mark }] },
          { __proto__: { code: mark }, code: [mark], [mark]: mark },
        ]) {
          const reply = {
            status,
            headers: { 'retry-after': [mark] },
            body: Buffer.from(JSON.stringify(shape)),
          };
          const deletion = judgeDeletion(reply, id, credentials, 0);
          const lookUp = judgeLookUp(reply, credentials, 0);
          const facts = [...answerLine(deletion), ...answerLine(lookUp)].join(' ');
          assert.match(facts, /^[\w ]{1,120}$/);
          for (const text of [outcomeText(deletion).text, lookUpText(lookUp), checkText(lookUp).text, facts])
            assert.doesNotMatch(text, /MARKED|5ec2e700/);
          assertReadable(outcomeText(deletion).text);
          assertReadable(lookUpText(lookUp));
          assertReadable(checkText(lookUp).text);
        }
  });
});

/** Sentences of plain, visible text, short enough for a message, with an end and without doubled punctuation. */
function assertReadable(text: string): void {
  assert.match(text, /^[ -~’“”–…]{1,280}$/);
  assert.match(text, /\.$/);
  assert.doesNotMatch(text.replace(/\.$/, ''), / {2}|[.,:;]{2}|undefined|NaN|\[object|[.:;]$/);
}
