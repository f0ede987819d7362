import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import type { Clock, Moment } from '../quota/clock.ts';
import type { CleanupDatabase, Row } from '../database/database.ts';
import { DeadWindows } from './deadWindows.ts';
import type { Entry } from '../list/entry.ts';
import { setEntryState } from '../list/entryState.ts';
import type { IsOwnerAlive } from './owner.ts';
import { readKnownTime, readPast, recordElsewhere } from '../quota/pastAttempts.ts';
import {
  quotaState,
  Schedule,
  veriffLimits,
  type KnownTime,
  type Limit,
  type QuotaState,
} from '../quota/quota.ts';
import { believableServerAt, ServerTimes } from '../quota/serverTime.ts';
import { settle } from './settlement.ts';
import { Switches } from './switches.ts';
import { Waits } from '../list/waits.ts';

/** A slot of the quota, taken in the database for one request. */
export interface Reservation {
  readonly attemptId: number;
  readonly entryId: number;
  readonly integration: string;
  readonly sessionId: SessionId;
  readonly takenAt: Moment;
}

/**
 * A reserved slot, or why there is none: another request is out, no slot is free, or nobody agreed to this deletion
 * or somebody keeps it back.
 */
export type ReservationResult =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | { readonly kind: 'busy' | 'noSlot'; readonly quota: QuotaState }
  | { readonly kind: 'notConfirmed' };

