import assert from 'node:assert/strict';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { FaultySandbox } from '../../support/sandbox/faultySandbox.ts';
import {
  sandboxFaults,
  type SandboxFault,
  type SandboxFaultName,
} from '../../support/sandbox/sandboxFaults.ts';
import {
  assertError,
  assertSigned,
  assertUnsigned,
  deleteRaw,
  deleteSession,
  hmac,
  idOf,
  json,
  logged,
  look,
  sandboxesOfSuite,
  stranger,
  type RawAnswer,
} from './sandboxWire.test.ts';

/** The answer of a sandbox with a fault to a correct DELETE of a deletable session, byte for byte. */
interface Seen extends RawAnswer {
  readonly sandbox: Sandbox;
  readonly id: string;
  /** The answer of success that a sandbox without a fault would have sent. */
  readonly honest: string;
  readonly text: string;
  readonly statusLine: string;
  readonly body: Buffer;
  readonly isGone: boolean;
  readonly loggedStatus: number;
  header(name: string): readonly string[];
}

type Check = (seen: Seen) => void;
interface Expectation {
  readonly status: number;
  readonly gone?: true;
  readonly held?: true;
  readonly check: Check;
}

const at = Date.UTC(2026, 2, 4, 5, 6, 7);
const poured = 2_000_000;

const documented = (status: number, code: string): Expectation => ({
  status,
  check: (seen) => {
    const body = JSON.parse(seen.body.toString()) as Record<string, unknown>;
    assert.deepEqual([body['status'], body['code']], ['fail', code]);
    if (status === 400 || status === 401) assert.deepEqual(seen.header('x-hmac-signature'), []);
    else assertRightSignature(seen);
    assert.deepEqual(seen.header('retry-after'), []);
  },
});
const refusal = (retryAfter: string): Expectation => ({
  status: 429,
  check: (seen) => {
    assert.deepEqual(seen.header('retry-after'), [retryAfter]);
    assert.match(seen.body.toString(), /"code":"1004"/);
    assertRightSignature(seen);
  },
});
const signatures = (expected: (seen: Seen) => readonly string[]): Expectation => ({
  status: 200,
  gone: true,
  check: (seen) => {
    assert.deepEqual(seen.header('x-hmac-signature'), expected(seen));
    assertHonestBody(seen);
  },
});
/** A body that is wrong in itself, but correctly signed. */
const wrongBody = (check: Check): Expectation => ({
  status: 200,
  check: (seen) => {
    assertRightSignature(seen);
    check(seen);
  },
});
const exactBody = (body: string): Expectation =>
  wrongBody((seen) => assert.equal(seen.body.toString(), body));
const bomb = (encoding: string, unpack: (body: Buffer) => Buffer): Expectation => ({
  status: 200,
  check: (seen) => {
    assert.deepEqual(seen.header('content-encoding'), [encoding]);
    assert.ok(seen.body.length < 65_536, `${seen.body.length} on the wire`);
    const unpacked = unpack(seen.body);
    assert.equal(unpacked.length, 33_554_432);
    assert.equal(unpacked.toString().trim(), seen.honest);
  },
});
// Once bytes have come, Node may report a reset as a plain end. What counts is that it ended early by itself.
const cutOff =
  (check: Check): Check =>
  (seen) => {
    assert.notEqual(seen.end, 'enough');
    check(seen);
  };

