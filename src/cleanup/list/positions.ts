import type { CleanupDatabase } from '../database/database.ts';
import type { Entry, EntryGroup } from './entry.ts';
import { columnsByOrder, conditions, type EntryFilter, type EntryOrder } from './entryGroups.ts';

// Up to this many are counted one by one; if there are more, all listed entries are numbered instead.
const mostCounted = 500;

/**
 * Finds the positions of entries without reading the entries before them. All methods throw `DatabaseUnusable` if the
 * file fails.
 */
export class Positions {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** How many entries of its own integration come before each of these, which are in the queue; by entry id. */
  queued(entries: readonly Entry[]): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    for (const [integration, own] of Map.groupBy(entries, (entry) => entry.integration)) {
      let before = 0;
      let last: Position | undefined;
      for (const entry of own.toSorted(byPlace)) {
        before += this.#between('queue', integration, last, entry);
        found.set(entry.id, before);
        last = entry;
      }
    }
    return found;
  }

  /** Whether a listed entry that passes the filter is unchecked. */
  hasUnchecked(filter: EntryFilter): boolean {
    return this.#unchecked(filter, 1).length > 0;
  }

  /** Which pages (from 0) of `size` listed entries each have an unchecked one. */
  uncheckedPages(filter: EntryFilter, order: EntryOrder, size: number): ReadonlySet<number> {
    const unchecked = this.#unchecked(filter, mostCounted + 1);
    if (unchecked.length === 0) return new Set();
    if (order !== 'place' || filter.text !== undefined || unchecked.length > mostCounted)
      return this.#uncheckedPages(filter, order, size);
    const integrations = filter.integrations ?? this.#integrations();
    let before = 0;
    let last: Position | undefined;
    return new Set(
      unchecked.toSorted(byPlace).map((entry) => {
        for (const integration of integrations) before += this.#between('listed', integration, last, entry);
        last = entry;
        return Math.floor(before / size);
      }),
    );
  }

  /** The cost of this grows with the number of listed entries. */
  #uncheckedPages(filter: EntryFilter, order: EntryOrder, size: number): ReadonlySet<number> {
    const [where, values] = conditions(filter);
    const rows = this.#database.all(
      `SELECT DISTINCT page FROM (
         SELECT checked, (row_number() OVER (ORDER BY ${columnsByOrder[order]}) - 1) / ${size} AS page
         FROM list_entries WHERE entry_group = 'listed' AND ${where}) WHERE checked = 0`,
      ...values,
    );
    return new Set(rows.map((row) => Number(row['page'])));
  }

  #unchecked(filter: EntryFilter, most: number): readonly Position[] {
    const [where, values] = conditions(filter);
    // The plus keeps SQLite from reading all listed entries instead of the few unchecked ones.
    return this.#database
      .all(
        `SELECT id, place FROM list_entries WHERE checked = 0 AND +entry_group = 'listed' AND ${where} LIMIT ${most}`,
        ...values,
      )
      .map((row) => ({ id: Number(row['id']), place: Number(row['place']) }));
  }

  #integrations(): readonly string[] {
    return this.#database
      .all("SELECT integration FROM entry_counts WHERE entry_group = 'listed' AND n > 0")
      .map((row) => String(row['integration']));
  }

  /** How many entries of an integration's group are at or after `from` (undefined: the first) and before `to`. */
  #between(group: EntryGroup, integration: string, from: Position | undefined, to: Position): number {
    const row = this.#database.get(
      `SELECT count(*) AS n FROM list_entries
       WHERE integration = ? AND entry_group = ? AND (place, id) >= (?, ?) AND (place, id) < (?, ?)`,
      integration,
      group,
      from?.place ?? -Number.MAX_VALUE,
      from?.id ?? 0,
      to.place,
      to.id,
    );
    return Number(row?.['n']);
  }
}

/** The position of an entry in its group. */
export type Position = Pick<Entry, 'place' | 'id'>;

/** Compares two positions in one group, for sorting. */
export function byPlace(a: Position, b: Position): number {
  return a.place - b.place || a.id - b.id;
}
