import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, type Entry, type EntryGroup } from './entry.ts';

/** Up to `most` entries of these groups, of any integration, the last added first. */
export function newestEntries(
  database: Pick<CleanupDatabase, 'all'>,
  groups: readonly EntryGroup[],
  most: number,
): readonly Entry[] {
  // By id, which only grows: SQLite walks down the ids and stops as soon as it has enough, instead of sorting all
  // entries. `most` is part of the statement: SQLite compiles a statement anew at each call if its LIMIT is bound.
  const marks = groups.map(() => '?').join(', ');
  return database
    .all(
      `SELECT * FROM current_entries WHERE entry_group IN (${marks}) ORDER BY id DESC LIMIT ${most}`,
      ...groups,
    )
    .map(entryOf);
}
