import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { DatabaseUnusable, isReadOnlyRefusal, problemOf, translated } from './databaseUnusable.ts';
import { fileAt, filesOf, markerOf, writeMarker } from './databaseMarker.ts';
import { migrations as knownMigrations } from './migrations.ts';

/** One row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** “VSCL” as a number. A database with another application id belongs to another program. */
const applicationId = 0x5653434c;

/** The schema to use, and whether the file must exist already. */
export interface OpenOptions {
  readonly migrations?: readonly string[];
  readonly expected?: 'existing' | 'new or existing';
}

// Tries, 1 ms apart. A reader in another window needs the log for less than a millisecond at a time.
const mostCheckpoints = 200;

// Long enough for a transaction of another window, short enough that the extension host does not seem to hang.
const busyTimeoutMs = 2000;

/**
 * The one SQLite file that all windows of the machine share. Each statement and each transaction is synchronous and
 * durable when it returns. Failures throw `DatabaseUnusable`.
 */
export class CleanupDatabase {
  readonly #database: DatabaseSync;
  readonly #path: string | undefined;
  readonly #version: number;
  /** Which files were opened: the database, its write-ahead log and its shared memory, see `filesOf`. */
  readonly #files: readonly string[];
  readonly #statements = new Map<string, StatementSync>();
  #isReadOnly = false;

