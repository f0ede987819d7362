import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import { reuseMs } from '../../veriff/lookUpPace.ts';
import type { CleanupDatabase, Row } from '../database/database.ts';
import { keyHashOf, type Integration } from '../integrations/integration.ts';
import { entryOf, type Entry, type EntryRef, type LastRequest } from '../list/entry.ts';
import { setEntryState } from '../list/entryState.ts';
import { CleanupList } from '../list/cleanupList.ts';
import { compareMark, markOf } from '../list/listMark.ts';
import { Waits } from '../list/waits.ts';
import type { Moment } from '../quota/clock.ts';
import { PassedTime } from '../quota/passedTime.ts';
import { readPast } from '../quota/pastAttempts.ts';
import { quotaState, Schedule, veriffLimits, type Limit, type QuotaState } from '../quota/quota.ts';
import { DeadWindows } from './deadWindows.ts';
import { agreedEntry, type AgreedEntry } from './gate.ts';
import {
  reservationLifeMs,
  type NextReservation,
  type PastRequest,
  type RequestMeans,
  type Reservation,
  type ReservationResult,
} from './reservation.ts';
import type { AttemptBookPorts } from './bookPorts.ts';
import { settle, settleLookUp } from './settlement.ts';
import { Switches } from './switches.ts';
import { UnwrittenAnswers, type UnwrittenCancel } from './unwrittenAnswers.ts';

const notUsed: DeletionOutcome = { kind: 'notSent', reason: 'cancelled' };

/**
 * Records every DELETE as a durable row: when it was reserved, when it was answered, and how. The quota is computed
 * from these rows alone. All methods throw `DatabaseUnusable` if the file fails.
 */
export class AttemptBook {
  readonly #database: CleanupDatabase;
  readonly #ports: AttemptBookPorts;
  readonly #list: CleanupList;
  readonly #switches: Switches;
  readonly #waits: Waits;
  readonly #deadWindows: DeadWindows;
  readonly #time: PassedTime;
  readonly #unwritten: UnwrittenAnswers;

  constructor(database: CleanupDatabase, ports: AttemptBookPorts) {
    this.#database = database;
    this.#ports = ports;
    this.#list = new CleanupList(database);
    this.#switches = new Switches(database);
    this.#waits = new Waits(database);
    this.#deadWindows = new DeadWindows(database, ports.isOwnerAlive);
    this.#time = new PassedTime(database, ports.clock);
    this.#unwritten = ports.unwritten ?? new UnwrittenAnswers();
  }

  /** The current reading of the database's clock, in ms. */
  nowMs(): number {
    return this.#time.now();
  }

  /** The current rate-limit state of an integration. */
  quota(integration: string): QuotaState {
    this.recover();
    return this.#quota(this.#switches.keyHashOf(integration), this.#time.now());
  }

  /** When the next deletions of an integration may be sent. */
  schedule(integration: string): Schedule {
    const keyHash = this.#switches.keyHashOf(integration);
    return new Schedule(this.#past(keyHash), this.#limits(keyHash), this.#time.now());
  }

  /** The limits that apply to an integration: those recorded for its API key, or else Veriff's documented ones. */
  limits(integration: string): readonly Limit[] {
    return this.#limits(this.#switches.keyHashOf(integration));
  }

  /**
   * The gate: checks in one transaction that the referenced entry may be sent with these credentials, and reserves a
   * slot for it, so that no other window can take the same slot. When this returns, the reservation is in the database
   * file itself, not only in its write-ahead log.
   */
  reserve(entry: EntryRef, means: RequestMeans): ReservationResult {
    return this.#inGate(means, (nowMs) => {
      if (this.#switches.isPaused()) return { kind: 'paused' };
      return this.#takeIfFree(entry, means.integration, nowMs);
    });
  }

