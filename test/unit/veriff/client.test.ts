import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import fetch, { FetchError, Response } from 'node-fetch';
import {
  answerLimitBytes,
  answerTimeoutMs,
  deleteSession,
  lookUpSession,
  type Fetch,
} from '../../../src/veriff/client.ts';
import type { Credentials } from '../../../src/veriff/credentials.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { AskingClient as Client, sample } from '../../support/cleanup/askingClient.ts';
import {
  HostileServer,
  httpReply,
  inBrief,
  madeReplies,
  selfSigned,
  signatureOf,
  type Answer,
  type Identity,
} from '../../support/server/hostileServer.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const { id, apiKey, key, signature: requestSignature } = sample;
const deletedBody = JSON.stringify({ status: 'success', verification: { id } });
const body = Buffer.from(deletedBody);
const ok = httpReply(200, deletedBody);

const open: HostileServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(
  answer: Answer,
  options?: Parameters<typeof HostileServer.start>[1],
): Promise<HostileServer> {
  const server = await HostileServer.start(answer, options);
  open.push(server);
  return server;
}

function credentialsFor(baseUrl: string): Credentials {
  return { baseUrl, apiKey, sharedSecretKeys: [key] };
}

describe('the request', () => {
  const heads = (method: string, path: string, host: string): string =>
    [
      `${method} ${path} HTTP/1.1`,
      'accept: application/json',
      'accept-encoding: gzip, deflate, br',
      'connection: close',
      'user-agent: veriff-session-cleanup',
      `x-auth-client: ${apiKey}`,
      `x-hmac-signature: ${requestSignature}`,
      `Host: ${host}\r\n\r\n`,
    ].join('\r\n');

  for (const [send, method, tail] of [
    [deleteSession, 'DELETE', ''],
    [lookUpSession, 'GET', '/attempts'],
  ] as const)
    for (const prefix of ['', '/veriff/eu'])
      it(`is one ${method} under “${prefix}”, signed, and nothing else`, async () => {
        const server = await serve((socket) => socket.write(ok));
        await new Client(server.baseUrl + prefix).ask(send);
        const path = `${prefix}/v1/sessions/${id}${tail}`;
        assert.deepEqual(server.requests, [heads(method, path, `127.0.0.1:${server.port}`)]);
        assert.equal(server.connections, 1);
      });

  it('is in flight before deleteSession returns', async () => {
    const client = new Client('https://veriff.example', () => Promise.reject(new Error('offline')));
    const outcome = client.ask();
    assert.equal(client.calls, 1);
    assert.equal(client.timers[0]?.ms, answerTimeoutMs);
    await outcome;
  });

  it('tells node-fetch to follow no redirect', async () => {
    let init: Parameters<Fetch>[1];
    const client = new Client('https://veriff.example', (_url, given) => {
      init = given;
      return Promise.resolve(new Response(deletedBody));
    });
    assert.equal(await client.ask(), 'deleted');
    assert.deepEqual([init?.redirect, init?.follow, init?.body], ['manual', 0, undefined]);
  });

  const refusedUrls = [
    ...['http://veriff.example', 'http://127.0.0.1.evil.example', 'https://user:pw@veriff.example', ''],
    ...[
      'https://veriff.example/',
      'https://veriff.example/v1',
      'https://veriff.example?x',
      'https://veriff.example#',
    ],
    ...[
      'https://veriff.example/%2e%2e',
      'https://veriff.example/a/../b',
      'https://VERIFF.example',
      'veriff.example',
    ],
    ...[
      'https://veriff.example\\@evil.example',
      'https://veriff.example:443',
      'file:///v',
      ' https://veriff.example',
    ],
  ];
  for (const baseUrl of refusedUrls)
    it(`is not sent to ${JSON.stringify(baseUrl)}`, async () => {
      const client = new Client(baseUrl);
      assert.equal(await client.ask(), 'notSent/urlRefused');
      assert.equal(await client.ask(lookUpSession), 'notSent/urlRefused');
      assert.equal(client.calls, 0);
    });

  it('is not sent for an id or with keys that do not fit in a request', async () => {
    const ports = {
      fetch: () => assert.fail('sent'),
      startTimer: () => assert.fail('started'),
      now: () => 0,
    };
    const credentials = credentialsFor('https://veriff.example');
    for (const bad of ['', '..', `${id}/../x`, `${id}?x`, id.toUpperCase(), ` ${id}`, `${id}/decision`])
      assert.equal(inBrief(await deleteSession(credentials, bad as SessionId, ports)), 'notSent/urlRefused');
    for (const bad of ['', 'a b', 'a\r\nX-Other: 1', 'é', '\u20ac']) {
      assert.equal(
        inBrief(await deleteSession({ ...credentials, apiKey: bad }, id, ports)),
        'notSent/urlRefused',
      );
      const keys = { ...credentials, sharedSecretKeys: [bad] } as const;
      assert.equal(inBrief(await deleteSession(keys, id, ports)), 'notSent/urlRefused');
    }
  });

  it('is not sent while TLS is not verified', async () => {
    const client = new Client('https://veriff.example');
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      assert.equal(await client.ask(), 'notSent/tlsVerificationOff');
      assert.equal(await client.ask(lookUpSession), 'notSent/tlsVerificationOff');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
    assert.equal(client.calls, 0);
  });
});

