import assert from 'node:assert/strict';
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
} from '../../../support/cleanupWorkshop.ts';

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
    it(`is ${waitMs} ms after ${lookUps} look-ups in vain`, () =>
      assert.equal(lookUpWaitMs(lookUps), waitMs));
});

describe('stateAfter', () => {
  for (const [outcome, state] of [
    [outcomeOf(200), 'deleted'],
    [outcomeOf(404), 'gone'],
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

  it('writes state, reason and time, in whole ms, and ends the wait and the look-ups before it', () => {
    setEntryWait(shop.database, id, { forMs: 5, fromUptimeMs: 6, fromServerAt: 7 });
    shop.database.run('UPDATE entries SET look_ups = 3, blocks = 2 WHERE id = ?', id);
    setEntryState(shop.database, id, 'failed', 'idRefused', 8.6);
    const { state, reason, changedAt, wait, lookUps, blocks } = shop.list.byId(id) ?? {};
    assert.deepEqual([state, reason, changedAt, wait, lookUps], ['failed', 'idRefused', 9, undefined, 0]);
    // How often Veriff blocked it outlives the next try, or the fifth wait would never come.
    assert.equal(blocks, 2);
    const row = shop.database.get('SELECT wait_from_uptime_ms, wait_from_server_at FROM entries');
    assert.deepEqual({ ...row }, { wait_from_uptime_ms: null, wait_from_server_at: null });
  });

  it('leaves consent, hold and every other entry alone', () => {
    const other = shop.list.byId(shop.confirmed(2));
    shop.list.hold([id], 'why', 5);
    const before = shop.list.byId(id);
    setEntryState(shop.database, id, 'blocked', null, 9);
    const after = shop.list.byId(id);
    assert.deepEqual(
      [after?.confirmedAt, after?.heldAt, after?.holdNote],
      [before?.confirmedAt, before?.heldAt, before?.holdNote],
    );
    assert.deepEqual(shop.list.find(integration, sessionNumber(2)), other);
  });

  it('refuses a state that there is none of', () => {
    assert.throws(() => setEntryState(shop.database, id, 'lost' as 'listed', null, 1), /CHECK/);
    assert.equal(shop.stateOf(id), 'confirmed');
  });
});

describe('setEntryWait', () => {
  it('forgets the server’s time of an earlier wait', () => {
    const shop = new CleanupWorkshop();
    const id = shop.confirmed(1);
    setEntryWait(shop.database, id, { forMs: 5, fromUptimeMs: 6, fromServerAt: 7 });
    assert.deepEqual(shop.list.byId(id)?.wait, { forMs: 5, fromUptimeMs: 6, fromServerAt: 7 });
    setEntryWait(shop.database, id, { forMs: 8, fromUptimeMs: 9 });
    assert.deepEqual(shop.list.byId(id)?.wait, { forMs: 8, fromUptimeMs: 9 });
    shop.database.close();
  });
});
