import assert from 'node:assert/strict';
import { endConsentOf } from '../../../../src/cleanup/list/consents.ts';
import {
  lookUpWaitMs,
  retryWaitMs,
  setEntryState,
  setEntryWait,
  stateAfter,
} from '../../../../src/cleanup/list/entryState.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState, everyState } from '../../../support/cleanup/entryInState.ts';

describe('retryWaitMs', () => {
  for (const [blocks, hours] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 16],
  ] as const)
    it(`is ${hours} h after answer number ${blocks}`, () =>
      assert.equal(retryWaitMs(blocks), hours * hourMs));

  for (const blocks of [6, 7, 1000])
    it(`is none after answer number ${blocks}: each try costs a slot`, () =>
      assert.equal(retryWaitMs(blocks), undefined));
});

describe('lookUpWaitMs', () => {
  for (const [lookUps, waitMs] of [
    [0, 5000],
    [1, minuteMs],
    [2, 4 * minuteMs],
    [3, 16 * minuteMs],
    [4, 64 * minuteMs],
    [5, 4 * hourMs],
    [6, 4 * hourMs],
    [10, 4 * hourMs],
    [100_000, 4 * hourMs],
  ] as const)
    it(`is ${waitMs} ms after ${lookUps} look-ups without an answer`, () =>
      assert.equal(lookUpWaitMs(lookUps), waitMs));
});

describe('stateAfter', () => {
  for (const [outcome, state] of [
    [outcomeOf(200), 'deleted'],
    [outcomeOf(404), 'notFound'],
    [outcomeOf(400), 'blocked'],
    [outcomeOf(422), 'failed'],
    [{ kind: 'unknown', reason: 'otherSession' }, 'unknown'],
    [outcomeOf(401), 'confirmed'],
    [outcomeOf(403), 'confirmed'],
    [outcomeOf(429), 'confirmed'],
    [{ kind: 'notSent', reason: 'cancelled' }, 'confirmed'],
  ] satisfies (readonly [DeletionOutcome, string])[])
    it(`${outcome.kind} leaves an entry ${state}`, () => assert.equal(stateAfter(outcome), state));
});

describe('setEntryState', () => {
  let shop: CleanupWorkshop;
  let id: number;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    id = shop.confirmed(1);
  });
  afterEach(() => shop.database.close());
  const endings = (): readonly unknown[] =>
    shop.database.all('SELECT ended_by FROM consents').map((row) => row['ended_by']);

  it('writes state, reason and time, in whole ms, and ends the wait and the look-ups before it', () => {
    shop.database.run("UPDATE list_entries SET state = 'unknown', look_ups = 3, blocks = 2 WHERE id = ?", id);
    setEntryWait(shop.database, id, 5.5);
    const before = shop.list.byId(id);
    assert.equal(before?.waitUntilMs, 5.5);
    setEntryState(shop.database, id, 'blocked', 'notCompleted', 8.6);
    const after = shop.list.byId(id);
    assert.ok(after);
    assert.deepEqual(
      [after.state, after.reason, after.changedAt, after.waitUntilMs, after.lookUps],
      ['blocked', 'notCompleted', 9, undefined, 0],
    );
    // How often Veriff blocked it has to outlive the next try, or the fifth wait would never come.
    assert.equal(after.blocks, 2);
    assert.ok(after.revision > before.revision);
  });

  for (const state of ['deleted', 'notFound', 'failed'] as const)
    it(`ends the consent with ${state}, and records that as the reason`, () => {
      setEntryState(shop.database, id, state, null, 9);
      assert.deepEqual(
        [shop.stateOf(id), shop.list.byId(id)?.confirmedAt, endings()],
        [state, undefined, [state]],
      );
    });

  for (const state of ['confirmed', 'sending', 'blocked', 'unknown'] as const)
    it(`leaves the consent alive with ${state}`, () => {
      setEntryState(shop.database, id, state, null, 9);
      assert.deepEqual([shop.stateOf(id), endings()], [state, [null]]);
      assert.equal(shop.list.byId(id)?.confirmedAt, shop.clock.wallAt);
    });

  for (const state of ['confirmed', 'blocked'] as const)
    it(`makes an entry listed instead of ${state} if no consent is alive`, () => {
      endConsentOf(shop.database, id, 'cancelled', 3);
      setEntryState(shop.database, id, state, 'lookedUp', 9);
      assert.deepEqual(
        [shop.stateOf(id), shop.list.byId(id)?.reason, shop.list.byId(id)?.changedAt],
        ['listed', 'lookedUp', 9],
      );
    });

  for (const state of ['sending', 'unknown'] as const)
    it(`keeps ${state} without a consent`, () => {
      endConsentOf(shop.database, id, 'cancelled', 3);
      setEntryState(shop.database, id, state, null, 9);
      assert.equal(shop.stateOf(id), state);
    });

  it('leaves hold and every other entry alone', () => {
    const other = shop.list.byId(shop.confirmed(2));
    shop.list.hold([shop.ref(id)], 'why', 5);
    setEntryState(shop.database, id, 'unknown', null, 9);
    const after = shop.list.byId(id);
    assert.deepEqual([after?.heldAt, after?.holdNote, after?.group], [5, 'why', 'held']);
    assert.deepEqual(shop.list.find(integration, sessionNumber(2)), other);
  });

  it('refuses a state that does not exist', () => {
    assert.throws(() => setEntryState(shop.database, id, 'lost' as 'listed', null, 1), /CHECK/);
    assert.equal(shop.stateOf(id), 'confirmed');
  });
});

describe('setEntryWait', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  for (const state of ['blocked', 'unknown'] as const)
    it(`replaces the wait of an entry that is ${state}`, () => {
      const id = entryInState(shop, state);
      for (const untilMs of [7, 3.5]) {
        setEntryWait(shop.database, id, untilMs);
        assert.equal(shop.list.byId(id)?.waitUntilMs, untilMs);
      }
    });

  for (const state of everyState.filter((each) => !['blocked', 'unknown', 'notFound'].includes(each)))
    it(`sets no wait for an entry that is ${state}`, () => {
      const id = entryInState(shop, state);
      const before = shop.list.byId(id);
      setEntryWait(shop.database, id, 7);
      assert.deepEqual(shop.list.byId(id), before);
    });
});
