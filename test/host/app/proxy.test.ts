import assert from 'node:assert/strict';
import http from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import { deleteSession } from '../../../src/veriff/client.ts';
import { AskingClient, sample } from '../../support/cleanup/askingClient.ts';
import { eventually } from '../../support/process/eventually.ts';
import { HostileServer, httpReply } from '../../support/server/hostileServer.ts';

/** VS Code bypasses its proxy for localhost and 127.0.0.1, but not for other loopback addresses. */
const veriff = 'https://127.0.0.2:1';
const deleted = httpReply(200, JSON.stringify({ status: 'success', verification: { id: sample.id } }));

describe('VS Code’s own proxy agent', () => {
  let proxy: HostileServer;
  let refusal = '';

  before(async () => {
    proxy = await HostileServer.start((socket) => {
      if (refusal !== '') socket.end(refusal);
    });
    await configure('proxy', `http://127.0.0.1:${proxy.port}`);
  });
  after(async () => {
    await configure('proxy', undefined);
    await configure('proxySupport', undefined);
    await proxy.close();
  });
  beforeEach(() => (refusal = ''));

  for (const support of ['on', 'override'])
    for (const status of [407, 403, 502, 404])
      it(`${support}: nothing was sent if the proxy refuses with ${status}`, async () => {
        await configure('proxySupport', support);
        refusal = `HTTP/1.1 ${status} x\r\nContent-Length: 30\r\n\r\n{"status":"fail","code":"1101"}`;
        const before = proxy.requests.length;
        assert.equal(await new AskingClient(veriff).ask(), 'notSent/noConnection');
        const heads = proxy.requests.slice(before);
        assert.equal(heads.length, 1);
        assert.match(heads.join(), /^CONNECT 127\.0\.0\.2:1 HTTP/);
      });

  it('nothing was sent if the proxy does not answer and the request is cancelled', async () => {
    await configure('proxySupport', 'on');
    const before = proxy.requests.length;
    const canceller = new AbortController();
    const outcome = new AskingClient(veriff).ask(deleteSession, canceller.signal);
    while (proxy.requests.length === before) await nextTurn();
    canceller.abort();
    assert.equal(await outcome, 'notSent/cancelled');
  });

  for (const support of ['off', 'on', 'override'])
    it(`${support}: each request has a new connection if there is no proxy`, async () => {
      await configure('proxySupport', support);
      const server = await HostileServer.start((socket) => socket.write(deleted));
      try {
        await leaveConnection(server);
        for (const connections of [2, 3]) {
          assert.equal(await new AskingClient(server.baseUrl).ask(), 'deleted');
          assert.equal(server.connections, connections);
        }
      } finally {
        await server.close();
      }
    });

  it('off: nothing is sent to the proxy', async () => {
    await configure('proxySupport', 'off');
    const before = proxy.requests.length;
    assert.equal(await new AskingClient(veriff).ask(), 'notSent/noConnection');
    assert.equal(proxy.requests.length, before);
  });
});

/** Another request, which leaves its connection open in Node's own agent. */
async function leaveConnection({ port }: HostileServer): Promise<void> {
  const agent = http.globalAgent;
  const isKept = (): boolean =>
    Object.entries(agent.freeSockets).some(([name]) => name.startsWith(`127.0.0.1:${port}:`));
  const support = vscode.workspace.getConfiguration('http').get<string>('proxySupport');
  await configure('proxySupport', 'off');
  const request = http.get({ host: '127.0.0.1', port, agent });
  request.on('response', (response) => response.resume());
  while (!isKept()) await nextTurn();
  await configure('proxySupport', support);
}

async function configure(name: 'proxy' | 'proxySupport', value: string | undefined): Promise<void> {
  const settings = () => vscode.workspace.getConfiguration('http');
  await settings().update(name, value, vscode.ConfigurationTarget.Global);
  if (value !== undefined) await eventually('the setting has arrived', () => settings().get(name) === value);
}