describe('hostile replies over a real socket', () => {
  const signed = (name: string, value: string): Buffer => httpReply(200, body, [[name, value]]);
  const right = signatureOf(body, key);
  const coded = (coding: string, bytes: Uint8Array, more: [string, string][] = []): Buffer =>
    httpReply(200, bytes, [['Content-Encoding', coding], ...more]);
  const raw = (text: string): Buffer => Buffer.from(text, 'latin1');
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  const atLimit = `${deletedBody}${' '.repeat(answerLimitBytes - body.length)}`;
  const other = deletedBody.replace(id, '00000000-0000-4000-8000-000000000000');
  const cases: [title: string, reply: Buffer, expected: string][] = [
    ['a right one, unsigned', ok, 'deleted'],
    ['signed', signed('X-HMAC-SIGNATURE', right), 'deleted'],
    ['signed in lower case', signed('x-hmac-signature', right), 'deleted'],
    ['signed by the older name', signed('vrf-hmac-signature', right), 'deleted'],
    ['signed by the older name in capitals', signed('VRF-HMAC-SIGNATURE', right.toUpperCase()), 'deleted'],
    ['signed wrongly', signed('X-HMAC-SIGNATURE', signatureOf(other, key)), 'unknown/signatureMismatch'],
    ['signed by a stranger', signed('X-Hmac-Signature', signatureOf(body, 'x')), 'unknown/signatureMismatch'],
    ['signed with nothing', signed('X-HMAC-SIGNATURE', ''), 'unknown/signatureMismatch'],
    [
      'signed with our own signature',
      signed('X-HMAC-SIGNATURE', requestSignature),
      'unknown/signatureMismatch',
    ],
    [
      'signed twice in one header',
      signed('X-HMAC-SIGNATURE', `${right}, ${right}`),
      'unknown/signatureMismatch',
    ],
    [
      'signed twice',
      httpReply(200, body, [
        ['X-HMAC-SIGNATURE', right],
        ['x-hmac-signature', right],
      ]),
      'unknown/signatureMismatch',
    ],
    [
      'signed by both names',
      httpReply(200, body, [
        ['X-HMAC-SIGNATURE', right],
        ['VRF-HMAC-SIGNATURE', right],
      ]),
      'unknown/signatureMismatch',
    ],
    ['of another session', httpReply(200, other), 'unknown/otherSession'],
    [
      'of another session, signed',
      httpReply(200, other, [['X-HMAC-SIGNATURE', signatureOf(other, key)]]),
      'unknown/otherSession',
    ],
    ['HTML', httpReply(200, '<html>deleted</html>', [['Content-Type', 'text/html']]), 'unknown/unreadable'],
    ['HTML with 404', httpReply(404, '<html>not found</html>'), 'unknown/undocumented'],
    ['404 with 1101', httpReply(404, '{"status":"fail","code":"1101"}'), 'notFound'],
    ['nothing', httpReply(200, ''), 'unknown/unreadable'],
    [
      'bytes that are no UTF-8',
      httpReply(200, raw(deletedBody.replace('success', 'succ\xe9ss'))),
      'unknown/unreadable',
    ],
    ['__proto__ in the body', httpReply(200, `{"__proto__":${deletedBody}}`), 'unknown/unreadable'],
    [
      '__proto__ as a header',
      httpReply(200, body, [
        ['__proto__', 'x'],
        ['constructor', 'x'],
      ]),
      'deleted',
    ],
    ['999', httpReply(999, body), 'unknown/undocumented'],
    ['099', raw('HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n'), 'unknown/undocumented'],
    ['201', httpReply(201, body), 'unknown/undocumented'],
    ['204', raw('HTTP/1.1 204 x\r\n\r\n'), 'unknown/undocumented'],
    ['304', raw('HTTP/1.1 304 x\r\n\r\n'), 'unknown/redirected'],
    ['500 with the right body', httpReply(500, body), 'unknown/serverError'],
    [
      '103, then 404',
      Buffer.concat([raw('HTTP/1.1 103 x\r\n\r\n'), httpReply(404, '')]),
      'unknown/undocumented',
    ],
    ['two: a 500, then a right one', Buffer.concat([httpReply(500, ''), ok]), 'unknown/serverError'],
    [
      'longer than it says',
      Buffer.concat([raw('HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n{}'), body]),
      'unknown/unreadable',
    ],
    [
      'two lengths',
      raw(`HTTP/1.1 200 x\r\nContent-Length: 2\r\nContent-Length: 78\r\n\r\n${deletedBody}`),
      'unknown/connectionLost',
    ],
    [
      'a negative length',
      raw(`HTTP/1.1 200 x\r\nContent-Length: -1\r\n\r\n${deletedBody}`),
      'unknown/connectionLost',
    ],
    [
      'a length and chunks',
      raw('HTTP/1.1 200 x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      'unknown/connectionLost',
    ],
    [
      'a chunk size that is none',
      raw(`HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n${deletedBody}`),
      'unknown/connectionLost',
    ],
    ['no HTTP', raw('SSH-2.0-OpenSSH_9.9\r\n\r\n'), 'unknown/connectionLost'],
    ['no status', raw(`HTTP/1.1\r\n\r\n${deletedBody}`), 'unknown/connectionLost'],
    ['the body alone', body, 'unknown/connectionLost'],
    ['a NUL in a header', httpReply(200, body, [['X', 'a\0b']]), 'unknown/connectionLost'],
    ['endless headers', raw(`HTTP/1.1 200 x\r\n${'X: y\r\n'.repeat(20_000)}`), 'unknown/connectionLost'],
    ['just as long as allowed', httpReply(200, atLimit), 'deleted'],
    ['a byte too long', httpReply(200, `${atLimit} `), 'unknown/tooLarge'],
    ['a right one in gzip, signed', coded('gzip', gzipSync(body), [['X-HMAC-SIGNATURE', right]]), 'deleted'],
    ['a right one in br', coded('br', brotliCompressSync(body)), 'deleted'],
    ['a right one in deflate', coded('deflate', deflateSync(body)), 'deleted'],
    [
      'signed over compressed bytes',
      coded('gzip', gzipSync(body), [['X-HMAC-SIGNATURE', signatureOf(gzipSync(body), key)]]),
      'unknown/signatureMismatch',
    ],
    ['a bomb in gzip', coded('gzip', gzipSync(zeros)), 'unknown/tooLarge'],
    ['a bomb in br', coded('br', brotliCompressSync(zeros.subarray(0, 2 ** 22))), 'unknown/tooLarge'],
    ['a bomb in deflate', coded('deflate', deflateSync(zeros)), 'unknown/tooLarge'],
    ['a bomb in raw deflate', coded('deflate', deflateRawSync(zeros)), 'unknown/tooLarge'],
    ['a byte too long in gzip', coded('gzip', gzipSync(`${atLimit} `)), 'unknown/tooLarge'],
    ['half of a gzip', coded('gzip', gzipSync(body).subarray(0, 40)), 'unknown/unreadable'],
    ['no gzip', coded('gzip', body), 'unknown/connectionLost'],
    ['no br', coded('br', body), 'unknown/connectionLost'],
    ['an unknown coding', coded('x-other', gzipSync(body)), 'unknown/unreadable'],
    ['gzip in gzip', coded('gzip, gzip', gzipSync(gzipSync(body))), 'unknown/unreadable'],
  ];
  for (const [title, reply, expected] of cases)
    it(`${title}: ${expected}`, async () => {
      const server = await serve((socket) => socket.write(reply));
      const client = new Client(server.baseUrl);
      assert.equal(await client.ask(), expected);
      assert.deepEqual([client.calls, server.requests.length], [1, 1]);
    });

  it('reads a correct one that comes byte by byte', async () => {
    const chunked = raw(
      `HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${deletedBody}\r\n0\r\n\r\n`,
    );
    const server = await serve((socket) => {
      socket.setNoDelay(true);
      drip(
        socket,
        [...chunked].map((byte) => Buffer.of(byte)),
      );
    });
    assert.equal(await new Client(server.baseUrl).ask(), 'deleted');
  });

  const breaks: [title: string, answer: Answer][] = [
    ['reset before the headers', (socket) => socket.resetAndDestroy()],
    ['ended before the headers', (socket) => socket.end()],
    ['ended in the headers', (socket) => socket.end('HTTP/1.1 200 x\r\nContent-Le')],
    [
      'reset in the headers',
      (socket) => socket.write('HTTP/1.1 200 x\r\nConte', () => socket.resetAndDestroy()),
    ],
    ['reset in the body', (socket) => socket.write(ok.subarray(0, -1), () => socket.resetAndDestroy())],
    ['ended in the body', (socket) => socket.end(ok.subarray(0, -1))],
    ['ended before the body', (socket) => socket.end('HTTP/1.1 200 x\r\nContent-Length: 78\r\n\r\n')],
    [
      'ended in a chunk',
      (socket) => socket.end(`HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n${deletedBody}`),
    ],
    [
      'ended before the last chunk',
      (socket) =>
        socket.end(
          `HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${deletedBody}\r\n`,
        ),
    ],
  ];
  for (const [title, answer] of breaks)
    it(`${title}: unknown/connectionLost`, async () => {
      const server = await serve(answer);
      assert.equal(await new Client(server.baseUrl).ask(), 'unknown/connectionLost');
      assert.equal(server.connections, 1);
    });

  for (const head of ['', 'Transfer-Encoding: chunked\r\n', 'Content-Length: 999999999999\r\n'])
    it(`stops an endless body (${head.trim() || 'no length'})`, async () => {
      const server = await serve((socket) => {
        socket.write(`HTTP/1.1 200 x\r\n${head}\r\n`);
        const chunk = 'x'.repeat(4096);
        pour(socket, head.startsWith('T') ? `1000\r\n${chunk}\r\n` : chunk);
      });
      assert.equal(await new Client(server.baseUrl).ask(), 'unknown/tooLarge');
      await server.abandoned();
    });
});

/** Writes one piece after another, each in its own turn, and then calls `done`. */
function drip(socket: Socket, pieces: readonly Uint8Array[], done?: () => void): void {
  const [piece, ...rest] = pieces;
  if (piece === undefined) done?.();
  else socket.write(piece, () => setImmediate(() => drip(socket, rest, done)));
}

/** Writes the same again and again until the socket is closed. */
function pour(socket: Socket, piece: string): void {
  if (!socket.destroyed) socket.write(piece, () => setImmediate(() => pour(socket, piece)));
}

describe('redirects', () => {
  for (const status of [300, 301, 302, 303, 304, 305, 306, 307, 308])
    it(`${status} leads nowhere`, async () => {
      const stranger = await serve((socket) => socket.write(ok));
      const targets = (home: string): string[] => [
        ...[stranger.baseUrl, `//127.0.0.1:${stranger.port}/`, `http://localhost:${stranger.port}/`],
        ...[
          `https://127.0.0.1:${stranger.port}/`,
          `${home}/v1/sessions/${id}`,
          '/',
          '?',
          '',
          'http://[',
          'data:,x',
        ],
      ];
      for (const [index] of targets('').entries())
        for (const send of [deleteSession, lookUpSession]) {
          const server = await serve((socket) =>
            socket.write(
              httpReply(status, deletedBody, [['Location', targets(server.baseUrl)[index] ?? '']]),
            ),
          );
          assert.equal(await new Client(server.baseUrl).ask(send), 'unknown/redirected');
          assert.deepEqual([server.connections, server.requests.length], [1, 1]);
        }
      assert.deepEqual([stranger.connections, stranger.receivedBytes], [0, 0]);
    });

  it('follows no other kind of redirect either', async () => {
    const stranger = await serve((socket) => socket.write(ok));
    const headers: [string, string][] = ['Location', 'Refresh', 'Content-Location', 'Alt-Svc', 'Link'].map(
      (name) => [name, stranger.baseUrl],
    );
    const server = await serve((socket) => socket.write(httpReply(201, deletedBody, headers)));
    assert.equal(await new Client(server.baseUrl).ask(), 'unknown/undocumented');
    assert.deepEqual([stranger.connections, stranger.receivedBytes], [0, 0]);
  });
});

describe('an answer that does not end', () => {
  const stages: [title: string, answer: Answer][] = [
    ['before the headers', () => undefined],
    ['in the headers', (socket) => socket.write('HTTP/1.1 200 x\r\nContent-')],
    ['after a 100', (socket) => socket.write('HTTP/1.1 100 x\r\n\r\n')],
    ['after a 101', (socket) => socket.write('HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')],
    ['before the body', (socket) => socket.write('HTTP/1.1 200 x\r\nContent-Length: 78\r\n\r\n')],
    ['in the body', (socket) => socket.write(ok.subarray(0, -1))],
    ['at the end of a body without length', (socket) => socket.write(`HTTP/1.1 200 x\r\n\r\n${deletedBody}`)],
    [
      'before a deflated body',
      (socket) => socket.write('HTTP/1.1 200 x\r\nContent-Encoding: deflate\r\n\r\n'),
    ],
    ['in a gzip', (socket) => socket.write(`HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\n\r\n\x1f`)],
    [
      'dripping headers',
      (socket) => {
        socket.write('HTTP/1.1 200 x\r\nX: ');
        drip(socket, Array<Buffer>(2_000).fill(Buffer.from('y')));
      },
    ],
    [
      'dripping',
      (socket) => {
        socket.write('HTTP/1.1 200 x\r\n\r\n');
        drip(socket, Array<Buffer>(2_000).fill(Buffer.from(' ')));
      },
    ],
  ];
  for (const [title, answer] of stages) {
    it(`${title}: unknown/timeout`, async () => {
      const server = await serve(answer);
      const client = new Client(server.baseUrl);
      const outcome = client.ask();
      await server.requested();
      client.fireTimer();
      assert.equal(await outcome, 'unknown/timeout');
      await server.abandoned();
    });

    it(`${title}, cancelled: unknown/cancelled`, async () => {
      const server = await serve(answer);
      const canceller = new AbortController();
      const outcome = new Client(server.baseUrl).ask(deleteSession, canceller.signal);
      await server.requested();
      canceller.abort();
      assert.equal(await outcome, 'unknown/cancelled');
      await server.abandoned();
    });
  }

  it('ends in time even if fetch ignores its signal', async () => {
    const client = new Client('https://veriff.example', () => new Promise(() => undefined));
    const outcome = client.ask();
    client.fireTimer();
    assert.equal(await outcome, 'unknown/timeout');
  });

  it('is not sent if it was cancelled before', async () => {
    const client = new Client('https://veriff.example');
    assert.equal(await client.ask(deleteSession, AbortSignal.abort()), 'notSent/cancelled');
    assert.equal(await client.ask(lookUpSession, AbortSignal.abort(new Error(key))), 'notSent/cancelled');
    assert.equal(client.calls, 0);
  });

  it('is not sent if it was cancelled right after the call', async () => {
    const canceller = new AbortController();
    const server = await serve((socket) => socket.write(ok));
    const client = new Client(server.baseUrl);
    const outcome = client.ask(deleteSession, canceller.signal);
    canceller.abort();
    assert.equal(await outcome, 'notSent/cancelled');
    assert.equal(client.calls, 1);
    await server.abandoned();
    assert.equal(server.receivedBytes, 0);
  });

  it('ignores a cancellation after the end', async () => {
    const canceller = new AbortController();
    const server = await serve((socket) => socket.write(ok));
    assert.equal(await new Client(server.baseUrl).ask(deleteSession, canceller.signal), 'deleted');
    canceller.abort();
  });
});

describe('errors of a fetch whose request was not seen', () => {
  const system = (code: string, syscall?: string): FetchError =>
    new FetchError(`request with ${apiKey} and ${key} failed`, 'system', { code, syscall });
  const plain = (code: string, syscall?: string): Error => Object.assign(new Error(key), { code, syscall });
  const circular = new Error('circular');
  circular.cause = circular;
  const errors: [title: string, error: unknown][] = [
    ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ECONNRESET', 'CERT_HAS_EXPIRED'].map(
      (code): [string, unknown] => [code, system(code, 'connect')],
    ),
    ['all addresses refused', new AggregateError([plain('ECONNREFUSED'), plain('ENETUNREACH', 'connect')])],
    ['a cause', new TypeError('fetch failed', { cause: plain('ECONNREFUSED') })],
    ['a circle', circular],
    ['a code that is none', Object.assign(new Error(), { code: 7 })],
    ['a bare message', new Error('connect ECONNREFUSED 127.0.0.1')],
    ['no error at all', undefined],
    ['a text', apiKey],
  ];
  for (const [title, error] of errors)
    it(`${title}: unknown/connectionLost`, async () => {
      const rejects = new Client('https://veriff.example', async () => {
        await Promise.resolve();
        throw error;
      });
      const throws = new Client('https://veriff.example', () => {
        throw error;
      });
      assert.equal(await rejects.ask(), 'unknown/connectionLost');
      assert.equal(await throws.ask(lookUpSession), 'unknown/connectionLost');
    });

  it('is unknown once headers have come, whatever the code', async () => {
    const stream = new PassThrough();
    const client = new Client('https://veriff.example', () => {
      setImmediate(() => stream.destroy(plain('ECONNREFUSED', 'connect')));
      return Promise.resolve(new Response(stream));
    });
    assert.equal(await client.ask(), 'unknown/connectionLost');
  });
});

