import assert from 'node:assert/strict';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import { tickMs } from '../../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import {
  dayMs,
  hourMs,
  integration,
  madeUpIntegration,
  minuteMs,
  outcomeOf,
  secondMs,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { gone, RunnerWorkshop } from '../../../support/cleanup/runnerWorkshop.ts';

/** A valid answer to a look-up with this `Date`. */
function told(serverAt: number): LookUpOutcome {
  return { kind: 'found', answer: { status: 200, signature: 'valid', serverAt } };
}

describe('Runner after a reboot', () => {
  let world: RunnerWorkshop;
  beforeEach(() => (world = new RunnerWorkshop()));
  afterEach(() => world.close());

  const noon = Date.UTC(2026, 0, 5, 12);
  let isLateMs = 0;
  /** Restarts the machine; the wall clock and the server agree on how long it was off. */
  function restarted(offMs: number): void {
    isLateMs += offMs;
    const serverAt = noon + isLateMs;
    world.shop.clock.wallAt += offMs;
    world.shop.clock.reboot(minuteMs);
    world.sender.tell = () => told(serverAt);
  }

  beforeEach(async () => {
    isLateMs = 0;
    world.confirmed(1, 2, 3, 4, 5, 6);
    world.sender.answer = () => outcomeOf(200, { serverAt: noon });
    const window = await world.running();
    window.runner.dispose();
    restarted(2 * hourMs);
  });

  it('asks for the server’s time three times, which frees the slots at once', async () => {
    const window = await world.running('b');
    assert.deepEqual([world.sender.timesAsked, world.sender.sent.at(-1)], [3, 6]);
    const told = window.events.find(({ kind }) => kind === 'lookedUp');
    assert.ok(told?.kind === 'lookedUp' && told.sessionId === undefined);
  });

  it('asks four times in a quarter of an hour if it gets no date, and waits the longest meanwhile', async () => {
    world.sender.tell = () => ({ kind: 'notSent', reason: 'noConnection' });
    await world.running('b');
    for (const times of [4, 8, 12]) {
      assert.equal(world.sender.timesAsked, times);
      await world.timers.pass(15 * minuteMs - 1);
      assert.equal(world.sender.timesAsked, times);
      await world.timers.pass(tickMs);
      world.shop.clock.pass(1 - tickMs);
    }
    // Since the reboot, which takes 1 ms by this clock.
    await world.timers.pass(hourMs + marginMs - 45 * minuteMs - 2);
    assert.equal(world.sender.sent.length, 5);
    await world.timers.pass(1);
    assert.equal(world.sender.sent.length, 6);
  });

  it('asks at most three times if it gets dates, in any number of windows', async () => {
    world.shop.window('z').recordElsewhere(integration, 10, 0);
    for (const owner of ['b', 'c']) await world.running(owner);
    await world.timers.pass(2 * hourMs);
    assert.equal(world.sender.timesAsked, 3);
  });

  it('frees nothing before the third date, or if the wall clock does not agree', async () => {
    world.shop.clock.wallAt -= 2 * hourMs;
    await world.running('b');
    await world.timers.pass(hourMs);
    assert.equal(world.sender.sent.length, 5);
    await world.timers.pass(2 * minuteMs);
    assert.equal(world.sender.sent.length, 6);
  });

  it('does not ask a sandbox, whose time is that of this machine', async () => {
    const sandbox = world.shop.store(madeUpIntegration('sandbox', { isSandbox: true }));
    const theirs = world.senderOf(sandbox.id);
    world.senders = [theirs];
    world.shop.confirmed(9, sandbox.id);
    world.shop.window('z').recordElsewhere(sandbox.id, 10, 0);
    await world.running('b');
    await world.timers.pass(dayMs + marginMs);
    assert.deepEqual([theirs.timesAsked, theirs.sent], [0, [9]]);
  });

  it('looks up unknown entries and retries blocked ones, even if nothing is queued', async () => {
    world.shop.list.hold([world.shop.ref(6)], undefined, 1);
    const wide = world.shop.window('z', { limits: [{ count: 99, windowMs: 1 }] });
    const out = (number: number, outcome: DeletionOutcome): void =>
      wide.record(world.shop.reserved(wide, world.shop.confirmed(number)), outcome, 5);
    out(7, { kind: 'unknown', reason: 'timeout' });
    out(8, outcomeOf(400));
    restarted(0);
    world.sender.tell = () => gone;
    await world.running('b');
    await world.timers.pass(5 * secondMs);
    assert.deepEqual([world.sender.lookedUp, world.sender.sent.length], [[7], 5]);
    await world.timers.pass(2 * hourMs);
    assert.equal(world.sender.sent.at(-1), 8);
  });

  it('stops if the credentials are refused meanwhile', async () => {
    world.sender.tell = () => ({
      kind: 'unauthorised',
      problem: 'apiKey',
      answer: { status: 401, signature: 'unsigned' },
    });
    const window = await world.running('b');
    await world.timers.pass(2 * hourMs);
    assert.deepEqual([window.count('stopped'), world.sender.sent.length], [1, 5]);
  });

  it('also asks if a 429 has parked it: the time tells how much of that is over', async () => {
    const book = world.shop.window('z', { limits: [{ count: 9, windowMs: hourMs }] });
    const serverAt = noon + 2 * hourMs;
    for (let date = 1; date <= 2; date += 1) book.noteLookUp(world.shop.stored(), told(serverAt));
    const next = book.reserveNext(world.shop.means());
    assert.ok(next.kind === 'reserved');
    book.record(next.reservation, outcomeOf(429, { retryAfterMs: dayMs, serverAt }), 5);
    restarted(dayMs + hourMs);
    await world.running('b');
    assert.deepEqual([world.sender.timesAsked, world.sender.sent.at(-1)], [3, 6]);
  });

  it('does not ask while nothing waits for a slot', async () => {
    world.shop.list.hold([world.shop.ref(6)], undefined, 1);
    await world.running('b');
    await world.timers.pass(hourMs);
    assert.equal(world.sender.timesAsked, 0);
  });
});
