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

describe('Runner, and what it says at its start', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());
  const told = ({ events }: RunningWindow, kind: RunnerEvent['kind']): readonly RunnerEvent[] =>
    events.filter((event) => event.kind === kind);
  /** So that what waits goes on waiting. */
  const noSlot = (): void => world.shop.window('z').recordElsewhere(integration, 10, 0);

  it('says that the list goes on, once, whatever number of windows opens', async () => {
    world.confirmed(1, 2, 3);
    noSlot();
    const windows = [await world.running('a'), await world.running('b')];
    await world.timers.pass(5 * minuteMs);
    assert.deepEqual(
      windows.map((window) => told(window, 'resumed')),
      [[{ kind: 'resumed', waiting: 3 }], []],
    );
  });

  it('says it again only after the window that said it has ended', async () => {
    world.confirmed(1);
    noSlot();
    const first = await world.running('a');
    first.runner.dispose();
    assert.equal(told(await world.running('b'), 'resumed').length, 0);
    world.shop.dead.add('a');
    assert.equal(told(await world.running('c'), 'resumed').length, 1);
  });

  it('does not say it in a window that opens beside the one in which it was confirmed', async () => {
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

  it('has not said it where the list could not be read or written, and says it once it can', async () => {
    world.confirmed(1);
    noSlot();
    let fails = true;
    const { list, shelves, switches, integrations } = world.shop;
    const book = world.shop.window('a');
    const window = await world.running('a', {
      records: () => {
        if (fails) throw new Error('made up');
        return { list, shelves, book, switches, integrations };
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

  it('does not say it of a list that is paused or empty, nor of what is confirmed after the start', async () => {
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

  it('says once that credentials are missing, and for how many, while the others go on', async () => {
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

  it('does not say it of what is on hold, listed or done', async () => {
    world.shop.list.hold([world.shop.ref(world.shop.confirmed(1, other))], undefined, 1);
    world.shop.list.add(other, [{ sessionId: sessionNumber(2) }], 1);
    world.confirmed(3);
    assert.deepEqual(told(await world.running(), 'unsendable'), []);
  });
});

describe('Runner, at its end', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  it('starts nothing more, stops its timer, and tells nothing', async () => {
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

  it('writes down what is out, and sends nothing after it', async () => {
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

  it('is over when what is out has been answered and written down', async () => {
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

  it('is over at once where nothing is out', async () => {
    const { runner } = await world.running();
    await runner.end();
    await world.window('b').runner.end();
  });

  it('in the middle of a look starts nothing', async () => {
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

  it('leaves no more than a failed record where the database is closed before the answer comes', async () => {
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
