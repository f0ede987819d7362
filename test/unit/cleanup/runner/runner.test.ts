import assert from 'node:assert/strict';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import type { RunnerEvent } from '../../../../src/cleanup/runner/runner.ts';
import {
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  sessionNumber,
  secondMs,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { gone, RunnerWorkshop } from '../../../support/cleanup/runnerWorkshop.ts';

const other = 'another';
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('Runner', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  describe('draining', () => {
    it('sends confirmed entries in the order of the queue, and nothing else', async () => {
      const [, , third, fourth, fifth] = world.confirmed(1, 2, 3, 4, 5);
      world.shop.list.add(integration, [{ sessionId: sessionNumber(6) }], 1);
      world.shop.order.moveToHead(integration, [world.shop.ref(fourth ?? 0)]);
      world.shop.list.hold([world.shop.ref(third ?? 0)], 'ask first', 1);
      const { events } = await world.running();
      assert.deepEqual(world.sender.sent, [4, 1, 2, 5]);
      assert.deepEqual([world.state(3), world.state(6)], ['listed', 'listed']);
      assert.equal(world.shop.stateOf(fifth ?? 0), 'deleted');
      const told = events.filter(({ kind }) => kind === 'sending' || kind === 'sent');
      assert.deepEqual(
        told.map((event) => [event.kind, 'sessionId' in event && event.sessionId]),
        [4, 1, 2, 5].flatMap((number) => [
          ['sending', sessionNumber(number)],
          ['sent', sessionNumber(number)],
        ]),
      );
    });

    it('reports an answer after it was recorded, and how long it took', async () => {
      world.confirmed(1);
      world.sender.answer = () => {
        world.shop.clock.pass(300);
        return outcomeOf(404);
      };
      world.sender.tell = () => gone;
      const states: unknown[] = [];
      const told: RunnerEvent[] = [];
      await world.running('a', {
        tell: (event) => {
          told.push(event);
          states.push([event.kind, world.state(1)]);
        },
      });
      assert.deepEqual(states, [
        ['turn', 'confirmed'],
        ['resumed', 'confirmed'],
        ['lookedUp', 'confirmed'],
        ['sending', 'sending'],
        ['sent', 'notFound'],
        ['lookedUp', 'notFound'],
      ]);
      const result = { kind: 'sent', outcome: outcomeOf(404), durationMs: 300 };
      assert.deepEqual(told.at(-2), {
        kind: 'sent',
        integration: world.shop.stored(),
        sessionId: sessionNumber(1),
        result,
      });
    });

    it('sends each as soon as its slot is free, to the ms, and never before', async () => {
      world.confirmed(...numbers(12));
      world.sender.answer = () => {
        // So that no slot becomes free at a full half minute, when the runner checks anyway.
        world.shop.clock.pass(777);
        return outcomeOf(200);
      };
      await world.running();
      await world.timers.pass(dayMs + 3 * hourMs);
      assert.deepEqual(world.sender.sent, numbers(12));
      const answeredAt = world.sender.deletions.map(({ atMs }) => atMs + 777);
      const expected = world.sender.deletions.map(({ atMs }, index) => {
        const free = [
          index >= 5 ? (answeredAt[index - 5] ?? 0) + hourMs + marginMs : 0,
          index >= 10 ? (answeredAt[index - 10] ?? 0) + dayMs + marginMs : 0,
          index > 0 ? (answeredAt[index - 1] ?? 0) : atMs,
        ];
        return Math.max(...free);
      });
      assert.deepEqual(
        world.sender.deletions.map(({ atMs }) => atMs),
        expected,
      );
    });

    it('sends when a slot is free, and not when a blocked entry is retried', async () => {
      world.confirmed(1, 2);
      world.sender.answer = () => outcomeOf(400);
      world.shop.window('z').recordElsewhere(integration, 4, 50 * minuteMs - 777);
      await world.running();
      world.sender.answer = () => outcomeOf(200);
      await world.timers.pass(11 * minuteMs + 776);
      assert.deepEqual(world.sender.sent, [1]);
      await world.timers.pass(1);
      assert.deepEqual(world.sender.sent, [1, 2]);
    });

    it('has one request in flight at a time, and two integrations side by side', async () => {
      const theirs = world.senderOf(other);
      world.senders = [world.sender, theirs];
      world.confirmed(1, 2);
      for (const number of [1, 2]) world.shop.confirmed(number, other);
      const [mine, their] = [world.sender.hold(), theirs.hold()];
      await world.running();
      await world.timers.pass(10 * minuteMs);
      assert.deepEqual([world.sender.sent, theirs.sent], [[1], [1]]);
      their(outcomeOf(200));
      await world.settled();
      assert.deepEqual([world.sender.sent, theirs.sent], [[1], [1, 2]]);
      mine(outcomeOf(200));
      await world.settled();
      assert.deepEqual(
        [world.sender.sent, theirs.sent],
        [
          [1, 2],
          [1, 2],
        ],
      );
    });

    it('sends nothing twice, however often it is woken and by how many windows', async () => {
      world.confirmed(...numbers(5));
      const windows = ['a', 'b', 'c'].map((owner) => world.window(owner));
      for (let time = 0; time < 5; time += 1) {
        for (const { runner } of windows) runner.wake();
        await Promise.resolve();
      }
      await world.settled();
      await world.timers.pass(minuteMs);
      assert.deepEqual(world.sender.sent.toSorted(), numbers(5));
    });

    it('checks again if it is woken while it checks', async () => {
      let answer: (() => void) | undefined;
      const ready = (): Promise<readonly string[]> =>
        new Promise((resolve) => (answer = () => resolve([integration])));
      world.shop.confirmed(1, other);
      const { runner, count } = await world.running('a', { ready });
      // Confirmed after the runner has checked which integrations have waiting entries.
      world.confirmed(1);
      runner.wake();
      runner.wake();
      assert.equal(count('turn'), 1);
      answer?.();
      await world.settled();
      answer?.();
      await world.settled();
      assert.deepEqual([world.sender.sent, count('turn')], [[1], 2]);
    });

    it('sends an entry that is confirmed while a request is in flight when that is answered', async () => {
      world.confirmed(1);
      const answer = world.sender.hold();
      const { runner } = await world.running();
      world.confirmed(2);
      runner.wake();
      await world.settled();
      assert.deepEqual(world.sender.sent, [1]);
      answer(outcomeOf(200));
      await world.settled();
      assert.deepEqual(world.sender.sent, [1, 2]);
    });
  });

  describe('another window’s request', () => {
    it('is waited for, a second at a time', async () => {
      world.confirmed(1, 2);
      const otherBook = world.shop.window('b');
      const next = otherBook.reserveNext(world.shop.means());
      assert.ok(next.kind === 'reserved');
      await world.running();
      await world.timers.pass(20 * secondMs + 500);
      assert.deepEqual(world.sender.sent, []);
      otherBook.record(next.reservation, outcomeOf(200), 5);
      await world.timers.pass(500);
      assert.deepEqual(world.sender.sent, [2]);
    });

    it('that was never sent gives its slot to this one within a second', async () => {
      world.confirmed(1, 2);
      const otherBook = world.shop.window('b');
      otherBook.recordElsewhere(integration, 9, 2 * hourMs);
      const next = otherBook.reserveNext(world.shop.means());
      assert.ok(next.kind === 'reserved');
      await world.running();
      await world.timers.pass(10 * secondMs);
      otherBook.release(next.reservation);
      await world.timers.pass(secondMs);
      assert.deepEqual(world.sender.sent.length, 1);
    });

    it('that took the last slot leaves none for this one', async () => {
      world.confirmed(...numbers(9));
      const windows = [await world.running('a'), await world.running('b')];
      await world.timers.pass(hourMs);
      assert.equal(world.sender.sent.length, 5);
      assert.equal(windows[1]?.count('sent'), 0);
    });
  });
});
