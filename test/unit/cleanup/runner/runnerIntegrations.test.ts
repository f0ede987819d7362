import assert from 'node:assert/strict';
import type { RequestMeans } from '../../../../src/cleanup/attempts/reservation.ts';
import type { IntegrationDraft } from '../../../../src/cleanup/integrations/integration.ts';
import type { RunnerEvent } from '../../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import {
  dayMs,
  integration,
  madeUpKey,
  minuteMs,
  outcomeOf,
  secondMs,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { found, gone, RunnerWorkshop, type RunningWindow } from '../../../support/cleanup/runnerWorkshop.ts';

const other = 'another';
const timeout: DeletionOutcome = { kind: 'unknown', reason: 'timeout' };

describe('Runner and integrations that change', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  const told = ({ events }: RunningWindow, kind: RunnerEvent['kind']): readonly RunnerEvent[] =>
    events.filter((event) => event.kind === kind);
  function change(parts: Partial<IntegrationDraft>): void {
    const result = world.shop.integrations.change(integration, { ...world.shop.stored(), ...parts }, 1);
    assert.equal(result.kind, 'stored');
  }

  /** What the user or another window does to the one integration. */
  const ends: readonly (readonly [what: string, act: () => void])[] = [
    ['removed', () => world.shop.integrations.end(integration, 1)],
    ['given another host', () => change({ baseUrl: 'https://other.example' })],
    ['given another API key', () => change({ apiKey: madeUpKey('another API key') })],
    ['made LIVE', () => change({ kind: 'LIVE' })],
  ];

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

  it('reads the credentials again for each request, and never without one', async () => {
    world.confirmed(1, 2, 3);
    world.sender.answer = (id) => (id === sessionNumber(1) ? timeout : outcomeOf(200));
    world.sender.tell = () => gone;
    const read: string[] = [];
    await world.running('a', {
      readMeans: (id) => {
        read.push(id);
        return Promise.resolve(world.shop.means(id));
      },
    });
    assert.deepEqual([world.sender.sent, world.sender.looksBefore.length, read.length], [[1, 2, 3], 3, 6]);
    await world.timers.pass(dayMs);
    assert.deepEqual([world.sender.lookedUp, read], [[1], Array.from({ length: 7 }, () => integration)]);
  });

  for (const [what, act] of ends) {
    it(`records and reports the answer for one that is ${what} meanwhile, and sends nothing more`, async () => {
      const [first = 0] = world.confirmed(1, 2);
      const answer = world.sender.hold();
      const window = await world.running();
      act();
      await world.timers.pass(minuteMs);
      answer(outcomeOf(200));
      await world.timers.pass(2 * dayMs);
      assert.deepEqual([world.sender.sent, world.sender.lookedUp, world.sender.timesAsked], [[1], [], 0]);
      assert.equal(world.shop.stateOf(first), 'deleted');
      const [sent] = told(window, 'sent');
      assert.ok(sent?.kind === 'sent' && sent.result.outcome.kind === 'deleted');
      assert.deepEqual([sent.integration, sent.sessionId], [world.shop.stored(), sessionNumber(1)]);
      assert.equal(sent.result.recordError, undefined);
      assert.equal(window.count('trouble'), 0);
    });

    it(`looks nothing up with the credentials of one that is ${what} before the answer was found to be lost`, async () => {
      const [first = 0] = world.confirmed(1);
      const answer = world.sender.hold();
      const window = await world.running();
      act();
      answer(timeout);
      await world.timers.pass(2 * dayMs);
      assert.deepEqual([world.sender.lookedUp, world.shop.stateOf(first)], [[], 'unknown']);
      assert.equal(window.count('trouble'), 0);
    });

    it(`sends nothing for one that is ${what} while its credentials are read`, async () => {
      world.confirmed(1);
      const { readMeans, release } = heldMeans();
      const window = await world.running('a', { readMeans });
      act();
      release();
      await world.timers.pass(2 * dayMs);
      assert.deepEqual([world.sender.sent, world.sender.timesAsked, window.count('sending')], [[], 0, 0]);
    });

    it(`looks nothing up for one that is ${what} while its credentials are read for that`, async () => {
      world.confirmed(1);
      world.sender.answer = () => timeout;
      (await world.running()).runner.dispose();
      world.shop.clock.pass(minuteMs);
      const { readMeans, release } = heldMeans();
      await world.running('b', { readMeans });
      act();
      release();
      await world.timers.pass(2 * dayMs);
      assert.deepEqual([world.sender.lookedUp, world.sender.sent], [[], [1]]);
    });

    it(`ignores a look-up if it is ${what} while that is in flight, and reports it`, async () => {
      const [first = 0] = world.confirmed(1);
      world.sender.answer = () => timeout;
      const window = await world.running();
      const { promise, resolve } = Promise.withResolvers<LookUpOutcome>();
      world.sender.tell = () => promise;
      await world.timers.pass(5 * secondMs);
      assert.deepEqual(world.sender.lookedUp, [1]);
      act();
      resolve(gone);
      await world.timers.pass(2 * dayMs);
      assert.equal(world.shop.stateOf(first), 'unknown');
      assert.deepEqual([world.sender.lookedUp, world.sender.sent], [[1], [1]]);
      const [lookedUp] = told(window, 'lookedUp');
      assert.ok(lookedUp?.kind === 'lookedUp');
      assert.deepEqual(lookedUp.integration, world.shop.stored());
    });
  }

  it('lets the others continue while one is removed', async () => {
    const theirs = world.senderOf(other);
    world.senders = [world.sender, theirs];
    world.confirmed(1);
    for (const number of [2, 3]) world.shop.confirmed(number, other);
    const answer = theirs.hold();
    await world.running();
    world.shop.integrations.end(integration, 1);
    answer(outcomeOf(200));
    await world.settled();
    assert.deepEqual(theirs.sent, [2, 3]);
  });

  it('leaves no entry in sending that was sent by a window which ended before the integration did', async () => {
    world.confirmed(1);
    const first = world.window('a');
    world.shop.reserve(first.book, 1);
    world.shop.dead.add('a');
    world.shop.integrations.end(integration, 1);
    world.senders = [];
    await world.running('b');
    assert.equal(world.state(1), 'unknown');
  });

  it('sends nothing if a look-up finds the session after a Cancel', async () => {
    world.confirmed(1);
    world.sender.answer = () => timeout;
    await world.running();
    const { promise, resolve } = Promise.withResolvers<LookUpOutcome>();
    world.sender.tell = () => promise;
    await world.timers.pass(5 * secondMs);
    world.shop.list.cancel(1, 1);
    resolve(found);
    await world.timers.pass(2 * dayMs);
    assert.deepEqual([world.sender.sent, world.state(1)], [[1], 'listed']);
  });
});
