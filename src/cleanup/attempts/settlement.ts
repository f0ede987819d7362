import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { hostOf, keyHashOf, type Integration } from '../integrations/integration.ts';
import { followReplacement } from '../integrations/takeAlong.ts';
import { CleanupList } from '../list/cleanupList.ts';
import type { Entry, EntryState } from '../list/entry.ts';
import { markOf } from '../list/listMark.ts';
import { lookUpResultOf } from '../list/lookUpResult.ts';
import { lookUpWaitMs, retryWaitMs, setEntryState, setEntryWait, stateAfter } from '../list/entryState.ts';
import type { Clock } from '../quota/clock.ts';
import { PassedTime } from '../quota/passedTime.ts';
import { parkMs } from '../quota/quota.ts';
import type { Reservation } from './reservation.ts';
import type { AttemptBookPorts } from './bookPorts.ts';
import { Switches, type StopReason } from './switches.ts';
import type { Answer } from './unwrittenAnswers.ts';

/**
 * Writes the outcome of a request in one transaction: to its attempt, to its entry, and to what is known about the
 * integration. Throws `DatabaseUnusable`; then nothing was written.
 */
export function settle(
  database: CleanupDatabase,
  { clock, chance }: Pick<AttemptBookPorts, 'clock' | 'chance'>,
  { reservation, outcome, durationMs }: Answer,
): void {
  database.transaction(() => {
    const time = new PassedTime(database, clock);
    const nowMs = time.advance();
    const at = clock().wallAt;
    const { integration } = reservation;
    const attemptId = ownAttempt(database, reservation) ?? insertLostAttempt(database, reservation, nowMs);
    // The reservation is from another list: either the file was replaced by one that starts with all slots used, or the
    // user had everything erased.
    if (attemptId === undefined) return;
    const keyHash = keyHashOf(integration);
    const streak = outcome.kind === 'limited' ? limitedStreak(database, keyHash, attemptId) + 1 : 0;
    const park = outcome.kind === 'limited' ? parkMs(streak, outcome.retryAfterMs, chance()) : null;
    const answer = 'answer' in outcome ? outcome.answer : undefined;
    database.run(
      `UPDATE deletion_attempts SET counts = ?, settled_at = ?, settled_ms = ?, duration_ms = ?, server_at = ?, status = ?,
         code = ?, signature = ?, outcome = ?, reason = ?, limited_streak = ?, park_ms = ? WHERE id = ?`,
      outcome.kind === 'notSent' ? 0 : 1,
      Math.round(at),
      nowMs,
      durationMs,
      answer?.serverAt ?? null,
      answer?.status ?? null,
      answer?.code ?? null,
      answer?.signature ?? null,
      outcome.kind,
      reasonOf(outcome),
      streak,
      park,
      attemptId,
    );
    settleEntry(database, { attemptId, outcome, nowMs, at });
    hearDate(time, integration, outcome);
    // Only the user restarts a stopped integration, because its waiting entries may have been confirmed long ago.
    if (outcome.kind === 'unauthorised' || outcome.kind === 'forbidden')
      new Switches(database).setStop(integration.id, outcome.kind);
  });
}

/**
 * Writes the outcome of a look-up in one transaction: the server's time, why the integration is stopped, and, if an entry
 * was looked up, what is known of it. If it finds a session that our DELETE got a 404 for, deletion is probably not
 * enabled. It also tells what a 403 to a DELETE meant. Throws `DatabaseUnusable`; then nothing was written.
 */
export function settleLookUp(
  database: CleanupDatabase,
  clock: Clock,
  integration: Integration,
  outcome: LookUpOutcome,
  asked?: Entry,
): void {
  database.transaction(() => {
    const time = new PassedTime(database, clock);
    time.advance();
    hearDate(time, integration, outcome);
    const list = new CleanupList(database);
    const reason = stopAfterLookUp(database, list, integration, outcome, asked);
    if (reason !== undefined) new Switches(database).setStop(integration.id, reason);
    if (asked === undefined || outcome.kind === 'notSent') return;
    // A new reading, since the date may have moved the clock on.
    const nowMs = time.now();
    if (outcome.kind === 'found' || outcome.kind === 'notFound')
      list.recordLookUp(asked, lookUpResultOf(outcome), nowMs, clock().wallAt);
    else list.recordVainLookUp(asked, nowMs);
  });
}

/** The reason for which an integration has to be stopped after a look-up; undefined if nothing has to be changed. */
function stopAfterLookUp(
  database: CleanupDatabase,
  list: CleanupList,
  { id }: Integration,
  { kind }: LookUpOutcome,
  asked: Entry | undefined,
): StopReason | undefined {
  if (kind === 'unauthorised') return 'unauthorised';
  if (asked === undefined) return undefined;
  if (kind === 'found' && list.awaitsConfirmation(asked)) return 'notEnabled';
  if (new Switches(database).stopOf(id) !== 'forbidden') return undefined;
  if (kind === 'found' || kind === 'notFound') return 'notEnabled';
  return kind === 'forbidden' ? 'accessRefused' : undefined;
}

