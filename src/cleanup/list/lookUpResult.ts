import type { LookUpOutcome } from '../../veriff/outcome.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { endConsentOf } from './consents.ts';
import type { Entry } from './entry.ts';
import { retryWaitMs, setEntryState, setEntryWait } from './entryState.ts';

/** What a look-up told of a session: it is there, with its status if Veriff gave one, or it is not. */
export type LookUpResult = { readonly kind: 'found'; readonly status?: string } | { readonly kind: 'gone' };

/** What an answered look-up tells of the session. */
export function lookUpResultOf(outcome: Extract<LookUpOutcome, { kind: 'found' | 'gone' }>): LookUpResult {
  if (outcome.kind === 'gone') return { kind: 'gone' };
  return {
    kind: 'found',
    ...(outcome.sessionStatus !== undefined && { status: outcome.sessionStatus }),
  };
}

/**
 * Writes what a look-up told of an entry that is still what it was when the question left; one that is done stays as it
 * is. `nowMs` is a reading of the clock, `at` epoch ms. For the list alone, inside a transaction.
 */
export function writeLookUpResult(
  database: CleanupDatabase,
  entry: Entry,
  result: LookUpResult,
  nowMs: number,
  at: number,
): void {
  if (['sending', 'deleted', 'gone'].includes(entry.state)) return;
  if (result.kind === 'gone') {
    const state = wasDeletedByUs(database, entry) ? 'deleted' : 'gone';
    endConsentOf(database, entry.id, 'lookedUp', at);
    setEntryState(database, entry.id, state, 'lookedUp', at);
    return;
  }
  database.run(
    `UPDATE list_entries SET seen_at = ?, seen_status = coalesce(?, seen_status),
       seen_attempt = (SELECT coalesce(max(id), 0) FROM deletion_attempts) WHERE id = ?`,
    Math.round(at),
    result.status ?? null,
    entry.id,
  );
  if (entry.state === 'unknown') sendAgain(database, entry, nowMs, at);
}

/**
 * Whether a 404 is the work of our own request: this integration had found the session, a DELETE of ours left after
 * that and got no answer to be believed.
 */
function wasDeletedByUs(database: CleanupDatabase, { id, state }: Entry): boolean {
  if (state !== 'unknown') return false;
  const row = database.get(
    `SELECT 1 FROM list_entries AS entry JOIN deletion_attempts AS attempt ON attempt.entry_id = entry.id
       AND attempt.integration = entry.integration AND attempt.session_id = entry.session_id
       AND attempt.id > entry.seen_attempt AND attempt.counts = 1
     WHERE entry.id = ? AND coalesce(attempt.outcome, 'unknown') = 'unknown'`,
    id,
  );
  return row !== undefined;
}

/**
 * What was found is sent again if its consent is alive, at once if an answer was lost for the first time. If that
 * happens again, something is wrong, and each try costs a slot: it waits like what Veriff blocks, and then needs the
 * user.
 */
function sendAgain(database: CleanupDatabase, entry: Entry, nowMs: number, at: number): void {
  const { id, blocks, confirmedAt } = entry;
  if (confirmedAt === undefined || blocks === 0) {
    setEntryState(database, id, 'confirmed', 'lookedUp', at);
    database.run('UPDATE list_entries SET blocks = blocks + 1 WHERE id = ? AND consent IS NOT NULL', id);
    return;
  }
  setEntryState(database, id, 'blocked', 'noAnswer', at);
  database.run('UPDATE list_entries SET blocks = blocks + 1 WHERE id = ?', id);
  const forMs = retryWaitMs(blocks);
  if (forMs !== undefined) setEntryWait(database, id, nowMs + forMs);
}
