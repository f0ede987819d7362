import type { CleanupDatabase } from '../database/database.ts';
import type { Entry } from './entry.ts';
import { retryWaitMs, setEntryState, setEntryWait } from './entryState.ts';

/** What a look-up told of a session: it is there, with its status where Veriff gave one, or it is not. */
export type Finding = { readonly kind: 'found'; readonly status?: string } | { readonly kind: 'gone' };

/**
 * Writes what a look-up told of an entry; one that is out, or done, stays as it is. `asked` is the entry as it was when
 * the look-up left: an answer that is older than its last request lets nothing be sent again. `at` is epoch ms. For the
 * list alone, inside a transaction.
 */
export function setFinding(
  database: CleanupDatabase,
  entry: Entry,
  finding: Finding,
  at: number,
  asked?: Entry,
): void {
  if (['sending', 'deleted', 'gone'].includes(entry.state)) return;
  if (finding.kind === 'gone') {
    // Gone counts as our deletion only where we know that it was there before, and have asked for it.
    const isOurs = entry.state === 'unknown' && entry.seenAt !== undefined;
    setEntryState(database, entry.id, isOurs ? 'deleted' : 'gone', 'lookedUp', at);
    return;
  }
  database.run(
    'UPDATE entries SET seen_at = ?, seen_status = coalesce(?, seen_status) WHERE id = ?',
    at,
    finding.status ?? null,
    entry.id,
  );
  const isOld = asked !== undefined && asked.changedAt !== entry.changedAt;
  if (entry.state === 'unknown' && !isOld) sendAgain(database, entry, at);
}

/**
 * What was found is sent again, at once where an answer was lost for the first time. Where that happens again, something
 * is wrong, and each try costs a slot: it waits like what Veriff blocks, and then needs the user.
 */
function sendAgain(database: CleanupDatabase, { id, confirmedAt, blocks, wait }: Entry, at: number): void {
  if (confirmedAt === undefined) {
    setEntryState(database, id, 'listed', 'lookedUp', at);
    return;
  }
  database.run('UPDATE entries SET blocks = blocks + 1 WHERE id = ?', id);
  if (blocks === 0) {
    setEntryState(database, id, 'confirmed', 'lookedUp', at);
    return;
  }
  setEntryState(database, id, 'blocked', 'noAnswer', at);
  const forMs = retryWaitMs(blocks);
  if (forMs !== undefined) setEntryWait(database, id, { forMs, fromUptimeMs: wait?.fromUptimeMs ?? 0 });
}
