import assert from 'node:assert/strict';
import type { Clock } from '../../../../src/cleanup/quota/clock.ts';
import { tickMs } from '../../../../src/cleanup/runner/runner.ts';
import {
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { RunnerWorkshop, type RunningWindow } from '../../../support/cleanup/runnerWorkshop.ts';

describe('Runner, if something around it fails', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => {
    accept();
    world.close();
  });
  const refuse = (): void => void world.shop.database.run('PRAGMA query_only = ON');
  const accept = (): void => void world.shop.database.run('PRAGMA query_only = OFF');
  const troubles = ({ events }: RunningWindow): readonly unknown[] =>
    events.flatMap((event) => (event.kind === 'trouble' ? [event.error] : []));

  it('reports credentials that cannot be read, at each check, and sends once they can', async () => {
    world.confirmed(1);
    let fails = true;
    const locked = new Error('made up');
    const window = await world.running('a', {
      ready: () => (fails ? Promise.reject(locked) : Promise.resolve([integration])),
    });
    await world.timers.pass(2 * tickMs);
    assert.deepEqual([troubles(window), world.sender.sent], [[locked, locked, locked], []]);
    fails = false;
    await world.timers.pass(tickMs);
    assert.deepEqual([troubles(window).length, world.sender.sent], [3, [1]]);
  });

  it('reports a list that cannot be opened, and continues half a minute later', async () => {
    world.confirmed(1, 2);
    let call = 0;
    const { list, groups, switches, integrations } = world.shop;
    const book = world.shop.window('a');
    const failing = new Set([1, 3]);
    const window = await world.running('a', {
      records: () => {
        call += 1;
        if (failing.has(call)) throw new Error(`call ${call}`);
        return { list, groups, book, switches, integrations };
      },
    });
    assert.deepEqual([troubles(window).map(String), world.sender.sent], [['Error: call 1'], []]);
    // The third call is the first one that reads what is to be sent.
    await world.timers.pass(tickMs);
    assert.deepEqual(troubles(window).map(String), ['Error: call 1', 'Error: call 3']);
    await world.timers.pass(tickMs);
    assert.deepEqual(world.sender.sent, [1, 2]);
    assert.equal(window.book.quota(integration).inFlight, false);
  });

  for (const call of [1, 2, 3, 4, 5, 6, 7])
    it(`loses nothing and sends nothing twice if opening the list fails at call ${call}`, async () => {
      world.confirmed(1, 2, 3);
      let calls = 0;
      const { list, groups, switches, integrations } = world.shop;
      const book = world.shop.window('a');
      await world.running('a', {
        records: () => {
          calls += 1;
          if (calls === call) throw new Error('made up');
          return { list, groups, book, switches, integrations };
        },
      });
      await world.timers.pass(2 * tickMs);
      assert.deepEqual(world.sender.sent, [1, 2, 3]);
      assert.deepEqual([...world.shop.counts()], [['deleted', 3]]);
    });

  it('reports an answer that it cannot record, sends nothing until it has, and then continues', async () => {
    world.confirmed(1, 2);
    world.sender.answer = () => {
      if (world.sender.sent.length === 1) refuse();
      return outcomeOf(200);
    };
    const window = await world.running();
    const [sent] = window.events.filter((event) => event.kind === 'sent');
    assert.ok(sent?.result.outcome.kind === 'deleted');
    assert.ok(unusable('notWritable')(sent.result.recordError));
    await world.timers.pass(5 * minuteMs);
    assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'sending']);
    assert.ok(troubles(window).length > 5);
    accept();
    await world.timers.pass(tickMs);
    assert.deepEqual([world.sender.sent, world.state(1), world.state(2)], [[1, 2], 'deleted', 'deleted']);
  });

  it('does not report that a 401 stopped anything before that is recorded', async () => {
    world.confirmed(1, 2);
    world.sender.answer = () => {
      refuse();
      return outcomeOf(401);
    };
    const window = await world.running();
    assert.equal(window.count('stopped'), 0);
    accept();
    await world.timers.pass(hourMs);
    assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'confirmed']);
    assert.equal(world.shop.switches.stopOf(integration), 'unauthorised');
  });

  it('sends nothing if a slot cannot be reserved', async () => {
    world.confirmed(1);
    refuse();
    const window = await world.running();
    await world.timers.pass(minuteMs);
    assert.deepEqual([world.sender.sent, window.count('sending')], [[], 0]);
    accept();
    await world.timers.pass(tickMs);
    assert.deepEqual(world.sender.sent, [1]);
  });

  it('is not ended by a listener that throws', async () => {
    world.confirmed(1, 2);
    const told: string[] = [];
    await world.running('a', {
      tell: ({ kind }) => {
        told.push(kind);
        throw new Error('made up');
      },
    });
    await world.timers.pass(tickMs);
    assert.deepEqual([world.sender.sent, world.state(1), world.state(2)], [[1, 2], 'deleted', 'deleted']);
    // Each was reported, and each was followed by its trouble.
    assert.deepEqual(
      told.filter((_, index) => index % 2 === 1).every((kind) => kind === 'trouble'),
      true,
    );
    assert.equal(told.filter((kind) => kind === 'sent').length, 2);
  });

  describe('a process that stalls between reserving and sending', () => {
    /** A clock with which `stalls` of the reservations have expired by the time they are checked. */
    function stalling(stalls: () => boolean): Clock {
      let seen = 0;
      return () => {
        const { database, clock } = world.shop;
        const last = Number(database.get('SELECT max(id) AS id FROM deletion_attempts')?.['id'] ?? 0);
        const isOut = database.get('SELECT 1 FROM deletion_attempts WHERE settled_ms IS NULL') !== undefined;
        if (isOut && last > seen && !isInTransaction()) {
          seen = last;
          if (stalls()) clock.pass(2001);
        }
        return clock.read();
      };
    }
    function isInTransaction(): boolean {
      try {
        world.shop.database.transaction(() => undefined);
        return false;
      } catch {
        return true;
      }
    }
    const attempts = (): unknown =>
      world.shop.database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n'];

    it('gives the slot back, takes another, and sends once', async () => {
      world.confirmed(1);
      let left = 1;
      const window = await world.running('a', { clock: stalling(() => left-- > 0) });
      assert.deepEqual([world.sender.sent, attempts()], [[1], 2]);
      assert.equal(window.book.quota(integration).windows[0]?.used, 1);
    });

    it('forgets how often that happened once something was sent', async () => {
      world.confirmed(1, 2, 3);
      const stalls = [true, true, false, true, true, false, true, true, false];
      await world.running('a', { clock: stalling(() => stalls.shift() === true) });
      assert.deepEqual([world.sender.sent, attempts()], [[1, 2, 3], 9]);
    });

    it('gives up for half a minute after three in a row, and spends nothing', async () => {
      world.confirmed(1);
      let isStalling = true;
      const window = await world.running('a', { clock: stalling(() => isStalling) });
      assert.deepEqual([world.sender.sent, attempts(), world.state(1)], [[], 3, 'confirmed']);
      await world.timers.pass(tickMs);
      assert.deepEqual([world.sender.sent, attempts()], [[], 4]);
      isStalling = false;
      await world.timers.pass(tickMs);
      assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'deleted']);
      assert.equal(window.book.quota(integration).windows[0]?.used, 1);
      assert.equal(window.count('sending'), 1);
    });
  });
});
