import type { SQLInputValue } from 'node:sqlite';
import { CleanupDatabase, type Row } from '../../../src/cleanup/database/database.ts';
import { SchemaReach } from '../cleanup/schemaReach.ts';

let reach: SchemaReach | undefined;
let spare: CleanupDatabase | undefined;
/** The functions to call after a change of a database. */
const watchers = new WeakMap<CleanupDatabase, { tell: () => void }>();

/** The rows that a statement has read, by its bound values. */
type Read = Map<string, Row[]>;

/** A statement that reads, and the tables whose changes make its rows outdated. */
interface Reader {
  readonly read: Read;
  readonly filled: readonly Set<Read>[];
}

/**
 * An empty database in memory, for one world at a time. It remembers what its statements have read until something is
 * written that may change it, because nearly every turn of a runner finds nothing new. Creating a database and
 * compiling its statements takes long, so the last one that was given back is used again.
 */
export function takeDatabase(): CleanupDatabase {
  const database = spare ?? openRemembering();
  spare = undefined;
  return database;
}

/** Gives a database back when its world is over. */
export function giveBack(database: CleanupDatabase): void {
  watchChanges(database, () => undefined);
  database.transaction(() => {
    database.run("UPDATE list_entries SET consent = NULL, state = 'listed' WHERE consent IS NOT NULL");
    // Ids begin at 1 again, so that a world is the same whether it comes first or not.
    for (const table of [...(reach?.childrenFirst ?? []), 'sqlite_sequence'])
      if (table !== 'list') database.run(`DELETE FROM ${table}`);
    database.run('UPDATE list SET id = lower(hex(randomblob(16))), generation = 0, unknown_past_ms = NULL');
  });
  spare = database;
}

function openRemembering(): CleanupDatabase {
  const database = CleanupDatabase.open(':memory:');
  const schema = (reach ??= new SchemaReach(database));
  const readers = new Map<string, Reader>();
  const filledByTable = new Map<string, Set<Read>>();
  const [run, all, transaction] = [
    database.run.bind(database),
    database.all.bind(database),
    database.transaction.bind(database),
  ];
  const filledOf = (table: string): Set<Read> => {
    const known = filledByTable.get(table) ?? new Set<Read>();
    filledByTable.set(table, known);
    return known;
  };
  const learn = (sql: string): Reader => {
    const reader = { read: new Map<string, Row[]>(), filled: schema.readBy(sql).map(filledOf) };
    readers.set(sql, reader);
    return reader;
  };
  const forget = (tables: Iterable<string>): void => {
    for (const table of tables) {
      const filled = filledOf(table);
      for (const rows of filled) rows.clear();
      filled.clear();
    }
  };
  database.run = (sql, ...values) => {
    forget(schema.writtenBy(sql) ?? filledByTable.keys());
    return run(sql, ...values);
  };
  database.all = (sql, ...values) => {
    const { read, filled } = readers.get(sql) ?? learn(sql);
    const key = keyOf(values);
    const before = read.get(key);
    if (before !== undefined) return before;
    const rows = all(sql, ...values);
    if (read.size === 0) for (const each of filled) each.add(read);
    read.set(key, rows);
    return rows;
  };
  database.get = (sql, ...values) => database.all(sql, ...values)[0];
  database.transaction = (work) => {
    try {
      return transaction(work);
    } catch (error) {
      // Rows that were read in the transaction may have been rolled back with it.
      forget(filledByTable.keys());
      throw error;
    }
  };
  return database;
}

/** Calls `tell` after each statement that has changed something, instead of any function that was set before. */
export function watchChanges(database: CleanupDatabase, tell: () => void): void {
  const known = watchers.get(database);
  if (known !== undefined) {
    known.tell = tell;
    return;
  }
  const watcher = { tell };
  watchers.set(database, watcher);
  const run = database.run.bind(database);
  database.run = (sql, ...values) => {
    const result = run(sql, ...values);
    if (result.changes > 0) watcher.tell();
    return result;
  };
}

function keyOf(values: readonly SQLInputValue[]): string {
  let key = '';
  for (const value of values) {
    if (typeof value === 'object' && value !== null) throw new Error('No statement binds bytes.');
    key += `${String(value)}|`;
  }
  return key;
}