const expectations: Readonly<Record<SandboxFaultName, Expectation>> = {
  '400/1001': documented(400, '1001'),
  '400/1002': documented(400, '1002'),
  '400/1104': documented(400, '1104'),
  '400/1305': documented(400, '1305'),
  '400/1306': documented(400, '1306'),
  '401/1101': documented(401, '1101'),
  '401/1801': documented(401, '1801'),
  '401/1802': documented(401, '1802'),
  '401/1803': documented(401, '1803'),
  '401/1804': documented(401, '1804'),
  '401/1812': documented(401, '1812'),
  '401/1813': documented(401, '1813'),
  '401/1814': documented(401, '1814'),
  '401/1815': documented(401, '1815'),
  '401/1818': documented(401, '1818'),
  '401/1819': documented(401, '1819'),
  '404/1101': documented(404, '1101'),
  '429/1004': documented(429, '1004'),
  '500/1101': documented(500, '1101'),
  'retry-after-seconds': refusal('1800'),
  'retry-after-date': refusal('Wed, 04 Mar 2026 05:36:07 GMT'),
  'retry-after-nonsense': refusal('soon, I think'),
  'retry-after-huge': refusal('9'.repeat(400)),
  'status-text-400': {
    status: 400,
    check: (seen) => assert.match(seen.body.toString(), /^{"status":"400","code":"1305",/),
  },
  'plain-403': { status: 403, check: (seen) => assert.equal(seen.body.toString(), 'Forbidden') },

  'signature-missing': signatures(() => []),
  'signature-wrong': signatures(() => ['0'.repeat(64)]),
  'signature-doubled': signatures((seen) => [rightSignature(seen), '0'.repeat(64)]),
  'signature-of-another-body': signatures(({ sandbox }) => [hmac(sandbox.sharedSecretKey, '{}')]),
  'signature-of-another-key': {
    status: 200,
    gone: true,
    check: (seen) => {
      const [value, ...more] = seen.header('x-hmac-signature');
      assert.match(value ?? '', /^[0-9a-f]{64}$/);
      assert.notEqual(value, rightSignature(seen));
      assert.deepEqual(more, []);
      assertHonestBody(seen);
    },
  },
  'signature-upper-case': signatures((seen) => [rightSignature(seen).toUpperCase()]),
  'headers-vrf': {
    status: 200,
    gone: true,
    check: (seen) => {
      assert.deepEqual([seen.header('x-hmac-signature'), seen.header('x-auth-client')], [[], []]);
      assert.deepEqual(seen.header('vrf-hmac-signature'), [rightSignature(seen)]);
      assert.deepEqual(seen.header('vrf-auth-client'), [seen.sandbox.apiKey]);
      assertHonestBody(seen);
    },
  },
  'headers-both': {
    status: 200,
    gone: true,
    check: (seen) => {
      for (const prefix of ['x', 'vrf']) {
        assert.deepEqual(seen.header(`${prefix}-hmac-signature`), [rightSignature(seen)]);
        assert.deepEqual(seen.header(`${prefix}-auth-client`), [seen.sandbox.apiKey]);
      }
      assertHonestBody(seen);
    },
  },

  'another-id': wrongBody((seen) => {
    const body = JSON.parse(seen.body.toString()) as { status: string; verification: { id: string } };
    assert.equal(body.status, 'success');
    assert.match(body.verification.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(body.verification.id, seen.id);
  }),
  'html-200': { status: 200, check: assertHtml },
  'html-404': { status: 404, check: assertHtml },
  'empty-200': exactBody(''),
  'status-204': { status: 204, check: (seen) => assert.equal(seen.body.length, 0) },
  'status-999': { status: 999, check: assertHonestBody },
  'keeps-and-answers-200': wrongBody(assertHonestBody),

  'body-truncated': {
    status: 200,
    gone: true,
    check: (seen) => {
      assert.deepEqual(seen.header('content-length'), [String(seen.honest.length)]);
      assert.equal(seen.body.toString(), seen.honest.slice(0, Math.ceil(seen.honest.length / 2)));
      assert.equal(seen.end, 'closed');
    },
  },
  'json-truncated': {
    status: 200,
    gone: true,
    check: (seen) => {
      assertRightSignature(seen);
      assert.equal(seen.body.toString(), seen.honest.slice(0, -4));
      assert.deepEqual(seen.header('content-length'), [String(seen.honest.length - 4)]);
    },
  },
  'body-dripping': {
    status: 200,
    gone: true,
    held: true,
    check: (seen) => {
      assert.deepEqual(seen.header('content-length'), [String(seen.honest.length)]);
      assert.equal(seen.body.toString(), seen.honest.slice(0, 8));
    },
  },
  'body-endless': {
    status: 200,
    check: (seen) => {
      assert.equal(seen.end, 'enough');
      assert.ok(seen.bytes.length >= poured);
      assert.deepEqual(seen.header('content-length'), []);
    },
  },
  'gzip-bomb': bomb('gzip', gunzipSync),
  'brotli-bomb': bomb('br', brotliDecompressSync),
  'not-utf-8': wrongBody((seen) => {
    assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(seen.body), TypeError);
    assert.deepEqual(
      (JSON.parse(seen.body.toString('latin1')) as { verification: unknown }).verification,
      (JSON.parse(seen.honest) as { verification: unknown }).verification,
    );
  }),
  'byte-order-mark': {
    status: 200,
    gone: true,
    check: (seen) => {
      assertRightSignature(seen);
      assert.equal(seen.body.toString('latin1'), `\xef\xbb\xbf${seen.honest}`);
    },
  },
  'json-proto': wrongBody((seen) => {
    const body = JSON.parse(seen.body.toString()) as object;
    assert.deepEqual(Object.keys(body), ['__proto__', 'constructor']);
  }),
  'json-array': wrongBody((seen) => assert.equal(seen.body.toString(), `[${seen.honest}]`)),
  'json-number': exactBody('200'),
  'json-null': exactBody('null'),
  'json-deep': exactBody('['.repeat(30_000) + ']'.repeat(30_000)),

  'continue-then-answer': { status: 200, gone: true, check: assertAfterInterim('100 Continue\r\n\r\n') },
  'early-hints-then-answer': {
    status: 200,
    gone: true,
    check: assertAfterInterim('103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n'),
  },
  'continue-only': {
    status: 0,
    held: true,
    check: (seen) => assert.equal(seen.text, 'HTTP/1.1 100 Continue\r\n\r\n'),
  },
  'switching-protocols': {
    status: 101,
    held: true,
    check: (seen) => assert.equal(seen.statusLine, 'HTTP/1.1 101 Switching Protocols'),
  },
  'never-answers': { status: 0, held: true, check: (seen) => assert.equal(seen.text, '') },
  'reset-before-headers': { status: 0, check: assertReset },
  'reset-in-headers': {
    status: 0,
    check: cutOff((seen) => {
      assert.match(seen.text, /^HTTP\/1\.1 200 OK\r\nDate: /);
      assert.ok(!seen.text.includes('\r\n\r\n'));
    }),
  },
  'reset-after-headers': {
    status: 200,
    gone: true,
    check: cutOff((seen) => {
      assert.match(seen.text, /\r\n\r\n$/);
      assert.deepEqual(seen.header('content-length'), [String(seen.honest.length)]);
    }),
  },
  'reset-in-body': {
    status: 200,
    gone: true,
    check: cutOff((seen) =>
      assert.equal(seen.body.toString(), seen.honest.slice(0, Math.ceil(seen.honest.length / 2))),
    ),
  },
  'deletes-and-never-answers': {
    status: 0,
    gone: true,
    held: true,
    check: (seen) => assert.equal(seen.text, ''),
  },
  'deletes-and-answers-500': { ...documented(500, '1101'), gone: true },
};

describe('the sandbox’s faults', () => {
  const start = sandboxesOfSuite();

  it('are listed once each, and all of them are tested here', () => {
    const names = sandboxFaults.filter((fault) => typeof fault === 'string');
    assert.deepEqual([...names].sort(), Object.keys(expectations).sort());
    const rest = sandboxFaults.filter((fault) => typeof fault === 'object');
    assert.deepEqual(
      rest.map((fault) => fault.kind === 'redirect' && fault.status),
      [300, 301, 302, 303, 304, 305, 307, 308],
    );
    assert.deepEqual(JSON.parse(JSON.stringify(sandboxFaults)), sandboxFaults, 'plain data');
  });

  for (const [name, expected] of Object.entries(expectations) as [SandboxFaultName, Expectation][])
    it(name, async () => {
      const seen = await observe(await start({ now: () => at }), name, expected.held === true);
      assertSeen(seen, expected);
    });

  // For every fault it can be chosen whether the request is carried out after it.
  for (const [name, expected] of Object.entries(expectations) as [SandboxFaultName, Expectation][])
    it(`${name}, with the deletion the other way round`, async () => {
      const deletes = expected.gone !== true;
      const fault = { kind: name, deletes };
      const seen = await observe(await start({ now: () => at }), fault, expected.held === true);
      const { gone, ...same } = expected;
      assertSeen(seen, gone === true ? same : { ...same, gone: true });
    });

  for (const status of [300, 301, 302, 303, 304, 305, 307, 308] as const)
    it(`redirect ${status}, to the given location`, async () => {
      const location = 'http://127.0.0.1:9/v1/sessions?a=b#c';
      const fault: SandboxFault = { kind: 'redirect', status, location };
      const seen = await observe(await start({ now: () => at }), fault, false);
      assertSeen(seen, { status, check: () => assert.deepEqual(seen.header('location'), [location]) });
      assert.equal(seen.body.length, 0);
    });

  it('give a 400 the form of the page', async () => {
    const sandbox = await start({ page: 'older' });
    sandbox.misbehave('400/1306');
    const answer = await deleteSession(sandbox, idOf(sandbox, 'approved'));
    assert.equal((json(answer) as { status: unknown }).status, 400);
    sandbox.misbehave('status-text-400');
    const other = await deleteSession(sandbox, idOf(sandbox, 'approved'));
    assert.equal((json(other) as { status: unknown }).status, '400');
  });

  it('apply to a look-up as well as a deletion, based on its own answer', async () => {
    const sandbox = await start();
    const id = idOf(sandbox, 'approved');
    sandbox.misbehave('500/1101');
    for (const what of ['attempts', 'decision'] as const)
      assertError(await look(sandbox, id, what), 500, '1101');
    sandbox.misbehave('signature-missing');
    const answer = await look(sandbox, id, 'attempts');
    assert.equal(answer.headers['x-hmac-signature'], undefined);
    assert.ok(Array.isArray((json(answer) as { verifications: unknown }).verifications));
    sandbox.misbehave('keeps-and-answers-200');
    assertSigned(sandbox, await look(sandbox, id, 'decision'));
    assert.equal(sandbox.sessions().length, 24);
  });

  it('that act still make every check', async () => {
    const sandbox = await start({ limits: [{ count: 2, windowMs: 1000 }], now: () => at });
    sandbox.misbehave('signature-wrong');
    const [submitted, approved] = [idOf(sandbox, 'submitted'), idOf(sandbox, 'approved')];
    const refused = await deleteSession(sandbox, submitted);
    assertError(refused, 400, '1305');
    assertUnsigned(refused);
    assertError(await deleteSession(sandbox, stranger), 404, '1101');
    assertError(await deleteSession(sandbox, approved), 429, '1004');
    assert.equal(sandbox.sessions().length, 24);
  });

  it('do not sign what is documented without a signature', async () => {
    const sandbox = await start();
    sandbox.misbehave('json-truncated');
    const answer = await deleteSession(sandbox, idOf(sandbox, 'submitted'));
    assert.equal(answer.status, 400);
    assertUnsigned(answer);
  });

  it('that only claim success do so even for a session that never existed', async () => {
    const sandbox = await start();
    sandbox.misbehave('keeps-and-answers-200');
    const answer = await deleteSession(sandbox, stranger);
    assert.deepEqual(json(answer), { status: 'success', verification: { id: stranger } });
  });

  it('end when they are switched off', async () => {
    const sandbox = await start();
    sandbox.misbehave('html-404');
    await deleteSession(sandbox, idOf(sandbox, 'approved'));
    sandbox.misbehave(undefined);
    assert.equal((await deleteSession(sandbox, idOf(sandbox, 'approved'))).status, 200);
  });

  it('end with a reset, and can be switched on again', async () => {
    const sandbox = await start();
    sandbox.misbehave('401/1804');
    assertError(await deleteSession(sandbox, stranger), 401, '1804');
    sandbox.reset();
    assertError(await deleteSession(sandbox, stranger), 404, '1101');
    sandbox.misbehave('401/1804');
    assertError(await deleteSession(sandbox, stranger), 401, '1804');
  });

  const redirect = (status: unknown, location: unknown): object => ({ kind: 'redirect', status, location });
  const unknowns: readonly unknown[] = [
    ...['', 'html', 'constructor', 'no-such', 'redirect', 'toString', '__proto__', 7, null, [], {}],
    { kind: 'html-200' },
    { kind: 'html-200', deletes: 'yes' },
    { kind: 'redirect', deletes: true },
    redirect(306, 'https://a.invalid/'),
    redirect(200, 'https://a.invalid/'),
    redirect(302, 'https://a.invalid/\r\nSet-Cookie: a=b'),
    redirect(302, 'a b'),
    redirect(302, 5),
    redirect(302, ''),
  ];
  for (const unknown of unknowns)
    it(`are not ${JSON.stringify(unknown)}, and the sandbox stays as it was`, async () => {
      const sandbox = await start();
      assert.throws(() => sandbox.misbehave(unknown as SandboxFault), TypeError);
      assert.equal((await deleteSession(sandbox, idOf(sandbox, 'approved'))).status, 200);
    });
});

async function observe(sandbox: FaultySandbox, fault: SandboxFault, isHeld: boolean): Promise<Seen> {
  const id = idOf(sandbox, 'approved');
  sandbox.misbehave(fault);
  let isSettled = false;
  const answering = deleteRaw(sandbox, id, (bytes) => bytes.length > poured).finally(
    () => (isSettled = true),
  );
  if (isHeld) {
    await logged(sandbox, 1);
    // Nothing else can be in flight once a later request has been answered completely.
    sandbox.misbehave(undefined);
    await look(sandbox, idOf(sandbox, 'declined'), 'attempts');
    assert.equal(isSettled, false, 'the socket is held');
    await sandbox.close();
  }
  const { bytes, end } = await answering;
  const text = bytes.toString('latin1');
  const split = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, split < 0 ? text.length : split).split('\r\n');
  const row = sandbox.requests()[0];
  assert.ok(row !== undefined);
  assert.equal(
    row.deleted,
    !sandbox.sessions().some((session) => session.id === id),
    'the log tells the truth',
  );
  const honest = JSON.stringify({ status: 'success', verification: { id } });
  return {
    ...{ sandbox, id, honest, bytes, end, text, statusLine },
    body: split < 0 ? Buffer.alloc(0) : bytes.subarray(split + 4),
    isGone: row.deleted,
    loggedStatus: row.status,
    header: (name) =>
      lines
        .map((line) => line.split(': ', 2))
        .filter(([key]) => key?.toLowerCase() === name)
        .map(([, value]) => value ?? ''),
  };
}

