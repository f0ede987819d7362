import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { UnwrittenAnswers } from '../../../../src/cleanup/attempts/unwrittenAnswers.ts';
import type { Entry, EntryRef } from '../../../../src/cleanup/list/entry.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  outcomeOf,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const unknown: DeletionOutcome = { kind: 'unknown', reason: 'timeout' };
const notSent: DeletionOutcome = { kind: 'notSent', reason: 'noConnection' };

describe('a confirmed entry whose consent is taken back', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a', { limits: [{ count: 99, windowMs: hourMs }] });
  });
  afterEach(() => shop.database.close());

  const attempts = (): unknown => shop.database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n'];
  const cancel = (agreement = 1): void => {
    book.cancel({ list: markOf(shop.database).list, agreement });
  };
  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }

  /** Makes sure that nothing of this entry is ever sent again, however long one waits. */
  function assertNothingLeaves(id: number): void {
    const before = attempts();
    shop.switches.resume();
    for (let day = 0; day < 40; day += 1) {
      assert.equal(book.reserveNext(shop.means()).kind, 'idle');
      assert.equal(shop.reserve(book, id).kind, 'notConfirmed');
      shop.clock.pass(dayMs);
    }
    assert.equal(attempts(), before);
  }

  for (const [what, change, after] of [
    ['is cancelled', () => shop.list.cancel(1, 1), 'notConfirmed'],
    ['is put on hold', (ref) => shop.list.hold([ref], undefined, 1), 'notConfirmed'],
    [
      'was on hold and is released',
      (ref) => shop.list.hold([ref], undefined, 1) + shop.list.release([ref]),
      'notConfirmed',
    ],
    ['is removed from the list', (ref) => shop.list.remove([ref], 1), 'notConfirmed'],
    [
      'is removed and put back',
      (ref) => shop.list.remove([ref], 1) + shop.list.undoRemoval(9).restored,
      'notConfirmed',
    ],
    ['loses its integration', () => shop.integrations.end(integration, 1), 'integrationChanged'],
    ['is paused with the list', () => shop.switches.pause(), 'paused'],
  ] satisfies readonly (readonly [string, (ref: EntryRef) => unknown, string])[])
    it(`is refused if it ${what} right before its slot is reserved`, () => {
      const ref = shop.ref(shop.confirmed(1));
      change(ref);
      assert.equal(book.reserve(ref, shop.means()).kind, after);
      assert.equal(attempts(), 0);
    });

  it('is refused for a reference to an entry that was removed and confirmed again', () => {
    const ref = shop.ref(shop.confirmed(1));
    shop.list.remove([ref], 1);
    const id = shop.confirmed(1);
    assert.notEqual(id, ref.id);
    assert.equal(book.reserve(ref, shop.means()).kind, 'notConfirmed');
    assert.equal(shop.reserve(book, id).kind, 'reserved');
  });

  describe('by Cancel', () => {
    it('before the request stays on the list and is never sent', () => {
      const id = shop.confirmed(1);
      cancel();
      assert.deepEqual([shop.stateOf(id), entry(id).confirmedAt], ['listed', undefined]);
      assertNothingLeaves(id);
      assert.equal(attempts(), 0);
    });

    for (const [outcome, state] of [
      [outcomeOf(200), 'deleted'],
      [outcomeOf(404), 'notFound'],
      [outcomeOf(400), 'listed'],
      [outcomeOf(422), 'failed'],
      [outcomeOf(401), 'listed'],
      [outcomeOf(403), 'listed'],
      [outcomeOf(429), 'listed'],
      [notSent, 'listed'],
      [unknown, 'unknown'],
    ] as const)
      it(`while it is in flight is ${state} after ${outcome.kind}, and never sent again`, () => {
        const id = shop.confirmed(1);
        const reservation = shop.reserved(book, id);
        cancel();
        assert.equal(shop.stateOf(id), 'sending');
        book.record(reservation, outcome, 5);
        assert.deepEqual([shop.stateOf(id), entry(id).confirmedAt], [state, undefined]);
        assert.equal(entry(id).waitUntilMs !== undefined, state === 'unknown' || state === 'notFound');
        assertNothingLeaves(id);
        assert.equal(shop.stateOf(id), state);
      });

    for (const when of ['while the look-up is out', 'after it was found', 'before the look-up'] as const)
      it(`after an answer that was lost, ${when}, is never sent again`, () => {
        const id = shop.confirmed(1);
        book.record(shop.reserved(book, id), unknown, 5);
        if (when === 'before the look-up') cancel();
        shop.clock.pass(5000);
        const asked = book.nextLookUp(integration);
        assert.equal(asked?.id, id);
        if (when === 'while the look-up is out') cancel();
        shop.list.recordLookUp(asked, { kind: 'found' }, book.nowMs(), 1);
        if (when === 'after it was found') cancel();
        assertNothingLeaves(id);
        // The next look-up finds it, and it waits for the user.
        const again = book.nextLookUp(integration);
        if (again !== undefined) shop.list.recordLookUp(again, { kind: 'found' }, book.nowMs(), 1);
        assert.equal(shop.stateOf(id), 'listed');
        assertNothingLeaves(id);
      });

    it('while it waits for a retry is listed, and waits no more', () => {
      const id = shop.confirmed(1);
      book.record(shop.reserved(book, id), outcomeOf(400), 5);
      cancel();
      assert.deepEqual([shop.stateOf(id), book.nextWaitMs(integration)], ['listed', undefined]);
      assertNothingLeaves(id);
    });

    it('ends only its own agreement', () => {
      const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
      cancel(1);
      assert.deepEqual([shop.stateOf(first), shop.stateOf(second)], ['listed', 'confirmed']);
      assert.equal(book.reserveNext(shop.means()).kind, 'reserved');
    });

    it('leaves what was confirmed again by another agreement', () => {
      const id = shop.confirmed(1);
      assert.equal(shop.confirmed(1), id);
      cancel(1);
      assert.equal(shop.reserve(book, id).kind, 'reserved');
    });
  });

  describe('by a Cancel that cannot be written', () => {
    const refuse = (): void => void shop.database.run('PRAGMA query_only = ON');
    const accept = (): void => void shop.database.run('PRAGMA query_only = OFF');

    it('is reported, and takes effect before this window reserves anything else', () => {
      const [id, other] = [shop.confirmed(1), shop.confirmed(2)];
      refuse();
      assert.throws(() => {
        cancel(1);
      }, unusable('notWritable'));
      assert.throws(() => shop.reserve(book, id), unusable('notWritable'));
      assert.throws(() => book.reserveNext(shop.means()), unusable('notWritable'));
      accept();
      assert.equal(shop.reserve(book, id).kind, 'notConfirmed');
      assert.equal(shop.stateOf(id), 'listed');
      assert.equal(shop.reserve(book, other).kind, 'reserved');
    });

    it('outlives the book that it was passed to', () => {
      const unwritten = new UnwrittenAnswers();
      book = shop.window('a', { unwritten });
      const id = shop.confirmed(1);
      refuse();
      assert.throws(() => {
        cancel();
      }, unusable('notWritable'));
      accept();
      assert.equal(shop.reserve(shop.window('a', { unwritten }), id).kind, 'notConfirmed');
    });

    it('takes effect before the answer of the request in flight, which never lets it be sent again', () => {
      const id = shop.confirmed(1);
      const reservation = shop.reserved(book, id);
      refuse();
      assert.throws(() => {
        book.record(reservation, outcomeOf(429), 5);
      }, unusable('notWritable'));
      assert.throws(() => {
        cancel();
      }, unusable('notWritable'));
      accept();
      book.recordWhatFailed();
      assert.equal(shop.stateOf(id), 'listed');
      assertNothingLeaves(id);
    });

    it('ends no agreement with the same number on another list, and blocks nothing', () => {
      const id = shop.confirmed(1);
      book.cancel({ list: 'another list', agreement: 1 });
      assert.equal(shop.reserve(book, id).kind, 'reserved');
    });
  });
});
