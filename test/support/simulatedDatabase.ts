import type { SQLInputValue } from 'node:sqlite';
import { CleanupDatabase, type Row } from '../../src/cleanup/database/database.ts';
import type { Arm } from './simulatedArm.ts';

let spare: CleanupDatabase | undefined;

/**
 * An empty database in memory, for one world at a time. Making one and compiling its statements takes as long as many a
 * turn, so the last one that was given back is emptied and taken; and what was read is read again only after a write.
 */
export function takeDatabase({ alter }: Arm): CleanupDatabase {
  if (alter !== undefined) {
    const altered = CleanupDatabase.open(':memory:');
    alter(altered);
    return altered;
  }
  const database = spare ?? remembering(CleanupDatabase.open(':memory:'));
  spare = undefined;
  return database;
}

/** Gives a database back when its world is over. */
export function giveBack(database: CleanupDatabase, { alter }: Arm): void {
  if (alter !== undefined) return database.close();
  database.transaction(() => {
    database.run("UPDATE list_entries SET consent = NULL, state = 'listed' WHERE consent IS NOT NULL");
    // Ids begin at 1 again, so that a world is the same whether it comes first or not.
    for (const table of tables) database.run(`DELETE FROM ${table}`);
    database.run('UPDATE list SET id = lower(hex(randomblob(16))), generation = 0, unknown_past_ms = NULL');
  });
  spare = database;
}

// What refers comes before what it refers to.
const tables = [
  ...['deletion_attempts', 'list_entries', 'removed_entries', 'entry_counts', 'consents', 'agreements'],
  ...['integrations', 'old_integrations', 'quota_keys', 'inherited_pasts', 'server_dates', 'clock', 'switches'],
  'sqlite_sequence',
];
const readable = [...tables, 'list', 'current_entries'];

/** What triggers and references write as well if one of these tables is written to; the others stand alone. */
const alsoWritten: Readonly<Record<string, readonly string[]>> = {
  consents: ['list_entries', 'entry_counts', 'list', 'current_entries'],
  list_entries: ['entry_counts', 'deletion_attempts', 'current_entries'],
  integrations: ['consents', 'list_entries', 'entry_counts', 'list', 'current_entries'],
  deletion_attempts: ['list', 'current_entries'],
  agreements: ['current_entries'],
  list: ['current_entries'],
  switches: ['list'],
  quota_keys: ['list'],
};

/** What a statement has read, by the values that were bound to it. */
type Read = Map<string, Row[]>;

/** The same database, which remembers what its statements have read until something is written that they may read. */
function remembering(database: CleanupDatabase): CleanupDatabase {
  const statements = new Map<string, { readonly read: Read; readonly filled: readonly Set<Read>[] }>();
  const filledByTable = new Map<string, Set<Read>>([...readable, ''].map((table) => [table, new Set()]));
  const writing = new Map<string, readonly string[]>();
  const [run, all, transaction] = [
    database.run.bind(database),
    database.all.bind(database),
    database.transaction.bind(database),
  ];
  const learn = (sql: string): { read: Read; filled: readonly Set<Read>[] } => {
    const named = readable.filter((table) => new RegExp(`\\b${table}\\b`).test(sql));
    const filled = [...named, ''].map((table) => filledByTable.get(table) ?? new Set<Read>());
    const known = { read: new Map<string, Row[]>(), filled };
    statements.set(sql, known);
    return known;
  };
  const forget = (names: Iterable<string>): void => {
    for (const name of names) {
      const filled = filledByTable.get(name) ?? new Set();
      for (const rows of filled) rows.clear();
      filled.clear();
    }
  };
  database.run = (sql, ...values) => {
    let written = writing.get(sql);
    if (written === undefined) writing.set(sql, (written = writtenBy(sql)));
    forget(written);
    return run(sql, ...values);
  };
  database.all = (sql, ...values) => {
    const { read, filled } = statements.get(sql) ?? learn(sql);
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
      forget(['']);
      throw error;
    }
  };
  return database;
}

/** The tables that a statement writes to; '' for all of them. */
function writtenBy(sql: string): readonly string[] {
  const [, table = ''] = /^\s*(?:INSERT INTO|UPDATE(?: OR IGNORE)?|DELETE FROM)\s+([a-z_]+)/.exec(sql) ?? [];
  return readable.includes(table) ? [table, ...(alsoWritten[table] ?? [])] : [''];
}

function keyOf(values: readonly SQLInputValue[]): string {
  let key = '';
  for (const value of values) {
    if (typeof value === 'object' && value !== null) throw new Error('No statement binds bytes.');
    key += `${String(value)}|`;
  }
  return key;
}
