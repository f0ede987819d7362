import assert from 'node:assert/strict';
import { tickMs } from '../../../../src/cleanup/runner/runner.ts';
import {
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { RunnerWorkshop } from '../../../support/cleanup/runnerWorkshop.ts';

describe('Runner, while nothing is due', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());
  const changes = (): unknown => world.shop.database.get('SELECT total_changes() AS n')?.['n'];

  /** Lists in which nothing is due for the next hour, or ever. */
  const idleLists: readonly (readonly [what: string, fill: () => void])[] = [
    ['an empty list', () => undefined],
    [
      'a list without a consent',
      () => world.shop.list.add(integration, [{ sessionId: sessionNumber(1) }], 1),
    ],
    ['a list on hold', () => world.shop.list.hold(world.shop.refs(world.confirmed(1, 2)), undefined, 1)],
    [
      'a list that is paused',
      () => {
        world.confirmed(1);
        world.shop.switches.pause();
      },
    ],
    [
      'a stopped integration',
      () => {
        world.confirmed(1);
        world.shop.switches.setStop(integration, 'forbidden');
      },
    ],
    [
      'credentials that are not stored',
      () => {
        world.confirmed(1);
        world.senders = [];
      },
    ],
    [
      'a queue without a slot',
      () => {
        const book = world.shop.window('z');
        const outcome = outcomeOf(200, { serverAt: world.shop.clock.wallAt });
        for (const number of [1, 2, 3, 4, 5])
          book.record(world.shop.reserved(book, world.shop.confirmed(number)), outcome, 5);
        world.confirmed(6);
      },
    ],
    [
      'a parked integration',
      () => {
        world.confirmed(1);
        const book = world.shop.window('z');
        // So that the server's time is not asked for.
        const answer = { status: 200, signature: 'valid', serverAt: world.shop.clock.wallAt } as const;
        for (let date = 0; date < 3; date += 1)
          book.noteLookUp(world.shop.stored(), { kind: 'found', answer });
        const next = book.reserveNext(world.shop.means());
        if (next.kind === 'reserved')
          book.record(next.reservation, outcomeOf(429, { retryAfterMs: 2 * hourMs }), 5);
      },
    ],
    [
      'an entry that needs the user',
      () => {
        world.confirmed(1);
        const book = world.shop.window('z');
        const next = book.reserveNext(world.shop.means());
        if (next.kind === 'reserved') book.record(next.reservation, outcomeOf(422), 5);
      },
    ],
  ];

  for (const [what, fill] of idleLists)
    it(`wakes up twice a minute at most, asks for nothing and writes nothing: ${what}`, async () => {
      fill();
      const window = await world.running();
      await world.timers.pass(tickMs);
      const [before, turns, told] = [changes(), window.count('turn'), window.events.length];
      await world.timers.pass(50 * minuteMs);
      assert.equal(changes(), before);
      const woken = window.count('turn') - turns;
      assert.ok(woken >= 99 && woken <= 101, `${woken} times in 50 minutes`);
      assert.equal(window.events.length - told, woken, 'something was told');
      const { sender } = world;
      assert.deepEqual([sender.sent, sender.lookedUp, sender.timesAsked], [[], [], 0]);
    });

  it('reads no credentials while nothing waits for them, or the list is paused', async () => {
    let times = 0;
    const ready = (): Promise<readonly string[]> => {
      times += 1;
      return Promise.resolve([]);
    };
    world.shop.list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
    // Not found by a look-up: nothing is due for it.
    const { list } = world.shop;
    list.add(integration, [{ sessionId: sessionNumber(3) }], 1);
    const asked = list.find(integration, sessionNumber(3));
    if (asked !== undefined) list.recordLookUp(asked, { kind: 'notFound' }, 0, 1);
    assert.equal(world.state(3), 'notFound');
    const { runner, count } = await world.running('a', { ready });
    assert.equal(times, 0);
    world.shop.switches.pause();
    world.confirmed(2);
    runner.wake();
    await world.timers.pass(tickMs);
    assert.deepEqual([times, count('unsendable')], [0, 0]);
    world.shop.switches.resume();
    await world.timers.pass(tickMs);
    assert.deepEqual([times, count('unsendable')], [1, 1]);
  });

  it('trusts no timer for longer than half a minute', async () => {
    world.confirmed(1);
    world.shop.window('z').recordElsewhere(integration, 10, 0);
    const spans: number[] = [];
    await world.running('a', {
      startTimer: (spanMs, fire) => {
        spans.push(spanMs);
        return world.timers.start(spanMs, fire);
      },
    });
    await world.timers.pass(hourMs);
    assert.ok(spans.length > 100 && spans.every((span) => span > 0 && span <= tickMs), spans.join());
  });

  it('notices at the next check how long the machine has slept', async () => {
    world.confirmed(1);
    world.shop.window('z').recordElsewhere(integration, 5, 0);
    await world.running();
    // During sleep, the timer and the monotonic clock stop.
    world.shop.clock.uptimeMs += 2 * hourMs;
    await world.timers.pass(tickMs);
    assert.deepEqual(world.sender.sent, [1]);
  });
});
