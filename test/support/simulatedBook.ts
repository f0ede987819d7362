import {
  AttemptBook,
  type AttemptBookPorts,
  type NextReservation,
  type Reservation,
  type ReservationResult,
} from '../../src/cleanup/attempts/attemptBook.ts';
import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import type { Shelf } from '../../src/cleanup/list/entry.ts';
import { setEntryState } from '../../src/cleanup/list/entryState.ts';
import { veriffLimits, type QuotaState } from '../../src/cleanup/quota/quota.ts';
import { Shelves, type EntryFilter } from '../../src/cleanup/list/shelves.ts';
import { Switches, type StopReason } from '../../src/cleanup/attempts/switches.ts';
import type { DeletionOutcome } from '../../src/veriff/outcome.ts';
import { integration, minuteMs } from './cleanupWorkshop.ts';
import type { Arm } from './simulatedArm.ts';

/** Thrown through the runner where its window freezes between two lines that wait for nothing. */
export class Frozen extends Error {
  override readonly name = 'Frozen';
}

/** What a book tells its world, and asks of it. */
export interface BookWatch {
  readonly arm: Arm;
  /** Whether the window freezes at this place, now. */
  readonly freezes: (point: 'beforeReservation' | 'beforeCheck') => boolean;
  readonly reserved: (reservation: Reservation, by: 'runner' | 'person') => void;
  /** To be called after the outcome was written. */
  readonly recorded: (reservation: Reservation, outcome: DeletionOutcome) => void;
}

/**
 * The real book, but for three things. It can stop its runner right before and right after the reservation, which is
 * what a process does that freezes there: when the runner comes by again, everything it asks on its way says what it
 * said before (`held`), and it goes on from where it was. It notes until when nothing is due by what it has said. And
 * it is the broken book of the control arms.
 */
export class SimulatedBook extends AttemptBook {
  readonly #watch: BookWatch;
  readonly #database: CleanupDatabase;
  readonly #unwritten: (readonly [Reservation, DeletionOutcome])[] = [];
  #held: NextReservation | 'not yet reserved' | undefined;
  /** The least ms that something was said to wait, since the runner's last step began. */
  quietForMs = Infinity;

  constructor(database: CleanupDatabase, ports: AttemptBookPorts, watch: BookWatch) {
    super(database, ports);
    this.#database = database;
    this.#watch = watch;
  }

  /** Whether the runner is stopped at the reservation. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  override quota(of: string): QuotaState {
    if (this.isHeld) return freeQuota;
    const quota = super.quota(of);
    if (quota.inFlight) this.#beQuietWhileOut(of);
    else if (quota.freeInMs > 0) this.quietForMs = Math.min(this.quietForMs, quota.freeInMs);
    return quota;
  }

  override nextWaitMs(of: string): number | undefined {
    if (this.isHeld) return undefined;
    const waitMs = super.nextWaitMs(of);
    if (waitMs !== undefined && waitMs > 0) this.quietForMs = Math.min(this.quietForMs, waitMs);
    return waitMs;
  }

  override nextLookUp(of: string): number | undefined {
    if (this.isHeld) return undefined;
    const entryId = super.nextLookUp(of);
    if (entryId === undefined || this.#watch.arm.unknown !== 'sentAgain') return entryId;
    setEntryState(this.#database, entryId, 'confirmed', null, 0);
    return undefined;
  }

  override reserve(entryId: number): ReservationResult {
    const result = super.reserve(entryId);
    if (result.kind === 'reserved') this.#watch.reserved(result.reservation, 'person');
    return result;
  }

  override reserveNext(of: string): NextReservation {
    const held = this.#held;
    this.#held = undefined;
    if (typeof held === 'object') return held;
    if (held === undefined && this.#watch.freezes('beforeReservation')) this.#freeze('not yet reserved');
    const result = super.reserveNext(of);
    if (result.kind !== 'reserved') return result;
    this.#watch.reserved(result.reservation, 'runner');
    if (this.#watch.freezes('beforeCheck')) this.#freeze(result);
    return result;
  }

  override mayLeave(reservation: Reservation): boolean {
    return this.#watch.arm.check === 'none' || super.mayLeave(reservation);
  }

  override record(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    this.#unwritten.push([reservation, outcome]);
    super.record(reservation, outcome, durationMs);
  }

  override recordWhatFailed(): void {
    if (this.isHeld) return;
    super.recordWhatFailed();
    for (const [reservation, outcome] of this.#unwritten.splice(0)) {
      this.#watch.recorded(reservation, outcome);
      if (this.#watch.arm.countedFrom !== 'reservation') continue;
      this.#database.run(
        'UPDATE attempts SET settled_uptime_ms = reserved_uptime_ms, server_at = NULL WHERE id = ?',
        reservation.attemptId,
      );
    }
  }

  /** A request that is out ends with a change or with its window; a dead window's a minute after it was seen dead. */
  #beQuietWhileOut(of: string): void {
    const dead = this.#database.get(
      'SELECT 1 FROM attempts WHERE integration = ? AND settled_uptime_ms IS NULL AND seen_dead_uptime_ms IS NOT NULL',
      of,
    );
    if (dead !== undefined) this.quietForMs = Math.min(this.quietForMs, minuteMs);
  }

  #freeze(held: NextReservation | 'not yet reserved'): never {
    this.#held = held;
    throw new Frozen();
  }
}

const freeQuota: QuotaState = {
  windows: veriffLimits.map((limit) => ({ limit, used: 0, free: limit.count })),
  freeInMs: 0,
  parkedForMs: 0,
  inFlight: false,
  freeNow: 1,
};

/** The real shelves; while `book` is held they say what they said before. */
export class SimulatedShelves extends Shelves {
  readonly #book: SimulatedBook;

  constructor(database: CleanupDatabase, book: SimulatedBook) {
    super(database);
    this.#book = book;
  }

  override counts(filter?: EntryFilter): ReadonlyMap<Shelf, number> {
    return this.#book.isHeld ? new Map([['queue', 1]]) : super.counts(filter);
  }

  override integrationsOn(shelves: readonly Shelf[]): readonly string[] {
    return this.#book.isHeld ? [integration] : super.integrationsOn(shelves);
  }
}

/** The real switches; while `book` is held they say what they said before. */
export class SimulatedSwitches extends Switches {
  readonly #book: SimulatedBook;

  constructor(database: CleanupDatabase, book: SimulatedBook) {
    super(database);
    this.#book = book;
  }

  override isPaused(): boolean {
    return !this.#book.isHeld && super.isPaused();
  }

  override stopOf(of: string): StopReason | undefined {
    return this.#book.isHeld ? undefined : super.stopOf(of);
  }
}
