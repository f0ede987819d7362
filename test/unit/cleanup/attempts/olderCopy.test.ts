import assert from 'node:assert/strict';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import type { RequestMeans } from '../../../../src/cleanup/attempts/reservation.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import {
  CleanupWorkshop,
  freshFolder,
  integration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('the gate and the stored mark', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  const attempts = (): unknown => shop.database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n'];

  const withMark = (mark: RequestMeans['mark']): RequestMeans => ({ integration: shop.stored(), mark });

  it('refuses if the mark is newer than the file, lists everything, and has no slot for a day', () => {
    const ids = [shop.confirmed(1), shop.confirmed(2)];
    const own = markOf(shop.database);
    const ref = shop.ref(ids[0] ?? 0);
    const ahead = withMark({ ...own, generation: own.generation + 1 });
    assert.deepEqual(book.reserve(ref, ahead), { kind: 'rolledBack' });
    assert.deepEqual(
      ids.map((id) => shop.stateOf(id)),
      ['listed', 'listed'],
    );
    assert.equal(attempts(), 0);
    assert.equal(book.quota(integration).freeNow, 0);
    // It is another list from then on, even if entries are confirmed again.
    const now = markOf(shop.database);
    assert.ok(now.list !== own.list && now.generation > own.generation + 1);
    const [again] = [shop.confirmed(1)];
    assert.equal(book.reserve(ref, shop.means()).kind, 'notConfirmed');
    assert.equal(shop.reserve(book, again).kind, 'noSlot');
  });

  it('refuses the next entry too if the mark is newer, and reports it once', () => {
    shop.confirmed(1);
    const own = markOf(shop.database);
    const ahead = withMark({ ...own, generation: own.generation + 1 });
    assert.deepEqual(book.reserveNext(ahead), { kind: 'rolledBack' });
    // Until the new mark is stored, others still read the one that was judged, so it is reported once.
    assert.deepEqual(shop.window('b').reserveNext(ahead), { kind: 'idle' });
    assert.equal(attempts(), 0);
  });

  it('refuses if the file is an older copy that has been written to since it was put back', () => {
    const reservation = shop.reserved(book, shop.confirmed(1));
    const agreed = shop.list.agree(shop.stored(), [{ sessionId: sessionNumber(2) }], shop.clock.wallAt);
    const folder = freshFolder();
    try {
      shop.database.run('VACUUM INTO ?', folder.path('copy.sqlite'));
      book.cancel({ list: markOf(shop.database).list, agreement: agreed?.agreement ?? 0 });
      const kept = markOf(shop.database);
      const copy = CleanupDatabase.open(folder.path('copy.sqlite'));
      const bookOfCopy = new AttemptBook(copy, {
        ...{ clock: shop.clock.read, owner: 'a', isOwnerAlive: () => true, chance: () => 0.5 },
      });
      // The answer to the request in flight, and everything else that is written, adds generations to the copy.
      bookOfCopy.record(reservation, outcomeOf(200), 5);
      assert.ok(markOf(copy).generation >= kept.generation);
      assert.deepEqual(bookOfCopy.reserveNext(withMark(kept)), { kind: 'rolledBack' });
      copy.close();
    } finally {
      folder.remove();
    }
  });

  it('refuses if the mark is of another list', () => {
    const id = shop.confirmed(1);
    const other = withMark({ list: 'another list', generation: 0, name: 'none' });
    assert.deepEqual(book.reserve(shop.ref(id), other), { kind: 'rolledBack' });
    assert.deepEqual([shop.stateOf(id), attempts()], ['listed', 0]);
  });

  it('refuses if there is no mark, reports it once, and accepts what is confirmed again', () => {
    const id = shop.confirmed(1);
    assert.deepEqual(book.reserve(shop.ref(id), withMark(undefined)), { kind: 'noneKept' });
    assert.deepEqual([shop.stateOf(id), attempts()], ['listed', 0]);
    assert.deepEqual(book.reserve(shop.ref(id), withMark(undefined)), { kind: 'notConfirmed' });
    shop.confirmed(1);
    assert.equal(shop.reserve(book, id).kind, 'reserved');
  });

  it('accepts if the mark is older than the file', () => {
    const behind = markOf(shop.database);
    const id = shop.confirmed(1);
    shop.list.hold([shop.ref(shop.confirmed(2))], undefined, 1);
    assert.ok(markOf(shop.database).generation > behind.generation);
    assert.equal(book.reserve(shop.ref(id), withMark(behind)).kind, 'reserved');
  });

  it('lets requests be looked up that were in flight when the copy was made', () => {
    const id = shop.confirmed(1);
    const reservation = shop.reserved(book, id);
    const own = markOf(shop.database);
    book.reserve(shop.ref(id), withMark({ ...own, generation: own.generation + 1 }));
    assert.equal(shop.stateOf(id), 'unknown');
    assert.equal(book.nextLookUp(integration)?.sessionId, sessionNumber(1));
    // Its answer may still come.
    book.record(reservation, outcomeOf(200), 5);
    assert.equal(shop.stateOf(id), 'deleted');
  });
});
