import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Reservation } from '../../../../src/cleanup/attempts/reservation.ts';
import { UnwrittenAnswers } from '../../../../src/cleanup/attempts/unwrittenAnswers.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  freshFolder,
  HandClock,
  integration,
  madeUpIntegration,
  minuteMs,
  outcomeOf,
  sessionNumber,
  storeMadeUp,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('an answer, and a disk that refuses', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Sends session `number` and records that it was deleted at once; returns its entry. */
  function sent(number: number): number {
    const id = shop.confirmed(number);
    book.record(shop.reserved(book, id), outcomeOf(200), 5);
    return id;
  }

  const refuse = (): void => void shop.database.run('PRAGMA query_only = ON');
  const accept = (): void => void shop.database.run('PRAGMA query_only = OFF');

  it('keeps the answer, counts the request as in flight, and writes it before the next reservation', () => {
    const first = shop.confirmed(1);
    const second = shop.confirmed(2);
    const reservation = shop.reserved(book, first);
    refuse();
    assert.throws(() => book.record(reservation, outcomeOf(200), 5), unusable('notWritable'));
    assert.throws(() => shop.reserve(book, second), unusable('notWritable'));
    accept();
    assert.equal(shop.stateOf(first), 'sending');
    assert.equal(shop.reserve(shop.window('b'), second).kind, 'busy');
    shop.clock.pass(minuteMs);
    shop.reserved(book, second);
    assert.equal(shop.stateOf(first), 'deleted');
    assert.equal(book.recent(integration, 1)[0]?.outcome, 'deleted');
  });

  it('loses none of several answers, and writes each once', () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2, 'another')];
    const [mine, others] = [shop.reserved(book, first), shop.reserved(book, second)];
    refuse();
    assert.throws(() => book.record(mine, outcomeOf(200), 5), unusable('notWritable'));
    assert.throws(() => book.record(others, outcomeOf(404), 5), unusable('notWritable'));
    accept();
    sent(3);
    assert.deepEqual([shop.stateOf(first), shop.stateOf(second)], ['deleted', 'notFound']);
    shop.confirmed(1);
    sent(4);
    assert.equal(shop.stateOf(first), 'confirmed');
  });

  it('is reported as full if it is full, and the answer is kept too', () => {
    const first = shop.confirmed(1);
    const reservation = shop.reserved(book, first);
    shop.database.run(`PRAGMA max_page_count = 1`);
    shop.database.run('CREATE TABLE IF NOT EXISTS list_entries (id INTEGER)');
    const pages = Number(shop.database.get('PRAGMA page_count')?.['page_count']);
    // Rows long enough to need a page of their own fill the rest of what is left.
    const fill = (): void => {
      for (let index = 0; index < 50; index += 1)
        shop.database.run(
          'INSERT INTO server_dates (host, offsets) VALUES (?, ?)',
          `${index}`.padStart(3000, 'x'),
          '[]',
        );
    };
    assert.throws(fill, unusable('diskFull'));
    const long = { kind: 'unknown', reason: 'x'.repeat(9000) as 'timeout' } as const;
    assert.throws(() => book.record(reservation, long, 5), unusable('diskFull'));
    assert.equal(shop.stateOf(first), 'sending');
    shop.database.run(`PRAGMA max_page_count = ${pages + 100}`);
    assert.equal(shop.reserve(book, 999).kind, 'notConfirmed');
    assert.equal(shop.stateOf(first), 'unknown');
  });

  it('gives a slot back late if the release could not be written', () => {
    const id = shop.confirmed(1);
    const reservation = shop.reserved(book, id);
    refuse();
    assert.throws(() => book.release(reservation), unusable('notWritable'));
    accept();
    shop.reserved(book, id);
    assert.equal(book.quota(integration).windows[0]?.used, 1);
  });
});

