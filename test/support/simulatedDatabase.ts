import type { SQLInputValue } from 'node:sqlite';
import { CleanupDatabase, type Row } from '../../src/cleanup/database/database.ts';

let spare: CleanupDatabase | undefined;

/**
 * An empty database in memory, for one world at a time. Making one and compiling its statements takes as long as many a
 * turn, so the last one that was given back is emptied and taken; and what was read is read again only after a write to its table.
 */
export function takeDatabase(): CleanupDatabase {
  const database = spare ?? remembering(CleanupDatabase.open(':memory:'));
  spare = undefined;
  return database;
}

/** Gives a database back when its world is over. */
export function giveBack(database: CleanupDatabase): void {
  const tables = database
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .map((row) => String(row['name']));
  database.transaction(() => {
    // Ids begin at 1 again, so that a world is the same whether it comes first or not.
    for (const table of [...tables, 'sqlite_sequence']) database.run(`DELETE FROM ${table}`);
  });
  spare = database;
}

/** A statement: the first table that it names, and what it read for which values, where it is remembered at all. */
interface Known {
  readonly table: string;
  readonly isRemembered: boolean;
  readonly read: Map<string, Row[]>;
  /** The statements on the same table that have read something since the last write. */
  readonly filled: Known[];
}

/** The same database, which remembers what its statements have read until something writes to one of their tables. */
function remembering(database: CleanupDatabase): CleanupDatabase {
  const statements = new Map<string, Known>();
  const filledByTable = new Map<string, Known[]>();
  const [run, all, transaction] = [
    database.run.bind(database),
    database.all.bind(database),
    database.transaction.bind(database),
  ];
  const learn = (sql: string): Known => {
    const tables = tablesIn(sql);
    // What reads two tables is not remembered: either may change.
    const table = tables[0] ?? '';
    const filled = filledByTable.get(table) ?? [];
    filledByTable.set(table, filled);
    const known = { table, filled, isRemembered: tables.length < 2, read: new Map<string, Row[]>() };
    statements.set(sql, known);
    return known;
  };
  const forget = (table: string): void => {
    const filled = filledByTable.get(table);
    if (filled === undefined) return;
    for (const { read } of filled) read.clear();
    filled.length = 0;
  };
  database.run = (sql, ...values) => {
    const { table } = statements.get(sql) ?? learn(sql);
    forget(table);
    // What asks SQLite itself, how much has changed for one.
    forget('');
    if (table === 'entries') {
      // Triggers count the entries, and an attempt forgets an entry that is no more.
      forget('entry_counts');
      if (sql.startsWith('DELETE')) forget('attempts');
    }
    return run(sql, ...values);
  };
  database.all = (sql, ...values) => {
    const known = statements.get(sql) ?? learn(sql);
    const { isRemembered, read, filled } = known;
    if (!isRemembered) return all(sql, ...values);
    const key = keyOf(values);
    const before = read.get(key);
    if (before !== undefined) return before;
    const rows = all(sql, ...values);
    if (read.size === 0) filled.push(known);
    read.set(key, rows);
    return rows;
  };
  database.get = (sql, ...values) => database.all(sql, ...values)[0];
  database.transaction = (work) => {
    try {
      return transaction(work);
    } catch (error) {
      // What was read in it may have been undone with it.
      for (const table of filledByTable.keys()) forget(table);
      throw error;
    }
  };
  return database;
}

function keyOf(values: readonly SQLInputValue[]): string {
  let key = '';
  for (const value of values) {
    if (typeof value === 'object' && value !== null) throw new Error('No statement binds bytes.');
    key += `${String(value)}|`;
  }
  return key;
}

function tablesIn(sql: string): readonly string[] {
  const named = sql.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE(?: OR IGNORE)?)\s+([a-z_]+)/g);
  return [...new Set([...named].map(([, name = '']) => name))].filter((name) => name !== 'json_each');
}
