import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Credentials } from '../../../src/veriff/credentials.ts';
import {
  judgeDeletion,
  judgeLookUp,
  type DeletionOutcome,
  type LookUpOutcome,
  type VeriffReply,
} from '../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { inBrief, madeReplies, signatureOf } from '../../support/server/hostileServer.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7' as SessionId;
const key = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const credentials: Credentials = {
  baseUrl: 'https://veriff.example',
  apiKey: '11111111-2222-4333-8444-555555555555',
  sharedSecretKeys: [key, '99999999-2222-4333-8444-555555555555'],
};
const now = Date.UTC(2026, 0, 5, 12, 0, 0);
const deletedBody = JSON.stringify({ status: 'success', verification: { id } });
const attemptsBody = '{"status":"success","verifications":[]}';
const refusal = (code: unknown, status: unknown = 'fail'): string =>
  JSON.stringify({ status, code, message: 'Session is not in a completed status.' });

type Headers = Record<string, string[]>;

function replyOf(status: number, body: string | Uint8Array, headers: Headers = {}): VeriffReply {
  return { status, headers, body: Buffer.from(body) };
}

function judge(status: number, body: string | Uint8Array, headers?: Headers): DeletionOutcome {
  return judgeDeletion(replyOf(status, body, headers), id, credentials, now);
}

function judgeGet(status: number, body: string | Uint8Array, headers?: Headers): LookUpOutcome {
  return judgeLookUp(replyOf(status, body, headers), credentials, now);
}

// Every row of the table in src/veriff/README.md, for a DELETE and for a GET.
const documented: [status: number, codes: string[], deletion: string, lookUp: string][] = [
  [400, ['1305'], 'blocked/notCompleted', 'unknown/undocumented'],
  [400, ['1306'], 'blocked/inProgress', 'unknown/undocumented'],
  [400, ['1001', '1002', '1104'], 'failed/idRefused', 'failed/idRefused'],
  [400, ['1101', '1004', '1', '999999'], 'failed/requestRefused', 'failed/requestRefused'],
  [401, ['1101', '1801'], 'unauthorised/apiKeyMissing', 'unauthorised/apiKeyMissing'],
  [401, ['1802', '1803', '1804'], 'unauthorised/apiKey', 'unauthorised/apiKey'],
  [401, ['1812', '1813', '1814', '1815', '1818', '1819'], 'unauthorised/signature', 'unauthorised/signature'],
  [401, ['1305', '1816', '1817', '1820'], 'unauthorised/undocumented', 'unauthorised/undocumented'],
  [403, ['1101', '1305'], 'forbidden', 'forbidden'],
  [404, ['1101'], 'notFound', 'notFound'],
  [404, ['1004', '1102', '404'], 'unknown/undocumented', 'unknown/undocumented'],
  [429, ['1004', '1101'], 'limited', 'limited'],
  [500, ['1101', '1305'], 'unknown/serverError', 'unknown/serverError'],
];