describe('an answer, and a file that comes and goes', () => {
  let folder: ReturnType<typeof freshFolder>;
  let clock: HandClock;
  let unwritten: UnwrittenAnswers;
  let opened: CleanupDatabase[];
  beforeEach(() => {
    folder = freshFolder();
    clock = new HandClock();
    unwritten = new UnwrittenAnswers();
    opened = [];
  });
  afterEach(() => {
    closeAll();
    folder.remove();
  });

  const path = (): string => folder.path('list.sqlite');
  function closeAll(): void {
    for (const database of opened.splice(0)) database.close();
  }
  function open(): CleanupDatabase {
    const database = CleanupDatabase.open(path());
    opened.push(database);
    return database;
  }
  const bookOf = (database: CleanupDatabase, owner = 'a'): AttemptBook =>
    new AttemptBook(database, {
      ...{ clock: clock.read, owner, isOwnerAlive: () => true, chance: () => 0, unwritten },
    });
  /** A file with the made-up integration and these sessions on it, confirmed. */
  function list(...numbers: readonly number[]): CleanupDatabase {
    const database = open();
    storeMadeUp(database, madeUpIntegration());
    const sessions = numbers.map((number) => ({ sessionId: sessionNumber(number) }));
    new CleanupList(database).agree(madeUpIntegration(), sessions, clock.wallAt);
    return database;
  }
  function reserved(database: CleanupDatabase, owner = 'a'): Reservation {
    const result = bookOf(database, owner).reserveNext({
      integration: madeUpIntegration(),
      mark: markOf(database),
    });
    assert.ok(result.kind === 'reserved', result.kind);
    return result.reservation;
  }
  /** A complete copy of the file as it is now, under another name. */
  function copied(name: string): string {
    open().all('PRAGMA wal_checkpoint(TRUNCATE)');
    const copy = folder.path(name);
    copyFileSync(path(), copy);
    return copy;
  }
  /** Puts a copy in place of the file, as when a folder is restored. */
  function putBack(copy: string): void {
    closeAll();
    for (const companion of ['', '-wal', '-shm']) rmSync(path() + companion, { force: true });
    copyFileSync(copy, path());
  }
  const rows = (database: CleanupDatabase): readonly unknown[] =>
    database
      .all('SELECT session_id, outcome, counts FROM deletion_attempts ORDER BY id')
      .map((row) => ({ ...row }));
  const stateOf = (database: CleanupDatabase, number: number): string | undefined =>
    new CleanupList(database).find(integration, sessionNumber(number))?.state;

  it('is kept while the file is away, and written by another book to another opened file', () => {
    const database = list(1, 2);
    const reservation = reserved(database);
    const copy = copied('away.sqlite');
    for (const companion of ['', '-wal', '-shm']) rmSync(path() + companion, { force: true });
    assert.throws(() => {
      bookOf(database).record(reservation, outcomeOf(200), 5);
    }, unusable('missing'));
    assert.equal(unwritten.count, 1);
    putBack(copy);
    const again = open();
    assert.equal(stateOf(again, 1), 'sending');
    const next = reserved(again);
    assert.equal(unwritten.count, 0);
    assert.equal(stateOf(again, 1), 'deleted');
    assert.equal(next.sessionId, sessionNumber(2));
    assert.deepEqual(rows(again)[0], { session_id: sessionNumber(1), outcome: 'deleted', counts: 1 });
  });

  for (const [outcome, state] of [
    [outcomeOf(200), 'deleted'],
    [outcomeOf(404), 'notFound'],
    // An answer that only puts its entry back in the queue changes nothing for an entry that is there already.
    [{ kind: 'unknown', reason: 'timeout' } as DeletionOutcome, 'confirmed'],
    [outcomeOf(429), 'confirmed'],
  ] as const)
    it(`is written into an older copy that lacks the request: ${outcome.kind}`, () => {
      const before = list(1, 2);
      const mark = markOf(before);
      const copy = copied('older.sqlite');
      const reservation = reserved(before);
      putBack(copy);
      clock.pass(minuteMs);
      const older = open();
      assert.deepEqual(markOf(older), mark);
      bookOf(older).record(reservation, outcome, 5);
      assert.deepEqual(rows(older), [{ session_id: sessionNumber(1), outcome: outcome.kind, counts: 1 }]);
      assert.equal(bookOf(older).quota(integration).windows[0]?.used, 1);
      assert.equal(stateOf(older, 1), state);
      // Once.
      bookOf(older).recordWhatFailed();
      assert.equal(rows(older).length, 1);
    });

  it('is written into no attempt of the older copy that has its number and its moment by now', () => {
    const before = list(1, 2);
    const copy = copied('older.sqlite');
    const reservation = reserved(before);
    putBack(copy);
    const older = open();
    // In the copy, the other one comes first.
    older.run('UPDATE list_entries SET rank = -1 WHERE session_id = ?', sessionNumber(2));
    const other = reserved(older);
    assert.equal(other.attemptId, reservation.attemptId);
    bookOf(older).record(reservation, outcomeOf(200), 5);
    assert.deepEqual(rows(older), [
      { session_id: sessionNumber(2), outcome: null, counts: 1 },
      { session_id: sessionNumber(1), outcome: 'deleted', counts: 1 },
    ]);
    assert.deepEqual([stateOf(older, 1), stateOf(older, 2)], ['deleted', 'sending']);
  });

  it('is written into no attempt of another window for the same session at the same moment', () => {
    const before = list(1);
    const copy = copied('older.sqlite');
    const reservation = reserved(before);
    putBack(copy);
    const older = open();
    const other = reserved(older, 'b');
    assert.equal(other.attemptId, reservation.attemptId);
    bookOf(older).record(reservation, outcomeOf(400), 5);
    const outcomes = older.all('SELECT owner, outcome FROM deletion_attempts ORDER BY id');
    assert.deepEqual(
      outcomes.map((row) => Object.values(row)),
      [
        ['b', null],
        ['a', 'blocked'],
      ],
    );
  });

  for (const [what, number] of [
    ['of another session', 2],
    ['of the same session', 1],
  ] as const)
    it(`matches no attempt ${what} with the same number on another list, and adds none there`, () => {
      const reservation = reserved(list(1));
      closeAll();
      for (const companion of ['', '-wal', '-shm', '.made']) rmSync(path() + companion, { force: true });
      clock.pass(1);
      const other = list(number);
      assert.equal(reserved(other).attemptId, reservation.attemptId);
      bookOf(other).record(reservation, outcomeOf(200), 5);
      assert.deepEqual([unwritten.count, rows(other).length], [0, 1]);
      assert.equal(stateOf(other, number), 'sending');
      assert.equal(bookOf(other).quota(integration).inFlight, true);
    });

  it('blocks nothing if it can be written only after others', () => {
    const database = list(1, 2);
    const first = reserved(database);
    database.run('PRAGMA query_only = ON');
    for (const outcome of [outcomeOf(429), outcomeOf(200)])
      assert.throws(() => {
        bookOf(database).record(first, outcome, 5);
      }, unusable('notWritable'));
    assert.equal(unwritten.count, 2);
    database.run('PRAGMA query_only = OFF');
    bookOf(database).recordWhatFailed();
    // Oldest first, so that the latest one holds.
    assert.deepEqual([stateOf(database, 1), unwritten.count], ['deleted', 0]);
    assert.deepEqual(rows(database), [{ session_id: sessionNumber(1), outcome: 'deleted', counts: 1 }]);
  });
});
