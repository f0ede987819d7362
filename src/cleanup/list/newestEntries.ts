import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, type Entry, type Shelf } from './entry.ts';

/** Up to `most` entries that stand on these shelves, of any integration; those first that came last onto the list. */
export function newestEntries(
  database: Pick<CleanupDatabase, 'all'>,
  shelves: readonly Shelf[],
  most: number,
): readonly Entry[] {
  // By id, which only grows: SQLite walks down the ids and stops when it has enough, instead of sorting all of them.
  // The number stands in the statement: SQLite compiles one anew at each call if its LIMIT is bound.
  const marks = shelves.map(() => '?').join(', ');
  return database
    .all(`SELECT * FROM current_entries WHERE shelf IN (${marks}) ORDER BY id DESC LIMIT ${most}`, ...shelves)
    .map(entryOf);
}
