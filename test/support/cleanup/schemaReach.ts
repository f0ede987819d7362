import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';

/**
 * Which tables a statement reads and writes, through triggers, views and references too; read from the schema itself.
 */
export class SchemaReach {
  /** All tables; each before the tables that it refers to. */
  readonly childrenFirst: readonly string[];
  readonly #tables: readonly string[];
  /** The tables that each view reads. */
  readonly #shown = new Map<string, readonly string[]>();
  /** The tables that are also written when a table is written. */
  readonly #alsoWritten = new Map<string, ReadonlySet<string>>();
  readonly #read = new Map<string, readonly string[]>();
  readonly #written = new Map<string, readonly string[] | undefined>();

  constructor(database: CleanupDatabase) {
    const schema = database.all('SELECT type, name, tbl_name, sql FROM sqlite_schema');
    const named = (type: string): readonly string[] =>
      schema.filter((row) => row['type'] === type).map((row) => String(row['name']));
    this.#tables = named('table');
    for (const view of schema.filter((row) => row['type'] === 'view'))
      this.#shown.set(String(view['name']), this.#namedIn(String(view['sql'])));
    const direct = new Map(this.#tables.map((table) => [table, new Set<string>()]));
    for (const row of schema.filter(({ type }) => type === 'trigger'))
      for (const [, table = ''] of String(row['sql']).matchAll(writing))
        direct.get(String(row['tbl_name']))?.add(table);
    // When a row is removed, references to it are set to null.
    const children = new Map(this.#tables.map((table) => [table, new Set<string>()]));
    for (const table of this.#tables)
      for (const reference of database.all(`SELECT "table" FROM pragma_foreign_key_list('${table}')`)) {
        direct.get(String(reference['table']))?.add(table);
        children.get(String(reference['table']))?.add(table);
      }
    const depth = (table: string): number => closure(table, children).size;
    this.childrenFirst = this.#tables
      .filter((table) => !table.startsWith('sqlite_'))
      .toSorted((a, b) => depth(a) - depth(b));
    for (const table of this.#tables) this.#alsoWritten.set(table, closure(table, direct));
  }

  /** The tables that a statement reads; '' stands for all of them, and for queries about SQLite itself. */
  readBy(sql: string): readonly string[] {
    const known = this.#read.get(sql);
    if (known !== undefined) return known;
    const views = [...this.#shown].filter(([view]) => isNamed(view, sql)).flatMap(([, tables]) => tables);
    const read = [...new Set([...this.#namedIn(sql), ...views])];
    this.#read.set(sql, read);
    return read;
  }

  /** The tables that a statement may write; undefined if that cannot be determined. */
  writtenBy(sql: string): readonly string[] | undefined {
    if (this.#written.has(sql)) return this.#written.get(sql);
    const [, table = ''] = new RegExp(writing.source).exec(sql) ?? [];
    const written = this.#tables.includes(table) ? [...(this.#alsoWritten.get(table) ?? [])] : undefined;
    this.#written.set(sql, written);
    return written;
  }

  #namedIn(sql: string): readonly string[] {
    return this.#tables.filter((table) => isNamed(table, sql));
  }
}

const writing = /(?:INSERT(?: OR [A-Z]+)? INTO|UPDATE(?: OR [A-Z]+)?|DELETE FROM)\s+([a-z_]+)/g;

function isNamed(name: string, sql: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(sql);
}

function closure(table: string, direct: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const reached = new Set([table]);
  for (const each of reached) for (const next of direct.get(each) ?? []) reached.add(next);
  return reached;
}