  /**
   * Like `reserve`, for the next entry in an integration's queue; `stopped` if an answer has stopped the integration.
   * Blocked entries whose wait is over return to the queue first.
   */
  reserveNext(means: RequestMeans): NextReservation {
    const { id } = means.integration;
    return this.#inGate<NextReservation>(means, (nowMs) => {
      if (this.#switches.isPaused()) return { kind: 'paused' };
      if (this.#switches.stopOf(id) !== undefined) return { kind: 'stopped' };
      const at = this.#ports.clock().wallAt;
      for (const due of this.#waits.due(id, ['blocked'], nowMs))
        setEntryState(this.#database, due.id, 'confirmed', null, at);
      const next = this.#queueHead(id);
      if (next === undefined) return { kind: 'idle' };
      // The gate checks whether this is a session id at all.
      const sessionId = String(next['session_id']) as SessionId;
      const ref = { list: String(next['list']), id: Number(next['id']), sessionId };
      const result = this.#takeIfFree(ref, means.integration, nowMs);
      if (result.kind !== 'notConfirmed') return result;
      // Only a file that was edited by hand leads here. This entry must not block those after it forever.
      setEntryState(this.#database, ref.id, 'failed', 'idRefused', at);
      return { kind: 'idle' };
    });
  }

  /** The integrations with an entry that is to be looked up or retried. */
  waitingIntegrations(): readonly string[] {
    return this.#waits.integrations();
  }

  /** Ms until the next entry of an integration is due to be looked up or retried; undefined if none waits for that. */
  nextWaitMs(integration: string): number | undefined {
    return this.#waits.nextInMs(integration, this.#time.now());
  }

  /** Ms until this entry is looked up or retried automatically, 0 if it is due; undefined if it never is. */
  waitLeftMs(entry: Entry): number | undefined {
    return this.#waits.leftOf(entry, this.#time.now());
  }

  /** The entry whose answer is missing or doubtful and that is due to be looked up; undefined if there is none. */
  nextLookUp(integration: string): Entry | undefined {
    this.recover();
    return this.#waits.due(integration, ['unknown', 'notFound'], this.#time.now())[0];
  }

  /**
   * The entry that has to be looked up before the next slot is given away: one whose wait after a refusal is over, or,
   * from `aheadMs` before a slot is free, the first in the queue unless it was looked up within the last minute. `wallAt`
   * is epoch ms.
   */
  nextToLookAt(integration: string, wallAt: number, aheadMs: number): Entry | undefined {
    const [due] = this.#waits.due(integration, ['blocked'], this.#time.now());
    if (due !== undefined) return due;
    const { freeInMs, inFlight } = this.quota(integration);
    if (freeInMs > aheadMs || inFlight) return undefined;
    const row = this.#queueHead(integration);
    // The reservation takes out a text that is no session id.
    if (row === undefined || parseSessionId(String(row['session_id'])) === undefined) return undefined;
    const head = entryOf(row);
    const ageMs = head.seenAt === undefined ? Number.POSITIVE_INFINITY : wallAt - head.seenAt;
    return ageMs >= 0 && ageMs < reuseMs ? undefined : head;
  }

  /**
   * Records deletions that were made elsewhere with this integration's API key, `agoMs` ago. They count against the
   * quota like its own.
   */
  recordElsewhere(integration: string, count: number, agoMs: number): void {
    const keyHash = this.#switches.keyHashOf(integration);
    const at = Math.round(this.#ports.clock().wallAt - agoMs);
    this.#database.transaction(() => {
      const nowMs = this.#time.advance();
      for (let index = 0; index < count; index += 1)
        this.#database.run(
          `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms, settled_at,
             settled_ms, outcome) VALUES (?, ?, '', '', ?, ?, ?, ?, 'elsewhere')`,
          ...[integration, keyHash, at, nowMs, at, nowMs - agoMs],
        );
    });
  }

  /**
   * Whether a request for this reservation may still be sent. Ask right before sending, and await nothing in between.
   */
  mayLeave({ takenAt }: Reservation): boolean {
    return this.#isFresh(takenAt);
  }

  #isFresh(from: Moment): boolean {
    const now = this.#ports.clock();
    // The monotonic clock stops during sleep and the uptime does not, so the longer of the two spans counts.
    const heldMs = Math.max(now.monotonicMs - from.monotonicMs, now.uptimeMs - from.uptimeMs);
    return now.uptimeMs >= from.uptimeMs && heldMs <= reservationLifeMs;
  }

  /**
   * Gives back the slot of a reservation for which nothing was sent. The entry is confirmed again if its consent is
   * alive.
   */
  release(reservation: Reservation): void {
    this.record(reservation, notUsed, 0);
  }

  /**
   * Records the outcome of a request. If the disk refuses, it throws and keeps the record in memory. Writing it is
   * tried again before the next reservation; until then the attempt counts as a request in flight.
   */
  record(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    this.#unwritten.keep({ reservation, outcome, durationMs });
    this.recordWhatFailed();
  }

  /**
   * Takes an agreement back: its sessions that have not been answered yet are not sent again. If the file cannot be
   * written, this throws, and the cancellation is written before this window reserves anything else.
   */
  cancel(cancel: UnwrittenCancel): void {
    this.#unwritten.keepCancel(cancel);
    this.recordWhatFailed();
  }

  /** Writes the answers and cancellations that could not be written before. Throws if that fails again. */
  recordWhatFailed(): void {
    this.#unwritten.writeCancels(({ list, agreement }) => {
      if (markOf(this.#database).list === list) this.#list.cancel(agreement, this.#ports.clock().wallAt);
    });
    this.#unwritten.writeAll((answer) => settle(this.#database, this.#ports, answer));
  }