/** A slot for whatever goes next, or why there is none; `idle` has nothing that waits for a slot. */
export type NextReservation =
  Exclude<ReservationResult, { kind: 'notConfirmed' }> | { readonly kind: 'idle' | 'paused' | 'stopped' };

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
  readonly #switches: Switches;
  readonly #waits: Waits;
  readonly #deadWindows: DeadWindows;
  readonly #serverTimes: ServerTimes;
  readonly #unrecorded: (() => void)[] = [];

  constructor(database: CleanupDatabase, ports: AttemptBookPorts) {
    this.#database = database;
    this.#ports = ports;
    this.#switches = new Switches(database);
    this.#waits = new Waits(database);
    this.#deadWindows = new DeadWindows(database, ports.clock, ports.isOwnerAlive);
    this.#serverTimes = new ServerTimes(database, ports.clock);
  }

  /** The rate-limit state of an integration now. */
  quota(integration: string): QuotaState {
    this.recover(integration);
    return this.#quota(integration);
  }

  /** When deletions of an integration may be sent from now on. */
  schedule(integration: string): Schedule {
    const limits = this.limits(integration);
    return new Schedule(this.#past(integration), limits, this.#knownTime(integration));
  }

  /** The limits that an integration keeps: Veriff's documented ones, or what was noted for it. */
  limits(integration: string): readonly Limit[] {
    return this.#switches.limitsOf(integration) ?? this.#ports.limits ?? veriffLimits;
  }

  /** Checks consent and quota and takes a slot, all in one transaction, so that no other window can take the same. */
  reserve(entryId: number): ReservationResult {
    this.recordWhatFailed();
    return this.#database.transaction(() => {
      const entry = this.#database.get(
        "SELECT * FROM entries WHERE id = ? AND state = 'confirmed' AND held_at IS NULL",
        entryId,
      );
      if (entry === undefined) return { kind: 'notConfirmed' };
      this.#deadWindows.settle(String(entry['integration']));
      return this.#takeIfFree(entry);
    });
  }

  /**
   * Takes a slot for what goes next of an integration, in one transaction: not where the list is paused or the
   * integration stopped; what was blocked and has waited long enough stands in the queue again first.
   */
  reserveNext(integration: string): NextReservation {
    this.recordWhatFailed();
    return this.#database.transaction(() => {
      if (this.#switches.isPaused()) return { kind: 'paused' };
      if (this.#switches.stopOf(integration) !== undefined) return { kind: 'stopped' };
      this.#deadWindows.settle(integration);
      const now = this.#ports.clock();
      for (const { id } of this.#waits.due(integration, 'blocked', this.#knownTime(integration)))
        setEntryState(this.#database, id, 'confirmed', null, now.wallAt);
      const next = this.#database.get(
        "SELECT * FROM entries WHERE integration = ? AND shelf = 'queue' ORDER BY place, id LIMIT 1",
        integration,
      );
      if (next === undefined) return { kind: 'idle' };
      const result = this.#takeIfFree(next);
      if (result.kind !== 'notConfirmed') return result;
      setEntryState(this.#database, Number(next['id']), 'failed', 'idRefused', now.wallAt);
      return { kind: 'idle' };
    });
  }

  /** Ms until something of an integration is due to be looked up or tried again; undefined where nothing is. */
  nextWaitMs(integration: string): number | undefined {
    return this.#waits.nextInMs(integration, this.#knownTime(integration));
  }

  /** Ms until this entry is looked up or tried again by itself, 0 where that is due; undefined where it never is. */
  waitLeftMs(entry: Entry): number | undefined {
    return this.#waits.leftOf(entry, this.#knownTime(entry.integration));
  }

  /** The id of an entry without a believable answer that is due to be looked up; undefined where there is none. */
  nextLookUp(integration: string): number | undefined {
    this.recover(integration);
    return this.#waits.due(integration, 'unknown', this.#knownTime(integration))[0]?.id;
  }

  /** Notes deletions of this integration that were made elsewhere, `agoMs` before now: they count like its own. */
  recordElsewhere(integration: string, count: number, agoMs: number): void {
    recordElsewhere(this.#database, integration, count, agoMs, this.#ports.clock());
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
    this.#unrecorded.push(() => settle(this.#database, this.#ports, reservation, outcome, durationMs));
    this.#serverTimes.hear(reservation.integration, outcome);
    this.recordWhatFailed();
  }

  /** Writes what could not be written before. Throws where that fails again. */
  recordWhatFailed(): void {
    for (let write = this.#unrecorded[0]; write !== undefined; write = this.#unrecorded[0]) {
      write();
      this.#unrecorded.shift();
    }
  }

  /**
   * Learns from a look-up's answer: the server's time, and whether the credentials are (still) accepted. `askedUptimeMs`
   * is the uptime when the look-up left.
   */
  noteLookUp(integration: string, outcome: LookUpOutcome, askedUptimeMs = 0): void {
    const serverAt = believableServerAt(outcome);
    this.#serverTimes.hear(integration, outcome);
    if (serverAt !== undefined) this.noteServerTime(integration, serverAt, askedUptimeMs);
    if (outcome.kind === 'unauthorised') this.#switches.setStop(integration, 'unauthorised');
    // A look-up that is allowed says nothing of deletions that are forbidden.
    const isAccepted = outcome.kind === 'found' || outcome.kind === 'gone';
    if (isAccepted && this.#switches.stopOf(integration) === 'unauthorised')
      this.#switches.setStop(integration, undefined);
  }

  /**
   * Remembers the server's time that an answer brought; it tells how much time a reboot has eaten. `askedUptimeMs` is
   * the uptime when it was asked for; where nobody knows, it tells nothing of attempts that have no date.
   */
  noteServerTime(integration: string, serverAt: number, askedUptimeMs = 0): void {
    this.#serverTimes.note(integration, serverAt, askedUptimeMs);
  }

  /** Whether only the server's time can tell how long ago the last requests were, see `ServerTimes`. */
  needsServerTime(integration: string): boolean {
    return this.#serverTimes.isWanted(integration, this.#knownTime(integration), () =>
      this.#past(integration),
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

  #takeIfFree(entry: Row): ReservationResult {
    const sessionId = parseSessionId(String(entry['session_id']));
    // Nobody agreed to whatever somebody has written in the place of a session id.
    if (sessionId === undefined) return { kind: 'notConfirmed' };
    const integration = String(entry['integration']);
    const quota = this.#quota(integration);
    if (quota.inFlight) return { kind: 'busy', quota };
    if (quota.freeInMs > 0) return { kind: 'noSlot', quota };
    return { kind: 'reserved', reservation: this.#take(Number(entry['id']), integration, sessionId) };
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

  #quota(integration: string): QuotaState {
    return quotaState(this.#past(integration), this.limits(integration), this.#knownTime(integration));
  }

  #past(integration: string): ReturnType<typeof readPast> {
    return readPast(this.#database, integration, this.limits(integration));
  }

  #knownTime(integration: string): KnownTime {
    return readKnownTime(this.#database, integration, this.#ports.clock().uptimeMs);
  }
}
