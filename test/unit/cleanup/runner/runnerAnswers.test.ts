import assert from 'node:assert/strict';
import { tickMs } from '../../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import { dayMs, hourMs, integration, minuteMs, outcomeOf } from '../../../support/cleanup/cleanupWorkshop.ts';
import { found, gone, RunnerWorkshop } from '../../../support/cleanup/runnerWorkshop.ts';

const other = 'another';

describe('Runner and answers other than success', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  /** Answers the first deletions with these, and all later ones with 200. */
  function script(...outcomes: DeletionOutcome[]): void {
    world.sender.answer = () => outcomes.shift() ?? outcomeOf(200);
  }
  const minutesOf = (): readonly number[] => {
    const [first] = world.sender.deletions;
    return world.sender.deletions.map(({ atMs }) => (atMs - (first?.atMs ?? 0)) / minuteMs);
  };

  const forbidden: LookUpOutcome = { kind: 'forbidden', answer: { status: 403, signature: 'unsigned' } };
  const silent: LookUpOutcome = { kind: 'unknown', reason: 'timeout' };
  for (const [status, told, reason] of [
    [401, found, 'unauthorised'],
    [403, found, 'notEnabled'],
    [403, forbidden, 'accessRefused'],
    [403, silent, 'forbidden'],
  ] as const)
    it(`stops the integration after a ${status} as ${reason} if a look-up is ${told.kind}, reports it once, and lets the others continue`, async () => {
      const theirs = world.senderOf(other);
      world.sender.tell = () => told;
      world.senders = [world.sender, theirs];
      world.confirmed(1, 2);
      world.shop.confirmed(3, other);
      script(outcomeOf(status));
      const window = await world.running();
      await world.timers.pass(2 * dayMs);
      assert.deepEqual([world.sender.sent, theirs.sent], [[1], [3]]);
      const stops = window.events.filter(({ kind }) => kind === 'stopped');
      assert.deepEqual(stops, [{ kind: 'stopped', integration: world.shop.stored(), reason }]);
      assert.deepEqual([world.state(1), world.state(2)], ['confirmed', 'confirmed']);
      const next = await world.running('b');
      assert.deepEqual([next.count('stopped'), world.sender.sent], [0, [1]]);
      world.shop.switches.resume();
      window.runner.wake();
      await world.settled();
      assert.deepEqual(world.sender.sent, [1, 1, 2]);
    });

  it('is parked by a 429, sends the same again right after that, and stops no integration', async () => {
    world.confirmed(1, 2);
    script(outcomeOf(429), outcomeOf(429));
    const window = await world.running();
    await world.timers.pass(hourMs);
    // 15 and 30 minutes, three quarters of each by the chance of this world.
    assert.deepEqual(world.sender.sent, [1, 1, 1, 2]);
    assert.deepEqual(minutesOf(), [0, 11.25, 33.75, 33.75]);
    assert.equal(window.count('stopped'), 0);
  });

  it('retries a blocked entry after 1, 2, 4, 8 and 16 hours, and then leaves it to the user', async () => {
    world.confirmed(1, 2);
    world.sender.answer = (sessionId) => outcomeOf(sessionId.endsWith('1') ? 400 : 200);
    await world.running();
    await world.timers.pass(10 * dayMs);
    assert.deepEqual(world.sender.sent, [1, 2, 1, 1, 1, 1, 1]);
    assert.deepEqual(minutesOf(), [0, 0, 60, 180, 420, 900, 1860]);
    assert.equal(world.shop.groups.counts().get('needsYou'), 1);
  });

  it('lets a blocked entry that is due wait for its slot, in its old position', async () => {
    world.confirmed(1, 2);
    script(outcomeOf(400));
    world.shop.window('z').recordElsewhere(integration, 9, 0);
    await world.running();
    await world.timers.pass(dayMs + minuteMs - 1);
    assert.deepEqual(world.sender.sent, [1]);
    await world.timers.pass(1);
    assert.deepEqual(world.sender.sent, [1, 1, 2]);
  });

  it('stops the integration after a 403, and calls the session not found if a look-up does not know it', async () => {
    world.confirmed(1, 2);
    world.sender.tell = () => gone;
    script(outcomeOf(403));
    const window = await world.running();
    await world.timers.pass(dayMs);
    assert.deepEqual([world.sender.sent, world.state(1), world.state(2)], [[1], 'notFound', 'confirmed']);
    const [stop] = window.events.filter(({ kind }) => kind === 'stopped');
    assert.deepEqual(stop, { kind: 'stopped', integration: world.shop.stored(), reason: 'notEnabled' });
  });

  it('stops the integration if a look-up finds the session after a 404 to its deletion', async () => {
    world.confirmed(1, 2);
    script(outcomeOf(404));
    const window = await world.running();
    await world.timers.pass(dayMs);
    assert.deepEqual([world.sender.sent, world.sender.lookedUp], [[1], [1]]);
    assert.deepEqual([world.state(1), world.state(2)], ['listed', 'confirmed']);
    const [stop] = window.events.filter(({ kind }) => kind === 'stopped');
    assert.deepEqual(stop, { kind: 'stopped', integration: world.shop.stored(), reason: 'notEnabled' });
  });

  it('looks up again what got a 404, if the look-up gets no answer, and lets the others go meanwhile', async () => {
    world.confirmed(1, 2);
    script(outcomeOf(404));
    world.sender.tell = () => (world.sender.lookUps.length < 3 ? silent : gone);
    await world.running();
    await world.timers.pass(dayMs);
    assert.deepEqual(
      [world.sender.sent, world.sender.lookedUp],
      [
        [1, 2],
        [1, 1, 1],
      ],
    );
    assert.deepEqual([world.state(1), world.state(2)], ['notFound', 'deleted']);
  });

  it('continues with the next entry if one has failed', async () => {
    world.confirmed(1, 2, 3);
    world.sender.tell = () => gone;
    script(outcomeOf(422), outcomeOf(404));
    await world.running();
    assert.deepEqual(
      [1, 2, 3].map((number) => world.state(number)),
      ['failed', 'notFound', 'deleted'],
    );
  });

  it('waits half a minute if nothing could be sent, with the same entry first and no slot spent', async () => {
    world.confirmed(1, 2);
    const nothing = { kind: 'notSent', reason: 'noConnection' } as const;
    script(nothing, nothing, nothing, nothing, nothing, nothing, nothing);
    const window = await world.running();
    await world.timers.pass(3 * minuteMs);
    assert.equal(window.book.quota(integration).freeNow, 5);
    await world.timers.pass(2 * minuteMs);
    assert.deepEqual(minutesOf(), [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 3.5]);
    assert.deepEqual(world.sender.sent, [1, 1, 1, 1, 1, 1, 1, 1, 2]);
  });

  it('skips a text that was written in place of a session id', async () => {
    const [first] = world.confirmed(1, 2);
    world.shop.database.run("UPDATE list_entries SET session_id = '../decision' WHERE id = ?", first ?? 0);
    await world.running();
    await world.timers.pass(tickMs);
    assert.deepEqual(world.sender.sent, [2]);
  });
});
