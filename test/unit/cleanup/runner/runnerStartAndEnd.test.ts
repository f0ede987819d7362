import assert from 'node:assert/strict';
import { tickMs, type RunnerEvent } from '../../../../src/cleanup/runner/runner.ts';
import {
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  secondMs,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { RunnerWorkshop, type RunningWindow } from '../../../support/cleanup/runnerWorkshop.ts';

const other = 'another';

describe('Runner and its announcement at the start', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());
  const told = ({ events }: RunningWindow, kind: RunnerEvent['kind']): readonly RunnerEvent[] =>
    events.filter((event) => event.kind === kind);
  /** So that waiting entries go on waiting. */
  const noSlot = (): void => world.shop.window('z').recordElsewhere(integration, 10, 0);

  it('reports once that the list resumes, however many windows open', async () => {
    world.confirmed(1, 2, 3);
    noSlot();
    const windows = [await world.running('a'), await world.running('b')];
    await world.timers.pass(5 * minuteMs);
    assert.deepEqual(
      windows.map((window) => told(window, 'resumed')),
      [[{ kind: 'resumed', waiting: 3 }], []],
    );
  });

  it('reports it again only after the window that reported it has ended', async () => {
    world.confirmed(1);
    noSlot();
    const first = await world.running('a');
    first.runner.dispose();
    assert.equal(told(await world.running('b'), 'resumed').length, 0);
    world.shop.dead.add('a');
    assert.equal(told(await world.running('c'), 'resumed').length, 1);
  });

  it('does not report it in a window that opens beside the one in which the entries were confirmed', async () => {
    const first = await world.running('a');
    noSlot();
    world.confirmed(1);
    first.runner.wake();
    await world.settled();
    const second = await world.running('b');
    assert.deepEqual([told(first, 'resumed'), told(second, 'resumed')], [[], []]);
    for (const owner of ['a', 'b']) world.shop.dead.add(owner);
    assert.equal(told(await world.running('c'), 'resumed').length, 1);
  });

  it('has not reported it if the list could not be read or written, and does so once it can', async () => {
    world.confirmed(1);
    noSlot();
    let fails = true;
    const { list, groups, switches, integrations } = world.shop;
    const book = world.shop.window('a');
    const window = await world.running('a', {
      records: () => {
        if (fails) throw new Error('made up');
        return { list, groups, book, switches, integrations };
      },
    });
    fails = false;
    world.shop.database.run('PRAGMA query_only = ON');
    await world.timers.pass(tickMs);
    world.shop.database.run('PRAGMA query_only = OFF');
    assert.deepEqual([window.count('trouble'), window.count('resumed')], [2, 0]);
    await world.timers.pass(tickMs);
    assert.equal(told(window, 'resumed').length, 1);
  });

  it('does not report it for a paused or empty list, nor for entries confirmed after the start', async () => {
    const first = await world.running('a');
    noSlot();
    world.confirmed(1);
    first.runner.wake();
    await world.timers.pass(minuteMs);
    world.shop.switches.pause();
    const second = await world.running('b');
    world.shop.switches.resume();
    await world.timers.pass(minuteMs);
    assert.deepEqual([told(first, 'resumed'), told(second, 'resumed')], [[], []]);
  });

  it('reports once that credentials are missing, and for how many entries, while the others continue', async () => {
    world.confirmed(1);
    for (const number of [2, 3]) world.shop.confirmed(number, other);
    const window = await world.running();
    await world.timers.pass(5 * minuteMs);
    assert.deepEqual(told(window, 'unsendable'), [{ kind: 'unsendable', waiting: 2 }]);
    assert.deepEqual(world.sender.sent, [1]);
    const theirs = world.senderOf(other);
    world.senders = [world.sender, theirs];
    await world.timers.pass(tickMs);
    assert.deepEqual(theirs.sent, [2, 3]);
  });

  it('does not report it for entries that are on hold, listed or done', async () => {
    world.shop.list.hold([world.shop.ref(world.shop.confirmed(1, other))], undefined, 1);
    world.shop.list.add(other, [{ sessionId: sessionNumber(2) }], 1);
    world.confirmed(3);
    assert.deepEqual(told(await world.running(), 'unsendable'), []);
  });
});

describe('Runner at its end', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  it('starts nothing more, stops its timer, and reports nothing', async () => {
    world.shop.window('z').recordElsewhere(integration, 10, 0);
    world.confirmed(1);
    let running = 0;
    const window = await world.running('a', {
      startTimer: (spanMs, fire) => {
        running += 1;
        const stop = world.timers.start(spanMs, fire);
        return () => {
          running -= 1;
          stop();
        };
      },
    });
    const events = window.events.length;
    assert.equal(running, 1);
    window.runner.dispose();
    assert.equal(running, 0);
    window.runner.wake();
    await window.runner.inForeground(integration, () => Promise.resolve());
    await world.timers.pass(30 * hourMs);
    assert.deepEqual([running, window.events.length, world.sender.sent], [0, events, []]);
  });

  it('records the request in flight, and sends nothing after it', async () => {
    world.confirmed(1, 2);
    const answer = world.sender.hold();
    const { runner, events } = await world.running();
    runner.dispose();
    const before = events.length;
    answer(outcomeOf(200));
    await world.timers.pass(minuteMs);
    assert.deepEqual([world.state(1), world.state(2)], ['deleted', 'confirmed']);
    assert.deepEqual([world.sender.sent, events.length], [[1], before]);
  });

  it('resolves when the request in flight is answered and recorded', async () => {
    world.confirmed(1);
    const answer = world.sender.hold();
    const { runner } = await world.running();
    let hasEnded = false;
    const end = runner.end().then(() => (hasEnded = true));
    await world.timers.pass(20 * secondMs);
    assert.equal(hasEnded, false);
    answer(outcomeOf(200));
    await end;
    assert.equal(world.state(1), 'deleted');
  });

  it('resolves at once if nothing is in flight', async () => {
    const { runner } = await world.running();
    await runner.end();
    await world.window('b').runner.end();
  });

  it('starts nothing if it ends in the middle of a check', async () => {
    world.confirmed(1);
    let answer: (() => void) | undefined;
    const { runner } = await world.running('a', {
      ready: () => new Promise((resolve) => (answer = () => resolve([integration]))),
    });
    runner.dispose();
    answer?.();
    await world.timers.pass(minuteMs);
    assert.deepEqual(world.sender.sent, []);
  });

  it('leaves at most a failed record if the database is closed before the answer comes', async () => {
    world.confirmed(1);
    const answer = world.sender.hold();
    const { runner, events } = await world.running();
    runner.dispose();
    world.shop.database.close();
    const before = events.length;
    answer(outcomeOf(200));
    await world.settled();
    await runner.end();
    assert.equal(events.length, before);
  });
});
