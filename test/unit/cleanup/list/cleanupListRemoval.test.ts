import assert from 'node:assert/strict';
import type { Entry, EntryState } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  integration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('CleanupList, removing and undoing', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }
  const inState = (state: EntryState, number = 1): number => entryInState(shop, state, number);
  const undoAll = (): ReturnType<typeof shop.list.undoRemoval> => shop.list.undoRemoval(1000);

  it('keeps what was removed, part after part, until it is undone or the next removal begins', () => {
    const ids = [1, 2, 3].map((number) => shop.confirmed(number));
    shop.list.endUndo();
    assert.equal(shop.list.remove(shop.refs(ids.slice(0, 2)), at), 2);
    assert.equal(shop.list.remove(shop.refs(ids.slice(2)), at), 1);
    assert.equal(shop.list.removedCount(), 3);
    shop.list.endUndo();
    assert.equal(shop.list.removedCount(), 0);
    assert.deepEqual(undoAll(), { restored: 0, unconfirmed: 0, left: 0 });
    assert.deepEqual([...shop.counts()], []);
  });

  it('comes back in parts, in the original order', () => {
    const ids = [1, 2, 3, 4, 5].map((number) => inState('deleted', number));
    shop.list.remove(shop.refs(ids.toReversed()), at);
    assert.deepEqual(shop.list.undoRemoval(2), { restored: 2, unconfirmed: 0, left: 3 });
    assert.deepEqual(
      shop.groups.refs(['done']).map(({ id }) => id),
      ids.slice(0, 2),
    );
    assert.deepEqual(shop.list.undoRemoval(0), { restored: 0, unconfirmed: 0, left: 3 });
    assert.deepEqual(shop.list.undoRemoval(9), { restored: 3, unconfirmed: 0, left: 0 });
    assert.deepEqual(
      shop.groups.refs(['done']).map(({ id }) => id),
      ids,
    );
  });

  it('restores an entry with all that it had, under its own id', () => {
    const source = { uri: 'file:///made-up', line: 4 };
    shop.list.add(integration, [{ sessionId: sessionNumber(1), source }], at);
    const id = shop.list.find(integration, sessionNumber(1))?.id ?? 0;
    shop.list.hold([shop.ref(id)], 'why', at + 1);
    shop.list.setChecked([shop.ref(id)], false);
    shop.list.recordLookUp(entry(id), { kind: 'found', status: 'approved' }, 0, at + 2);
    shop.database.run("UPDATE list_entries SET rank = 2.5, reason = 'lookedUp' WHERE id = ?", id);
    const before = entry(id);
    assert.equal(shop.list.remove(shop.refs([id]), at), 1);
    assert.deepEqual(undoAll(), { restored: 1, unconfirmed: 0, left: 0 });
    assert.deepEqual(entry(id), { ...before, revision: before.revision + 1 });
  });

  for (const state of ['confirmed', 'blocked'] as const)
    it(`restores no consent: an entry that was ${state} is listed, and is not sent`, () => {
      const id = inState(state);
      shop.database.run('UPDATE list_entries SET wait_until_ms = 0, blocks = 3 WHERE id = ?', id);
      shop.list.remove(shop.refs([id]), at);
      assert.deepEqual(undoAll(), { restored: 1, unconfirmed: 1, left: 0 });
      const { state: now, confirmedAt, waitUntilMs, blocks, group } = entry(id);
      assert.deepEqual(
        [now, confirmedAt, waitUntilMs, blocks, group],
        ['listed', undefined, undefined, 0, 'listed'],
      );
      const book = shop.window('a');
      assert.equal(shop.reserve(book, id).kind, 'notConfirmed');
      assert.equal(book.reserveNext(shop.means()).kind, 'idle');
      assert.equal(shop.list.listAgain([shop.ref(id)], at), 0);
    });

  for (const state of ['listed', 'deleted', 'notFound', 'failed'] as const)
    it(`restores an entry that was ${state} as ${state}, without a consent`, () => {
      const id = inState(state);
      shop.list.remove(shop.refs([id]), at);
      assert.deepEqual(undoAll(), { restored: 1, unconfirmed: 0, left: 0 });
      assert.deepEqual([entry(id).state, entry(id).confirmedAt], [state, undefined]);
      assert.equal(shop.list.listAgain([shop.ref(id)], at), state === 'failed' ? 1 : 0);
      assert.equal(shop.reserve(shop.window('a'), id).kind, 'notConfirmed');
    });

  it('looks up a restored unknown entry, and lists it if it is found, since it is no longer confirmed', () => {
    const book = shop.window('a');
    const id = shop.confirmed(1);
    book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    shop.list.recordVainLookUp(entry(id), book.nowMs());
    shop.list.remove(shop.refs([id]), at);
    assert.equal(book.nextLookUp(integration), undefined);
    undoAll();
    assert.deepEqual([entry(id).state, entry(id).lookUps, entry(id).group], ['unknown', 0, 'later']);
    assert.equal(book.nextLookUp(integration)?.id, id);
    assert.equal(shop.list.recordLookUp(entry(id), { kind: 'found' }, 0, at), 'listed');
    assert.equal(book.reserveNext(shop.means()).kind, 'idle');
  });

  it('leaves a session that was put on the list again meanwhile as it is, and forgets the removed one', () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    shop.list.remove(shop.refs([first, second]), at);
    const anew = shop.confirmed(1);
    const before = entry(anew);
    assert.deepEqual(undoAll(), { restored: 1, unconfirmed: 1, left: 0 });
    assert.deepEqual(entry(anew), before);
    assert.equal(shop.list.byId(first), undefined);
    assert.equal(shop.stateOf(second), 'listed');
    shop.list.remove(shop.refs([anew]), at);
    assert.equal(shop.list.removedCount(), 1);
  });

  it('neither removes nor keeps an entry that is being sent', () => {
    const [out, free] = [shop.confirmed(1), shop.confirmed(2)];
    const book = shop.window('a');
    const reservation = shop.reserved(book, out);
    assert.equal(shop.list.remove(shop.refs([out, free, free, 999]), at), 1);
    assert.equal(shop.list.removedCount(), 1);
    book.record(reservation, outcomeOf(200), 5);
    undoAll();
    assert.deepEqual([shop.stateOf(out), shop.stateOf(free)], ['deleted', 'listed']);
  });

  it('can be removed, restored and removed once more', () => {
    const id = shop.confirmed(1);
    for (const unconfirmed of [1, 0, 0]) {
      assert.equal(shop.list.remove(shop.refs([id]), at), 1);
      assert.deepEqual(undoAll(), { restored: 1, unconfirmed, left: 0 });
    }
    assert.equal(shop.stateOf(id), 'listed');
  });

  it('lets a late answer to a removed entry touch neither it nor the restored one', () => {
    const book = shop.window('a');
    const id = shop.confirmed(1);
    const reservation = shop.reserved(book, id);
    shop.dead.add('a');
    shop.window('b').recover();
    shop.list.remove(shop.refs([id]), at);
    undoAll();
    book.record(reservation, outcomeOf(401), 5);
    assert.equal(shop.stateOf(id), 'unknown');
  });

  it('restores all of a part or none of it', () => {
    const ids = [shop.confirmed(1), shop.confirmed(2)];
    shop.list.remove(shop.refs(ids), at);
    shop.database.run("UPDATE removed_entries SET state = 'nonsense' WHERE id = ?", ids[1] ?? 0);
    assert.throws(() => undoAll(), /CHECK/);
    assert.deepEqual([shop.list.removedCount(), shop.counts().size], [2, 0]);
  });
});
