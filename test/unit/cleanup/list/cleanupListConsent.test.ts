import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  outcomeOf,
  reserved,
  sessionNumber,
} from '../../../support/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);
const everyState = [
  'listed',
  'confirmed',
  'sending',
  'deleted',
  'gone',
  'blocked',
  'failed',
  'unknown',
] as const;

describe('CleanupList, and what the user wants of it', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Puts session `number` on the list without consent. */
  function listed(number: number, of = integration): number {
    shop.list.add(of, [{ sessionId: sessionNumber(number) }], at);
    return shop.list.find(of, sessionNumber(number))?.id ?? 0;
  }
  function inState(state: string, number = 1): number {
    const id = shop.confirmed(number);
    shop.database.run('UPDATE entries SET state = ? WHERE id = ?', state, id);
    return id;
  }
  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }

  describe('confirmListed', () => {
    it('confirms what is listed, at the moment that is given', () => {
      const [first, second] = [listed(1), listed(2)];
      assert.equal(shop.list.confirmListed([first, second], at + 7), 2);
      const { state, confirmedAt, changedAt, addedAt, shelf } = entry(second);
      assert.deepEqual([state, confirmedAt, changedAt, addedAt], ['confirmed', at + 7, at + 7, at]);
      assert.equal(shelf, 'queue');
    });

    for (const state of everyState.filter((each) => each !== 'listed'))
      it(`passes over what is ${state}`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(shop.list.confirmListed([id, 999], at + 7), 0);
        assert.deepEqual(entry(id), before);
      });

    it('counts a double once, and takes no consent for what another window has removed', () => {
      const [first, second] = [listed(1), listed(2)];
      shop.list.remove([second]);
      assert.equal(shop.list.confirmListed([first, first, second], at), 1);
    });

    it('confirms what is on hold without sending it', () => {
      const id = listed(1);
      shop.list.hold([id], undefined, at);
      assert.equal(shop.list.confirmListed([id], at), 1);
      assert.deepEqual([entry(id).shelf, book.reserve(id).kind], ['held', 'notConfirmed']);
    });

    it('confirms all or nothing', () => {
      const ids = [listed(1), listed(2)];
      shop.database.run("UPDATE entries SET session_id = 'none' WHERE id = ?", ids[1] ?? 0);
      assert.throws(() => shop.list.confirmListed(ids, at), /session id is none/);
      assert.equal(shop.stateOf(ids[0] ?? 0), 'listed');
    });
  });

  describe('hold', () => {
    for (const state of ['listed', 'confirmed', 'blocked', 'unknown'])
      it(`keeps back what is ${state}, with its state, and lets it go again as it was`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(shop.list.hold([id], 'ask first', at + 3), 1);
        const { heldAt, holdNote, ...rest } = entry(id);
        assert.deepEqual([heldAt, holdNote, rest.state], [at + 3, 'ask first', state]);
        assert.equal(shop.list.release([id]), 1);
        assert.deepEqual(entry(id), before);
      });

    for (const state of ['sending', 'deleted', 'gone', 'failed'])
      it(`has nothing to keep back of what is ${state}`, () => {
        const id = inState(state);
        assert.equal(shop.list.hold([id], 'too late', at), 0);
        assert.equal(entry(id).heldAt, undefined);
      });

    it('keeps an entry from being sent, by whatever way and in whatever window, until it ends', () => {
      const [id, other] = [shop.confirmed(1), shop.confirmed(2)];
      shop.list.hold([id, other], undefined, at);
      for (const window of [book, shop.window('b')]) {
        assert.equal(window.reserve(id).kind, 'notConfirmed');
        assert.equal(window.reserveNext(integration).kind, 'idle');
      }
      assert.equal(shop.database.get('SELECT 1 FROM attempts'), undefined);
      shop.list.release([other]);
      const next = book.reserveNext(integration);
      assert.ok(next.kind === 'reserved');
      assert.equal(next.reservation.entryId, other);
    });

    it('takes a new note for the old one, or none, and counts what was on hold already', () => {
      const id = listed(1);
      shop.list.hold([id], 'first', at);
      assert.equal(shop.list.hold([id, 999], undefined, at + 1), 1);
      assert.deepEqual([entry(id).heldAt, entry(id).holdNote], [at + 1, undefined]);
    });

    it('releases what is on hold, and nothing else', () => {
      const [held, free] = [listed(1), listed(2)];
      shop.list.hold([held], 'why', at);
      assert.equal(shop.list.release([free, held, held, 999]), 1);
      assert.equal(entry(held).holdNote, undefined);
    });

    it('outlives being confirmed again, withdrawn, and looked up', () => {
      const id = inState('unknown');
      shop.list.hold([id], 'why', at);
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'confirmed');
      const [confirmed] = shop.list.confirm(integration, [{ sessionId: sessionNumber(1) }], at);
      assert.ok(confirmed);
      shop.list.withdraw(confirmed);
      assert.deepEqual([entry(id).heldAt, entry(id).shelf], [at, 'held']);
      assert.equal(book.reserveNext(integration).kind, 'idle');
    });
  });

  describe('confirm, of an entry without a believable answer', () => {
    function unknown(): number {
      const id = shop.confirmed(1);
      book.record(reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
      shop.database.run('UPDATE entries SET confirmed_at = NULL');
      return id;
    }
    const confirm = (): ReturnType<typeof shop.list.confirm> =>
      shop.list.confirm(integration, [{ sessionId: sessionNumber(1) }], at + 5);

    it('lets it wait for its look-up, and be sent only after it', () => {
      const id = unknown();
      const before = entry(id);
      assert.deepEqual(confirm()[0]?.entry, { ...before, confirmedAt: at + 5 });
      assert.equal(book.reserveNext(integration).kind, 'idle');
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'confirmed');
      assert.equal(book.reserveNext(integration).kind, 'reserved');
    });

    it('can be taken back before the look-up and after it', () => {
      for (const finding of ['none', 'found'] as const) {
        const id = unknown();
        const [confirmed] = confirm();
        assert.ok(confirmed);
        if (finding === 'found') shop.list.noteLookUp(id, { kind: 'found' }, at);
        shop.list.withdraw(confirmed);
        assert.deepEqual([entry(id).state, entry(id).confirmedAt], ['unknown', undefined]);
        assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'listed');
      }
    });
  });

  describe('withdraw', () => {
    it('gives a blocked entry its wait and its count back', () => {
      const id = shop.confirmed(1);
      book.record(reserved(book, id), outcomeOf(400, { serverAt: at }), 5);
      const before = entry(id);
      assert.deepEqual(
        [before.blocks, before.wait],
        [1, { forMs: hourMs, fromUptimeMs: shop.clock.uptimeMs, fromServerAt: at }],
      );
      const [confirmed] = shop.list.confirm(integration, [{ sessionId: sessionNumber(1) }], at + 5);
      assert.ok(confirmed);
      assert.deepEqual([confirmed.entry.blocks, confirmed.entry.wait], [0, undefined]);
      shop.list.withdraw(confirmed);
      assert.deepEqual(entry(id), before);
    });

    it('gives an unknown entry its look-ups back, so that it is not sent unasked', () => {
      const id = shop.confirmed(1);
      book.record(reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
      for (const uptimeMs of [75, 76, 77]) shop.list.noteVainLookUp(id, uptimeMs);
      const before = entry(id);
      assert.deepEqual([before.lookUps, before.shelf], [3, 'needsYou']);
      const [confirmed] = shop.list.confirm(integration, [{ sessionId: sessionNumber(1) }], at);
      assert.ok(confirmed);
      shop.list.withdraw(confirmed);
      assert.deepEqual(entry(id), before);
    });

    it('gives the consent of an earlier confirmation back, and none where there was none', () => {
      const id = shop.confirmed(1);
      const before = entry(id);
      const [again] = shop.list.confirm(integration, [{ sessionId: sessionNumber(1) }], at + 99);
      assert.ok(again);
      shop.list.withdraw(again);
      assert.deepEqual(entry(id), before);
      const free = listed(2);
      const [first] = shop.list.confirm(integration, [{ sessionId: sessionNumber(2) }], at);
      assert.ok(first);
      shop.list.withdraw(first);
      assert.deepEqual([entry(free).state, entry(free).confirmedAt], ['listed', undefined]);
    });
  });

  describe('retry', () => {
    for (const state of ['blocked', 'failed'])
      it(`lets what is ${state} be sent again, its count anew, where the consent stands`, () => {
        const id = inState(state);
        shop.database.run('UPDATE entries SET blocks = 6, reason = ? WHERE id = ?', 'notCompleted', id);
        const { confirmedAt } = entry(id);
        assert.equal(shop.list.retry([id], at + 9), 1);
        const after = entry(id);
        assert.deepEqual(
          [after.state, after.shelf, after.blocks, after.reason, after.changedAt, after.confirmedAt],
          ['confirmed', 'queue', 0, undefined, at + 9, confirmedAt],
        );
        assert.equal(book.reserve(id).kind, 'reserved');
      });

    it('does not take a wait for a consent', () => {
      const id = inState('blocked');
      shop.database.run('UPDATE entries SET confirmed_at = NULL, wait_ms = 0 WHERE id = ?', id);
      assert.equal(shop.list.retry([id], at), 0);
      assert.equal(entry(id).state, 'blocked');
    });

    for (const state of everyState.filter((each) => each !== 'blocked' && each !== 'failed'))
      it(`passes over what is ${state}`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(shop.list.retry([id, 999], at + 9), 0);
        assert.deepEqual(entry(id), before);
      });
  });

  describe('setChecked', () => {
    it('chooses, and chooses back, without touching anything else', () => {
      const [first, second] = [listed(1), shop.confirmed(2)];
      const before = entry(first);
      shop.list.setChecked([first, second, 999], false);
      assert.deepEqual(entry(first), { ...before, isChecked: false });
      // Only what is listed is asked for, so only that is counted.
      assert.equal(shop.shelves.uncheckedCount(integration), 1);
      assert.equal(shop.shelves.uncheckedCount('another'), 0);
      shop.list.setChecked([first], true);
      assert.deepEqual(entry(first), before);
      assert.equal(shop.shelves.uncheckedCount(integration), 0);
    });
  });
});
