import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { sampleSessions, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import {
  ask,
  deleteSession,
  idOf,
  json,
  sandboxesOfSuite,
  signedHeaders,
  stranger,
} from './sandboxWire.test.ts';

const unlimited = { limits: [] };

describe('the sandbox’s control', () => {
  const start = sandboxesOfSuite();

  describe('controls over HTTP', () => {
    const key = (sandbox: Sandbox): Record<string, string> => ({ 'X-AUTH-CLIENT': sandbox.apiKey });

    it('returns its made-up credentials to any request on loopback', async () => {
      const sandbox = await start();
      const answer = await ask(sandbox.baseUrl, 'GET', '/sandbox/info');
      const { apiKey, sharedSecretKey } = sandbox;
      assert.deepEqual(json(answer), { sandbox: true, apiKey, sharedSecretKey });
    });

    it('shows sessions, webhooks and requests, without its own', async () => {
      const sandbox = await start();
      await deleteSession(sandbox, idOf(sandbox, 'created'));
      for (const name of ['sessions', 'webhooks', 'requests'] as const) {
        const answer = await ask(sandbox.baseUrl, 'GET', `/sandbox/${name}`, key(sandbox));
        assert.equal(answer.status, 200);
        assert.deepEqual(json(answer), sandbox[name](), name);
      }
      assert.equal(sandbox.requests().length, 1);
      assert.equal(sandbox.webhooks().length, 1);
    });

    it('resets, and has no fault from then on', async () => {
      const sandbox = await start(unlimited);
      const id = idOf(sandbox, 'approved');
      assert.equal((await deleteSession(sandbox, id)).status, 200);
      sandbox.misbehave('html-200');
      assert.equal((await ask(sandbox.baseUrl, 'POST', '/sandbox/reset', key(sandbox))).status, 200);
      assert.deepEqual([sandbox.sessions(), sandbox.requests()], [sampleSessions(), []]);
      assert.equal((await deleteSession(sandbox, id)).status, 200);
    });

    it('answers a reset with the new credentials, and requires the new key from then on', async () => {
      const sandbox = await start();
      const old = key(sandbox);
      const first = await ask(sandbox.baseUrl, 'POST', '/sandbox/reset', old);
      assert.equal(first.status, 200);
      const { apiKey, sharedSecretKey } = sandbox;
      assert.notEqual(apiKey, old['X-AUTH-CLIENT']);
      assert.deepEqual(json(first), { status: 'success', apiKey, sharedSecretKey });
      const info = await ask(sandbox.baseUrl, 'GET', '/sandbox/info');
      assert.deepEqual(json(info), { sandbox: true, apiKey, sharedSecretKey });
      for (const [method, path] of [
        ['GET', '/sandbox/sessions'],
        ['GET', '/sandbox/webhooks'],
        ['GET', '/sandbox/requests'],
        ['POST', '/sandbox/reset'],
      ] as const)
        assert.equal((await ask(sandbox.baseUrl, method, path, old)).status, 401, path);
      assert.equal(sandbox.apiKey, apiKey, 'a refused reset changes nothing');
      const second = await ask(sandbox.baseUrl, 'POST', '/sandbox/reset', key(sandbox));
      assert.equal(second.status, 200);
      assert.notDeepEqual(json(second), json(first));
    });

    it('accepts one of two resets that come with the same key', async () => {
      const sandbox = await start();
      const old = key(sandbox);
      const answers = await Promise.all(
        [1, 2].map(() => ask(sandbox.baseUrl, 'POST', '/sandbox/reset', old)),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401]);
      const { apiKey, sharedSecretKey } = sandbox;
      const done = answers.find(({ status }) => status === 200) ?? assert.fail('none was done');
      assert.deepEqual(json(done), { status: 'success', apiKey, sharedSecretKey });
    });

    it('requires the API key for everything except info, and changes nothing without it', async () => {
      const sandbox = await start();
      await deleteSession(sandbox, idOf(sandbox, 'approved'));
      for (const headers of [{}, { 'X-AUTH-CLIENT': stranger }])
        for (const [method, path] of [
          ['GET', '/sandbox/sessions'],
          ['GET', '/sandbox/webhooks'],
          ['GET', '/sandbox/requests'],
          ['POST', '/sandbox/reset'],
        ] as const) {
          const answer = await ask(sandbox.baseUrl, method, path, headers);
          assert.equal(answer.status, 401, path);
        }
      assert.equal(sandbox.sessions().length, 23);
      assert.equal((await deleteSession(sandbox, stranger)).status, 404);
    });

    it('has no other controls', async () => {
      const sandbox = await start();
      for (const [method, path] of [
        ['GET', '/sandbox'],
        ['GET', '/sandbox/reset'],
        ['POST', '/sandbox/sessions'],
        ['DELETE', '/sandbox/sessions'],
        ['POST', '/sandbox/misbehave'],
      ] as const)
        assert.equal((await ask(sandbox.baseUrl, method, path, key(sandbox))).status, 404, path);
    });

    for (const host of [
      'rebound.example',
      '127.0.0.1.example:80',
      'localhost.example',
      '10.0.0.1',
      'x@127.0.0.1',
    ])
      it(`refuses the host name ${JSON.stringify(host)} everywhere, against DNS rebinding`, async () => {
        const sandbox = await start();
        const id = idOf(sandbox, 'approved');
        for (const [method, path] of [
          ['GET', '/sandbox/info'],
          ['POST', '/sandbox/reset'],
          ['DELETE', `/v1/sessions/${id}`],
        ] as const) {
          const headers = { ...signedHeaders(sandbox, id), Host: host };
          const answer = await ask(sandbox.baseUrl, method, path, headers);
          assert.equal(answer.status, 421, path);
          assert.ok(!answer.body.includes(sandbox.sharedSecretKey));
        }
        assert.equal(sandbox.sessions().length, 24);
      });

    it('refuses a request that names no host', async () => {
      const sandbox = await start();
      const socket = connect(Number(new URL(sandbox.baseUrl).port), '127.0.0.1');
      socket.write('GET /sandbox/info HTTP/1.0\r\n\r\n');
      assert.match(await text(socket), /^HTTP\/1\.1 421 /);
    });

    it('accepts every name of loopback', async () => {
      const sandbox = await start();
      for (const Host of ['127.0.0.1', 'LOCALHOST:1234', '[::1]:8080', 'localhost'])
        assert.equal((await ask(sandbox.baseUrl, 'GET', '/sandbox/info', { Host })).status, 200, Host);
    });

    it('gives no CORS permission to a page of another origin', async () => {
      const sandbox = await start();
      const headers = { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' };
      for (const method of ['OPTIONS', 'GET', 'POST'])
        for (const path of ['/sandbox/info', '/sandbox/reset', `/v1/sessions/${stranger}`]) {
          const answer = await ask(sandbox.baseUrl, method, path, headers);
          assert.deepEqual(
            Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
            [],
          );
        }
    });
  });
});
