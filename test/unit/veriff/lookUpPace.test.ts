import assert from 'node:assert/strict';
import { LookUpPace, reuseMs } from '../../../src/veriff/lookUpPace.ts';
import type { LookUpOutcome } from '../../../src/veriff/outcome.ts';
import { HandClock, minuteMs, secondMs } from '../../support/cleanup/cleanupWorkshop.ts';
import { HandTimers } from '../../support/cleanup/handTimers.ts';

const answer = { status: 200, signature: 'valid' } as const;
const found: LookUpOutcome = { kind: 'found', sessionStatus: 'approved', answer };
const limited = (retryAfterMs?: number): LookUpOutcome => ({
  kind: 'limited',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
  answer: { status: 429, signature: 'valid' },
});

describe('LookUpPace', () => {
  let clock: HandClock;
  let timers: HandTimers;
  let pace: LookUpPace;
  /** When (s) each request left. */
  let left: number[];
  /** Answers the requests that are out, the oldest first. */
  let out: ((outcome: LookUpOutcome) => void)[];
  beforeEach(() => {
    clock = new HandClock();
    timers = new HandTimers(clock);
    [left, out] = [[], []];
    pace = new LookUpPace({ elapsedMs: () => clock.uptimeMs, startTimer: timers.start });
  });

  const startMs = (): number => new HandClock().uptimeMs;
  const noteLeft = (): void => void left.push((clock.uptimeMs - startMs()) / secondMs);
  const held = (): Promise<LookUpOutcome> =>
    new Promise((resolve) => {
      noteLeft();
      out.push(resolve);
    });
  const atOnce = (outcome: LookUpOutcome) => (): Promise<LookUpOutcome> => {
    noteLeft();
    return Promise.resolve(outcome);
  };
  const askMany = (count: number, send: () => Promise<LookUpOutcome>): Promise<LookUpOutcome>[] =>
    Array.from({ length: count }, (_, index) => pace.ask(`question ${index}`, send));
  const kinds = async (asked: readonly Promise<LookUpOutcome>[]): Promise<string[]> =>
    (await Promise.all(asked)).map((outcome) => (outcome.kind === 'notSent' ? outcome.reason : outcome.kind));

  it('has at most four requests out at once', async () => {
    const asked = askMany(10, held);
    await timers.pass(minuteMs);
    assert.equal(left.length, 4);
    for (let answered = 0; answered < 10; answered += 1) {
      out[answered]?.(found);
      await timers.pass(0);
      assert.equal(left.length, Math.min(10, 5 + answered));
    }
    assert.deepEqual(new Set(await kinds(asked)), new Set(['found']));
  });

  it('lets twenty leave at once, then one a second, and twenty again after twenty seconds of rest', async () => {
    void askMany(25, atOnce(found));
    await timers.pass(minuteMs);
    assert.deepEqual(left, [...Array.from({ length: 20 }, () => 0), 1, 2, 3, 4, 5]);
    left = [];
    for (let index = 0; index < 22; index += 1) void pace.ask(`again ${index}`, atOnce(found));
    await timers.pass(minuteMs);
    assert.equal(left.filter((at) => at === 60).length, 20);
  });

  it('keeps that pace for any mixture of questions', async () => {
    for (let index = 0; index < 300; index += 1) {
      void pace.ask(`question ${index}`, atOnce(found));
      if (index % 7 === 0) await timers.pass(1500);
    }
    await timers.pass(10 * minuteMs);
    assert.equal(left.length, 300);
    for (let index = 21; index < left.length; index += 1) {
      const spanS = (left[index] ?? 0) - (left[index - 21] ?? 0);
      assert.ok(spanS >= 1, `21 requests left within ${spanS} s`);
    }
  });

  it('uses an answer again for a minute, and only to the same question', async () => {
    await pace.ask('a', atOnce(found));
    assert.ok(pace.hasAnswer('a') && !pace.hasAnswer('b'));
    assert.equal(await pace.ask('a', atOnce(limited())), found);
    clock.pass(reuseMs - 1);
    assert.equal(await pace.ask('a', atOnce(limited())), found);
    clock.pass(1);
    await pace.ask('a', atOnce(found));
    assert.equal(left.length, 2);
  });

  it('does not use an answer again if the clock has gone back', async () => {
    await pace.ask('a', atOnce(found));
    clock.uptimeMs -= 1;
    assert.equal(pace.hasAnswer('a'), false);
  });

  it('uses nothing but the two answers about a session again', async () => {
    const vain: readonly LookUpOutcome[] = [
      { kind: 'unknown', reason: 'timeout' },
      { kind: 'forbidden', answer: { status: 403, signature: 'valid' } },
      { kind: 'notSent', reason: 'noConnection' },
    ];
    for (const outcome of vain) {
      await pace.ask('a', atOnce(outcome));
      assert.equal(pace.hasAnswer('a'), false, outcome.kind);
    }
    await pace.ask('a', atOnce({ kind: 'notFound', answer: { status: 404, signature: 'valid' } }));
    assert.ok(pace.hasAnswer('a'));
  });

  for (const [retryAfterMs, restMs] of [
    [undefined, minuteMs],
    [1, minuteMs],
    [3 * minuteMs, 3 * minuteMs],
    [90 * minuteMs, 15 * minuteMs],
  ] as const)
    it(`sends nothing for ${restMs / secondMs} s after a 429 that asks for ${retryAfterMs ?? 'no'} ms`, async () => {
      const asked = askMany(6, held);
      out[0]?.(limited(retryAfterMs));
      await timers.pass(0);
      for (const resolve of out.slice(1)) resolve(found);
      assert.deepEqual(await kinds(asked), [
        'limited',
        'found',
        'found',
        'found',
        'lookUpsLimited',
        'lookUpsLimited',
      ]);
      assert.equal(pace.restMs(), restMs);
      clock.pass(restMs - 1);
      assert.deepEqual(await kinds([pace.ask('late', atOnce(found))]), ['lookUpsLimited']);
      clock.pass(1);
      assert.deepEqual(await kinds([pace.ask('late', atOnce(found))]), ['found']);
      assert.equal(left.length, 5);
    });

  it('gives up a question whose signal is aborted before its turn, and passes the turn on', async () => {
    const controller = new AbortController();
    const first = askMany(4, held);
    const cancelled = pace.ask('cancelled', held, controller.signal);
    const last = pace.ask('last', held);
    controller.abort();
    assert.deepEqual(await kinds([cancelled, pace.ask('later', held, controller.signal)]), [
      'cancelled',
      'cancelled',
    ]);
    out[0]?.(found);
    await timers.pass(0);
    assert.equal(left.length, 5);
    for (const resolve of out) resolve(found);
    assert.deepEqual(new Set(await kinds([...first, last])), new Set(['found']));
  });

  it('gives the turn back if a request throws', async () => {
    const failing = (): Promise<LookUpOutcome> => Promise.reject(new Error('the database failed'));
    for (let times = 0; times < 6; times += 1)
      await assert.rejects(pace.ask(`question ${times}`, failing), /the database failed/);
    assert.deepEqual(await kinds([pace.ask('a', atOnce(found))]), ['found']);
  });
});
