import assert from 'node:assert/strict';
import { lookAheadMs, tickMs } from '../../../../src/cleanup/runner/runner.ts';
import type { LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../../src/veriff/sessionId.ts';
import {
  hourMs,
  minuteMs,
  outcomeOf,
  secondMs,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { gone, RunnerWorkshop } from '../../../support/cleanup/runnerWorkshop.ts';

const answer = { status: 200, signature: 'valid' } as const;
const approved: LookUpOutcome = { kind: 'found', sessionStatus: 'approved', answer };
const submitted: LookUpOutcome = { kind: 'found', sessionStatus: 'submitted', answer };

describe('Runner, and the look before a deletion', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  const looked = (): readonly number[] =>
    world.sender.looksBefore.map(({ sessionId }) => Number.parseInt(sessionId.slice(-12), 16));
  /** Answers the look-ups of these sessions so, and finds all others. */
  function sees(outcomes: Readonly<Record<number, LookUpOutcome>>): void {
    const byId = new Map<SessionId, LookUpOutcome>(
      Object.entries(outcomes).map(([number, outcome]) => [sessionNumber(Number(number)), outcome]),
    );
    world.sender.see = (id) => byId.get(id) ?? approved;
  }

  it('gives the slots of what Veriff would refuse or does not know to the next ones', async () => {
    world.confirmed(1, 2, 3, 4, 5, 6, 7);
    sees({ 1: submitted, 3: gone });
    await world.running();
    assert.deepEqual(world.sender.sent, [2, 4, 5, 6, 7]);
    assert.deepEqual(
      [1, 3].map((number) => world.state(number)),
      ['blocked', 'notFound'],
    );
    assert.equal(world.shop.list.find(world.sender.integration, sessionNumber(1))?.reason, 'notCompleted');
  });

  it('sends what was refused after its wait, if its status allows it by then', async () => {
    world.confirmed(1);
    sees({ 1: submitted });
    await world.running();
    await world.timers.pass(hourMs);
    assert.deepEqual([looked(), world.sender.sent, world.state(1)], [[1, 1], [], 'blocked']);
    sees({});
    await world.timers.pass(2 * hourMs);
    assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'deleted']);
  });

  it('looks again after 1, 2, 4, 8 and then every 16 hours, and sends it as soon as it may', async () => {
    world.confirmed(1);
    sees({ 1: submitted });
    await world.running();
    const startMs = world.shop.clock.monotonicMs;
    await world.timers.pass(66 * hourMs);
    const hours = world.sender.looksBefore.map(({ atMs }) => Math.round((atMs - startMs) / hourMs));
    assert.deepEqual([hours, world.sender.sent], [[0, 1, 3, 7, 15, 31, 47, 63], []]);
    sees({});
    await world.timers.pass(14 * hourMs);
    assert.deepEqual(world.sender.sent, [1]);
  });

  it('looks right before the slot, and the deletion leaves at the same time as without', async () => {
    world.confirmed(1, 2, 3, 4, 5, 6);
    await world.running();
    const firstMs = world.sender.deletions[0]?.atMs ?? 0;
    assert.deepEqual(
      [looked(), world.sender.sent],
      [
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ],
    );
    const freeMs = hourMs + minuteMs;
    await world.timers.pass(freeMs - lookAheadMs - 1);
    assert.equal(looked().length, 5);
    await world.timers.pass(1);
    assert.deepEqual([looked().at(-1), world.sender.sent.length], [6, 5]);
    await world.timers.pass(lookAheadMs);
    assert.equal(world.sender.deletions[5]?.atMs, firstMs + freeMs);
  });

  const vain: Readonly<Record<string, LookUpOutcome>> = {
    'gets no answer': { kind: 'unknown', reason: 'timeout' },
    'is answered with a wrong signature': { kind: 'unknown', reason: 'signatureMismatch' },
    'is limited': { kind: 'limited', answer: { status: 429, signature: 'valid' } },
    'is forbidden': { kind: 'forbidden', answer: { status: 403, signature: 'valid' } },
    'cannot be sent': { kind: 'notSent', reason: 'lookUpsLimited' },
    'is refused': { kind: 'failed', reason: 'requestRefused', answer: { status: 400, signature: 'valid' } },
  };
  for (const [what, outcome] of Object.entries(vain))
    it(`sends the entry as it is if the look-up ${what}, and asks for none of the others then`, async () => {
      world.confirmed(1, 2, 3);
      world.sender.see = () => outcome;
      await world.running();
      assert.deepEqual([looked(), world.sender.sent], [[1], [1, 2, 3]]);
    });

  it('sends the entry after ten seconds if the look-up hangs', async () => {
    world.confirmed(1, 2);
    world.sender.see = (_, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'unknown', reason: 'cancelled' })),
      );
    await world.running();
    await world.timers.pass(lookAheadMs - 1);
    assert.deepEqual(world.sender.sent, []);
    await world.timers.pass(1);
    assert.deepEqual([looked(), world.sender.sent], [[1], [1, 2]]);
  });

  it('stops the integration if the look-up says that the credentials are refused', async () => {
    world.confirmed(1);
    world.sender.see = () => ({
      kind: 'unauthorised',
      problem: 'signature',
      answer: { status: 401, signature: 'unsigned' },
    });
    const window = await world.running();
    await world.timers.pass(hourMs);
    assert.deepEqual([looked(), world.sender.sent, window.count('stopped')], [[1], [], 1]);
  });

  it('does not look again at what was looked up less than a minute ago', async () => {
    world.confirmed(1);
    const entry = world.shop.list.find(world.sender.integration, sessionNumber(1));
    assert.ok(entry);
    world.shop.list.recordLookUp(entry, { kind: 'found' }, 0, world.shop.clock.wallAt - 59 * secondMs);
    await world.running();
    assert.deepEqual([looked(), world.sender.sent], [[], [1]]);
  });

  it('neither looks nor sends while paused, in the foreground, or without a consent', async () => {
    world.confirmed(1);
    world.shop.switches.pause();
    const window = await world.running();
    await world.timers.pass(hourMs);
    assert.deepEqual(looked(), []);
    world.shop.switches.resume();
    await window.runner.inForeground(world.sender.integration, async () => {
      await world.timers.pass(tickMs);
      assert.deepEqual(looked(), []);
      world.shop.list.cancel(1, 1);
    });
    await world.timers.pass(hourMs);
    assert.deepEqual([looked(), world.sender.sent], [[], []]);
  });

  it('does not send what was cancelled while it was looked up', async () => {
    world.confirmed(1, 2);
    world.sender.see = (id) => {
      if (id === sessionNumber(1)) world.shop.list.hold([world.shop.ref(1)], undefined, 1);
      return approved;
    };
    await world.running();
    assert.deepEqual([world.sender.sent, world.state(1)], [[2], 'listed']);
  });

  it('does not judge a refusal of the server by the look-up before it', async () => {
    world.confirmed(1);
    world.sender.answer = () => outcomeOf(400);
    await world.running();
    assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'blocked']);
  });
});
