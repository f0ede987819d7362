import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { sampleSessions, startSandbox } from '../../../src/sandbox/sandbox.ts';
import {
  ask,
  assertError,
  assertSigned,
  assertUnsigned,
  deleteRaw,
  deleteSession,
  idOf,
  json,
  logged,
  look,
  sandboxesOfSuite,
  signedHeaders,
  stranger,
} from './sandboxWire.test.ts';

const hourMs = 3_600_000;
const unlimited = { limits: [] };

describe('the sandbox', () => {
  const start = sandboxesOfSuite();

  describe('starting', () => {
    it('listens on loopback only, with made-up credentials that differ for each sandbox', async () => {
      const [one, two] = [await start(), await start()];
      assert.match(one.baseUrl, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
      const values = [one.apiKey, one.sharedSecretKey, two.apiKey, two.sharedSecretKey];
      for (const value of values) assert.match(value, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      assert.equal(new Set(values).size, 4);
      assert.deepEqual(one.sessions(), sampleSessions());
    });

    it('takes the given credentials, and signs with them as in the published vector', async () => {
      const apiKey = '6c1f5d6e-2f0a-4a68-9d11-0123456789ab';
      const sharedSecretKey = 'abcdef12-abcd-abcd-abcd-abcdef012345';
      const sandbox = await start({ apiKey, sharedSecretKey });
      const answer = await ask(sandbox.baseUrl, 'DELETE', `/v1/sessions/${stranger}`, {
        'X-AUTH-CLIENT': apiKey,
        'X-HMAC-SIGNATURE': '895cb3fd31139d89aeb7b263682e15479ab57651e70591256ad2c14fde4950dd',
      });
      assertError(answer, 404, '1101');
    });

    it('rejects if the port is taken, and for an API key that is not a UUID', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      assert.ok(typeof address === 'object' && address !== null);
      await assert.rejects(startSandbox({ port: address.port }), { code: 'EADDRINUSE' });
      other.close();
      await assert.rejects(startSandbox({ apiKey: 'key' }), TypeError);
    });
  });

  describe('deleting', () => {
    it('answers as documented, signed, and the session is gone at once and for good', async () => {
      const at = Date.UTC(2026, 1, 3, 4, 5, 6);
      const sandbox = await start({ now: () => at });
      const id = idOf(sandbox, 'approved');
      const answer = await deleteSession(sandbox, id);
      assert.equal(answer.status, 200);
      assert.deepEqual(json(answer), { status: 'success', verification: { id } });
      assertSigned(sandbox, answer);
      assert.equal(answer.headers.date, 'Tue, 03 Feb 2026 04:05:06 GMT');
      assert.equal(answer.rawHeaders.filter((name) => name.toLowerCase() === 'date').length, 1);
      assert.ok(!sandbox.sessions().some((session) => session.id === id));
      assert.equal(sandbox.sessions().length, 23);
      const again = await deleteSession(sandbox, id);
      assertError(again, 404, '1101');
      assertSigned(sandbox, again);
      for (const what of ['attempts', 'decision'] as const) {
        const gone = await look(sandbox, id, what);
        assertError(gone, 404, '1101');
        assertSigned(sandbox, gone);
      }
    });

    it('takes an id in upper case, signed as it is in the path, and answers with its own', async () => {
      const sandbox = await start();
      const id = idOf(sandbox, 'approved');
      const answer = await deleteSession(sandbox, id.toUpperCase());
      assert.deepEqual(json(answer), { status: 'success', verification: { id } });
      assert.equal(sandbox.sessions().length, 23);
      const other = idOf(sandbox, 'approved');
      const wrong = await ask(
        sandbox.baseUrl,
        'DELETE',
        `/v1/sessions/${other.toUpperCase()}`,
        signedHeaders(sandbox, other),
      );
      assertError(wrong, 401, '1818');
    });

    for (const page of ['current', 'older'] as const)
      it(`deletes exactly what the ${page} page says, with its form of a 400`, async () => {
        const sandbox = await start({ page, ...unlimited });
        const kept = page === 'current' ? ['submitted', 'review', 'inflow_completed'] : ['submitted'];
        const bodyStatus = page === 'current' ? 'fail' : 400;
        for (const session of sampleSessions()) {
          const answer = await deleteSession(sandbox, session.id);
          const code = session.inFlow === true ? '1306' : kept.includes(session.status) ? '1305' : undefined;
          assert.equal(answer.status, code === undefined ? 200 : 400, session.status);
          if (code === undefined) continue;
          const body = json(answer) as Record<string, unknown>;
          assert.deepEqual([body['status'], body['code']], [bodyStatus, code], session.status);
          assertUnsigned(answer);
          assert.ok(sandbox.sessions().some((one) => one.id === session.id));
        }
        const left = sampleSessions().filter((one) => kept.includes(one.status) || one.inFlow === true);
        assert.deepEqual(sandbox.sessions(), left);
      });

    it('answers 1305 before 1306', async () => {
      const [session] = sampleSessions();
      assert.ok(session !== undefined);
      const sandbox = await start({ sessions: [{ ...session, status: 'submitted', inFlow: true }] });
      assertError(await deleteSession(sandbox, session.id), 400, '1305');
    });

    it('records a webhook for created, started and resubmission_requested, and for no refusal', async () => {
      const sandbox = await start(unlimited);
      for (const { id } of sampleSessions()) await deleteSession(sandbox, id);
      const expected = sampleSessions()
        .filter((one) => ['created', 'started', 'resubmission_requested'].includes(one.status))
        .filter((one) => one.inFlow !== true)
        .map((one) => [one.id, one.status === 'created' ? 'expired' : 'abandoned', 9104]);
      const kept = sandbox.webhooks().map(({ verification: { id, status, code } }) => [id, status, code]);
      assert.deepEqual(kept, expected);
      assert.equal(kept.length, 5);
    });
  });

  describe('looking up', () => {
    it('answers the attempts: attempt ids, the status, and nothing personal', async () => {
      const sandbox = await start();
      const [session] = sandbox.sessions();
      assert.ok(session !== undefined);
      const answer = await look(sandbox, session.id, 'attempts');
      assert.equal(answer.status, 200);
      const createdTime = '2026-01-05T09:00:00.000Z';
      assert.deepEqual(json(answer), {
        status: 'success',
        verifications: [{ id: session.attemptId, status: session.status, createdTime }],
      });
      assertSigned(sandbox, answer);
    });

    it('answers the decision with its code, or null if there is none yet', async () => {
      const sandbox = await start();
      const codes = {
        ...{ approved: 9001, declined: 9102, resubmission_requested: 9103 },
        ...{ expired: 9104, abandoned: 9104, review: 9121 },
      } as Record<string, number>;
      for (const session of sandbox.sessions()) {
        const answer = await look(sandbox, session.id, 'decision');
        assertSigned(sandbox, answer);
        const { verification } = json(answer) as { verification: { id: string; code: number } | null };
        assert.equal(verification?.code, codes[session.status], session.status);
        if (verification !== null) assert.equal(verification.id, session.id);
      }
    });

    it('changes nothing and never spends the quota', async () => {
      const sandbox = await start({ limits: [{ count: 1, windowMs: hourMs }] });
      const id = idOf(sandbox, 'approved');
      for (let i = 0; i < 5; i++) assert.equal((await look(sandbox, id, 'attempts')).status, 200);
      assert.equal((await deleteSession(sandbox, id)).status, 200);
      assertError(await deleteSession(sandbox, id), 429, '1004');
      assert.equal((await look(sandbox, idOf(sandbox, 'declined'), 'decision')).status, 200);
    });
  });

  describe('its log', () => {
    it('has a row for each request, in order, and returns copies', async () => {
      let at = 1000;
      const sandbox = await start({ now: () => at });
      const id = idOf(sandbox, 'approved');
      await look(sandbox, id, 'attempts');
      at = 2000;
      await deleteSession(sandbox, id);
      at = 3000;
      await ask(sandbox.baseUrl, 'DELETE', '/elsewhere?x=1');
      const path = `/v1/sessions/${id}`;
      const expected = [
        { method: 'GET', path: `${path}/attempts`, at: 1000, status: 200, deleted: false, sessionId: id },
        { method: 'DELETE', path, at: 2000, status: 200, deleted: true, sessionId: id },
        { method: 'DELETE', path: '/elsewhere?x=1', at: 3000, status: 404, deleted: false },
      ];
      assert.deepEqual(sandbox.requests(), expected);
      (sandbox.requests() as unknown[]).pop();
      assert.deepEqual(sandbox.requests(), expected);
    });

    it('shows 0 while an answer waits, even if the session is gone already', async () => {
      const sandbox = await start({ latencyMs: 60_000 });
      const id = idOf(sandbox, 'approved');
      const answer = deleteRaw(sandbox, id);
      await logged(sandbox, 1);
      assert.deepEqual(
        sandbox.requests().map((row) => [row.status, row.deleted]),
        [[0, true]],
      );
      await sandbox.close();
      assert.equal((await answer).bytes.length, 0);
    });

    it('answers after the latency, no sooner', async () => {
      const sandbox = await start({ latencyMs: 40 });
      const startedAt = performance.now();
      assert.equal((await deleteSession(sandbox, stranger)).status, 404);
      assert.ok(performance.now() - startedAt >= 39);
      assert.equal(sandbox.requests()[0]?.status, 404);
    });
  });

  describe('closing', () => {
    it('ends sockets that are idle, hang, drip or send without end, frees the port, and may be repeated', async () => {
      const sandbox = await start(unlimited);
      const port = Number(new URL(sandbox.baseUrl).port);
      const idle = connect(port, '127.0.0.1');
      await once(idle, 'connect');
      const idleEnds = once(idle, 'close');
      idle.on('error', () => undefined);
      const hanging: Promise<unknown>[] = [];
      for (const fault of ['never-answers', 'body-dripping', 'body-endless', 'continue-only'] as const) {
        sandbox.misbehave(fault);
        hanging.push(deleteRaw(sandbox, idOf(sandbox, 'approved')));
        await logged(sandbox, hanging.length);
      }
      await Promise.all([sandbox.close(), sandbox.close()]);
      await sandbox.close();
      await Promise.all([...hanging, idleEnds]);
      const heir = await start({ port });
      assert.equal(heir.baseUrl, sandbox.baseUrl);
    });
  });
});
