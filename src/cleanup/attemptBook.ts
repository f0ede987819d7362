import type { DeletionOutcome } from '../veriff/outcome.ts';
import { parseSessionId, type SessionId } from '../veriff/sessionId.ts';
import { setEntryState, stateAfter, type EntryState } from './entryState.ts';
import type { Clock, Moment } from './clock.ts';
import type { CleanupDatabase, Row } from './database.ts';
import { DeadWindows } from './deadWindows.ts';
import type { IsOwnerAlive } from './owner.ts';
import {
  forecast,
  parkMs,
  quotaState,
  veriffLimits,
  type Limit,
  type PastAttempt,
  type QuotaState,
} from './quota.ts';

/** A slot of the quota, taken in the database for one request. */
export interface Reservation {
  readonly attemptId: number;
  readonly entryId: number;
  readonly integration: string;
  readonly sessionId: SessionId;
  readonly takenAt: Moment;
}

/** A reserved slot, or why there is none: another request is out, no slot is free, or nobody agreed to this deletion. */
export type ReservationResult =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | { readonly kind: 'busy' | 'noSlot'; readonly quota: QuotaState }
  | { readonly kind: 'notConfirmed' };

/** One past deletion request, for people to look at. */
export interface PastRequest {
  readonly sessionId: string;
  readonly settledAt: number;
  readonly outcome: string;
}

/** What the book needs from outside. */
export interface AttemptBookPorts {
  readonly clock: Clock;
  /** The name of this process, see `thisProcess`. */
  readonly owner: string;
  readonly isOwnerAlive: IsOwnerAlive;
  /** From 0 to 1, for the jitter after a 429. */
  readonly chance: () => number;
  readonly limits?: readonly Limit[];
}

/** A request may leave at most this long after its slot was reserved; a process that froze meanwhile must not send. */
export const reservationLifeMs = 2000;

/**
 * Every DELETE as a durable row: reserved, answered, and how. The quota is a question about these rows and
 * nothing else. All methods throw `DatabaseUnusable` where the file fails.
 */
export class AttemptBook {
  readonly #database: CleanupDatabase;
  readonly #ports: AttemptBookPorts;
  readonly #limits: readonly Limit[];
  readonly #deadWindows: DeadWindows;
  readonly #unrecorded: (() => void)[] = [];

  constructor(database: CleanupDatabase, ports: AttemptBookPorts) {
    this.#database = database;
    this.#ports = ports;
    this.#limits = ports.limits ?? veriffLimits;
    this.#deadWindows = new DeadWindows(database, ports.clock, ports.isOwnerAlive);
  }

  /** The rate-limit state of an integration now. */
  quota(integration: string): QuotaState {
    this.recover(integration);
    return quotaState(this.#past(integration), this.#limits, this.#knownTime(integration));
  }

  /** When each of the next `count` deletions may be sent, in ms from now. */
  forecast(integration: string, count: number): readonly number[] {
    return forecast(this.#past(integration), this.#limits, this.#knownTime(integration), count);
  }

  /** Checks consent and quota and takes a slot, all in one transaction, so that no other window can take the same. */
  reserve(entryId: number): ReservationResult {
    this.#recordWhatFailed();
    return this.#database.transaction(() => {
      const entry = this.#database.get("SELECT * FROM entries WHERE id = ? AND state = 'confirmed'", entryId);
      const sessionId = entry && parseSessionId(String(entry['session_id']));
      if (entry === undefined || sessionId === undefined) return { kind: 'notConfirmed' };
      const integration = String(entry['integration']);
      this.#deadWindows.settle(integration);
      const quota = quotaState(this.#past(integration), this.#limits, this.#knownTime(integration));
      if (quota.inFlight) return { kind: 'busy', quota };
      if (quota.freeInMs > 0) return { kind: 'noSlot', quota };
      return { kind: 'reserved', reservation: this.#take(entryId, integration, sessionId) };
    });
  }

  /** Whether a request for this reservation may leave now. To be asked right before it does, with no wait between. */
  mayLeave({ takenAt }: Reservation): boolean {
    const now = this.#ports.clock();
    // The monotonic clock stands still in sleep, the uptime does not; either may be the one that noticed.
    const heldMs = Math.max(now.monotonicMs - takenAt.monotonicMs, now.uptimeMs - takenAt.uptimeMs);
    return now.uptimeMs >= takenAt.uptimeMs && heldMs <= reservationLifeMs;
  }

  /** Gives a slot back that was not used: no request left. The entry is confirmed as before. */
  release(reservation: Reservation): void {
    this.record(reservation, { kind: 'notSent', reason: 'cancelled' }, 0);
  }

  /**
   * Records what became of the request. Where the disk refuses, it throws, keeps the record in memory and tries
   * again before the next reservation; until then the row counts as a request that is out.
   */
  record(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    // In line behind what failed before, and kept even where that fails again.
    this.#unrecorded.push(() => this.#settle(reservation, outcome, durationMs));
    this.#recordWhatFailed();
  }

  /** Remembers the server's time that a look-up brought; it tells how much time a reboot has eaten. */
  noteServerTime(integration: string, serverAt: number): void {
    this.#database.run(
      `INSERT INTO server_times (integration, server_at, uptime_ms) VALUES (?, ?, ?)
       ON CONFLICT (integration) DO UPDATE SET server_at = excluded.server_at, uptime_ms = excluded.uptime_ms`,
      integration,
      serverAt,
      this.#ports.clock().uptimeMs,
    );
  }

  /** Turns what a window left behind that has ended, from `sending` to `unknown`. Writes only where there is such a thing. */
  recover(integration: string): void {
    if (!this.#deadWindows.leftSomething(integration)) return;
    this.#database.transaction(() => this.#deadWindows.settle(integration));
  }

  /** The last requests that were sent, newest first. */
  recent(integration: string, limit: number): readonly PastRequest[] {
    return this.#database
      .all(
        `SELECT session_id, settled_at, outcome FROM attempts
         WHERE integration = ? AND counts = 1 AND settled_at IS NOT NULL ORDER BY id DESC LIMIT ?`,
        integration,
        limit,
      )
      .map((row) => ({
        sessionId: String(row['session_id']),
        settledAt: Number(row['settled_at']),
        outcome: String(row['outcome']),
      }));
  }

  #take(entryId: number, integration: string, sessionId: SessionId): Reservation {
    const takenAt = this.#ports.clock();
    const { rowId } = this.#database.run(
      `INSERT INTO attempts (integration, session_id, entry_id, owner, reserved_at, reserved_uptime_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      integration,
      sessionId,
      entryId,
      this.#ports.owner,
      Math.round(takenAt.wallAt),
      takenAt.uptimeMs,
    );
    setEntryState(this.#database, entryId, 'sending', null, takenAt.wallAt);
    return { attemptId: rowId, entryId, integration, sessionId, takenAt };
  }

  #settle(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    const now = this.#ports.clock();
    const answer = 'answer' in outcome ? outcome.answer : undefined;
    const reason = 'reason' in outcome ? outcome.reason : 'problem' in outcome ? outcome.problem : null;
    const streak = outcome.kind === 'limited' ? this.#limitedStreak(reservation) + 1 : 0;
    const park =
      outcome.kind === 'limited' ? parkMs(streak, outcome.retryAfterMs, this.#ports.chance()) : null;
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE attempts SET counts = ?, settled_at = ?, settled_uptime_ms = ?, duration_ms = ?, server_at = ?, status = ?,
           code = ?, signature = ?, outcome = ?, reason = ?, limited_streak = ?, park_ms = ? WHERE id = ?`,
        outcome.kind === 'notSent' ? 0 : 1,
        Math.round(now.wallAt),
        now.uptimeMs,
        durationMs,
        believableServerAt(outcome) ?? null,
        answer?.status ?? null,
        answer?.code ?? null,
        answer?.signature ?? null,
        outcome.kind,
        reason,
        streak,
        park,
        reservation.attemptId,
      );
      const state = stateAfter(outcome);
      if (this.#maySet(reservation, state))
        setEntryState(this.#database, reservation.entryId, state, reason, now.wallAt);
      const serverAt = believableServerAt(outcome);
      if (serverAt !== undefined) this.noteServerTime(reservation.integration, serverAt);
    });
  }