  /**
   * Opens the file at `path` and migrates it to the newest schema. If there is none, it is created with its folder. If
   * `expected` is `existing`, it throws `missing` instead: a folder that vanished is damage, not a first start.
   */
  static open(
    path: string,
    { migrations = knownMigrations, expected = 'new or existing' }: OpenOptions = {},
  ): CleanupDatabase {
    return translated(() => {
      const sqlite = loadSqlite();
      const isMemory = path === ':memory:';
      if (expected === 'existing' && fileAt(path) === '') throw new DatabaseUnusable('missing');
      if (!isMemory) mkdirSync(dirname(path), { recursive: true });
      // Checked first: another window may create both in between, the database before its marker file.
      const wasMade = !isMemory && statSync(markerOf(path), { throwIfNoEntry: false }) !== undefined;
      const existed = !isMemory && fileAt(path) !== '';
      // A list that existed and is gone took the record of what was sent with it.
      if (wasMade && !existed) throw new DatabaseUnusable('missing');
      const database = new sqlite.DatabaseSync(path);
      try {
        prepare(database, migrations, existed ? path : undefined);
        if (!isMemory) writeMarker(path);
        return new CleanupDatabase(database, isMemory ? undefined : path, migrations.length);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  private constructor(database: DatabaseSync, path: string | undefined, version: number) {
    this.#database = database;
    this.#version = version;
    this.#path = path;
    // The first read creates the log and the shared memory; they stay while any process has the file open.
    if (path !== undefined) this.get('SELECT 1 FROM sqlite_schema');
    this.#files = path === undefined ? [] : filesOf(path);
  }

  /** Runs one writing statement. Returns the id of the inserted row and the number of changed rows. */
  run(sql: string, ...values: SQLInputValue[]): { rowId: number; changes: number } {
    return this.#write(() => {
      const { lastInsertRowid, changes } = this.#statement(sql).run(...values);
      return { rowId: Number(lastInsertRowid), changes: Number(changes) };
    });
  }

  /** All rows of one reading statement. */
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return translated(() => this.#statement(sql).all(...values));
  }

  /** The first row of one reading statement, or undefined. */
  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return translated(() => this.#statement(sql).get(...values));
  }

  /**
   * Runs `work` in one transaction: no other window writes between its first and its last statement, and if `work`
   * throws, nothing of it is kept. `work` must not await anything.
   */
  transaction<T>(work: () => T): T {
    // A slot that is counted in a file that was moved away would be invisible to other windows.
    if (!this.isInPlace()) throw new DatabaseUnusable('missing');
    this.#write(() => this.#database.exec('BEGIN IMMEDIATE'));
    try {
      // A newer version of the extension in another window may have changed the schema since this file was opened.
      if (pragma(this.#database, 'user_version') !== this.#version) throw new DatabaseUnusable('newer');
      const result = work();
      translated(() => this.#database.exec('COMMIT'));
      return result;
    } catch (error) {
      // If the disk is full, SQLite has already rolled back.
      if (this.#database.isTransaction) translated(() => this.#database.exec('ROLLBACK'));
      throw error;
    }
  }

  /**
   * Runs `work` like `transaction` and returns only when all of it is in the database file itself, so that it survives
   * a lost write-ahead log. Throws `locked` if readers in other windows prevent that; what was written is then in the
   * log.
   */
  durably<T>(work: () => T): T {
    const result = this.beforeCheckpoint(work);
    for (let tries = 1; !this.checkpoint(); tries += 1) {
      if (tries === mostCheckpoints) throw new DatabaseUnusable('locked');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
    return result;
  }

  /**
   * Runs `work` like `transaction`, for a caller that calls `checkpoint` next and relies on nothing of it before that:
   * the checkpoint writes the log to the disk anyway, so the commit does not wait for that too.
   */
  beforeCheckpoint<T>(work: () => T): T {
    this.#write(() => this.#database.exec('PRAGMA synchronous = NORMAL'));
    try {
      return this.transaction(work);
    } finally {
      this.#write(() => this.#database.exec('PRAGMA synchronous = FULL'));
    }
  }

  /** Moves the write-ahead log into the database file; false if a reader in another window still needs the log. */
  checkpoint(): boolean {
    if (this.#path === undefined) return true;
    const row = this.#write(() => this.#statement('PRAGMA wal_checkpoint(PASSIVE)').get());
    return row?.['busy'] === 0 && row['log'] === row['checkpointed'];
  }

  /** Whether the three files that were opened are still the ones at their paths. Throws if the disk cannot be read. */
  isInPlace(): boolean {
    const path = this.#path;
    if (path === undefined) return true;
    const files = translated(() => filesOf(path));
    return files.every((file, index) => file !== '' && file === this.#files[index]);
  }

  /**
   * Whether the file has to be opened again: another file is at its path, or SQLite found it read-only, which it
   * remembers even if the disk has become writable since. Throws if the disk cannot be read.
   */
  isOutdated(): boolean {
    return this.#isReadOnly || !this.isInPlace();
  }

  /** A number that changes whenever another connection has written; this connection's writes do not change it. */
  dataVersion(): number {
    return Number(this.get('PRAGMA data_version')?.['data_version']);
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #write<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#isReadOnly ||= isReadOnlyRefusal(error);
      throw new DatabaseUnusable(problemOf(error), error);
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function loadSqlite(): typeof Sqlite {
  // Loaded at run time: a VS Code older than 1.103 lacks this module, and the user has to be told so.
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof Sqlite | undefined;
  if (sqlite === undefined) throw new DatabaseUnusable('sqliteMissing');
  return sqlite;
}

function prepare(
  database: DatabaseSync,
  migrations: readonly string[],
  existingPath: string | undefined,
): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  // Before anything is written: a file of another program or of a newer version stays as it is.
  const foundVersion = versionOf(database, migrations.length);
  if (existingPath !== undefined && isCutOff(database, existingPath)) throw new DatabaseUnusable('damaged');
  // FULL: a reserved slot must still be reserved after a power cut, or the limit could be exceeded.
  switchToWal(database);
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  // A statement that fires a trigger keeps an undo journal. In a file, that doubles the time of adding sessions.
  database.exec('PRAGMA temp_store = MEMORY');
  // Ids are in no order, so a long paste changes the same index pages again and again. At SQLite's default of 1,000
  // pages, each of them would be written back to the file a dozen times.
  database.exec('PRAGMA wal_autocheckpoint = 4000');
  if (foundVersion === migrations.length) return;
  if (foundVersion > 0 && existingPath !== undefined)
    keepCopy(database, `${existingPath}.v${foundVersion}.bak`);
  database.exec('BEGIN IMMEDIATE');
  try {
    // Checked again inside: another window may have just done it.
    for (const migration of migrations.slice(versionOf(database, migrations.length)))
      database.exec(migration);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

// If several windows create the file at the same moment, SQLite refuses this switch to some of them immediately,
// whatever the busy timeout. So each new try first takes a lock that does wait for the others.
function switchToWal(database: DatabaseSync): void {
  for (let tries = 1; ; tries += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (problemOf(error) !== 'locked' || tries === 20) throw error;
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
    }
  }
}

// Copied through SQLite, since the latest writes are in the write-ahead log and not yet in the file. Written under
// another name first, so that a file with the name of a copy is always complete.
function keepCopy(database: DatabaseSync, path: string): void {
  if (existsSync(path)) return;
  // It ends like the copies, so that `forgetAll` also removes one that a crash has left.
  const unfinished = path.replace(/bak$/, `${process.pid}.bak`);
  rmSync(unfinished, { force: true });
  try {
    database.prepare('VACUUM INTO ?').run(unfinished);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function versionOf(database: DatabaseSync, newest: number): number {
  const version = pragma(database, 'user_version');
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  const owner = pragma(database, 'application_id');
  const isNew = owner === 0 && tables === 0 && version === 0;
  if (owner !== applicationId && !isNew) throw new DatabaseUnusable('foreign');
  if (version > newest) throw new DatabaseUnusable('newer');
  return version;
}

// SQLite writes whole pages and reads the missing part of the last one as zeros. If there is a log, it may hold that
// part.
function isCutOff(database: DatabaseSync, path: string): boolean {
  const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return sizeOf(path) % pragma(database, 'page_size') !== 0 && sizeOf(`${path}-wal`) === 0;
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id' | 'page_size'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
