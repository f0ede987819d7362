import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { migrations } from '../../../../src/cleanup/database/migrations.ts';
import { freshFolder, unusable } from '../../../support/cleanup/cleanupWorkshop.ts';

describe('CleanupDatabase', () => {
  let folder: ReturnType<typeof freshFolder>;
  let opened: CleanupDatabase[] = [];
  beforeEach(() => {
    folder = freshFolder();
    opened = [];
  });
  afterEach(() => {
    for (const database of opened) database.close();
    folder.remove();
  });

  function open(path = folder.path('list.sqlite'), steps?: readonly string[]): CleanupDatabase {
    const database = CleanupDatabase.open(path, steps && { migrations: steps });
    opened.push(database);
    return database;
  }

  /** Makes a file with plain SQLite, closed again. */
  function made(name: string, sql: string): string {
    const database = new DatabaseSync(folder.path(name));
    database.exec(sql);
    database.close();
    return folder.path(name);
  }

  function note(database: CleanupDatabase, name: string): void {
    database.run('INSERT INTO quota_keys (key_hash) VALUES (?)', name);
  }

  function notes(database: CleanupDatabase): unknown[] {
    return database.all('SELECT key_hash FROM quota_keys ORDER BY 1').map((row) => row['key_hash']);
  }

  it('creates the file and its folders, and finds again what was written', () => {
    const path = folder.path('some/new/folder/list.sqlite');
    const first = open(path);
    note(first, 'kept');
    first.close();
    assert.deepEqual(notes(open(path)), ['kept']);
  });

  it('writes so that a power cut takes nothing back, and lets readers read meanwhile', () => {
    const database = open();
    assert.equal(database.get('PRAGMA journal_mode')?.['journal_mode'], 'wal');
    assert.equal(database.get('PRAGMA synchronous')?.['synchronous'], 2);
    assert.equal(database.get('PRAGMA foreign_keys')?.['foreign_keys'], 1);
    assert.equal(database.get('PRAGMA busy_timeout')?.['timeout'], 2000);
  });

  it('shows one window what another has written, and that something was written', () => {
    const [mine, other] = [open(), open()];
    const before = mine.dataVersion();
    note(mine, 'my own');
    assert.equal(mine.dataVersion(), before);
    note(other, 'not mine');
    assert.notEqual(mine.dataVersion(), before);
    assert.deepEqual(notes(mine), ['my own', 'not mine']);
  });

  it('keeps all of a transaction or nothing', () => {
    const database = open();
    const failure = new Error('half way');
    assert.throws(
      () =>
        database.transaction(() => {
          note(database, 'half');
          throw failure;
        }),
      (error) => error === failure,
    );
    assert.deepEqual(notes(database), []);
    database.transaction(() => note(database, 'whole'));
    assert.deepEqual(notes(open()), ['whole']);
  });

  it('can be closed twice, and throws if it is used after that', () => {
    const database = open();
    database.close();
    database.close();
    assert.throws(() => database.all('SELECT 1'), unusable('unknown'));
  });

  it('gives no entry the id of a removed one', () => {
    const database = open(':memory:');
    const add = (): number =>
      database.run(
        "INSERT INTO list_entries (integration, session_id, state, added_at, changed_at) VALUES ('a', 'b', 'listed', 1, 1)",
      ).rowId;
    const first = add();
    database.run('DELETE FROM list_entries');
    assert.ok(add() > first);
  });

  describe('other databases', () => {
    for (const [what, sql, problem] of [
      [
        'of a newer version',
        `PRAGMA application_id = 0x5653434c; PRAGMA user_version = 999; CREATE TABLE t (x)`,
        'newer',
      ],
      ['with tables of somebody else', 'CREATE TABLE theirs (x)', 'foreign'],
      ['with a version of somebody else', 'PRAGMA user_version = 1', 'foreign'],
      ['with the mark of somebody else and still empty', 'PRAGMA application_id = 77', 'foreign'],
      [
        'of somebody else, in write-ahead mode',
        'PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)',
        'foreign',
      ],
    ] as const) {
      it(`leaves a database ${what} as it is, byte for byte`, () => {
        const path = made('other.sqlite', sql);
        const before = readFileSync(path);
        assert.throws(() => open(path), unusable(problem));
        assert.deepEqual(readFileSync(path), before);
        assert.deepEqual(readdirSync(folder.path('.')), ['other.sqlite']);
      });
    }
  });

  describe('a damaged file', () => {
    function ours(): Buffer {
      const database = open();
      database.transaction(() => {
        for (let index = 0; index < 2000; index += 1) note(database, `${index}`.padStart(60, 'x'));
      });
      database.close();
      return readFileSync(folder.path('list.sqlite'));
    }

    for (const [what, damage] of [
      ['garbage', () => Buffer.from('no database at all '.repeat(999))],
      ['a few bytes', () => Buffer.from('no')],
      ['cut off', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
      ['cut off within a page', (whole: Buffer) => whole.subarray(0, 5000)],
      ['zero from the second page on', (whole: Buffer) => Buffer.from(whole).fill(0, 4096)],
      ['zero in the middle', (whole: Buffer) => Buffer.from(whole).fill(0, 9 * 4096, whole.length - 8192)],
    ] as const) {
      it(`is reported as damaged and not overwritten: ${what}`, () => {
        const broken = damage(ours());
        const path = folder.path('broken.sqlite');
        writeFileSync(path, broken);
        assert.throws(() => {
          const database = open(path);
          notes(database);
        }, unusable('damaged'));
        for (const database of opened) database.close();
        assert.deepEqual(readFileSync(path), Buffer.from(broken));
      });
    }
  });

  describe('a path that cannot be written', () => {
    it('is reported if a file is in place of the folder', () => {
      writeFileSync(folder.path('file'), '');
      assert.throws(() => open(folder.path('file/list.sqlite')), unusable('notWritable'));
      assert.throws(() => open(folder.path('file/deeper/list.sqlite')), unusable('notWritable'));
    });

    it('is reported if a folder is in place of the file', () => {
      mkdirSync(folder.path('list.sqlite'));
      assert.throws(() => open(), unusable('notWritable'));
    });

    it('is reported at the first write of a read-only connection', () => {
      const database = open();
      database.run('PRAGMA query_only = ON');
      assert.throws(() => note(database, 'refused'), unusable('notWritable'));
      assert.throws(() => database.transaction(() => undefined), unusable('notWritable'));
      assert.deepEqual(notes(database), []);
    });
  });

  describe('another window’s open transaction', () => {
    it('is waited for, then reported: locked', () => {
      const [mine, other] = [open(), open()];
      // The wait itself is SQLite's; it is made short here.
      mine.run('PRAGMA busy_timeout = 20');
      other.transaction(() => {
        assert.throws(() => note(mine, 'refused'), unusable('locked'));
        assert.throws(() => mine.transaction(() => undefined), unusable('locked'));
        assert.deepEqual(notes(mine), []);
      });
      note(mine, 'free again');
      assert.deepEqual(notes(other), ['free again']);
    });

    it('is reported if what was read meanwhile is out of date: locked', () => {
      const [mine, other] = [open(), open()];
      mine.run('BEGIN');
      assert.deepEqual(notes(mine), []);
      note(other, 'newer');
      assert.throws(() => note(mine, 'on old ground'), unusable('locked'));
      mine.run('ROLLBACK');
    });

    it('is waited for if it is creating the same file at this moment', async () => {
      const path = folder.path('list.sqlite');
      // `open` blocks this process until it is done, so the other one releases its lock on its own.
      const script = `const database = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)});
        database.exec('BEGIN IMMEDIATE');
        console.log('locked');
        setTimeout(() => database.exec('COMMIT'), 200);`;
      const child = spawn(process.execPath, ['--no-warnings', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      assert.deepEqual(notes(open(path)), []);
      await ended;
    });

    it('keeps a new file from being created: locked, and nothing in it', () => {
      const other = new DatabaseSync(folder.path('list.sqlite'));
      try {
        other.exec('BEGIN EXCLUSIVE');
        assert.throws(() => open(), unusable('locked'));
        other.exec('ROLLBACK');
        assert.equal(other.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'], 0);
      } finally {
        other.close();
      }
    }).timeout(60_000);
  });

  describe('a full disk', () => {
    it('is reported, rolls back, and can be used again once there is space', () => {
      const database = open();
      note(database, 'before');
      const pages = Number(database.get('PRAGMA page_count')?.['page_count']);
      database.run(`PRAGMA max_page_count = ${pages}`);
      const fill = (): void =>
        database.transaction(() => {
          for (let index = 0; index < 1000; index += 1) note(database, `${index}`.padStart(100, 'x'));
        });
      assert.throws(fill, unusable('diskFull'));
      assert.deepEqual(notes(database), ['before']);
      database.run('PRAGMA max_page_count = 100000');
      fill();
      assert.equal(notes(open()).length, 1001);
    });
  });

  describe('migrations', () => {
    const second = 'ALTER TABLE list_entries ADD COLUMN colour TEXT';
    const copyName = `list.sqlite.v${migrations.length}.bak`;
    const copy = (): string => folder.path(copyName);

    function namesIn(path: string): unknown[] {
      const database = new DatabaseSync(path, { readOnly: true });
      try {
        return database
          .prepare('SELECT key_hash FROM quota_keys ORDER BY 1')
          .all()
          .map((row) => row['key_hash']);
      } finally {
        database.close();
      }
    }

    it('keep the data, and a copy of the file as it was', () => {
      note(open(), 'old');
      opened.pop()?.close();
      const database = open(undefined, [...migrations, second]);
      assert.deepEqual(notes(database), ['old']);
      assert.deepEqual(database.all('SELECT colour FROM list_entries'), []);
      assert.deepEqual(namesIn(copy()), ['old']);
      assert.deepEqual(
        readdirSync(folder.path('.')).filter((name) => !/^list\.sqlite(-|$)/.test(name)),
        ['list.sqlite.made', copyName],
      );
    });

    it('copy what is only in the write-ahead log', () => {
      // The first window is still open, so nothing has been moved into the file.
      note(open(), 'in the log');
      open(undefined, [...migrations, second]);
      assert.deepEqual(namesIn(copy()), ['in the log']);
    });

    it('never overwrite a copy', () => {
      open().close();
      writeFileSync(copy(), 'an older copy');
      open(undefined, [...migrations, second]);
      assert.equal(readFileSync(copy(), 'utf8'), 'an older copy');
    });

    it('leave version and data unchanged if one fails half way', () => {
      note(open(), 'old');
      opened.pop()?.close();
      const failing = [...migrations, `${second}; DROP TABLE server_dates; INSERT INTO nowhere VALUES (1)`];
      assert.throws(() => open(undefined, failing), unusable('unknown'));
      const database = open();
      assert.deepEqual(notes(database), ['old']);
      assert.equal(database.get('PRAGMA user_version')?.['user_version'], migrations.length);
      assert.throws(() => database.all('SELECT colour FROM list_entries'), unusable('unknown'));
    });

    it('leave an empty file if the very first one fails', () => {
      assert.throws(() => open(undefined, ['CREATE TABLE t (x); nonsense']), unusable('unknown'));
      assert.deepEqual(notes(open()), []);
    });

    it('do not run if the copy cannot be made', () => {
      note(open(), 'old');
      opened.pop()?.close();
      // A folder with the name of the unfinished copy.
      mkdirSync(folder.path(`list.sqlite.v${migrations.length}.${process.pid}.bak`));
      assert.throws(() => open(undefined, [...migrations, second]), unusable('unknown'));
      assert.ok(!existsSync(copy()));
      assert.equal(open().get('PRAGMA user_version')?.['user_version'], migrations.length);
    });

    it('are not run again by a second window that comes late', () => {
      const steps = [...migrations, second];
      note(open(undefined, steps), 'once');
      assert.deepEqual(notes(open(undefined, steps)), ['once']);
    });
  });
});
