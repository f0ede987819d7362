import type { SQLInputValue } from 'node:sqlite';
import { CleanupDatabase, type Row } from '../../src/cleanup/database/database.ts';
import { SchemaReach } from './schemaReach.ts';

let reach: SchemaReach | undefined;

/** What a statement has read, by the values that were bound to it. */
type Read = Map<string, Row[]>;

/** A statement that reads, and under which tables what it has read is to be forgotten. */
interface Reader {
  readonly read: Read;
  readonly filled: readonly Set<Read>[];
}

/**
 * A new database in memory which remembers what its statements have read until something is written that they may read:
 * nearly every turn of a runner finds nothing new.
 */
export function openRemembering(): CleanupDatabase {
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
      // What was read in it may have been undone with it.
      forget(filledByTable.keys());
      throw error;
    }
  };
  return database;
}

/** Calls `tell` after each statement that has changed something. */
export function watchChanges(database: CleanupDatabase, tell: () => void): void {
  const run = database.run.bind(database);
  database.run = (sql, ...values) => {
    const result = run(sql, ...values);
    if (result.changes > 0) tell();
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
