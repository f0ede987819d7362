import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fetch from 'node-fetch';
import { deleteSession, lookUpSession, type Fetch } from '../../../src/veriff/client.ts';
import { AskingClient, sample } from '../../support/cleanup/askingClient.ts';
import { HostileServer, httpReply, selfSigned, type Answer } from '../../support/server/hostileServer.ts';
import { TunnelAgent } from '../../support/server/tunnelAgent.ts';

const deleted = JSON.stringify({ status: 'success', verification: { id: sample.id } });
const identity = selfSigned('127.0.0.1', new Date(Date.now() + 86_400_000));

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

/** A Veriff that answers like this, and a client that reaches it through a proxy that answers CONNECT like that. */
async function behindProxy(
  atVeriff: Answer,
  atProxy: Answer = tunnel,
): Promise<{ veriff: HostileServer; proxy: HostileServer; client: AskingClient }> {
  const veriff = await serve(atVeriff, { identity });
  const proxy = await serve(atProxy);
  const agent = new TunnelAgent(proxy.port, { ca: identity.cert });
  const throughProxy: Fetch = (url, init) => fetch(url, { ...init, agent });
  return { veriff, proxy, client: new AskingClient(veriff.baseUrl, throughProxy) };
}

const tunnel: Answer = (socket, request) => {
  const port = Number(/^CONNECT 127\.0\.0\.1:(\d+) /.exec(request)?.[1]);
  const upstream = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 x\r\n\r\n');
    socket.pipe(upstream).pipe(socket);
  });
  upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
};

describe('a proxy that refuses to connect', () => {
  const refusals: [title: string, reply: Buffer][] = [
    ...[301, 400, 403, 404, 407, 429, 502, 503].map((status): [string, Buffer] => [
      String(status),
      httpReply(status, '<html>proxy</html>'),
    ]),
    ['407 with a question', httpReply(407, 'x', [['Proxy-Authenticate', 'Basic realm="x"']])],
    ['404 with Veriff’s code', httpReply(404, '{"status":"fail","code":"1101"}')],
    ['201 with a right body', httpReply(201, deleted)],
    ['502 without an end', httpReply(502, 'x').subarray(0, -1)],
  ];
  for (const [title, reply] of refusals)
    it(`by ${title} has let nothing through`, async () => {
      for (const send of [deleteSession, lookUpSession]) {
        const answer: Answer = (socket) => socket.end(reply);
        const { client, veriff, proxy } = await behindProxy(() => undefined, answer);
        assert.equal(await client.ask(send), 'notSent/noConnection');
        assert.match(proxy.requests.join(), /^CONNECT [^X]*$/, 'no credential goes to a proxy');
        assert.deepEqual([proxy.requests.length, veriff.connections], [1, 0]);
      }
    });

  it('by no answer, until the time is up, has let nothing through', async () => {
    const { client, proxy } = await behindProxy(
      () => undefined,
      () => undefined,
    );
    const outcome = client.ask();
    await proxy.requested();
    client.fireTimer();
    assert.equal(await outcome, 'notSent/noConnection');
  });

  it('by no answer, until it is cancelled, has let nothing through', async () => {
    const { client, proxy } = await behindProxy(
      () => undefined,
      () => undefined,
    );
    const canceller = new AbortController();
    const outcome = client.ask(deleteSession, canceller.signal);
    await proxy.requested();
    canceller.abort();
    assert.equal(await outcome, 'notSent/cancelled');
  });
});

describe('a proxy that connects', () => {
  const answers: [title: string, answer: Answer, expected: string][] = [
    ['an answer', (socket) => socket.write(httpReply(200, deleted)), 'deleted'],
    ['a 403 of Veriff’s', (socket) => socket.write(httpReply(403, 'x')), 'forbidden'],
    ['a 502 from beyond the proxy', (socket) => socket.write(httpReply(502, 'x')), 'unknown/serverError'],
    ['a lost answer', (socket) => socket.destroy(), 'unknown/connectionLost'],
  ];
  for (const [title, answer, expected] of answers)
    it(`passes on ${title}: ${expected}`, async () => {
      const { client, veriff } = await behindProxy(answer);
      assert.equal(await client.ask(), expected);
      assert.equal(veriff.requests.length, 1);
      await veriff.abandoned();
    });

  it('passes on a certificate that is not trusted', async () => {
    const { veriff, proxy } = await behindProxy(() => undefined);
    const agent = new TunnelAgent(proxy.port);
    const client = new AskingClient(veriff.baseUrl, (url, init) => fetch(url, { ...init, agent }));
    assert.equal(await client.ask(), 'notSent/certificateRefused');
    assert.equal(veriff.receivedBytes, 0);
  });

  it('passes on a server that ends the handshake', async () => {
    const plain = await serve(() => undefined, { onConnection: (socket) => socket.destroy() });
    const { proxy } = await behindProxy(() => undefined);
    const agent = new TunnelAgent(proxy.port);
    const client = new AskingClient(`https://127.0.0.1:${plain.port}`, (url, init) =>
      fetch(url, { ...init, agent }),
    );
    assert.equal(await client.ask(), 'notSent/noConnection');
    assert.equal(plain.receivedBytes, 0);
  });
});