  /**
   * Takes the server's time from the answer to a look-up, and stops the integration if its credentials were refused.
   */
  noteLookUp(integration: Integration, outcome: LookUpOutcome): void {
    settleLookUp(this.#database, this.#ports.clock, integration, outcome);
  }

  /** The same for a look-up of an entry; `asked` is the entry as it was when the request was sent. See `settleLookUp`. */
  recordLookUp(integration: Integration, asked: Entry, outcome: LookUpOutcome): void {
    settleLookUp(this.#database, this.#ports.clock, integration, outcome, asked);
  }

  /** Names the latest reservation in this file: what a look-up found before a later one may have changed since. */
  lastRequest(): LastRequest {
    const row = this.#database.get('SELECT coalesce(max(id), 0) AS id FROM deletion_attempts');
    return { list: markOf(this.#database).list, attempt: Number(row?.['id']) };
  }

  /** Whether a look-up only for the server's time may free a slot sooner, see `PassedTime`. */
  wantsServerTime(host: string): boolean {
    return this.#time.wantsDate(host);
  }

  /**
   * Sets the entries that an ended window left in `sending` to `unknown`, and moves the clock on after a reboot. Writes
   * only if there is something to change.
   */
  recover(): void {
    if (!this.#time.isOfOtherBoot() && !this.#deadWindows.leftSomething(this.#time.now())) return;
    this.#database.transaction(() =>
      this.#deadWindows.settle(this.#time.advance(), this.#ports.clock().wallAt),
    );
  }

  /** The latest requests that were sent, newest first. */
  recent(integration: string, limit: number): readonly PastRequest[] {
    return this.#database
      .all(
        `SELECT session_id, settled_at, outcome FROM deletion_attempts
         WHERE key_hash = ? AND counts = 1 AND settled_at IS NOT NULL ORDER BY id DESC LIMIT ?`,
        this.#switches.keyHashOf(integration),
        limit,
      )
      .map((row) => ({
        sessionId: String(row['session_id']),
        settledAt: Number(row['settled_at']),
        outcome: String(row['outcome']),
      }));
  }

  #inGate<Result extends NextReservation>(
    { integration, mark, readAt }: RequestMeans,
    take: (nowMs: number) => Result,
  ): Result | { readonly kind: 'rolledBack' | 'noneKept' } {
    this.recordWhatFailed();
    // While this process was suspended, the credentials may have changed. `busy` makes the caller read them again.
    if (readAt !== undefined && !this.#isFresh(readAt))
      return { kind: 'busy', quota: this.quota(integration.id) } as Result;
    const result = this.#database.beforeCheckpoint(() => {
      const nowMs = this.#time.advance();
      const at = this.#ports.clock().wallAt;
      const verdict = compareMark(this.#database, mark, nowMs, at);
      if (verdict !== 'same') return { kind: verdict } as const;
      this.#deadWindows.settle(nowMs, at);
      return take(nowMs);
    });
    if (result.kind === 'rolledBack' || result.kind === 'noneKept') this.#database.checkpoint();
    if (result.kind !== 'reserved') return result;
    const { reservation } = result;
    if (this.#isInFile(reservation)) return result;
    this.release(reservation);
    return { kind: 'busy', quota: this.quota(reservation.integration.id) } as Result;
  }

  /**
   * Whether a reservation is in the database file itself. If it is only in the write-ahead log, or in a file that was
   * moved away, it could be lost and its slot would count as free again. If the disk cannot be read, this throws, and
   * the slot is given back as soon as that can be written.
   */
  #isInFile(reservation: Reservation): boolean {
    try {
      return this.#database.checkpoint() && this.#database.isInPlace();
    } catch (error) {
      this.#unwritten.keep({ reservation, outcome: notUsed, durationMs: 0 });
      throw error;
    }
  }

  #takeIfFree(ref: EntryRef, integration: Integration, nowMs: number): ReservationResult {
    const agreed = agreedEntry(this.#database, ref, integration);
    if (typeof agreed === 'string') return { kind: agreed };
    const quota = this.#quota(keyHashOf(integration), nowMs);
    if (quota.inFlight) return { kind: 'busy', quota };
    if (quota.freeInMs > 0) return { kind: 'noSlot', quota };
    return { kind: 'reserved', reservation: this.#take(agreed, ref.list, integration, nowMs) };
  }

  #take(
    { id, sessionId, consent }: AgreedEntry,
    list: string,
    integration: Integration,
    nowMs: number,
  ): Reservation {
    const takenAt = this.#ports.clock();
    const { owner } = this.#ports;
    const { rowId } = this.#database.run(
      `INSERT INTO deletion_attempts (integration, key_hash, session_id, entry_id, consent, owner, reserved_at, reserved_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        integration.id,
        keyHashOf(integration),
        sessionId,
        id,
        consent,
        owner,
        Math.round(takenAt.wallAt),
        nowMs,
      ],
    );
    setEntryState(this.#database, id, 'sending', null, takenAt.wallAt);
    return { list, attemptId: rowId, entryId: id, sessionId, integration, consent, owner, takenAt };
  }

  #queueHead(integration: string): Row | undefined {
    return this.#database.get(
      "SELECT * FROM current_entries WHERE integration = ? AND entry_group = 'queue' ORDER BY place, id LIMIT 1",
      integration,
    );
  }

  #quota(keyHash: string, nowMs: number): QuotaState {
    return quotaState(this.#past(keyHash), this.#limits(keyHash), nowMs);
  }

  #past(keyHash: string): ReturnType<typeof readPast> {
    return readPast(this.#database, keyHash, this.#limits(keyHash));
  }

  #limits(keyHash: string): readonly Limit[] {
    return this.#switches.limitsOfKey(keyHash) ?? this.#ports.limits ?? veriffLimits;
  }
}
