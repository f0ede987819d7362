import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { Integrations } from '../../../../src/cleanup/integrations/integrations.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import { Switches } from '../../../../src/cleanup/attempts/switches.ts';
import {
  freshFolder,
  madeUpIntegration,
  sessionNumber,
  storeMadeUp,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('what must be in the database file itself', () => {
  let folder: ReturnType<typeof freshFolder>;
  let database: CleanupDatabase;
  let others: DatabaseSync[];
  const path = (): string => folder.path('list.sqlite');
  beforeEach(() => {
    folder = freshFolder();
    database = CleanupDatabase.open(path());
    database.all('PRAGMA wal_checkpoint(TRUNCATE)');
    others = [];
  });
  afterEach(() => {
    for (const other of others) other.close();
    database.close();
    folder.remove();
  });

  const note = (name: string): void => void database.run('INSERT INTO switches VALUES (?, ?)', name, 'x');
  /** What the file holds without its write-ahead log. */
  function inFile<T>(read: (file: CleanupDatabase) => T): T {
    const copy = folder.path('copy.sqlite');
    copyFileSync(path(), copy);
    const file = CleanupDatabase.open(copy);
    try {
      return read(file);
    } finally {
      file.close();
      for (const suffix of ['', '-wal', '-shm', '.made']) rmSync(copy + suffix, { force: true });
    }
  }
  const notesInFile = (): readonly unknown[] =>
    inFile((file) => file.all('SELECT name FROM switches ORDER BY 1').map((row) => row['name']));
  /** Another window that has started to read and does not finish. */
  function reader(): DatabaseSync {
    const other = new DatabaseSync(path());
    others.push(other);
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM switches').get();
    return other;
  }

  // 1: the checkpoint waits for the disk; 2: the commit does.
  const synchronous = (): unknown => database.get('PRAGMA synchronous')?.['synchronous'];

  for (const kind of ['durably', 'beforeCheckpoint'] as const)
    it(`waits for the disk once, in its checkpoint, and makes later writes wait for it again: ${kind}`, () => {
      database[kind](() => {
        note('one');
        assert.equal(synchronous(), 1);
      });
      assert.equal(synchronous(), 2);
      const fail = (): void => {
        throw new Error('made up');
      };
      assert.throws(() => database[kind](fail), /made up/);
      assert.equal(synchronous(), 2);
      database.transaction(() => assert.equal(synchronous(), 2));
    });

  it('is not there after a plain transaction, and is after a durable one', () => {
    database.transaction(() => note('in the log'));
    assert.deepEqual(notesInFile(), []);
    assert.equal(
      database.durably(() => {
        note('durable');
        return 7;
      }),
      7,
    );
    assert.deepEqual(notesInFile(), ['durable', 'in the log']);
  });

  it('is there after a checkpoint, which reports it', () => {
    database.transaction(() => note('in the log'));
    assert.equal(database.checkpoint(), true);
    assert.deepEqual(notesInFile(), ['in the log']);
    assert.equal(database.checkpoint(), true);
  });

  it('writes nothing of work that fails', () => {
    assert.throws(
      () =>
        database.durably(() => {
          note('half');
          throw new Error('half way');
        }),
      /half way/,
    );
    assert.deepEqual([database.all('SELECT * FROM switches'), notesInFile()], [[], []]);
  });

  describe('while a reader in another window needs the log', () => {
    it('is reported as locked: it is written, but only to the log', () => {
      note('before');
      reader();
      assert.throws(() => database.durably(() => note('after')), unusable('locked'));
      assert.equal(database.checkpoint(), false);
      assert.deepEqual(
        database.all('SELECT name FROM switches ORDER BY 1').map((row) => row['name']),
        ['after', 'before'],
      );
      assert.ok(!notesInFile().includes('after'));
    });

    it('is there as soon as the reader has ended', () => {
      note('before');
      const other = reader();
      assert.throws(() => database.durably(() => note('after')), unusable('locked'));
      other.exec('COMMIT');
      assert.equal(database.checkpoint(), true);
      assert.deepEqual(notesInFile(), ['after', 'before']);
    });

    it('is waited for if the reader ends meanwhile', () => {
      note('before');
      const other = reader();
      const checkpoint = database.checkpoint.bind(database);
      let asked = 0;
      database.checkpoint = () => {
        asked += 1;
        if (asked === 5) other.exec('COMMIT');
        return checkpoint();
      };
      database.durably(() => note('after'));
      assert.equal(asked, 5);
      assert.deepEqual(notesInFile(), ['after', 'before']);
    });

    it('is not held up by a reader that started after it', () => {
      note('before');
      reader();
      assert.equal(database.checkpoint(), true);
      assert.deepEqual(notesInFile(), ['before']);
    });
  });

  it('is nothing special in memory', () => {
    const memory = CleanupDatabase.open(':memory:');
    assert.equal(memory.checkpoint(), true);
    memory.durably(() => memory.run("INSERT INTO switches VALUES ('a', 'b')"));
    memory.close();
  });

  it('fails if nothing can be written', () => {
    database.run('PRAGMA query_only = ON');
    assert.throws(() => database.durably(() => note('refused')), unusable('notWritable'));
  });

  describe('when something is taken back', () => {
    const stored = madeUpIntegration();
    let list: CleanupList;
    let agreement: number;
    let id: number;
    beforeEach(() => {
      list = new CleanupList(database);
      storeMadeUp(database, stored);
      const agreed = list.agree(stored, [{ sessionId: sessionNumber(1) }], 1);
      assert.ok(agreed);
      agreement = agreed.agreement;
      id = agreed.entries[0]?.id ?? 0;
      assert.equal(database.checkpoint(), true);
      assert.equal(consentsInFile(), 1);
    });
    const consentsInFile = (): unknown =>
      inFile((file) => file.get('SELECT count(*) AS n FROM consents WHERE ended_at IS NULL')?.['n']);
    const entry = (): NonNullable<ReturnType<CleanupList['byId']>> => {
      const found = list.byId(id);
      assert.ok(found);
      return found;
    };

    for (const [what, takeBack] of [
      ['cancel', () => list.cancel(agreement, 2)],
      ['hold', () => list.hold([entry()], undefined, 2)],
      ['remove', () => list.remove([entry()], 2)],
      ['end of the integration', () => new Integrations(database).end(stored.id, 2)],
      [
        'change of the integration',
        () => new Integrations(database).change(stored.id, { ...stored, kind: 'LIVE' }, 2),
      ],
    ] as const)
      it(`includes the end of the consent: ${what}`, () => {
        takeBack();
        assert.equal(consentsInFile(), 0);
      });

    it('includes the end of a blocked entry’s consent by Try Again', () => {
      database.run("UPDATE list_entries SET state = 'blocked'");
      list.listAgain([entry()], 2);
      assert.equal(consentsInFile(), 0);
    });

    it('includes the pause', () => {
      new Switches(database).pause();
      assert.equal(
        inFile((file) => new Switches(file).isPaused()),
        true,
      );
    });
  });
});
