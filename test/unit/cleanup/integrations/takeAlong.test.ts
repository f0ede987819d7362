import assert from 'node:assert/strict';
import {
  oldNameOf,
  type Integration,
  type IntegrationRow,
} from '../../../../src/cleanup/integrations/integration.ts';
import type { TakenAlong } from '../../../../src/cleanup/integrations/takeAlong.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  madeUpIntegration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState, everyState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);
const open = ['listed', 'confirmed', 'blocked', 'failed', 'unknown'] as const;

describe('entries of an integration that ends', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  const edited: Partial<Integration> = { baseUrl: 'https://other.example' };
  /** Changes an integration; returns the row that replaces it. */
  function change(id = integration, parts = edited): { row: IntegrationRow; takenAlong: TakenAlong } {
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

  describe('by a change', () => {
    it('are taken over if they are open, without any consent; those that are in flight or done stay', () => {
      const ids = everyState.map((state, number) => entryInState(shop, state, number));
      const { row, takenAlong } = change();
      assert.deepEqual(takenAlong, { moved: open.length, unconfirmed: 3 });
      assert.deepEqual(
        ids.map((id) => [entry(id).integration === row.id, entry(id).state, entry(id).confirmedAt]),
        [
          [true, 'listed', undefined],
          [true, 'listed', undefined],
          [false, 'sending', undefined],
          [false, 'deleted', undefined],
          [false, 'notFound', undefined],
          [true, 'listed', undefined],
          [true, 'listed', undefined],
          [true, 'unknown', undefined],
        ],
      );
      assert.equal(shop.database.get('SELECT 1 FROM consents WHERE ended_at IS NULL'), undefined);
    });

    it('are taken over without look-ups, blocks and reasons, which come from other credentials', () => {
      const [listed, blocked] = [entryInState(shop, 'listed', 1), entryInState(shop, 'failed', 2)];
      const found = { kind: 'found', status: 'approved' } as const;
      for (const id of [listed, blocked]) {
        const asked = shop.list.byId(id);
        assert.ok(asked);
        shop.list.recordLookUp(asked, found, 0, at);
      }
      shop.database.run("UPDATE list_entries SET blocks = 3, reason = 'idRefused'");
      const { row } = change();
      for (const id of [listed, blocked]) {
        const { seenAt, seenStatus, blocks, lookUps, reason, changedAt } = entry(id);
        assert.deepEqual(
          [entry(id).integration, seenAt, seenStatus, blocks, lookUps, reason, changedAt],
          [row.id, undefined, undefined, 0, 0, undefined, at + 50],
        );
      }
      assert.equal(shop.database.get('SELECT max(seen_attempt) AS most FROM list_entries')?.['most'], null);
    });

    it('are looked up at once with the new credentials if they are unknown, and listed if they are found', () => {
      const book = shop.window('a');
      const id = shop.confirmed(1);
      book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
      const asked = shop.list.byId(id);
      assert.ok(asked);
      shop.list.recordVainLookUp(asked, book.nowMs());
      const { row } = change();
      assert.deepEqual([entry(id).lookUps, entry(id).reason], [0, 'timeout']);
      assert.equal(book.nextLookUp(integration), undefined);
      const next = book.nextLookUp(row.id);
      assert.ok(next?.id === id);
      assert.equal(shop.list.recordLookUp(asked, { kind: 'found' }, 0, at), 'unknown');
      assert.equal(shop.list.recordLookUp(next, { kind: 'found' }, 0, at), 'listed');
    });

    it('no longer wait if they were blocked: they are listed', () => {
      const book = shop.window('a');
      const id = shop.confirmed(1);
      book.record(shop.reserved(book, id), outcomeOf(400), 5);
      const { row } = change();
      shop.clock.pass(2 * hourMs);
      assert.deepEqual([entry(id).waitUntilMs, book.nextWaitMs(row.id)], [undefined, undefined]);
      const means = {
        ...shop.means(),
        integration: madeUpIntegration(integration, { ...edited, id: row.id }),
      };
      assert.equal(book.reserveNext(means).kind, 'idle');
    });

    it('keep hold, note, check mark and position', () => {
      const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
      shop.order.moveToHead(integration, [shop.ref(second)]);
      shop.list.hold([shop.ref(first)], 'why', at);
      shop.list.setChecked([shop.ref(second)], false);
      const before = [entry(first), entry(second)];
      change();
      for (const [index, id] of [first, second].entries()) {
        const { heldAt, holdNote, isChecked, place } = entry(id);
        const was = before[index];
        assert.deepEqual(
          [heldAt, holdNote, isChecked, place],
          [was?.heldAt, was?.holdNote, was?.isChecked, was?.place],
        );
      }
    });

    it('are counted as 0 if the list is empty', () =>
      assert.deepEqual(change().takenAlong, { moved: 0, unconfirmed: 0 }));

    for (const [state, after] of [
      ['listed', 'listed'],
      ['confirmed', 'listed'],
      ['failed', 'listed'],
      ['unknown', 'unknown'],
    ] as const)
      it(`can be restored to the new integration if they were removed before: ${state} as ${after}`, () => {
        const id = entryInState(shop, state);
        shop.database.run("UPDATE list_entries SET seen_at = 5, seen_status = 'approved'");
        shop.list.remove([shop.ref(id)], at);
        const { row } = change();
        const unconfirmed = state === 'confirmed' || state === 'unknown' ? 1 : 0;
        assert.deepEqual(shop.list.undoRemoval(9), { restored: 1, unconfirmed, left: 0 });
        const { integration: to, state: now, seenAt, seenStatus, reason } = entry(id);
        assert.deepEqual(
          [to, now, seenAt, seenStatus, reason],
          [row.id, after, undefined, undefined, undefined],
        );
      });

    for (const state of ['deleted', 'notFound'] as const)
      it(`stay with the integration that made the request if they were removed before: ${state}`, () => {
        const id = entryInState(shop, state);
        shop.list.remove([shop.ref(id)], at);
        change();
        shop.list.undoRemoval(9);
        assert.deepEqual([entry(id).integration, entry(id).state], [integration, state]);
      });
  });

  describe('whose session the replacing integration has too', () => {
    /** A living integration with the same session, which is changed to the API key of the ended one. */
    function takenOver(theirs: 'listed' | 'held' | 'notFound'): { id: number; takenAlong: TakenAlong } {
      const other = add('another').row.id;
      shop.list.add(other, [{ sessionId: sessionNumber(1) }], at);
      const entry = shop.list.find(other, sessionNumber(1));
      assert.ok(entry);
      if (theirs === 'held') shop.list.hold([entry], 'their own', at + 7);
      if (theirs === 'notFound') shop.list.recordLookUp(entry, { kind: 'notFound' }, 0, at);
      shop.integrations.end(integration, at);
      return { id: entry.id, takenAlong: change(other, {}).takenAlong };
    }

    it('stay where they are, uncounted, and leave the other entry as it is', () => {
      const mine = shop.confirmed(1);
      const { id, takenAlong } = takenOver('listed');
      assert.deepEqual(takenAlong, { moved: 1, unconfirmed: 0 });
      assert.deepEqual([entry(mine).integration, entry(mine).state], [integration, 'listed']);
      assert.deepEqual(
        [entry(id).state, entry(id).confirmedAt, entry(id).heldAt],
        ['listed', undefined, undefined],
      );
    });

    it('pass on their hold, which was not released', () => {
      shop.list.hold([shop.ref(shop.confirmed(1))], 'ask first', at);
      const { id } = takenOver('listed');
      assert.deepEqual([entry(id).heldAt, entry(id).holdNote, entry(id).group], [at, 'ask first', 'held']);
    });

    it('do not replace a hold that the other one has', () => {
      shop.list.hold([shop.ref(shop.confirmed(1))], 'ask first', at);
      const { id } = takenOver('held');
      assert.deepEqual([entry(id).heldAt, entry(id).holdNote], [at + 7, 'their own']);
    });
  });

  describe('with the API key removed and added again', () => {
    it('are found again if they were open, with none of their consents', () => {
      const ids = everyState.map((state, number) => entryInState(shop, state, number));
      shop.integrations.end(integration, at);
      const { row, takenAlong } = add();
      assert.equal(takenAlong.moved, open.length);
      assert.deepEqual(
        ids
          .filter((id) => entry(id).integration === row.id)
          .map((id) => [entry(id).state, entry(id).confirmedAt]),
        [...Array<unknown>(open.length - 1).fill(['listed', undefined]), ['unknown', undefined]],
      );
      const means = { ...shop.means(), integration: madeUpIntegration(integration, { id: row.id }) };
      const book = shop.window('a');
      assert.equal(book.reserveNext(means).kind, 'idle');
      for (const id of ids) assert.equal(book.reserve(shop.ref(id), means).kind, 'notConfirmed');
    });

    it('are found through several ends of the same key, and not with another key', () => {
      const ids = [1, 2, 3].map((number) => {
        const id = shop.integrations.living()[0]?.id ?? '';
        shop.list.add(id, [{ sessionId: sessionNumber(number) }], at);
        shop.integrations.end(id, at);
        if (number < 3) add();
        return id;
      });
      assert.equal(new Set(ids).size, 3);
      assert.equal(add('another').takenAlong.moved, 0);
      const { row, takenAlong } = add();
      assert.equal(takenAlong.moved, 3);
      assert.equal(shop.groups.counts({ integrations: [row.id] }).get('listed'), 3);
    });
  });

  it('that version 2 stored under a hash of base URL and API key are taken over as soon as both are known', () => {
    const old = oldNameOf(madeUpIntegration('another'));
    shop.list.add(old, [{ sessionId: sessionNumber(1) }], at);
    shop.list.add(oldNameOf(madeUpIntegration('nobody')), [{ sessionId: sessionNumber(2) }], at);
    const { row, takenAlong } = add('another');
    assert.equal(takenAlong.moved, 1);
    assert.equal(shop.list.find(row.id, sessionNumber(1))?.state, 'listed');
  });
});