/**
 * Passes the `Date` of a validly signed answer to the clock. The sandbox's date is this machine's own clock, so it is
 * left out. Call inside a transaction.
 */
function hearDate(
  time: PassedTime,
  integration: Integration,
  outcome: DeletionOutcome | LookUpOutcome,
): void {
  if (integration.isSandbox || !('answer' in outcome) || outcome.kind === 'unknown') return;
  const { signature, serverAt } = outcome.answer;
  if (signature === 'valid' && serverAt !== undefined) time.hear(hostOf(integration), serverAt);
}

/**
 * The attempt of a reservation if this file has it. In an older copy that was put back, the number may belong to
 * another attempt.
 */
function ownAttempt(
  database: CleanupDatabase,
  { attemptId, sessionId, owner, takenAt }: Reservation,
): number | undefined {
  const row = database.get(
    'SELECT id FROM deletion_attempts WHERE id = ? AND session_id = ? AND owner = ? AND reserved_at = ?',
    ...[attemptId, sessionId, owner, Math.round(takenAt.wallAt)],
  );
  return row && attemptId;
}

/**
 * Inserts an attempt again that an older copy of the same list lacks, because its request was sent and counts. Returns
 * undefined if the file holds another list.
 */
function insertLostAttempt(
  database: CleanupDatabase,
  reservation: Reservation,
  nowMs: number,
): number | undefined {
  const { list, integration, sessionId, owner, takenAt } = reservation;
  if (markOf(database).list !== list) return undefined;
  return database.run(
    `INSERT INTO deletion_attempts (integration, key_hash, session_id, entry_id, owner, reserved_at, reserved_ms)
     VALUES (?1, ?2, ?3, (SELECT id FROM list_entries WHERE integration = ?1 AND session_id = ?3), ?4, ?5, ?6)`,
    ...[integration.id, keyHashOf(integration), sessionId, owner, Math.round(takenAt.wallAt), nowMs],
  ).rowId;
}

interface Settled {
  readonly attemptId: number;
  readonly outcome: DeletionOutcome;
  readonly nowMs: number;
  readonly at: number;
}

function settleEntry(database: CleanupDatabase, { attemptId, outcome, nowMs, at }: Settled): void {
  const state = stateAfter(outcome);
  const entryId = entryToSettle(database, attemptId, state);
  if (entryId === undefined) return;
  setEntryState(database, entryId, state, reasonOf(outcome), at);
  if (state === 'unknown') setEntryWait(database, entryId, nowMs + lookUpWaitMs(0));
  // An endpoint that is switched off may answer 404 as well: one look-up tells.
  if (state === 'notFound') setEntryWait(database, entryId, nowMs);
  if (state === 'blocked') {
    database.run('UPDATE list_entries SET blocks = blocks + 1 WHERE id = ? AND consent IS NOT NULL', entryId);
    const row = database.get('SELECT blocks FROM list_entries WHERE id = ?', entryId);
    const forMs = retryWaitMs(Number(row?.['blocks']));
    if (forMs !== undefined) setEntryWait(database, entryId, nowMs + forMs);
  }
  followReplacement(database, entryId, at);
}

/**
 * The entry that an answer applies to: that of its attempt, unless there is a later attempt. If a running window was
 * taken for an ended one, its answer comes late. By then the entry may have been looked up or listed again, and only a
 * deletion or a 404 changes it.
 */
function entryToSettle(database: CleanupDatabase, attemptId: number, state: EntryState): number | undefined {
  const row = database.get(
    `SELECT entry.id, entry.state FROM deletion_attempts AS attempt
     JOIN list_entries AS entry ON entry.id = attempt.entry_id AND entry.session_id = attempt.session_id
       AND entry.integration = attempt.integration
     WHERE attempt.id = ?1
       AND NOT EXISTS (SELECT 1 FROM deletion_attempts AS later WHERE later.entry_id = entry.id AND later.id > ?1)`,
    attemptId,
  );
  if (row === undefined) return undefined;
  const isWaiting = row['state'] === 'sending' || row['state'] === 'unknown';
  return isWaiting || state === 'deleted' || state === 'notFound' ? Number(row['id']) : undefined;
}

function reasonOf(outcome: DeletionOutcome): string | null {
  return 'reason' in outcome ? outcome.reason : 'problem' in outcome ? outcome.problem : null;
}

function limitedStreak(database: CleanupDatabase, keyHash: string, attemptId: number): number {
  const row = database.get(
    `SELECT limited_streak FROM deletion_attempts WHERE key_hash = ? AND counts = 1 AND id < ?
     AND coalesce(outcome, '') <> 'elsewhere' ORDER BY id DESC LIMIT 1`,
    keyHash,
    attemptId,
  );
  return Number(row?.['limited_streak'] ?? 0);
}
