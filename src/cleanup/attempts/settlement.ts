import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { AttemptBookPorts, Reservation } from './attemptBook.ts';
import type { Moment } from '../quota/clock.ts';
import type { CleanupDatabase } from '../database/database.ts';
import {
  lookUpWaitMs,
  retryWaitMs,
  setEntryState,
  setEntryWait,
  stateAfter,
  type EntryState,
} from '../list/entryState.ts';
import { parkMs } from '../quota/quota.ts';
import { believableServerAt, noteServerTime } from '../quota/serverTime.ts';
import { Switches, type StopReason } from './switches.ts';

/**
 * Writes what became of a request, in one transaction: to its attempt, to its entry, and to what is known of the
 * integration. Throws `DatabaseUnusable`; then nothing of it was written.
 */
export function settle(
  database: CleanupDatabase,
  { clock, chance }: AttemptBookPorts,
  reservation: Reservation,
  outcome: DeletionOutcome,
  durationMs: number,
): void {
  const now = clock();
  const streak = outcome.kind === 'limited' ? limitedStreak(database, reservation) + 1 : 0;
  const park = outcome.kind === 'limited' ? parkMs(streak, outcome.retryAfterMs, chance()) : null;
  const serverAt = believableServerAt(outcome);
  database.transaction(() => {
    const answer = 'answer' in outcome ? outcome.answer : undefined;
    database.run(
      `UPDATE attempts SET counts = ?, settled_at = ?, settled_uptime_ms = ?, duration_ms = ?, server_at = ?, status = ?,
         code = ?, signature = ?, outcome = ?, reason = ?, limited_streak = ?, park_ms = ? WHERE id = ?`,
      outcome.kind === 'notSent' ? 0 : 1,
      Math.round(now.wallAt),
      now.uptimeMs,
      durationMs,
      serverAt ?? null,
      answer?.status ?? null,
      answer?.code ?? null,
      answer?.signature ?? null,
      outcome.kind,
      reasonOf(outcome),
      streak,
      park,
      reservation.attemptId,
    );
    settleEntry(database, reservation, outcome, now);
    if (serverAt !== undefined) {
      const told = { serverAt, askedUptimeMs: reservation.takenAt.uptimeMs, uptimeMs: now.uptimeMs };
      noteServerTime(database, reservation.integration, told);
    }
    const stop = stopAfter(outcome);
    if (stop !== 'unchanged') new Switches(database).setStop(reservation.integration, stop);
  });
}

function settleEntry(
  database: CleanupDatabase,
  reservation: Reservation,
  outcome: DeletionOutcome,
  now: Moment,
): void {
  const state = stateAfter(outcome);
  const { entryId } = reservation;
  if (!maySet(database, reservation, state)) return;
  setEntryState(database, entryId, state, reasonOf(outcome), now.wallAt);
  if (state === 'unknown')
    setEntryWait(database, entryId, { forMs: lookUpWaitMs(0), fromUptimeMs: now.uptimeMs });
  if (state !== 'blocked') return;
  database.run('UPDATE entries SET blocks = blocks + 1 WHERE id = ?', entryId);
  const row = database.get('SELECT blocks FROM entries WHERE id = ?', entryId);
  const forMs = retryWaitMs(Number(row?.['blocks']));
  const serverAt = believableServerAt(outcome);
  if (forMs === undefined) return;
  const from = { fromUptimeMs: now.uptimeMs, ...(serverAt !== undefined && { fromServerAt: serverAt }) };
  setEntryWait(database, entryId, { forMs, ...from });
}

/**
 * A window that was wrongly taken for dead answers late. By then its entry may have been looked up, withdrawn
 * or sent again: only the last request speaks for an entry, and none gives back a consent that was taken back.
 */
function maySet(database: CleanupDatabase, { entryId, attemptId }: Reservation, state: EntryState): boolean {
  const row = database.get(
    'SELECT state, (SELECT max(id) FROM attempts WHERE entry_id = entries.id) AS last FROM entries WHERE id = ?',
    entryId,
  );
  if (row?.['last'] !== attemptId) return false;
  const isWaiting = row['state'] === 'sending' || row['state'] === 'unknown';
  return isWaiting || state === 'deleted' || state === 'gone';
}

/** What an answer says of whether the integration may go on by itself. */
function stopAfter(outcome: DeletionOutcome): StopReason | undefined | 'unchanged' {
  if (outcome.kind === 'unauthorised' || outcome.kind === 'forbidden') return outcome.kind;
  return ['deleted', 'gone', 'blocked', 'failed'].includes(outcome.kind) ? undefined : 'unchanged';
}

function reasonOf(outcome: DeletionOutcome): string | null {
  return 'reason' in outcome ? outcome.reason : 'problem' in outcome ? outcome.problem : null;
}

function limitedStreak(database: CleanupDatabase, { integration, attemptId }: Reservation): number {
  const row = database.get(
    `SELECT limited_streak FROM attempts WHERE integration = ? AND counts = 1 AND id < ?
     AND coalesce(outcome, '') NOT IN ('elsewhere', 'pastUnknown') ORDER BY id DESC LIMIT 1`,
    integration,
    attemptId,
  );
  return Number(row?.['limited_streak'] ?? 0);
}
