import assert from 'node:assert/strict';
import { tickMs } from '../../../../src/cleanup/runner/runner.ts';
import { hourMs, integration, minuteMs, outcomeOf } from '../../../support/cleanup/cleanupWorkshop.ts';
import { RunnerWorkshop } from '../../../support/cleanup/runnerWorkshop.ts';

const other = 'another';

describe('Runner, held back', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  describe('the pause', () => {
    it('lets a request in flight be answered and recorded, and sends nothing new until it ends', async () => {
      world.confirmed(1, 2);
      const answer = world.sender.hold();
      const { runner } = await world.running();
      world.shop.switches.pause();
      answer(outcomeOf(200));
      await world.timers.pass(2 * hourMs);
      assert.deepEqual([world.state(1), world.state(2)], ['deleted', 'confirmed']);
      assert.deepEqual(world.sender.sent, [1]);
      world.shop.switches.resume();
      runner.wake();
      await world.settled();
      assert.deepEqual(world.sender.sent, [1, 2]);
    });

    it('that another window ends is noticed within half a minute', async () => {
      world.confirmed(1);
      world.shop.switches.pause();
      await world.running();
      world.shop.switches.resume();
      await world.timers.pass(tickMs);
      assert.deepEqual(world.sender.sent, [1]);
    });
  });

  describe('the foreground', () => {
    it('prevents requests of its integration, of no other, and only while it lasts', async () => {
      const theirs = world.senderOf(other);
      world.senders = [world.sender, theirs];
      world.confirmed(1);
      world.shop.confirmed(1, other);
      const { runner } = world.window();
      const { promise, resolve } = Promise.withResolvers<string>();
      const work = runner.inForeground(integration, () => promise);
      runner.wake();
      await world.timers.pass(5 * minuteMs);
      assert.deepEqual([world.sender.sent, theirs.sent], [[], [1]]);
      resolve('done');
      assert.equal(await work, 'done');
      await world.settled();
      assert.deepEqual(world.sender.sent, [1]);
    });

    it('waits for each of several, even if one fails', async () => {
      world.confirmed(1);
      const { runner } = await world.running('a', { ready: () => Promise.resolve([]) });
      const { runner: sending } = world.window('b');
      const works = [1, 2].map(() => Promise.withResolvers<undefined>());
      const ends = works.map(({ promise }) => sending.inForeground(integration, () => promise));
      works[0]?.reject(new Error('made up'));
      await assert.rejects(ends[0] ?? Promise.resolve(), /made up/);
      await world.settled();
      assert.deepEqual(world.sender.sent, []);
      works[1]?.resolve(undefined);
      await ends[1];
      await world.settled();
      assert.deepEqual(world.sender.sent, [1]);
      runner.dispose();
    });

    it('that starts while a request is in flight lets that one be answered, and no next one leave', async () => {
      world.confirmed(1, 2);
      const answer = world.sender.hold();
      const { runner } = await world.running();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const work = runner.inForeground(integration, () => promise);
      answer(outcomeOf(200));
      await world.settled();
      assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'deleted']);
      resolve(undefined);
      await work;
      await world.settled();
      assert.deepEqual(world.sender.sent, [1, 2]);
    });
  });
});
