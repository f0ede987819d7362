import assert from 'node:assert/strict';
import { tickMs } from '../../../../src/cleanup/runner/runner.ts';
import type { LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import {
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  secondMs,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { found, gone, RunnerWorkshop, type RunningWindow } from '../../../support/cleanup/runnerWorkshop.ts';

const timeout = { kind: 'unknown', reason: 'timeout' } as const;

describe('Runner, and an entry without an answer', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  /** A window that has sent session 1 without an answer, and then everything else that is confirmed. */
  async function afterSilence(...others: readonly number[]): Promise<RunningWindow> {
    world.confirmed(1, ...others);
    world.sender.answer = (sessionId) => (sessionId === sessionNumber(1) ? timeout : outcomeOf(200));
    return await world.running();
  }
  const startedMs = (): number => world.sender.deletions[0]?.atMs ?? 0;
  const lookUpSeconds = (): readonly number[] =>
    world.sender.lookUps.map(({ atMs }) => (atMs - startedMs()) / secondMs);

  it('is looked up after five seconds, and not sent again before; the others continue', async () => {
    await afterSilence(2, 3);
    world.sender.tell = () => gone;
    assert.deepEqual([world.sender.sent, world.state(1)], [[1, 2, 3], 'unknown']);
    await world.timers.pass(5 * secondMs - 1);
    assert.deepEqual(world.sender.lookedUp, []);
    await world.timers.pass(1);
    assert.deepEqual([world.sender.lookedUp, world.state(1)], [[1], 'deleted']);
    await world.timers.pass(2 * dayMs);
    assert.deepEqual([world.sender.sent, world.sender.lookedUp], [[1, 2, 3], [1]]);
  });

  it('is not called deleted if no look-up had found it before', async () => {
    world.sender.see = () => timeout;
    await afterSilence();
    world.sender.tell = () => gone;
    await world.timers.pass(5 * secondMs);
    assert.equal(world.state(1), 'notFound');
  });

  it('is sent again if it was found, once', async () => {
    const window = await afterSilence();
    world.sender.answer = () => outcomeOf(200);
    world.sender.tell = () => ({ ...found, sessionStatus: 'approved' }) as LookUpOutcome;
    await world.timers.pass(2 * dayMs);
    assert.deepEqual([world.sender.sent, world.sender.lookedUp, world.state(1)], [[1, 1], [1], 'deleted']);
    const [told] = window.events.filter(({ kind }) => kind === 'lookedUp');
    assert.ok(told?.kind === 'lookedUp' && told.outcome.kind === 'found');
    assert.equal(told.sessionId, sessionNumber(1));
    assert.equal(world.shop.list.byId(1)?.seenStatus, 'approved');
  });

  it('is not sent again if its consent was taken back meanwhile, even if it was found', async () => {
    await afterSilence();
    world.shop.list.cancel(1, 1);
    await world.timers.pass(dayMs);
    assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'listed']);
  });

  it('is looked up less and less often if no answer comes, and never sent', async () => {
    await afterSilence(2);
    world.sender.tell = () => timeout;
    await world.timers.pass(12 * hourMs);
    const minutes = [1, 5, 21, 85, 325, 565].map((minute) => minute * 60 + 5);
    assert.deepEqual(lookUpSeconds(), [5, ...minutes]);
    assert.deepEqual([world.sender.sent, world.state(1)], [[1, 2], 'unknown']);
    assert.equal(world.shop.groups.counts().get('needsYou'), 1);
  });

  it('is looked up every half minute if nothing could be sent, which does not count as a look-up', async () => {
    await afterSilence();
    world.sender.tell = () => ({ kind: 'notSent', reason: 'noConnection' });
    await world.timers.pass(95 * secondMs);
    assert.deepEqual(lookUpSeconds(), [5, 35, 65, 95]);
    assert.equal(world.shop.groups.counts().get('later'), 1);
  });

  it('is looked up one after the other, the longest waiting first', async () => {
    world.confirmed(1, 2, 3);
    world.sender.answer = () => {
      world.shop.clock.pass(400);
      return timeout;
    };
    await world.running();
    let [out, most] = [0, 0];
    world.sender.tell = async () => {
      out += 1;
      most = Math.max(most, out);
      await Promise.resolve();
      out -= 1;
      return gone;
    };
    await world.timers.pass(minuteMs);
    assert.deepEqual([world.sender.lookedUp, most], [[1, 2, 3], 1]);
  });

  it('is looked up once at a time, however often the runner is woken meanwhile', async () => {
    const { runner } = await afterSilence();
    const { promise, resolve } = Promise.withResolvers<LookUpOutcome>();
    world.sender.tell = () => promise;
    await world.timers.pass(5 * secondMs);
    for (const ms of [0, secondMs, minuteMs]) {
      runner.wake();
      await world.timers.pass(ms);
    }
    assert.deepEqual(world.sender.lookedUp, [1]);
    resolve(gone);
    await world.settled();
    assert.equal(world.state(1), 'deleted');
  });

  it('is looked up in time even while others wait for a slot', async () => {
    world.shop.window('z').recordElsewhere(integration, 9, 0);
    world.shop.clock.pass(2 * hourMs);
    await afterSilence(2);
    await world.timers.pass(minuteMs);
    assert.deepEqual([world.sender.sent, lookUpSeconds()], [[1], [5]]);
  });

  it('is left alone from the moment of a pause, even if it is due', async () => {
    world.confirmed(1, 2);
    world.sender.answer = () => timeout;
    await world.running();
    world.sender.tell = () => {
      world.shop.switches.pause();
      return gone;
    };
    await world.timers.pass(hourMs);
    assert.deepEqual([world.sender.lookedUp, world.state(2)], [[1], 'unknown']);
  });

  it('is not sent because of a look-up that another window has overtaken', async () => {
    await afterSilence();
    const { promise, resolve } = Promise.withResolvers<LookUpOutcome>();
    world.sender.tell = () => promise;
    await world.timers.pass(5 * secondMs);
    // The other window finds it, sends it, and gets no answer either.
    world.sender.tell = () => found;
    await world.running('b');
    assert.deepEqual([world.sender.sent, world.state(1)], [[1, 1], 'unknown']);
    resolve(found);
    await world.settled();
    assert.deepEqual([world.sender.sent, world.state(1)], [[1, 1], 'unknown']);
  });

  it('is looked up before anything else is sent', async () => {
    await afterSilence();
    world.shop.window('z').recordElsewhere(integration, 9, 0);
    world.shop.clock.pass(hourMs);
    world.confirmed(2);
    const order: string[] = [];
    world.sender.tell = (sessionId) => {
      // The server's time may be asked for too.
      if (sessionId !== undefined) order.push('looked up');
      return gone;
    };
    world.sender.answer = () => {
      order.push('sent');
      return outcomeOf(200);
    };
    await world.timers.pass(dayMs + hourMs);
    assert.deepEqual(order, ['looked up', 'sent']);
  });

  it('that an ended window left is looked up by another one, and sent by it if it is found', async () => {
    world.confirmed(1);
    world.sender.hold();
    await world.running('a');
    world.sender.answer = () => outcomeOf(200);
    world.shop.dead.add('a');
    await world.running('b');
    assert.equal(world.state(1), 'unknown');
    // The request of the dead window may be in flight for a minute.
    await world.timers.pass(55 * secondMs);
    assert.deepEqual([world.sender.lookedUp, world.sender.sent], [[1], [1]]);
    await world.timers.pass(10 * secondMs);
    assert.deepEqual([world.sender.sent, world.state(1)], [[1, 1], 'deleted']);
  });

  it('is looked up while it is on hold, and still held back', async () => {
    await afterSilence();
    world.shop.list.hold([world.shop.ref(1)], 'ask first', 1);
    await world.timers.pass(dayMs);
    assert.deepEqual([world.sender.lookedUp, world.sender.sent, world.state(1)], [[1], [1], 'listed']);
  });

  it('is not looked up while the list is paused or the integration stopped', async () => {
    const { runner } = await afterSilence();
    world.shop.switches.pause();
    await world.timers.pass(hourMs);
    world.shop.switches.resume();
    world.shop.switches.setStop(integration, 'unauthorised');
    await world.timers.pass(hourMs);
    assert.deepEqual(world.sender.lookedUp, []);
    world.shop.switches.resume();
    runner.wake();
    await world.settled();
    assert.deepEqual(world.sender.lookedUp, [1]);
  });

  it('whose look-up is refused stops the integration, which is reported once', async () => {
    const window = await afterSilence();
    world.sender.tell = () => ({
      kind: 'unauthorised',
      problem: 'apiKey',
      answer: { status: 401, signature: 'unsigned' },
    });
    await world.timers.pass(dayMs);
    assert.deepEqual([world.sender.lookedUp, window.count('stopped'), world.state(1)], [[1], 1, 'unknown']);
  });

  it('that is removed while it is looked up leaves nothing', async () => {
    const window = await afterSilence();
    world.sender.tell = () => {
      world.shop.list.remove([world.shop.ref(1)], 1);
      return found;
    };
    await world.timers.pass(hourMs);
    assert.deepEqual([world.state(1), world.sender.sent, window.count('trouble')], [undefined, [1], 0]);
  });

  it('whose look-up cannot be recorded is looked up again', async () => {
    const window = await afterSilence();
    world.sender.tell = () => {
      if (world.sender.lookUps.length === 1) world.shop.database.run('PRAGMA query_only = ON');
      return gone;
    };
    await world.timers.pass(5 * secondMs);
    assert.deepEqual([window.count('trouble'), window.count('lookedUp')], [1, 1]);
    world.shop.database.run('PRAGMA query_only = OFF');
    await world.timers.pass(tickMs);
    assert.deepEqual([world.sender.lookedUp, world.state(1)], [[1, 1], 'deleted']);
  });
});
