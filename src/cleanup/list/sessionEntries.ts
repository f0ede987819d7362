import type { SessionId } from '../../veriff/sessionId.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, type Entry } from './entry.ts';

/**
 * The entries of these sessions in all integrations, in no order. The cost does not grow with the list. Throws
 * `DatabaseUnusable`.
 */
export function entriesOfSessions(
  database: Pick<CleanupDatabase, 'all'>,
  sessionIds: readonly SessionId[],
): readonly Entry[] {
  if (sessionIds.length === 0) return [];
  // The unique index begins with the integration, so SQLite can use it only if all integrations are named.
  return database
    .all(
      `SELECT * FROM current_entries WHERE integration IN (SELECT integration FROM entry_counts)
         AND session_id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(sessionIds),
    )
    .map(entryOf);
}
