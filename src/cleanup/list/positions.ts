import type { CleanupDatabase } from '../database/database.ts';
import type { Entry, Shelf } from './entry.ts';
import { columnsByOrder, conditions, type EntryFilter, type EntryOrder } from './entryGroups.ts';

// So many are counted one by one; of more, all that is listed is numbered instead.
const mostCounted = 500;

/**
 * Tells where entries stand among others, without reading those. All of it throws `DatabaseUnusable` if the file
 * fails.
 */
export class Places {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** How many entries of its own integration go before each of these, which stand in the queue; by entry id. */
  queued(entries: readonly Entry[]): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    for (const [integration, own] of Map.groupBy(entries, (entry) => entry.integration)) {
      let before = 0;
      let last: Place | undefined;
      for (const entry of own.toSorted(byPlace)) {
        before += this.#between('queue', integration, last, entry);
        found.set(entry.id, before);
        last = entry;
      }
    }
    return found;
  }

  /** Whether a listed entry that the filter lets through is not checked. */
  hasUnchecked(filter: EntryFilter): boolean {
    return this.#unchecked(filter, 1).length > 0;
  }

  /** Which pages (from 0), of `size` listed entries each, hold one that is not checked. */
  uncheckedPages(filter: EntryFilter, order: EntryOrder, size: number): ReadonlySet<number> {
    const unchecked = this.#unchecked(filter, mostCounted + 1);
    if (unchecked.length === 0) return new Set();
    if (order !== 'place' || filter.text !== undefined || unchecked.length > mostCounted)
      return this.#uncheckedPages(filter, order, size);
    const integrations = filter.integrations ?? this.#integrations();
    let before = 0;
    let last: Place | undefined;
    return new Set(
      unchecked.toSorted(byPlace).map((entry) => {
        for (const integration of integrations) before += this.#between('listed', integration, last, entry);
        last = entry;
        return Math.floor(before / size);
      }),
    );
  }

  /** The cost of this grows with all that is listed. */
  #uncheckedPages(filter: EntryFilter, order: EntryOrder, size: number): ReadonlySet<number> {
    const [where, values] = conditions(filter);
    const rows = this.#database.all(
      `SELECT DISTINCT page FROM (
         SELECT checked, (row_number() OVER (ORDER BY ${columnsByOrder[order]}) - 1) / ${size} AS page
         FROM list_entries WHERE shelf = 'listed' AND ${where}) WHERE checked = 0`,
      ...values,
    );
    return new Set(rows.map((row) => Number(row['page'])));
  }

  #unchecked(filter: EntryFilter, most: number): readonly Place[] {
    const [where, values] = conditions(filter);
    // The plus keeps SQLite from going through all that is listed instead of the few that are not checked.
    return this.#database
      .all(
        `SELECT id, place FROM list_entries WHERE checked = 0 AND +shelf = 'listed' AND ${where} LIMIT ${most}`,
        ...values,
      )
      .map((row) => ({ id: Number(row['id']), place: Number(row['place']) }));
  }

  #integrations(): readonly string[] {
    return this.#database
      .all("SELECT integration FROM entry_counts WHERE shelf = 'listed' AND n > 0")
      .map((row) => String(row['integration']));
  }

  /**
   * How many of an integration's entries on a shelf stand from `from` on (undefined: from the first) and before `to`.
   */
  #between(shelf: Shelf, integration: string, from: Place | undefined, to: Place): number {
    const row = this.#database.get(
      `SELECT count(*) AS n FROM list_entries
       WHERE integration = ? AND shelf = ? AND (place, id) >= (?, ?) AND (place, id) < (?, ?)`,
      integration,
      shelf,
      from?.place ?? -Number.MAX_VALUE,
      from?.id ?? 0,
      to.place,
      to.id,
    );
    return Number(row?.['n']);
  }
}

/** Where an entry stands in its queue. */
export type Place = Pick<Entry, 'place' | 'id'>;

/** Compares by the order in which entries of one queue go. */
export function byPlace(a: Place, b: Place): number {
  return a.place - b.place || a.id - b.id;
}