describe('judging answers that both requests can get', () => {
  for (const [status, codes, deletion, lookUp] of documented)
    for (const code of codes)
      it(`${status} with ${code}: ${deletion}`, () => {
        // Text and number mean the same, in the code and in the status of the body.
        for (const body of [
          refusal(code),
          refusal(Number(code)),
          refusal(code, '400'),
          refusal(Number(code), 400),
        ]) {
          assert.equal(inBrief(judge(status, body)), deletion);
          assert.equal(inBrief(judgeGet(status, body)), lookUp);
          assert.equal((judge(status, body) as { answer: { code?: string } }).answer.code, code);
        }
      });

  const unreadable: [status: number, expected: string][] = [
    [400, 'unknown/undocumented'],
    [401, 'unauthorised/undocumented'],
    [403, 'forbidden'],
    [404, 'unknown/undocumented'],
    [429, 'limited'],
    ...[300, 301, 302, 303, 304, 305, 307, 308, 399].map((status): [number, string] => [
      status,
      'unknown/redirected',
    ]),
    ...[500, 502, 503, 504, 520, 599].map((status): [number, string] => [status, 'unknown/serverError']),
    ...[0, 99, 100, 199, 201, 202, 204, 206, 299, 402, 405, 410, 418, 499, 600, 999].map(
      (status): [number, string] => [status, 'unknown/undocumented'],
    ),
  ];
  const bodies = [
    '',
    '<h1>1305</h1>',
    refusal('13O5'),
    refusal('1305.0'),
    refusal(' 1305'),
    refusal(null),
    refusal(13.5),
  ];
  const more = [
    refusal(['1305']),
    refusal('1234567'),
    refusal(-1305),
    `[${refusal('1305')}]`,
    `{"__proto__":${refusal('1101')}}`,
  ];
  for (const [status, expected] of unreadable)
    it(`${status} without a readable code: ${expected}`, () => {
      for (const body of [...bodies, ...more, Buffer.from(refusal('1101'), 'utf16le'), '{"code":"1101"']) {
        assert.equal(inBrief(judge(status, body)), expected);
        assert.equal(inBrief(judgeGet(status, body)), expected);
        assert.ok(!('code' in (judge(status, body) as { answer: object }).answer));
      }
    });

  it('counts only 200 as deleted, whatever the body says', () => {
    for (let status = 0; status < 1_000; status += 1)
      if (status !== 200) {
        assert.notEqual(judge(status, deletedBody).kind, 'deleted');
        assert.notEqual(judgeGet(status, attemptsBody).kind, 'found');
      }
  });

  it('calls a 404 gone if Veriff signed it, even without a code', () => {
    const headers = { 'x-hmac-signature': [signatureOf('<h1>404</h1>', key)] };
    assert.equal(inBrief(judge(404, '<h1>404</h1>', headers)), 'notFound');
    assert.equal(inBrief(judgeGet(404, '<h1>404</h1>', headers)), 'notFound');
  });

  it('does not read the message', () => {
    const body = JSON.stringify({ status: 'fail', message: 'Session in progress. 1306' });
    assert.equal(inBrief(judge(400, body)), 'unknown/undocumented');
  });

  it('ignores an answer with a wrong signature, whatever its status', () => {
    for (const status of [200, 301, 400, 401, 403, 404, 429, 500, 999])
      for (const name of ['x-hmac-signature', 'vrf-hmac-signature'])
        for (const values of [['x'], [''], [signatureOf('{}', key)]]) {
          const headers = { [name]: values };
          assert.equal(inBrief(judge(status, deletedBody, headers)), 'unknown/signatureMismatch');
          assert.equal(inBrief(judgeGet(status, attemptsBody, headers)), 'unknown/signatureMismatch');
        }
  });
});

describe('judging a 200 to a DELETE', () => {
  const right = signatureOf(deletedBody, key);
  const verdict = (headers?: Headers): string => {
    const outcome = judge(200, deletedBody, headers);
    return outcome.kind === 'deleted' ? outcome.answer.signature : inBrief(outcome);
  };

  it('accepts either prefix, any of the keys, and no signature at all', () => {
    const byTheSecondKey = signatureOf(deletedBody, credentials.sharedSecretKeys[1] ?? '');
    assert.equal(verdict(), 'unsigned');
    assert.equal(verdict({ 'x-hmac-signature': [right] }), 'valid');
    assert.equal(verdict({ 'vrf-hmac-signature': [right.toUpperCase()] }), 'valid');
    assert.equal(verdict({ 'x-hmac-signature': [byTheSecondKey] }), 'valid');
    assert.equal(verdict({ 'x-hmac-signature': [right, right] }), 'unknown/signatureMismatch');
    const both = { 'x-hmac-signature': [right], 'vrf-hmac-signature': [right] };
    assert.equal(verdict(both), 'unknown/signatureMismatch');
  });

  it('reads only the headers’ own properties', () => {
    const headers = Object.create({ 'x-hmac-signature': ['x'], date: ['x'] }) as Headers;
    assert.equal(verdict(headers), 'unsigned');
  });

  const about = (verification: unknown, rest: object = { status: 'success' }): string =>
    JSON.stringify({ ...rest, verification });
  const otherId = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a8';
  const cases: [title: string, body: string | Uint8Array, expected: string][] = [
    ['the documented body', deletedBody, 'deleted'],
    ['upper case', about({ id: id.toUpperCase() }), 'deleted'],
    ['no status', about({ id }, {}), 'deleted'],
    ['more properties, another order', about({ x: 1, id }, { message: '', z: [] }), 'deleted'],
    ['a byte order mark', `\ufeff${deletedBody}`, 'deleted'],
    ['white space around', `\n ${deletedBody}\r\n`, 'deleted'],
    ['two byte order marks', `\ufeff\ufeff${deletedBody}`, 'unknown/unreadable'],
    ['another id', about({ id: otherId }), 'unknown/otherSession'],
    ['another id, failed', about({ id: otherId }, { status: 'fail' }), 'unknown/otherSession'],
    ['the right id, then another', deletedBody.replace('}', `,"id":"${otherId}"}`), 'unknown/otherSession'],
    ['failed', about({ id }, { status: 'fail' }), 'unknown/undocumented'],
    ['status 200', about({ id }, { status: 200 }), 'unknown/undocumented'],
    ['status null', about({ id }, { status: null }), 'unknown/undocumented'],
    ['status “Success”', about({ id }, { status: 'Success' }), 'unknown/undocumented'],
    ['no verification', '{"status":"success"}', 'unknown/unreadable'],
    ['verification null', about(null), 'unknown/unreadable'],
    ['the id itself as verification', about(id), 'unknown/unreadable'],
    ['a list as verification', about([{ id }]), 'unknown/unreadable'],
    ['no id', about({ sessionId: id }), 'unknown/unreadable'],
    ['an id in a list', about({ id: [id] }), 'unknown/unreadable'],
    ['an id that is a number', about({ id: 7 }), 'unknown/unreadable'],
    ['an empty id', about({ id: '' }), 'unknown/unreadable'],
    ['an id with a tail', about({ id: `${id}0` }), 'unknown/unreadable'],
    ['the id beside, not inside', JSON.stringify({ status: 'success', id }), 'unknown/unreadable'],
    ['a list around', `[${deletedBody}]`, 'unknown/unreadable'],
    ['a text around', JSON.stringify(deletedBody), 'unknown/unreadable'],
    ['__proto__ around', `{"__proto__":${deletedBody}}`, 'unknown/unreadable'],
    ['__proto__ inside', about({}).replace('{}', `{"__proto__":{"id":"${id}"}}`), 'unknown/unreadable'],
    ['null', 'null', 'unknown/unreadable'],
    ['nothing', '', 'unknown/unreadable'],
    ['HTML', '<html>success</html>', 'unknown/unreadable'],
    ['cut off', deletedBody.slice(0, -1), 'unknown/unreadable'],
    ['two objects', deletedBody + deletedBody, 'unknown/unreadable'],
    ['a byte that is no UTF-8', Buffer.from(about({ id }, { m: '\xff' }), 'latin1'), 'unknown/unreadable'],
    ['UTF-16', Buffer.from(`\ufeff${deletedBody}`, 'utf16le'), 'unknown/unreadable'],
    ['brackets without end', '['.repeat(65_536), 'unknown/unreadable'],
  ];
  for (const [title, body, expected] of cases)
    it(`${title}: ${expected}`, () => assert.equal(inBrief(judge(200, body)), expected));

  it('is not affected by a polluted prototype', () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    prototype['verification'] = { id };
    try {
      assert.equal(inBrief(judge(200, '{}')), 'unknown/unreadable');
    } finally {
      delete prototype['verification'];
    }
  });
});

