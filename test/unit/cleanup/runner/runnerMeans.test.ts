import assert from 'node:assert/strict';
import type { RequestMeans } from '../../../../src/cleanup/attempts/reservation.ts';
import type { Integration } from '../../../../src/cleanup/integrations/integration.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { tickMs } from '../../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import { dayMs, hourMs, integration, madeUpKey, minuteMs } from '../../../support/cleanup/cleanupWorkshop.ts';
import { RunnerWorkshop, type RunningWindow } from '../../../support/cleanup/runnerWorkshop.ts';

const other = 'another';
const timeout: DeletionOutcome = { kind: 'unknown', reason: 'timeout' };

describe('Runner and the credentials that it reads', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  /** Credentials whose reading ends when a test says so. */
  function heldMeans(): { readonly readMeans: (id: string) => Promise<RequestMeans>; release: () => void } {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    return {
      // Read at once and returned late: they are what was stored at the time of the call.
      readMeans: (id) => {
        const means = world.shop.means(id);
        return promise.then(() => means);
      },
      release: () => {
        resolve(undefined);
      },
    };
  }

  for (const [what, wrong] of [
    ['of another id', { id: 'somebody else' }],
    ['for another host', { baseUrl: 'https://other.example' }],
    ['of the other kind', { kind: 'LIVE' }],
    ['with another API key', { apiKey: madeUpKey('another API key') }],
  ] satisfies readonly (readonly [string, Partial<Integration>])[])
    it(`${what} than the waiting one are not used: no deletion, no look-up, no request for the time`, async () => {
      world.confirmed(1, 2);
      world.sender.answer = () => timeout;
      const first = await world.running();
      first.runner.dispose();
      world.confirmed(3);
      world.shop.window('z').recordElsewhere(integration, 9, 0);
      const used: unknown[] = [];
      const note = (by: Integration): Promise<never> => {
        used.push(by);
        return new Promise(() => undefined);
      };
      await world.running('b', {
        readMeans: (id) => {
          const means = world.shop.means(id);
          return Promise.resolve({ ...means, integration: { ...means.integration, ...wrong } });
        },
        network: { send: note, lookUp: note, askTime: note },
      });
      await world.timers.pass(2 * dayMs);
      assert.deepEqual(used, []);
    });

  it('that are missing when they are read send nothing, and are tried again', async () => {
    world.confirmed(1);
    let isThere = false;
    const window = await world.running('a', {
      readMeans: (id) => Promise.resolve(isThere ? world.shop.means(id) : undefined),
    });
    await world.timers.pass(5 * minuteMs);
    assert.deepEqual([world.sender.sent, window.count('trouble')], [[], 0]);
    isThere = true;
    await world.timers.pass(tickMs);
    assert.deepEqual(world.sender.sent, [1]);
  });

  it('that cannot be read are reported at each check, and send nothing', async () => {
    world.confirmed(1);
    const theirs = world.senderOf(other);
    world.senders = [world.sender, theirs];
    world.shop.confirmed(2, other);
    const window = await world.running('a', {
      readMeans: (id) =>
        id === other ? Promise.resolve(world.shop.means(id)) : Promise.reject(new Error('made up')),
    });
    await world.timers.pass(2 * tickMs);
    assert.deepEqual([world.sender.sent, theirs.sent, window.count('trouble')], [[], [2], 3]);
  });

  for (const [what, act] of [
    ['paused', () => world.shop.switches.pause()],
    ['stopped', () => world.shop.switches.setStop(integration, 'forbidden')],
    ['cancelled', () => world.shop.list.cancel(1, 1)],
    ['held', () => world.shop.list.hold([world.shop.ref(1)], undefined, 1)],
    ['removed', () => world.shop.list.remove([world.shop.ref(1)], 1)],
  ] satisfies readonly (readonly [string, () => unknown])[])
    it(`send nothing of what was ${what} while they were read`, async () => {
      world.confirmed(1);
      const { readMeans, release } = heldMeans();
      await world.running('a', { readMeans });
      act();
      release();
      await world.timers.pass(hourMs);
      assert.deepEqual([world.sender.sent, world.sender.timesAsked], [[], 0]);
    });

  for (const [what, act] of [
    ['paused', () => world.shop.switches.pause()],
    ['stopped', () => world.shop.switches.setStop(integration, 'forbidden')],
  ] satisfies readonly (readonly [string, () => unknown])[])
    it(`look nothing up and ask for no time if the list or integration was ${what} while they were read`, async () => {
      world.confirmed(1);
      world.sender.answer = () => timeout;
      (await world.running()).runner.dispose();
      world.shop.clock.pass(minuteMs);
      const { readMeans, release } = heldMeans();
      const { runner } = await world.running('b', { readMeans });
      act();
      release();
      await world.timers.pass(hourMs);
      assert.deepEqual([world.sender.lookedUp, world.sender.timesAsked], [[], 0]);
      world.shop.switches.resume();
      runner.wake();
      await world.settled();
      assert.deepEqual(world.sender.lookedUp, [1]);
    });

  for (const [what, act] of [
    ['the window ends', ({ runner }) => runner.dispose()],
    [
      'the user sends by hand',
      ({ runner }) => void runner.inForeground(integration, () => new Promise(() => 1)),
    ],
  ] satisfies readonly (readonly [string, (window: RunningWindow) => void])[])
    it(`send nothing if ${what} while they are read`, async () => {
      world.confirmed(1);
      const { readMeans, release } = heldMeans();
      const window = await world.running('a', { readMeans });
      act(window);
      release();
      await world.timers.pass(hourMs);
      assert.deepEqual(world.sender.sent, []);
    });

  it('that never come do not stop another integration', async () => {
    const theirs = world.senderOf(other);
    world.senders = [world.sender, theirs];
    world.confirmed(1);
    world.shop.confirmed(2, other);
    const { runner } = await world.running('a', {
      readMeans: (id) =>
        id === other ? Promise.resolve(world.shop.means(id)) : new Promise(() => undefined),
    });
    runner.wake();
    await world.timers.pass(hourMs);
    assert.deepEqual([world.sender.sent, theirs.sent], [[], [2]]);
  });

  describe('with the stored mark of the list', () => {
    const withMark =
      (mark: () => RequestMeans['mark']) =>
      (id: string): Promise<RequestMeans> =>
        Promise.resolve({ ...world.shop.means(id), mark: mark() });

    it('reports once that the file is an older copy, in one window, and sends nothing of it', async () => {
      world.confirmed(1, 2);
      const own = markOf(world.shop.database);
      const readMeans = withMark(() => ({ ...own, generation: own.generation + 1 }));
      const windows = [await world.running('a', { readMeans }), await world.running('b', { readMeans })];
      await world.timers.pass(hourMs);
      assert.deepEqual(
        windows.map((window) => window.events.filter(({ kind }) => kind === 'rolledBack')),
        [[{ kind: 'rolledBack' }], []],
      );
      assert.deepEqual([world.sender.sent, world.state(1), world.state(2)], [[], 'listed', 'listed']);
      // Confirmed again, it waits a day.
      world.confirmed(1);
      await world.timers.pass(dayMs - hourMs);
      assert.deepEqual(world.sender.sent, []);
      await world.timers.pass(2 * hourMs);
      assert.deepEqual(world.sender.sent, [1]);
    });

    it('reports once that there is no stored mark, and sends what is confirmed again', async () => {
      world.confirmed(1);
      let mark = undefined as RequestMeans['mark'];
      const window = await world.running('a', { readMeans: withMark(() => mark) });
      await world.timers.pass(hourMs);
      assert.deepEqual(
        window.events.filter(({ kind }) => kind === 'noneKept'),
        [{ kind: 'noneKept' }],
      );
      assert.deepEqual([world.sender.sent, world.state(1)], [[], 'listed']);
      mark = markOf(world.shop.database);
      world.confirmed(1);
      await world.timers.pass(tickMs);
      assert.deepEqual(world.sender.sent, [1]);
    });
  });
});
