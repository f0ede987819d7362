import assert from 'node:assert/strict';
import { sampleSessions } from '../../../src/sandbox/sandbox.ts';
import {
  ask,
  assertError,
  assertSigned,
  assertUnsigned,
  deleteSession,
  idOf,
  json,
  sandboxesOfSuite,
  signedHeaders,
} from './sandboxWire.test.ts';

const hourMs = 3_600_000;

describe('resetting the sandbox', () => {
  const start = sandboxesOfSuite();

  it('restores sessions and quota, ends faults, and forgets log and webhooks', async () => {
    const sandbox = await start({ limits: [{ count: 1, windowMs: hourMs }] });
    const id = idOf(sandbox, 'created');
    await deleteSession(sandbox, id);
    assert.equal(sandbox.webhooks().length, 1);
    sandbox.misbehave('html-200');
    sandbox.reset();
    assert.deepEqual(sandbox.sessions(), sampleSessions());
    assert.deepEqual([sandbox.webhooks(), sandbox.requests()], [[], []]);
    const answer = await deleteSession(sandbox, id);
    assert.deepEqual(json(answer), { status: 'success', verification: { id } });
  });

  it('makes new random credentials each time, whatever it was started with, and keeps the replaced ones', async () => {
    const given = { apiKey: '6c1f5d6e-2f0a-4a68-9d11-0123456789ab', sharedSecretKey: 'made-up' };
    const sandbox = await start(given);
    assert.deepEqual(sandbox.replacedCredentials(), []);
    const [first, second] = [sandbox.reset(), sandbox.reset()];
    const { apiKey, sharedSecretKey } = sandbox;
    assert.deepEqual(second, { apiKey, sharedSecretKey });
    assert.deepEqual(sandbox.replacedCredentials(), [given, first]);
    const values = [given, first, second].flatMap((one) => [one.apiKey, one.sharedSecretKey]);
    assert.equal(new Set(values).size, 6);
    for (const value of values.slice(2)) assert.match(value, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });

  it('answers the replaced key as an unknown one, and gives the new key a quota of its own', async () => {
    const sandbox = await start({ limits: [{ count: 1, windowMs: hourMs }] });
    const id = idOf(sandbox, 'approved');
    const old = signedHeaders(sandbox, id);
    assert.equal((await deleteSession(sandbox, id)).status, 200);
    assertError(await deleteSession(sandbox, id), 429, '1004');
    sandbox.reset();
    for (const [method, tail] of [
      ['DELETE', ''],
      ['GET', '/attempts'],
      ['GET', '/decision'],
    ] as const) {
      const refused = await ask(sandbox.baseUrl, method, `/v1/sessions/${id}${tail}`, old);
      assertError(refused, 401, '1803');
      assertUnsigned(refused);
    }
    assert.equal(sandbox.sessions().length, 24);
    const answer = await deleteSession(sandbox, id);
    assert.equal(answer.status, 200, 'the refused key spent nothing of the new quota');
    assertSigned(sandbox, answer);
    assertError(await deleteSession(sandbox, id), 429, '1004');
  });

  it('does not accept the replaced secret with the new key', async () => {
    const sandbox = await start();
    const id = idOf(sandbox, 'approved');
    const old = signedHeaders(sandbox, id);
    sandbox.reset();
    const mixed = { ...old, 'X-AUTH-CLIENT': sandbox.apiKey };
    assertError(await ask(sandbox.baseUrl, 'DELETE', `/v1/sessions/${id}`, mixed), 401, '1818');
  });

  it('signs with the new secret, with a fault too', async () => {
    const sandbox = await start();
    sandbox.reset();
    sandbox.misbehave('500/1101');
    assertSigned(sandbox, await deleteSession(sandbox, idOf(sandbox, 'approved')));
  });
});