  /**
   * A window that was wrongly taken for dead answers late. By then its entry may have been looked up, withdrawn
   * or sent again: only the last request speaks for an entry, and none gives back a consent that was taken back.
   */
  #maySet({ entryId, attemptId }: Reservation, state: EntryState): boolean {
    const row = this.#database.get(
      'SELECT state, (SELECT max(id) FROM attempts WHERE entry_id = entries.id) AS last FROM entries WHERE id = ?',
      entryId,
    );
    if (row?.['last'] !== attemptId) return false;
    const isWaiting = row['state'] === 'sending' || row['state'] === 'unknown';
    return isWaiting || state === 'deleted' || state === 'gone';
  }

  #past(integration: string): readonly PastAttempt[] {
    // No limit looks further back than its own count of attempts.
    const most = Math.max(...this.#limits.map((limit) => limit.count));
    return this.#database
      .all(
        `SELECT settled_uptime_ms, server_at, park_ms FROM attempts
         WHERE integration = ? AND counts = 1 ORDER BY id DESC LIMIT ?`,
        integration,
        most,
      )
      .map(pastAttemptOf)
      .reverse();
  }

  #knownTime(integration: string): { uptimeMs: number; server?: { at: number; uptimeMs: number } } {
    const { uptimeMs } = this.#ports.clock();
    const row = this.#database.get('SELECT * FROM server_times WHERE integration = ?', integration);
    if (row === undefined) return { uptimeMs };
    return { uptimeMs, server: { at: Number(row['server_at']), uptimeMs: Number(row['uptime_ms']) } };
  }

  #limitedStreak({ integration, attemptId }: Reservation): number {
    const row = this.#database.get(
      'SELECT limited_streak FROM attempts WHERE integration = ? AND counts = 1 AND id < ? ORDER BY id DESC LIMIT 1',
      integration,
      attemptId,
    );
    return Number(row?.['limited_streak'] ?? 0);
  }

  #recordWhatFailed(): void {
    for (let write = this.#unrecorded[0]; write !== undefined; write = this.#unrecorded[0]) {
      write();
      this.#unrecorded.shift();
    }
  }
}

function believableServerAt(outcome: DeletionOutcome): number | undefined {
  if (outcome.kind === 'unknown' || !('answer' in outcome)) return undefined;
  return outcome.answer.serverAt;
}

function pastAttemptOf(row: Row): PastAttempt {
  return {
    ...(row['settled_uptime_ms'] !== null && { settledUptimeMs: Number(row['settled_uptime_ms']) }),
    ...(row['server_at'] !== null && { serverAt: Number(row['server_at']) }),
    ...(row['park_ms'] !== null && { parkMs: Number(row['park_ms']) }),
  };
}
