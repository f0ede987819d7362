import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import fetch from 'node-fetch';
import { deleteSession, lookUpSession, type Fetch } from '../../../src/veriff/client.ts';
import { AskingClient, sample } from '../../support/cleanup/askingClient.ts';
import { fullPort } from '../../support/server/fullPort.ts';
import { HostileServer, httpReply, selfSigned, type Answer } from '../../support/server/hostileServer.ts';

const ok = httpReply(200, JSON.stringify({ status: 'success', verification: { id: sample.id } }));
const identity = selfSigned('127.0.0.1', new Date(Date.now() + 86_400_000));
const answering: Answer = (socket) => socket.write(ok);

const open: HostileServer[] = [];
const agents: http.Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
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

function through(agent: http.Agent): Fetch {
  agents.push(agent);
  return (url, init) => fetch(url, { ...init, agent });
}

describe('before there is a connection', () => {
  const failing = (code: string): Fetch =>
    through(
      new https.Agent({
        lookup: (_host, _options, done) =>
          setImmediate(done, Object.assign(new Error(code), { code, syscall: 'connect' }), []),
      }),
    );
  for (const code of [
    ...['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'ENETDOWN', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETUNREACH'],
    ...['ETIMEDOUT', 'ECONNRESET', 'EPIPE', 'ECONNABORTED', 'A_CODE_OF_TOMORROW'],
  ])
    it(`${code} means that nothing was sent`, async () => {
      for (const send of [deleteSession, lookUpSession]) {
        const client = new AskingClient('https://veriff.example', failing(code));
        assert.equal(await client.ask(send), 'notSent/noConnection');
      }
    });

  it('a refused connection means that nothing was sent', async () => {
    const server = await HostileServer.start(answering);
    const { baseUrl } = server;
    await server.close();
    assert.equal(await new AskingClient(baseUrl).ask(), 'notSent/noConnection');
    const name = baseUrl.replace('127.0.0.1', 'localhost');
    assert.equal(await new AskingClient(name).ask(), 'notSent/noConnection');
  });

  it('an address that cannot be bound means that nothing was sent', async () => {
    const server = await serve(answering);
    // 192.0.2.1 is an address for documentation, which no machine has.
    const seen = watchErrors(through(new http.Agent({ localAddress: '192.0.2.1' })));
    assert.equal(await new AskingClient(server.baseUrl, seen.fetch).ask(), 'notSent/noConnection');
    assert.deepEqual(seen.codes, ['EADDRNOTAVAIL']);
    assert.equal(server.connections, 0);
  });

  it('several addresses of which none connects mean that nothing was sent', async () => {
    const server = await HostileServer.start(answering);
    const { port } = server;
    await server.close();
    const seen = watchErrors(through(new https.Agent({ lookup: twoAddresses, autoSelectFamily: true })));
    const client = new AskingClient(`https://veriff.example:${port}`, seen.fetch);
    assert.equal(await client.ask(), 'notSent/noConnection');
    assert.deepEqual(seen.codes, ['ECONNREFUSED']);
  });

  it('several addresses, one silent and one refused, mean that nothing was sent', async () => {
    const full = await fullPort();
    try {
      const options = { lookup: twoAddresses, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 10 };
      const seen = watchErrors(through(new https.Agent(options)));
      const client = new AskingClient(`https://veriff.example:${full.port}`, seen.fetch);
      assert.equal(await client.ask(), 'notSent/noConnection');
      assert.deepEqual(seen.codes, ['ETIMEDOUT']);
    } finally {
      await full.close();
    }
  });
});

/** The same fetch, and the codes with which it failed. */
function watchErrors(inner: Fetch): { fetch: Fetch; codes: unknown[] } {
  const codes: unknown[] = [];
  return {
    codes,
    fetch: (url, init) => {
      const answer = inner(url, init);
      answer.catch((error: unknown) => codes.push((error as NodeJS.ErrnoException).code));
      return answer;
    },
  };
}

const twoAddresses: LookupFunction = (_host, _options, done) =>
  setImmediate(() =>
    done(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]),
  );

describe('a TLS handshake', () => {
  const ends: [title: string, onConnection: (socket: Socket) => void][] = [
    ['is ended', (socket) => socket.once('data', () => socket.end())],
    ['is reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['is answered in plain HTTP', (socket) => socket.once('data', () => socket.end(ok))],
    ['is ended at once', (socket) => socket.end()],
  ];
  for (const [title, onConnection] of ends)
    it(`that ${title} means that nothing was sent`, async () => {
      const server = await serve(answering, { onConnection });
      const client = new AskingClient(`https://127.0.0.1:${server.port}`);
      assert.equal(await client.ask(), 'notSent/noConnection');
    });

  for (const [outcome, end] of [
    ['notSent/noConnection', (client: AskingClient) => client.fireTimer()],
    ['notSent/cancelled', (_client: AskingClient, canceller: AbortController) => canceller.abort()],
  ] as const)
    it(`that does not end: ${outcome}`, async () => {
      const hello = Promise.withResolvers<unknown>();
      const server = await serve(answering, { onConnection: (socket) => socket.once('data', hello.resolve) });
      const client = new AskingClient(`https://127.0.0.1:${server.port}`);
      const canceller = new AbortController();
      const asked = client.ask(deleteSession, canceller.signal);
      await hello.promise;
      end(client, canceller);
      assert.equal(await asked, outcome);
      await server.abandoned();
    });

  it('that does not end is aborted even if fetch ignores its signal', async () => {
    const hello = Promise.withResolvers<unknown>();
    const server = await serve(answering, { onConnection: (socket) => socket.once('data', hello.resolve) });
    const client = new AskingClient(`https://127.0.0.1:${server.port}`, (url, init) =>
      fetch(url, { ...init, signal: null }),
    );
    const outcome = client.ask();
    await hello.promise;
    client.fireTimer();
    assert.equal(await outcome, 'notSent/noConnection');
    await server.abandoned();
  });

  it('that has ended may have been followed by the request', async () => {
    const server = await serve(answering, { identity, onConnection: (socket) => socket.destroy() });
    const client = new AskingClient(server.baseUrl, through(new https.Agent({ ca: identity.cert })));
    assert.equal(await client.ask(), 'unknown/connectionLost');
    assert.equal(server.requests.length, 0);
  });
});

describe('after there is a connection', () => {
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'CERT_HAS_EXPIRED'])
    it(`${code} does not mean that nothing was sent`, async () => {
      const agent = new http.Agent();
      const client = new AskingClient((await serve(failing)).baseUrl, through(agent));
      function failing(): void {
        const [socket] = Object.values(agent.sockets).flat();
        socket?.destroy(Object.assign(new Error(code), { code, syscall: 'connect' }));
      }
      assert.equal(await client.ask(), 'unknown/connectionLost');
    });
});