describe('judging a 200 to a look-up', () => {
  const attempt = (status: unknown, createdTime?: unknown): object => ({ id: 'x', status, createdTime });
  const early = '2026-01-01T00:00:00.000Z';
  const late = '2026-01-02T00:00:00.000Z';
  const bad = { toString: 1, valueOf: 1 };
  const cases: [title: string, attempts: unknown, expected: string | undefined][] = [
    ['no attempt', [], undefined],
    ['one attempt', [attempt('approved', early)], 'approved'],
    ['the later one, last', [attempt('declined', early), attempt('approved', late)], 'approved'],
    ['the later one, first', [attempt('approved', late), attempt('declined', early)], 'approved'],
    ['two at once', [attempt('declined', late), attempt('approved', late)], 'approved'],
    ['no times', [attempt('declined'), attempt('approved')], 'approved'],
    ['one time only', [attempt('declined', late), attempt('approved')], 'approved'],
    ['times that are no text', [attempt('declined', bad), attempt('approved', bad)], 'approved'],
    ['an underscore', [attempt('resubmission_requested', early)], 'resubmission_requested'],
    ['a name as status', [attempt('Jane Doe')], undefined],
    ['two lines', [attempt('approved\n')], undefined],
    ['41 letters', [attempt('a'.repeat(41))], undefined],
    ['a number', [attempt(9001)], undefined],
    ['attempts that are none', [null, 7, 'approved', ['approved']], undefined],
  ];
  for (const [title, attempts, expected] of cases)
    it(`${title}: ${expected ?? 'no status'}`, () => {
      for (const rest of [{}, { status: 'success', person: { name: 'Jane' } }]) {
        const outcome = judgeGet(200, JSON.stringify({ ...rest, verifications: attempts }));
        const answer = { status: 200, signature: 'unsigned' };
        const status = expected === undefined ? {} : { sessionStatus: expected };
        // Nothing else of the body may be kept: it can contain personal data.
        assert.deepEqual(outcome, { kind: 'found', ...status, answer });
      }
    });

  const strange: [body: string, expected: string][] = [
    ['', 'unknown/unreadable'],
    ['<html>', 'unknown/unreadable'],
    ['[]', 'unknown/unreadable'],
    ['{"status":"success"}', 'unknown/unreadable'],
    ['{"verifications":{"length":1}}', 'unknown/unreadable'],
    ['{"__proto__":{"verifications":[]}}', 'unknown/unreadable'],
    ['{"status":"fail","verifications":[]}', 'unknown/undocumented'],
  ];
  for (const [body, expected] of strange)
    it(`${JSON.stringify(body)}: ${expected}`, () => assert.equal(inBrief(judgeGet(200, body)), expected));
});

