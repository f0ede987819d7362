import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fetch from 'node-fetch';
import { deleteSession, lookUpSession, type Fetch } from '../../../src/veriff/client.ts';
import { AskingClient, sample } from '../../support/cleanup/askingClient.ts';
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

/** Idle connections of an agent that can still be used. */
function kept(agent: http.Agent): number {
  return Object.values(agent.freeSockets)
    .flat()
    .filter((socket) => socket?.destroyed === false).length;
}

async function leaveConnection(agent: http.Agent, baseUrl: string): Promise<void> {
  const before = kept(agent);
  await (await fetch(`${baseUrl}/other`, { agent })).text();
  while (kept(agent) === before) await nextTurn();
}

describe('a connection of its own', () => {
  let trusted: https.AgentOptions['ca'];
  before(() => {
    trusted = https.globalAgent.options.ca;
    https.globalAgent.options.ca = identity.cert;
  });
  after(() => {
    if (trusted === undefined) delete https.globalAgent.options.ca;
    else https.globalAgent.options.ca = trusted;
  });

  for (const [scheme, agent, options] of [
    ['http', http.globalAgent, {}],
    ['https', https.globalAgent, { identity }],
  ] as const) {
    it(`is opened over ${scheme} even if Node has kept two to that server`, async () => {
      const server = await serve(answering, options);
      const { baseUrl } = server;
      const bystander = await serve(answering, options);
      await leaveConnection(agent, bystander.baseUrl);
      await Promise.all([leaveConnection(agent, baseUrl), leaveConnection(agent, baseUrl)]);
      const before = server.connections;
      assert.equal(await new AskingClient(baseUrl).ask(), 'deleted');
      assert.equal(server.connections, before + 1);
      assert.equal(bystander.connections, 1);
      assert.equal(kept(agent), 1, 'connections to other servers stay');
      agent.destroy();
    });

    it(`is closed after the answer over ${scheme}, even if the server would keep it`, async () => {
      const server = await serve(answering, options);
      for (const send of [deleteSession, lookUpSession]) await new AskingClient(server.baseUrl).ask(send);
      assert.deepEqual([server.connections, kept(agent)], [2, 0]);
      await server.abandoned();
    });
  }

  it('is never one that an agent has kept: the request stays unsent', async () => {
    const server = await serve(answering);
    const agent = new http.Agent({ keepAlive: true });
    const client = new AskingClient(server.baseUrl, through(agent));
    await leaveConnection(agent, server.baseUrl);
    assert.equal(await client.ask(), 'notSent/noConnection');
    assert.equal(server.requests.length, 1);
    assert.equal(await client.ask(), 'deleted');
    assert.deepEqual([server.requests.length, server.connections], [2, 2]);
  });

  it('is never one that an agent reuses after another answer', async () => {
    const server = await serve(answering);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const client = new AskingClient(server.baseUrl, through(agent));
    const other = fetch(`${server.baseUrl}/other`, { agent });
    const outcome = client.ask();
    await (await other).text();
    assert.equal(await outcome, 'notSent/noConnection');
    assert.deepEqual([server.requests.length, server.connections], [1, 1]);
  });
});

describe('what else a fetch does', () => {
  it('does not count: other requests', async () => {
    const server = await serve(answering);
    const { port } = await serve(() => undefined, { onConnection: (socket) => socket.end() });
    const client = new AskingClient(`https://127.0.0.1:${port}`, async (url, init) => {
      const { href } = new URL('/other', server.baseUrl);
      const [answer] = await Promise.all([fetch(url, init), fetch(href, init)]);
      return answer;
    });
    assert.equal(await client.ask(), 'notSent/noConnection');
  });

  it('counts as sent: the same request twice', async () => {
    const server = await HostileServer.start(answering);
    const { baseUrl } = server;
    await server.close();
    const client = new AskingClient(baseUrl, async (url, init) => {
      const [answer] = await Promise.all([fetch(url, init), fetch(url, init)]);
      return answer;
    });
    assert.equal(await client.ask(), 'unknown/connectionLost');
  });

  it('counts as sent: a request that it makes later', async () => {
    const server = await HostileServer.start(answering);
    const { baseUrl } = server;
    await server.close();
    const client = new AskingClient(baseUrl, async (url, init) => {
      await nextTurn();
      return fetch(url, init);
    });
    assert.equal(await client.ask(), 'unknown/connectionLost');
  });
});
