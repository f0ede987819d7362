import type { LookUpOutcome } from '../../veriff/outcome.ts';
import { isRefused } from '../../veriff/sessionStatus.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { endConsentOf } from './consents.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { Entry, LastRequest } from './entry.ts';
import { markOf } from './listMark.ts';
import { leftMs } from './waits.ts';
import { mostRetries, retryWaitMs, setEntryState, setEntryWait } from './entryState.ts';

/** What a look-up found: the session, with its status if Veriff gave one, or no session of this integration. */
export type LookUpResult =
  { readonly kind: 'found'; readonly status?: string } | { readonly kind: 'notFound' };

/** A session that a look-up found before it was on the list: its status, when (epoch ms), and the last request then. */
export interface SeenBefore {
  readonly status?: string;
  readonly at: number;
  readonly after: LastRequest;
}

/** The result of an answered look-up. */
export function lookUpResultOf(
  outcome: Extract<LookUpOutcome, { kind: 'found' | 'notFound' }>,
): LookUpResult {
  if (outcome.kind === 'notFound') return { kind: 'notFound' };
  return {
    kind: 'found',
    ...(outcome.sessionStatus !== undefined && { status: outcome.sessionStatus }),
  };
}

/**
 * Whether a 404 to our own DELETE is still to be confirmed by a look-up: an endpoint that is switched off may answer the
 * same.
 */
export function awaitsConfirmation({ state, waitUntilMs }: Entry): boolean {
  return state === 'notFound' && waitUntilMs !== undefined;
}

/**
 * Writes the result of a look-up to an entry that has not changed since the request was sent. A look-up alone never
 * makes it `deleted`, and what is `deleted` stays so. `nowMs` is a reading of the database's clock, `at` epoch ms. Only
 * for the list; call inside a transaction.
 */
export function writeLookUpResult(
  database: CleanupDatabase,
  entry: Entry,
  result: LookUpResult,
  nowMs: number,
  at: number,
): void {
  if (entry.state === 'sending' || entry.state === 'deleted') return;
  if (result.kind === 'notFound') {
    const state = wasDeletedByUs(database, entry) ? 'deleted' : 'notFound';
    endConsentOf(database, entry.id, 'lookedUp', at);
    if (entry.state !== 'notFound') setEntryState(database, entry.id, state, 'lookedUp', at);
    else if (awaitsConfirmation(entry))
      database.run('UPDATE list_entries SET wait_until_ms = NULL, look_ups = 0 WHERE id = ?', entry.id);
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
  else heedStatus(database, entry, result.status, nowMs, at);
  if (entry.state === 'notFound') setEntryState(database, entry.id, 'listed', 'lookedUp', at);
}

/**
 * Writes to an entry that its session was found before it was put on the list, unless a later look-up found it. Only for
 * the list; call inside a transaction.
 */
export function noteSeen(
  database: CleanupDatabase,
  integration: string,
  sessionId: SessionId,
  { status, at, after }: SeenBefore,
): void {
  // An attempt's number means nothing in another list.
  if (markOf(database).list !== after.list) return;
  database.run(
    `UPDATE list_entries SET seen_at = ?, seen_status = ?, seen_attempt = ?
     WHERE integration = ? AND session_id = ? AND coalesce(seen_at, 0) < ?1`,
    ...[Math.round(at), status ?? null, after.attempt, integration, sessionId],
  );
}

/**
 * Whether a 404 results from our own request: this integration had found the session, and a DELETE of ours left after
 * that without a valid answer.
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
 * Lets an entry that was found be sent again if its consent is alive: at once if an answer was lost for the first time.
 * If that happens again, something is wrong and each try costs a slot, so it waits like a blocked entry, and finally
 * needs the user.
 */
function sendAgain(database: CleanupDatabase, entry: Entry, nowMs: number, at: number): void {
  const { id, blocks, confirmedAt } = entry;
  if (confirmedAt !== undefined && blocks > 0) {
    block(database, id, { reason: 'noAnswer', blocks: blocks + 1, forMs: retryWaitMs(blocks) }, nowMs, at);
    return;
  }
  setEntryState(database, id, 'confirmed', 'lookedUp', at);
  database.run('UPDATE list_entries SET blocks = blocks + 1 WHERE id = ? AND consent IS NOT NULL', id);
}

/**
 * Lets an entry wait that Veriff would refuse now, which costs no slot and ends no consent; lets one be sent whose wait
 * after a refusal is over.
 */
function heedStatus(
  database: CleanupDatabase,
  entry: Entry,
  status: string | undefined,
  nowMs: number,
  at: number,
): void {
  const { id, state, heldAt } = entry;
  const isDue = state === 'blocked' && heldAt === undefined && leftMs(entry, nowMs) <= 0;
  if (state !== 'confirmed' && !isDue) return;
  if (isRefused(status)) {
    // Not more than the user would have to act upon: the next look-up costs nothing either.
    const blocks = Math.min(entry.blocks + 1, mostRetries);
    block(database, id, { reason: 'notCompleted', blocks, forMs: retryWaitMs(blocks) }, nowMs, at);
  } else if (isDue) setEntryState(database, id, 'confirmed', null, at);
}

/** Why an entry is blocked, how often it was by now, and for how long it waits; undefined until the user acts. */
interface Blocking {
  readonly reason: string;
  readonly blocks: number;
  readonly forMs: number | undefined;
}

function block(
  database: CleanupDatabase,
  id: number,
  { reason, blocks, forMs }: Blocking,
  nowMs: number,
  at: number,
): void {
  setEntryState(database, id, 'blocked', reason, at);
  database.run('UPDATE list_entries SET blocks = ? WHERE id = ?', blocks, id);
  if (forMs !== undefined) setEntryWait(database, id, nowMs + forMs);
}
