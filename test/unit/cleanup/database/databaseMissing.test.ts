import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { markerOf } from '../../../../src/cleanup/database/databaseMarker.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { freshFolder, unusable } from '../../../support/cleanup/cleanupWorkshop.ts';

describe('a database whose file is gone', () => {
  let folder: ReturnType<typeof freshFolder>;
  let opened: CleanupDatabase[] = [];
  beforeEach(() => {
    folder = freshFolder();
    mkdirSync(folder.path('storage'));
    opened = [];
  });
  afterEach(() => {
    for (const database of opened) database.close();
    folder.remove();
  });

  const path = (): string => folder.path('storage/list.sqlite');
  function open(at = path(), steps?: readonly string[]): CleanupDatabase {
    const database = CleanupDatabase.open(at, steps && { migrations: steps });
    opened.push(database);
    return database;
  }
  const note = (database: CleanupDatabase, name: string): void =>
    void database.run('INSERT INTO switches VALUES (?, ?)', name, 'made up');
  const notes = (database: CleanupDatabase): unknown[] =>
    database.all('SELECT name FROM switches ORDER BY 1').map((row) => row['name']);
  /** What is in the folder, byte for byte. */
  const contents = (): unknown =>
    readdirSync(folder.path('storage')).map((name) => [name, readFileSync(folder.path(`storage/${name}`))]);

  /** Another complete list, closed, in place of ours. */
  function replace(): void {
    const other = open(folder.path('other.sqlite'));
    note(other, 'of another list');
    other.close();
    renameSync(folder.path('other.sqlite'), path());
  }

  const losses = [
    ['deleted', () => rmSync(path())],
    ['moved away', () => renameSync(path(), folder.path('elsewhere.sqlite'))],
    ['emptied', () => truncateSync(path())],
    // SQLite takes a single byte for an empty file too.
    ['emptied but for a byte', () => truncateSync(path(), 1)],
    ['replaced', replace],
    ['deleted with its whole folder', () => rmSync(folder.path('storage'), { recursive: true })],
  ] as const;

  describe('while it is open', () => {
    for (const [what, lose] of losses) {
      it(`is missing for the next transaction, which does nothing: ${what}`, () => {
        const database = open();
        note(database, 'before');
        assert.deepEqual([database.isInPlace(), database.isOutdated()], [true, false]);
        lose();
        const before = what.includes('folder') ? undefined : contents();
        let hasWorked = false;
        assert.throws(
          () =>
            database.transaction(() => {
              hasWorked = true;
              note(database, 'after');
            }),
          unusable('missing'),
        );
        assert.equal(hasWorked, false);
        assert.deepEqual([database.isInPlace(), database.isOutdated()], [false, true]);
        if (before !== undefined) assert.deepEqual(contents(), before);
      });
    }

    const suffixes = ['', '-wal', '-shm'];
    const somePlaces = [['-wal'], ['-shm'], ['-wal', '-shm'], ['', '-wal'], ['', '-shm'], suffixes] as const;
    for (const lost of somePlaces)
      for (const [how, lose] of [
        ['deleted', (file: string) => rmSync(file)],
        ['moved away', (file: string) => renameSync(file, `${file}.away`)],
        [
          'replaced by a copy of itself',
          (file: string) => {
            copyFileSync(file, `${file}.copy`);
            rmSync(file);
            renameSync(`${file}.copy`, file);
          },
        ],
        [
          'replaced by an empty file',
          (file: string) => {
            rmSync(file);
            writeFileSync(file, '');
          },
        ],
      ] as const)
        it(`is missing for the next transaction if ${lost.map((suffix) => `list.sqlite${suffix}`).join(' and ')} ${how === 'deleted' ? 'is' : 'was'} ${how}`, () => {
          const database = open();
          note(database, 'before');
          for (const suffix of lost) lose(path() + suffix);
          const before = contents();
          for (const work of ['transaction', 'durably'] as const)
            assert.throws(() => database[work](() => assert.fail('it ran')), unusable('missing'));
          assert.deepEqual([database.isInPlace(), database.isOutdated()], [false, true]);
          assert.deepEqual(contents(), before);
        });

    it('is in place with all three files, whatever was written, checkpointed and opened meanwhile', () => {
      const database = open();
      for (const name of ['a', 'b']) {
        database.durably(() => note(database, name));
        open().close();
        open().all('PRAGMA wal_checkpoint(TRUNCATE)');
        assert.equal(database.isInPlace(), true);
      }
      database.transaction(() => note(database, 'c'));
      assert.deepEqual(notes(open()), ['a', 'b', 'c']);
    });

    it('is missing even if all of it was in the file and was read a moment ago', () => {
      const database = open();
      note(database, 'before');
      database.all('PRAGMA wal_checkpoint(TRUNCATE)');
      assert.deepEqual(notes(database), ['before']);
      truncateSync(path());
      assert.throws(() => database.transaction(() => note(database, 'after')), unusable('missing'));
    });

    it('is in place again after it is put back', () => {
      const database = open();
      renameSync(path(), folder.path('elsewhere.sqlite'));
      assert.throws(() => database.transaction(() => undefined), unusable('missing'));
      renameSync(folder.path('elsewhere.sqlite'), path());
      database.transaction(() => note(database, 'after'));
      assert.deepEqual(notes(open()), ['after']);
    });

    it('is missing for every window, and a copy of it is another file', () => {
      const windows = [open(), open()];
      copyFileSync(path(), folder.path('copy.sqlite'));
      rmSync(path());
      renameSync(folder.path('copy.sqlite'), path());
      for (const window of windows)
        assert.throws(() => window.transaction(() => undefined), unusable('missing'));
    });

    it('is never missing in memory', () => {
      const database = open(':memory:');
      assert.deepEqual([database.isInPlace(), database.isOutdated()], [true, false]);
      database.transaction(() => note(database, 'in memory'));
      assert.equal(existsSync(markerOf(':memory:')), false);
    });
  });

  describe('at the next start', () => {
    /** A closed list with something in it, so that all of it is in the file. */
    beforeEach(() => {
      note(open(), 'before');
      opened.pop()?.close();
    });

    for (const [what, lose] of losses.slice(0, 4)) {
      it(`is missing, and nothing is created in its place: ${what}`, () => {
        lose();
        const before = contents();
        for (const time of [1, 2]) {
          assert.throws(() => open(), unusable('missing'), `start ${time}`);
          assert.deepEqual(contents(), before);
        }
      });
    }

    it('is missing even if its write-ahead log is left', () => {
      const window = open();
      note(window, 'in the log');
      rmSync(path());
      assert.ok(existsSync(`${path()}-wal`));
      assert.throws(() => open(), unusable('missing'));
    });

    it('is found again if it was put back, or another one', () => {
      renameSync(path(), folder.path('elsewhere.sqlite'));
      assert.throws(() => open(), unusable('missing'));
      renameSync(folder.path('elsewhere.sqlite'), path());
      assert.deepEqual(notes(open()), ['before']);
      opened.pop()?.close();
      replace();
      assert.deepEqual(notes(open()), ['of another list']);
    });

    it('is a first start if the whole folder is gone, or its marker file too', () => {
      rmSync(folder.path('storage'), { recursive: true });
      assert.deepEqual(notes(open()), []);
      opened.pop()?.close();
      rmSync(path());
      rmSync(markerOf(path()));
      assert.deepEqual(notes(open()), []);
    });
  });

  describe('if there must be one', () => {
    const openExisting = (): CleanupDatabase => {
      const database = CleanupDatabase.open(path(), { expected: 'existing' });
      opened.push(database);
      return database;
    };

    it('is opened if it is there', () => {
      note(open(), 'before');
      opened.pop()?.close();
      assert.deepEqual(notes(openExisting()), ['before']);
    });

    for (const [what, lose] of losses.filter(([each]) => each !== 'replaced'))
      it(`is missing also without its marker file, and nothing is created: ${what}`, () => {
        open().close();
        opened = [];
        lose();
        rmSync(markerOf(path()), { force: true });
        const before = existsSync(folder.path('storage')) ? contents() : undefined;
        for (const time of [1, 2]) assert.throws(openExisting, unusable('missing'), `start ${time}`);
        assert.equal(existsSync(folder.path('storage')), before !== undefined);
        if (before !== undefined) assert.deepEqual(contents(), before);
      });

    it('is missing if it was never there', () => {
      assert.throws(openExisting, unusable('missing'));
      assert.deepEqual(contents(), []);
    });
  });

  describe('has a marker file', () => {
    it('from its first start on, which says what it is and is written once', () => {
      open();
      assert.match(readFileSync(markerOf(path()), 'utf8'), /cleanup list/);
      writeFileSync(markerOf(path()), 'somebody’s own words');
      open();
      assert.equal(readFileSync(markerOf(path()), 'utf8'), 'somebody’s own words');
      opened.pop()?.close();
      opened.pop()?.close();
      // Its content does not matter, only that it exists.
      truncateSync(markerOf(path()));
      rmSync(path());
      assert.throws(() => open(), unusable('missing'));
    });

    it('even if it was created before there were marker files', () => {
      open(path(), migrations.slice(0, 1)).close();
      rmSync(markerOf(path()));
      open().close();
      rmSync(path());
      assert.throws(() => open(), unusable('missing'));
    });

    it('only if it could be created: a failed first start has none', () => {
      assert.throws(() => open(path(), ['nonsense']), unusable('unknown'));
      assert.equal(existsSync(markerOf(path())), false);
      assert.deepEqual(notes(open()), []);
    });
  });
});