describe('certificates', () => {
  const tomorrow = new Date(Date.now() + 86_400_000);
  const yesterday = new Date(Date.now() - 86_400_000);
  const trusting =
    ({ cert }: Identity): Fetch =>
    (url, init) =>
      fetch(url, { ...init, agent: new Agent({ ca: cert }) });
  const good = selfSigned('127.0.0.1', tomorrow);
  const elsewhere = selfSigned('127.0.0.2', tomorrow);
  const expired = selfSigned('127.0.0.1', yesterday);
  const cases: [title: string, identity: Identity, innerFetch: Fetch, expected: string][] = [
    ['one that is trusted', good, trusting(good), 'deleted'],
    ['self-signed', good, fetch, 'notSent/certificateRefused'],
    ['of another host', elsewhere, trusting(elsewhere), 'notSent/certificateRefused'],
    ['expired', expired, trusting(expired), 'notSent/certificateRefused'],
  ];
  for (const [title, identity, innerFetch, expected] of cases)
    it(`${title}: ${expected}`, async () => {
      const server = await serve((socket) => socket.write(ok), { identity });
      assert.equal(await new Client(server.baseUrl, innerFetch).ask(), expected);
      await server.abandoned();
      // No byte of the request, and so none of the credentials, goes to a host that is not authenticated.
      assert.equal(server.receivedBytes > 0, expected === 'deleted');
    });
});

