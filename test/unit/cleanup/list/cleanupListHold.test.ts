import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { CleanupWorkshop, integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState, everyState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('CleanupList, and what the user takes back', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Puts session `number` on the list without consent. */
  function listed(number: number): number {
    shop.list.add(integration, [{ sessionId: sessionNumber(number) }], at);
    return shop.list.find(integration, sessionNumber(number))?.id ?? 0;
  }
  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }
  const alive = (): unknown =>
    shop.database.get('SELECT count(*) AS n FROM consents WHERE ended_at IS NULL')?.['n'];

  describe('hold', () => {
    for (const [state, after] of [
      ['listed', 'listed'],
      ['confirmed', 'listed'],
      ['blocked', 'listed'],
      ['unknown', 'unknown'],
    ] as const)
      it(`holds back entries that are ${state}, ends their consent, and releases them as ${after}`, () => {
        const id = entryInState(shop, state);
        assert.equal(shop.list.hold([shop.ref(id)], 'ask first', at + 3), 1);
        const { heldAt, holdNote, confirmedAt, group } = entry(id);
        assert.deepEqual([heldAt, holdNote, confirmedAt, group], [at + 3, 'ask first', undefined, 'held']);
        assert.equal(entry(id).state, after);
        assert.equal(alive(), 0);
        const held = entry(id);
        assert.equal(shop.list.release([shop.ref(id)]), 1);
        const { place, group: groupAfter, ...rest } = entry(id);
        assert.equal(groupAfter, after === 'listed' ? 'listed' : 'later');
        assert.deepEqual({ ...rest, place, group, heldAt, holdNote }, { ...held, place });
      });

    for (const state of ['sending', 'deleted', 'notFound', 'failed'] as const)
      it(`does not hold back entries that are ${state}`, () => {
        const id = entryInState(shop, state);
        const before = entry(id);
        assert.equal(shop.list.hold([shop.ref(id)], 'too late', at), 0);
        assert.deepEqual(entry(id), before);
      });

    it('prevents an entry from being sent, by any command and in any window, even after the hold has ended', () => {
      const [id, other] = [shop.confirmed(1), shop.confirmed(2)];
      shop.list.hold(shop.refs([id, other]), undefined, at);
      const refused = (): void => {
        for (const window of [book, shop.window('b')]) {
          for (const each of [id, other]) assert.equal(shop.reserve(window, each).kind, 'notConfirmed');
          assert.equal(window.reserveNext(shop.means()).kind, 'idle');
        }
      };
      refused();
      shop.list.release([shop.ref(other)]);
      refused();
      assert.equal(shop.database.get('SELECT 1 FROM deletion_attempts'), undefined);
      shop.confirmed(2);
      const next = book.reserveNext(shop.means());
      assert.ok(next.kind === 'reserved');
      assert.equal(next.reservation.entryId, other);
    });

    it('replaces the note, also by none, and counts entries that were on hold already', () => {
      const id = listed(1);
      shop.list.hold([shop.ref(id)], 'first', at);
      assert.equal(shop.list.hold(shop.refs([id, 999]), undefined, at + 1), 1);
      assert.deepEqual([entry(id).heldAt, entry(id).holdNote], [at + 1, undefined]);
    });

    it('makes the result of an earlier look-up invalid', () => {
      const asked = entry(listed(1));
      shop.list.hold([asked], undefined, at);
      assert.equal(shop.list.recordLookUp(asked, { kind: 'notFound' }, 0, at), 'listed');
    });

    it('releases entries on hold, and nothing else', () => {
      const [held, free] = [listed(1), listed(2)];
      shop.list.hold([shop.ref(held)], 'why', at);
      assert.equal(shop.list.release(shop.refs([free, held, held, 999])), 1);
      assert.equal(entry(held).holdNote, undefined);
    });

    it('outlives an agreement to the session, its cancel, and a look-up', () => {
      const id = entryInState(shop, 'unknown');
      shop.list.hold([shop.ref(id)], 'why', at);
      assert.equal(shop.list.recordLookUp(entry(id), { kind: 'found' }, 0, at), 'listed');
      const agreed = shop.list.agree(shop.stored(), [{ sessionId: sessionNumber(1) }], at);
      assert.ok(agreed);
      assert.equal(shop.list.cancel(agreed.agreement, at), 0);
      assert.deepEqual([entry(id).heldAt, entry(id).group], [at, 'held']);
      assert.equal(book.reserveNext(shop.means()).kind, 'idle');
    });
  });

  describe('listAgain', () => {
    for (const state of ['blocked', 'failed'] as const)
      it(`lists entries that are ${state}, with their count at 0, and leaves the consent to the confirmation`, () => {
        const id = entryInState(shop, state, 1, integration, 'notCompleted');
        shop.database.run('UPDATE list_entries SET blocks = 6 WHERE id = ?', id);
        assert.equal(shop.list.listAgain([shop.ref(id)], at + 9), 1);
        const after = entry(id);
        assert.deepEqual(
          [after.state, after.group, after.reason, after.changedAt, after.confirmedAt, after.waitUntilMs],
          ['listed', 'listed', undefined, at + 9, undefined, undefined],
        );
        assert.equal(alive(), 0);
        assert.equal(shop.reserve(book, id).kind, 'notConfirmed');
        shop.confirmed(1);
        assert.equal(entry(id).blocks, 0);
        assert.equal(shop.reserve(book, id).kind, 'reserved');
      });

    for (const state of everyState.filter((each) => each !== 'blocked' && each !== 'failed'))
      it(`skips entries that are ${state}`, () => {
        const id = entryInState(shop, state);
        const before = entry(id);
        assert.equal(shop.list.listAgain(shop.refs([id, 999]), at + 9), 0);
        assert.deepEqual(entry(id), before);
      });
  });

  describe('every change that ends a consent', () => {
    for (const [what, takeBack, by] of [
      ['hold', (id: number) => shop.list.hold([shop.ref(id)], undefined, at), 'held'],
      ['remove', (id: number) => shop.list.remove([shop.ref(id)], at), 'removed'],
      ['listAgain', (id: number) => shop.list.listAgain([shop.ref(id)], at), 'retried'],
      [
        'a look-up’s 404',
        (id: number) => shop.list.recordLookUp(entry(id), { kind: 'notFound' }, 0, at),
        'lookedUp',
      ],
      ['cancel', () => shop.list.cancel(1, at), 'cancelled'],
    ] as const)
      it(`${what} records that in the file, with the time, and starts a new generation`, () => {
        const id = entryInState(shop, 'blocked');
        const before = markOf(shop.database);
        takeBack(id);
        const row = shop.database.get('SELECT ended_by, ended_at FROM consents');
        assert.deepEqual({ ...row }, { ended_by: by, ended_at: at });
        const { name, ...mark } = markOf(shop.database);
        assert.deepEqual(mark, { list: before.list, generation: before.generation + 1 });
        assert.notEqual(name, before.name);
      });
  });

  describe('setChecked', () => {
    it('checks and unchecks without touching anything else', () => {
      const [first, second] = [listed(1), shop.confirmed(2)];
      const before = entry(first);
      shop.list.setChecked(shop.refs([first, second, 999]), false);
      assert.deepEqual(entry(first), { ...before, isChecked: false });
      // Only listed entries can be included, so only they are counted.
      assert.equal(shop.groups.uncheckedCount(integration), 1);
      assert.equal(shop.groups.uncheckedCount('another'), 0);
      shop.list.setChecked([shop.ref(first)], true);
      assert.deepEqual(entry(first), before);
      assert.equal(shop.groups.uncheckedCount(integration), 0);
    });
  });
});
