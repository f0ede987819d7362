import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { DatabaseUnusable } from '../../../../src/cleanup/database/databaseUnusable.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import type { Clock } from '../../../../src/cleanup/quota/clock.ts';
import {
  freshFolder,
  HandClock,
  integration,
  madeUpIntegration,
  sessionNumber,
  storeMadeUp,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('a reservation, which has to be in the file itself', () => {
  let folder: ReturnType<typeof freshFolder>;
  let clock: HandClock;
  let opened: CleanupDatabase[];
  beforeEach(() => {
    folder = freshFolder();
    clock = new HandClock();
    opened = [];
  });
  afterEach(() => {
    for (const database of opened) database.close();
    folder.remove();
  });

  const path = (): string => folder.path('list.sqlite');
  const bookOf = (database: CleanupDatabase, by: Clock = clock.read): AttemptBook =>
    new AttemptBook(database, { clock: by, owner: 'a', isOwnerAlive: () => true, chance: () => 0 });
  /** A file with the made-up integration and these sessions on it, confirmed. */
  function list(...numbers: readonly number[]): CleanupDatabase {
    const database = CleanupDatabase.open(path());
    opened.push(database);
    storeMadeUp(database, madeUpIntegration());
    const sessions = numbers.map((number) => ({ sessionId: sessionNumber(number) }));
    new CleanupList(database).agree(madeUpIntegration(), sessions, clock.wallAt);
    return database;
  }
  const rows = (database: CleanupDatabase): readonly unknown[] =>
    database
      .all('SELECT session_id, outcome, counts FROM deletion_attempts ORDER BY id')
      .map((row) => ({ ...row }));
  const stateOf = (database: CleanupDatabase, number: number): string | undefined =>
    new CleanupList(database).find(integration, sessionNumber(number))?.state;

  it('is busy, and gives the slot back, if a reader in another window keeps it in the write-ahead log', () => {
    const database = list(1);
    const reader = CleanupDatabase.open(path());
    opened.push(reader);
    reader.run('BEGIN');
    reader.get('SELECT count(*) FROM list_entries');
    const means = { integration: madeUpIntegration(), mark: markOf(database) };
    const result = bookOf(database).reserveNext(means);
    assert.equal(result.kind, 'busy');
    assert.equal(stateOf(database, 1), 'confirmed');
    assert.deepEqual(rows(database), [{ session_id: sessionNumber(1), outcome: 'notSent', counts: 0 }]);
    reader.run('ROLLBACK');
    assert.equal(bookOf(database).reserveNext({ ...means, mark: markOf(database) }).kind, 'reserved');
  });

  for (const step of ['checkpoint', 'isInPlace'] as const)
    it(`fails if the disk cannot be read, and its slot is free again as soon as that can be written: ${step}`, () => {
      const database = list(1);
      const means = { integration: madeUpIntegration(), mark: markOf(database) };
      let times = 0;
      const refusing = (): boolean => {
        times += 1;
        // The transaction checks too, and is let through.
        if (step === 'isInPlace' && times === 1) return true;
        throw new DatabaseUnusable('unknown');
      };
      const book = bookOf(database);
      Object.assign(database, { [step]: refusing });
      assert.throws(() => book.reserveNext(means), unusable('unknown'));
      assert.equal(stateOf(database, 1), 'sending');
      Reflect.deleteProperty(database, step);
      const next = book.reserveNext({ ...means, mark: markOf(database) });
      assert.ok(next.kind === 'reserved');
      assert.deepEqual(rows(database)[0], { session_id: sessionNumber(1), outcome: 'notSent', counts: 0 });
      assert.equal(book.quota(integration).windows[0]?.used, 1);
    });

  for (const companion of ['', '-wal', '-shm'])
    it(`fails if the file is moved away while it is written: list.sqlite${companion}`, () => {
      const database = list(1);
      const means = { integration: madeUpIntegration(), mark: markOf(database) };
      let isArmed = false;
      // The file is moved in the middle of the transaction, after the check at its start.
      const moving: Clock = () => {
        if (isArmed && isInTransaction(database)) {
          isArmed = false;
          renameSync(path() + companion, folder.path('moved'));
        }
        return clock.read();
      };
      const book = bookOf(database, moving);
      isArmed = true;
      assert.throws(() => book.reserveNext(means), unusable('missing'));
      assert.equal(isArmed, false);
      // It keeps failing: a second try gets the same error.
      assert.throws(() => book.reserveNext(means), unusable('missing'));
    });

  function isInTransaction(database: CleanupDatabase): boolean {
    try {
      database.run('BEGIN');
    } catch {
      return true;
    }
    database.run('ROLLBACK');
    return false;
  }
});