describe('credentials', () => {
  it('appear in no outcome, even if the server repeats them everywhere', async () => {
    for (const secret of [apiKey, key, requestSignature])
      for (const status of [200, 301, 400, 401, 403, 404, 429, 500]) {
        const echo = { status: 'success', code: secret, message: secret, [secret]: secret };
        const text = JSON.stringify({
          ...echo,
          verification: { id: secret },
          verifications: [{ ...echo, status: secret }],
        });
        const headers: [string, string][] = ['X-AUTH-CLIENT', 'Retry-After', 'Date', 'Location'].map(
          (name) => [name, secret],
        );
        const server = await serve((socket) => socket.write(httpReply(status, text, headers)));
        for (const send of [deleteSession, lookUpSession]) await new Client(server.baseUrl).ask(send);
      }
  });
});

describe('300 made-up replies over a real socket', () => {
  before(() => console.log(`    FAST_CHECK_SEED=${seed}`));

  it('are never called deleted if they are not, never throw and never hang', async () => {
    const codings = {
      identity: (bytes: Buffer) => bytes,
      gzip: gzipSync,
      br: brotliCompressSync,
      deflate: deflateSync,
    };
    let pieces: Buffer[] = [];
    let deleted = 0;
    const server = await serve((socket) => drip(socket, pieces, () => socket.end()));
    const coding = fc.constantFrom(...(Object.keys(codings) as (keyof typeof codings)[]));
    const cut = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat(400));
    await fc.assert(
      fc.asyncProperty(
        madeReplies(id, key, 'x'),
        coding,
        cut,
        fc.nat(300),
        async (made, name, end, middle) => {
          const coded = httpReply(made.status, codings[name](made.body), [
            ...made.headers,
            ['Content-Encoding', name],
            ['Connection', 'close'],
          ]);
          const sent = coded.subarray(0, end);
          pieces = [sent.subarray(0, middle), sent.subarray(middle)];
          const whole = sent.length === coded.length;
          const outcome = await new Client(server.baseUrl).ask();
          if (outcome === 'deleted') assert.ok(made.mayCount, 'called deleted');
          if (made.mustCount && whole) assert.equal(outcome, 'deleted');
          if (outcome === 'deleted') deleted += 1;
        },
      ),
      { seed, numRuns: 300 },
    );
    assert.ok(deleted > 20, `only ${deleted} were deleted`);
  });
});
