import assert from 'node:assert/strict';
import { sampleSessions, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import {
  ask,
  assertError,
  assertSigned,
  assertUnsigned,
  deleteSession,
  hmac,
  idOf,
  json,
  sandboxesOfSuite,
  signedHeaders,
  stranger,
} from './sandboxWire.test.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;

describe('the sandbox’s API', () => {
  const start = sandboxesOfSuite();

  describe('the order of its checks', () => {
    // In each row, everything that is checked later is wrong too, so that only the order can explain the answer.
    const bad = 'not-a-uuid';
    const zeros = '0'.repeat(64);
    type Row = [name: string, status: number, code: string, headers: (sandbox: Sandbox) => object];
    const key = (sandbox: Sandbox): object => ({ 'X-AUTH-CLIENT': sandbox.apiKey });
    const rows: readonly Row[] = [
      ['no API key', 401, '1101', () => ({})],
      ['an empty API key', 401, '1101', () => ({ 'X-AUTH-CLIENT': '' })],
      ['an API key that is no UUID', 401, '1802', () => ({ 'X-AUTH-CLIENT': 'key' })],
      ['the API key twice', 401, '1802', ({ apiKey }) => ({ 'X-AUTH-CLIENT': [apiKey, apiKey] })],
      ['an unknown API key', 401, '1803', () => ({ 'X-AUTH-CLIENT': stranger })],
      ['no signature', 401, '1815', key],
      ['a malformed signature', 401, '1812', (s) => ({ ...key(s), 'X-HMAC-SIGNATURE': 'ff' })],
      [
        'a signature in upper case',
        401,
        '1812',
        (s) => ({ ...key(s), 'X-HMAC-SIGNATURE': hmac(s.sharedSecretKey, bad).toUpperCase() }),
      ],
      [
        'two signatures',
        401,
        '1812',
        (s) => ({ ...key(s), 'X-HMAC-SIGNATURE': [hmac(s.sharedSecretKey, bad), zeros] }),
      ],
      ['a wrong signature', 401, '1818', (s) => ({ ...key(s), 'X-HMAC-SIGNATURE': zeros })],
      ['a malformed id', 400, '1104', (s) => signedHeaders(s, bad)],
    ];
    for (const [name, status, code, headers] of rows)
      for (const [method, tail] of [
        ['DELETE', ''],
        ['GET', '/attempts'],
        ['GET', '/decision'],
      ] as const)
        it(`${method} …${tail} with ${name}: ${status}/${code}, unsigned, not counted as a success`, async () => {
          const sandbox = await start({ limits: [{ count: 0, windowMs: hourMs }] });
          const sent = headers(sandbox) as Record<string, string>;
          const answer = await ask(sandbox.baseUrl, method, `/v1/sessions/${bad}${tail}`, sent);
          assertError(answer, status, code);
          assertUnsigned(answer);
          assert.deepEqual(
            sandbox.requests().map((row) => [row.status, row.deleted, row.sessionId]),
            [[status, false, bad]],
          );
        });

    it('checks the limit before it looks for the session, and signs the refusal', async () => {
      const sandbox = await start({ limits: [{ count: 0, windowMs: hourMs }] });
      for (const id of [stranger, idOf(sandbox, 'submitted'), idOf(sandbox, 'approved')]) {
        const answer = await deleteSession(sandbox, id);
        assertError(answer, 429, '1004');
        assertSigned(sandbox, answer);
        assert.equal(answer.headers['retry-after'], undefined);
      }
      assert.equal(sandbox.sessions().length, 24);
    });

    it('does not accept the signature of another id or with another secret', async () => {
      const sandbox = await start();
      const id = idOf(sandbox, 'approved');
      for (const signature of [
        hmac(sandbox.sharedSecretKey, stranger),
        hmac(sandbox.apiKey, id),
        hmac('', id),
      ]) {
        const headers = { 'X-AUTH-CLIENT': sandbox.apiKey, 'X-HMAC-SIGNATURE': signature };
        assertError(await ask(sandbox.baseUrl, 'DELETE', `/v1/sessions/${id}`, headers), 401, '1818');
      }
      assert.equal(sandbox.sessions().length, 24);
    });

    it('has no other endpoints, and answers that without a code', async () => {
      const sandbox = await start();
      const id = idOf(sandbox, 'approved');
      const headers = signedHeaders(sandbox, id);
      const paths = [
        '/',
        '/v1/sessions',
        '/v1/sessions/',
        `/v1/v1/sessions/${id}`,
        `/v1/sessions/${id}/media`,
      ];
      for (const path of paths) {
        const answer = await ask(sandbox.baseUrl, 'DELETE', path, headers);
        assert.equal(answer.status, 404, path);
        assert.deepEqual(Object.keys(json(answer) as object), ['status', 'message']);
      }
      assert.equal((await ask(sandbox.baseUrl, 'GET', `/v1/sessions/${id}`, headers)).status, 405);
      assert.equal((await ask(sandbox.baseUrl, 'POST', `/v1/sessions/${id}`, headers, '{}')).status, 405);
      assert.equal(
        (await ask(sandbox.baseUrl, 'DELETE', `/v1/sessions/${id}/attempts`, headers)).status,
        405,
      );
      assert.equal(sandbox.sessions().length, 24);
    });
  });

  describe('the rate limit', () => {
    it('is 5 an hour and 10 a day by default, in sliding windows', async () => {
      let at = Date.UTC(2026, 0, 1);
      const sandbox = await start({ now: () => at });
      const tryOnce = async (): Promise<number> => (await deleteSession(sandbox, stranger)).status;
      const times = async (n: number): Promise<number[]> => {
        const all: number[] = [];
        for (let i = 0; i < n; i++) all.push(await tryOnce());
        return all;
      };
      const first = at;
      assert.deepEqual(await times(6), [404, 404, 404, 404, 404, 429]);
      at = first + hourMs - 1;
      assert.deepEqual(await times(1), [429], 'one millisecond before the window ends');
      at = first + hourMs;
      assert.deepEqual(await times(6), [404, 404, 404, 404, 404, 429], 'refusals did not count');
      at = first + 2 * hourMs;
      assert.deepEqual(await times(1), [429], 'the day is spent though the hour is free');
      at = first + dayMs - 1;
      assert.deepEqual(await times(1), [429]);
      at = first + dayMs;
      assert.deepEqual(await times(6), [404, 404, 404, 404, 404, 429]);
      at = first + dayMs + hourMs - 1;
      assert.deepEqual(await times(1), [429], 'the second five of yesterday still count');
      at = first + dayMs + hourMs;
      assert.deepEqual(await times(1), [404]);
    });

    it('slides: it does not start again at the full hour', async () => {
      let at = hourMs - 10;
      const sandbox = await start({ now: () => at, limits: [{ count: 2, windowMs: hourMs }] });
      assert.equal((await deleteSession(sandbox, stranger)).status, 404);
      at = hourMs + 10;
      assert.equal((await deleteSession(sandbox, stranger)).status, 404);
      assert.equal((await deleteSession(sandbox, stranger)).status, 429);
      at = 2 * hourMs - 10;
      assert.equal((await deleteSession(sandbox, stranger)).status, 404);
      assert.equal((await deleteSession(sandbox, stranger)).status, 429);
    });

    it('counts every authenticated deletion, whatever the answer, and no other', async () => {
      const sandbox = await start({ limits: [{ count: 5, windowMs: hourMs }] });
      const approved = idOf(sandbox, 'approved');
      for (let i = 0; i < 3; i++)
        await ask(sandbox.baseUrl, 'DELETE', `/v1/sessions/${approved}`, { 'X-AUTH-CLIENT': sandbox.apiKey });
      assert.equal((await deleteSession(sandbox, idOf(sandbox, 'submitted'))).status, 400);
      assert.equal((await deleteSession(sandbox, stranger)).status, 404);
      assert.equal((await deleteSession(sandbox, 'not-a-uuid')).status, 400);
      sandbox.misbehave('500/1101');
      for (let i = 0; i < 3; i++)
        assert.equal((await ask(sandbox.baseUrl, 'DELETE', `/v1/sessions/${approved}`)).status, 500);
      assert.equal((await deleteSession(sandbox, approved)).status, 500);
      sandbox.misbehave('retry-after-seconds');
      assert.equal((await deleteSession(sandbox, approved)).status, 429);
      sandbox.misbehave(undefined);
      assert.equal((await deleteSession(sandbox, approved)).status, 200, 'the fifth that counts');
      assert.equal((await deleteSession(sandbox, stranger)).status, 429);
    });

    it('still counts attempts in the future of a clock that was set back', async () => {
      let at = dayMs;
      const sandbox = await start({ now: () => at, limits: [{ count: 1, windowMs: hourMs }] });
      assert.equal((await deleteSession(sandbox, stranger)).status, 404);
      at = 0;
      assert.equal((await deleteSession(sandbox, stranger)).status, 429);
    });

    it('holds in 500 random sequences with random clocks, according to the log', async () => {
      const seed = Number(process.env['SANDBOX_SEED'] ?? Date.now() % 2 ** 31);
      console.log(`      replay with SANDBOX_SEED=${seed}`);
      const random = randomFrom(seed);
      let at = 0;
      const limits = [
        { count: 3, windowMs: 1000 },
        { count: 5, windowMs: 4000 },
      ];
      const sandbox = await start({ now: () => at, limits });
      let refused = 0;
      for (let sequence = 0; sequence < 500; sequence++) {
        sandbox.reset();
        at = Math.floor(random() * 1e6);
        const steps = 6 + Math.floor(random() * 9);
        for (let step = 0; step < steps; step++) {
          // Mostly forward in small steps around the limits, sometimes far, sometimes back.
          const far = random();
          at += far < 0.1 ? -Math.floor(random() * 5000) : Math.floor(random() * (far < 0.2 ? 6000 : 501));
          const ids = [stranger, ...sampleSessions().map((session) => session.id)];
          await deleteSession(sandbox, ids[Math.floor(random() * ids.length)] ?? stranger);
        }
        const rows = sandbox.requests();
        refused += rows.filter((row) => row.status === 429).length;
        const taken = rows.filter((row) => row.status !== 429).map((row) => row.at);
        for (const { count, windowMs } of limits)
          for (const end of taken) {
            const within = taken.filter((time) => time > end - windowMs && time <= end).length;
            assert.ok(within <= count, `seed ${seed}, sequence ${sequence}: ${within} within ${windowMs} ms`);
          }
        const deleted = rows.filter((row) => row.deleted).length;
        assert.equal(sandbox.sessions().length, 24 - deleted);
      }
      assert.ok(refused > 500, `only ${refused} refusals: the sequences try nothing`);
    });
  });
});

/** A small generator of numbers from 0 to 1 (mulberry32), so that a seed repeats a run. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