function assertSeen(seen: Seen, expected: Expectation): void {
  assert.equal(seen.loggedStatus, expected.status);
  if (expected.status >= 200) {
    const interim = seen.statusLine.startsWith('HTTP/1.1 1');
    if (!interim) assert.ok(seen.statusLine.startsWith(`HTTP/1.1 ${expected.status} `), seen.statusLine);
    if (!interim) assert.deepEqual(seen.header('date'), ['Wed, 04 Mar 2026 05:06:07 GMT']);
  }
  expected.check(seen);
  assert.equal(seen.isGone, expected.gone === true);
}

function rightSignature({ sandbox, body }: Seen): string {
  return hmac(sandbox.sharedSecretKey, body);
}

function assertRightSignature(seen: Seen): void {
  assert.deepEqual(seen.header('x-hmac-signature'), [rightSignature(seen)]);
  assert.deepEqual(seen.header('x-auth-client'), [seen.sandbox.apiKey]);
}

function assertHonestBody(seen: Seen): void {
  assert.equal(seen.body.toString(), seen.honest);
  assert.equal(seen.end, 'closed');
}

function assertReset(seen: Seen): void {
  assert.equal(seen.text, '');
  assert.equal(seen.end, 'reset');
}

function assertHtml(seen: Seen): void {
  assert.match(seen.header('content-type').join(), /^text\/html/);
  assert.match(seen.body.toString(), /^<!doctype html>/);
}

function assertAfterInterim(interim: string): Check {
  return (seen) => {
    assert.ok(seen.text.startsWith(`HTTP/1.1 ${interim}HTTP/1.1 200 OK\r\n`), seen.text);
    assert.ok(seen.text.endsWith(`\r\n\r\n${seen.honest}`));
    assert.equal(seen.end, 'closed');
  };
}