describe('reading Retry-After and Date', () => {
  const date = new Date(now).toUTCString();
  const inOneMinute = new Date(now + 60_000).toUTCString();
  const cases: [title: string, headers: Headers, retryAfterMs: number | undefined][] = [
    ['absent', {}, undefined],
    ['seconds', { 'retry-after': ['120'] }, 120_000],
    ['zero', { 'retry-after': ['0'] }, 0],
    ['a day', { 'retry-after': ['86400'] }, 86_400_000],
    ['more than a day', { 'retry-after': ['86401'] }, 86_400_000],
    ['more than a number holds', { 'retry-after': ['9'.repeat(400)] }, 86_400_000],
    ['doubled', { 'retry-after': ['120', '120'] }, undefined],
    ['two in one', { 'retry-after': ['120, 120'] }, undefined],
    ['negative', { 'retry-after': ['-1'] }, undefined],
    ['a sign', { 'retry-after': ['+1'] }, undefined],
    ['a fraction', { 'retry-after': ['1.5'] }, undefined],
    ['an exponent', { 'retry-after': ['1e3'] }, undefined],
    ['hex', { 'retry-after': ['0x10'] }, undefined],
    ['empty', { 'retry-after': [''] }, undefined],
    ['words', { 'retry-after': ['soon'] }, undefined],
    ['a date without Date', { 'retry-after': [inOneMinute] }, 60_000],
    [
      'a date against Date',
      { 'retry-after': [inOneMinute], date: [new Date(now - 60_000).toUTCString()] },
      120_000,
    ],
    ['a date against a doubled Date', { 'retry-after': [inOneMinute], date: [date, date] }, 60_000],
    ['a date against nonsense', { 'retry-after': [inOneMinute], date: ['1'] }, 60_000],
    ['a date in the past', { 'retry-after': [date], date: [inOneMinute] }, undefined],
    ['a date far away', { 'retry-after': ['Fri, 31 Dec 2100 00:00:00 GMT'] }, 86_400_000],
    ['a date with the wrong weekday', { 'retry-after': ['Mon, 31 Dec 2100 00:00:00 GMT'] }, undefined],
    ['an ISO date', { 'retry-after': ['2026-01-05T12:01:00Z'] }, undefined],
    ['what Date.parse takes for a date', { 'retry-after': ['x 5'] }, undefined],
  ];
  for (const [title, headers, retryAfterMs] of cases)
    it(`${title}: ${retryAfterMs ?? 'none'}`, () => {
      const outcome = judge(429, refusal('1004'), headers);
      assert.equal(outcome.kind, 'limited');
      assert.deepEqual('retryAfterMs' in outcome ? outcome.retryAfterMs : undefined, retryAfterMs);
    });

  it('keeps the server’s time if there is one', () => {
    const serverAt = (headers: Headers): unknown =>
      (judge(200, deletedBody, headers) as { answer: { serverAt?: number } }).answer.serverAt;
    assert.equal(serverAt({ date: [date] }), now);
    for (const values of [[], [''], ['Invalid Date'], [date, date], ['1'], [date.replace('GMT', 'EST')]])
      assert.equal(serverAt({ date: values }), undefined);
  });
});

describe('judging 10,000 made-up replies', () => {
  before(() => console.log(`    FAST_CHECK_SEED=${seed}`));

  it('never throws, never calls anything deleted that is not, and never overlooks a deletion', () => {
    let deleted = 0;
    let refused = 0;
    fc.assert(
      fc.property(madeReplies(id, key, 'a stranger’s key'), (made) => {
        const headers: Headers = {};
        for (const [name, value] of made.headers) {
          const own = Object.hasOwn(headers, name.toLowerCase()) ? (headers[name.toLowerCase()] ?? []) : [];
          Object.defineProperty(headers, name.toLowerCase(), { value: [...own, value], configurable: true });
        }
        const reply = { status: made.status, headers, body: made.body };
        const { kind } = judgeDeletion(reply, id, credentials, now);
        if (kind === 'deleted') assert.ok(made.mayCount, 'called deleted');
        if (made.mustCount) assert.equal(kind, 'deleted');
        const lookUp = judgeLookUp(reply, credentials, now);
        assert.ok(made.status === 200 || lookUp.kind !== 'found');
        if (kind === 'deleted') deleted += 1;
        else refused += 1;
      }),
      { seed, numRuns: 10_000 },
    );
    assert.ok(deleted > 500 && refused > 500, `${deleted} deleted, ${refused} not: too one-sided`);
  });
});
