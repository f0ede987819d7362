import assert from 'node:assert/strict';
import { type Integration, type IntegrationRow } from '../../../../src/cleanup/integrations/integration.ts';
import type { TakenAlong } from '../../../../src/cleanup/integrations/takeAlong.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  integration,
  madeUpIntegration,
  madeUpKey,
  outcomeOf,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState, everyState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('entries of a sandbox, and entries in flight when their integration ends', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  /** Changes an integration; returns the row that replaces it. */
  function change(id: string, parts: Partial<Integration>): { row: IntegrationRow; takenAlong: TakenAlong } {
    const result = shop.integrations.change(id, madeUpIntegration(integration, parts), at + 50);
    assert.ok(result.kind === 'stored', result.kind);
    return result;
  }
  function add(name = integration): { row: IntegrationRow; takenAlong: TakenAlong } {
    const result = shop.integrations.add(madeUpIntegration(name), at + 50);
    assert.ok(result.kind === 'stored', result.kind);
    return result;
  }
  const entry = (id: number): Partial<Entry> => shop.list.byId(id) ?? {};

  describe('of a sandbox', () => {
    const sandbox = madeUpIntegration('sandbox', { isSandbox: true });

    it('are removed with it, in whatever state, and cannot be restored', () => {
      shop.store(sandbox);
      for (const [number, state] of everyState.entries()) entryInState(shop, state, number, sandbox.id);
      const removed = entryInState(shop, 'listed', 20, sandbox.id);
      shop.list.remove([shop.ref(removed)], at);
      const mine = shop.confirmed(1);
      shop.integrations.end(sandbox.id, at);
      assert.deepEqual(
        shop.database.all('SELECT id FROM list_entries').map((row) => row['id']),
        [mine],
      );
      assert.deepEqual([shop.list.removedCount(), entry(mine).state], [0, 'confirmed']);
    });

    it('are removed with it also if it is replaced', () => {
      shop.store(sandbox);
      entryInState(shop, 'listed', 1, sandbox.id);
      const again = { ...sandbox, apiKey: madeUpKey('after a reset') };
      const result = shop.integrations.change(sandbox.id, again, at);
      assert.ok(result.kind === 'stored');
      assert.deepEqual(result.takenAlong, { moved: 0, unconfirmed: 0 });
      assert.equal(shop.groups.counts().size, 0);
    });

    it('are removed with it even while one is in flight: its answer still settles the attempt', () => {
      shop.store(sandbox);
      const id = shop.confirmed(1, sandbox.id);
      const book = shop.window('a');
      const reservation = shop.reserved(book, id);
      shop.integrations.end(sandbox.id, at);
      book.record(reservation, outcomeOf(200), 5);
      const row = shop.database.get('SELECT outcome, entry_id FROM deletion_attempts');
      assert.deepEqual({ ...row }, { outcome: 'deleted', entry_id: null });
    });
  });

  describe('that are in flight when it is replaced', () => {
    /** An entry whose request is in flight, and the integration that has replaced its own. */
    function out(): [id: number, answer: (outcome: DeletionOutcome) => void, to: string] {
      const id = shop.confirmed(1);
      const book = shop.window('a');
      const reservation = shop.reserved(book, id);
      // Replaced twice before the answer comes.
      const first = change(integration, { apiKey: madeUpKey('second key') }).row.id;
      const to = change(first, { apiKey: madeUpKey('third key') }).row.id;
      return [id, (outcome) => book.record(reservation, outcome, 5), to];
    }

    for (const [outcome, state] of [
      [outcomeOf(400), 'listed'],
      [outcomeOf(401), 'listed'],
      [outcomeOf(422), 'failed'],
      [outcomeOf(429), 'listed'],
      [{ kind: 'notSent', reason: 'cancelled' }, 'listed'],
      [{ kind: 'unknown', reason: 'timeout' }, 'unknown'],
    ] as const)
      it(`follow to the last replacement: ${outcome.kind} leaves them ${state}`, () => {
        const [id, answer, to] = out();
        answer(outcome);
        assert.deepEqual(
          [entry(id).integration, entry(id).state, entry(id).confirmedAt],
          [to, state, undefined],
        );
      });

    for (const status of [200, 404] as const)
      it(`stay with the integration that made the request: ${status}`, () => {
        const [id, answer] = out();
        answer(outcomeOf(status));
        assert.equal(entry(id).integration, integration);
      });

    it('stay if there is no replacement', () => {
      const id = shop.confirmed(1);
      const book = shop.window('a');
      const reservation = shop.reserved(book, id);
      shop.integrations.end(integration, at);
      book.record(reservation, outcomeOf(429), 5);
      assert.deepEqual([entry(id).integration, entry(id).state], [integration, 'listed']);
      // They are found when the key is added again.
      assert.equal(add().takenAlong.moved, 1);
    });
  });
});
