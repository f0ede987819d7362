import type { SQLInputValue } from 'node:sqlite';
import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, entryRefOf, type Entry, type EntryRef, type EntryGroup } from './entry.ts';

/** Which entries are included. Absent parts do not restrict. */
export interface EntryFilter {
  /** Ids of integrations. */
  readonly integrations?: readonly string[];
  /** Part of a session id, a source or a note; case does not matter. */
  readonly text?: string;
}

/** Which entries of a group are read. */
export interface PageFilter extends EntryFilter {
  /** The ids of the entries to leave out. */
  readonly except?: readonly number[];
}

/** The order of entries in a group. `place`: waiting ones as they are sent, all others with the latest first. */
export type EntryOrder = 'place' | 'added' | 'changed' | 'source' | 'sessionId';

/** What follows ORDER BY for each order; the id makes each of them strict. */
export const columnsByOrder: Readonly<Record<EntryOrder, string>> = {
  place: 'place, id',
  added: 'added_at DESC, id DESC',
  changed: 'changed_at DESC, id DESC',
  source: 'source_uri IS NULL, source_uri, source_line, id',
  sessionId: 'session_id, id',
};

/** Reads the groups of the list for display. All methods throw `DatabaseUnusable` if the file fails. */
export class EntryGroups {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** How many entries each group has; empty groups are absent. Without a text, the cost does not grow with the list. */
  counts(filter: EntryFilter = {}): ReadonlyMap<EntryGroup, number> {
    const [where, values] = conditions(filter);
    const rows =
      filter.text === undefined
        ? this.#database.all(
            `SELECT entry_group, sum(n) AS n FROM entry_counts WHERE ${where} GROUP BY entry_group HAVING sum(n) > 0`,
            ...values,
          )
        : this.#database.all(
            `SELECT entry_group, count(*) AS n FROM list_entries WHERE ${where} GROUP BY entry_group`,
            ...values,
          );
    return new Map(rows.map((row) => [row['entry_group'] as EntryGroup, Number(row['n'])]));
  }

  /** The integrations that have an entry in one of these groups. */
  integrationsOn(groups: readonly EntryGroup[]): readonly string[] {
    return this.#database
      .all(
        `SELECT DISTINCT integration FROM entry_counts WHERE n > 0 AND entry_group IN (${marks(groups)})`,
        ...groups,
      )
      .map((row) => String(row['integration']));
  }

  /**
   * Up to `most` entries of a group, from index `from` (from 0) on. In the order of `place` it reads only up to the end
   * of that page.
   */
  page(
    group: EntryGroup,
    filter: PageFilter,
    order: EntryOrder,
    from: number,
    most: number,
  ): readonly Entry[] {
    // The index is ordered by position within one integration; for several, as many ordered parts are merged.
    const pieces = (filter.integrations ?? this.integrationsOn([group])).map((integration) => {
      const [where, values] = conditions({ ...filter, integrations: [integration] });
      const sql = `SELECT * FROM (SELECT * FROM current_entries WHERE entry_group = ? AND ${where} ORDER BY ${columnsByOrder[order]} LIMIT ?)`;
      return { sql, values: [group, ...values, from + most] };
    });
    if (pieces.length === 0) return [];
    return this.#database
      .all(
        `SELECT * FROM (${pieces.map(({ sql }) => sql).join(' UNION ALL ')})
         ORDER BY ${columnsByOrder[order]} LIMIT ? OFFSET ?`,
        ...pieces.flatMap(({ values }) => values),
        most,
        from,
      )
      .map(entryOf);
  }

  /** Up to `most` entries of a group, by position: those after `last`; if that is undefined, from the first on. */
  after(
    group: EntryGroup,
    integration: string,
    last: Pick<Entry, 'place' | 'id'> | undefined,
    most: number,
  ): readonly Entry[] {
    return this.#database
      .all(
        `SELECT * FROM current_entries WHERE entry_group = ? AND integration = ? AND (place, id) > (?, ?)
         ORDER BY place, id LIMIT ?`,
        group,
        integration,
        last?.place ?? -Number.MAX_VALUE,
        last?.id ?? 0,
        most,
      )
      .map(entryOf);
  }

  /** References to all entries of these groups, in each group by position. */
  refs(groups: readonly EntryGroup[], filter: EntryFilter = {}): readonly EntryRef[] {
    const [where, values] = conditions(filter);
    return groups.flatMap((group) =>
      this.#database
        .all(
          `SELECT list, id, session_id FROM current_entries WHERE entry_group = ? AND ${where} ORDER BY place, id`,
          group,
          ...values,
        )
        .map(entryRefOf),
    );
  }

  /** Those of these entries that pass a filter, in no order. */
  matching(entryIds: readonly number[], filter: EntryFilter): readonly number[] {
    const [where, values] = conditions(filter);
    return this.#database
      .all(
        `SELECT id FROM list_entries WHERE id IN (SELECT value FROM json_each(?)) AND ${where}`,
        JSON.stringify(entryIds),
        ...values,
      )
      .map((row) => Number(row['id']));
  }

  /** How many of an integration's listed entries are not checked. */
  uncheckedCount(integration: string): number {
    // The plus keeps SQLite from reading all listed entries instead of the few unchecked ones.
    return Number(
      this.#database.get(
        "SELECT count(*) AS n FROM list_entries WHERE integration = ? AND checked = 0 AND +entry_group = 'listed'",
        integration,
      )?.['n'],
    );
  }
}

/** What follows WHERE for a filter, and the values of its placeholders. */
export function conditions({ integrations, text, except }: PageFilter): [string, SQLInputValue[]] {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  if (integrations !== undefined) {
    parts.push(`integration IN (${marks(integrations)})`);
    values.push(...integrations);
  }
  if (text !== undefined) {
    // Not LIKE, since typed text often has % and _ in it. SQLite lowers both sides, because its rule covers ASCII
    // alone.
    parts.push(
      `(instr(lower(session_id || ' ' || coalesce(source_uri, '') || ' ' || coalesce(hold_note, '')), lower(?)) > 0
        OR instr(lower(source_uri), lower(?)) > 0)`,
    );
    values.push(text, inUri(text));
  }
  if (except !== undefined && except.length > 0) {
    parts.push('id NOT IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(except));
  }
  return [parts.length === 0 ? '1' : parts.join(' AND '), values];
}

/** A text as it is encoded in the URI of a source: "my orders" is "my%20orders" there. */
function inUri(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
