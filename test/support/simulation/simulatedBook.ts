import { AttemptBook } from '../../../src/cleanup/attempts/attemptBook.ts';
import type {
  NextReservation,
  RequestMeans,
  Reservation,
  ReservationResult,
} from '../../../src/cleanup/attempts/reservation.ts';
import type { AttemptBookPorts } from '../../../src/cleanup/attempts/bookPorts.ts';
import { Switches, type StopReason } from '../../../src/cleanup/attempts/switches.ts';
import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import type { Integration } from '../../../src/cleanup/integrations/integration.ts';
import { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import type { Entry, EntryRef, EntryGroup } from '../../../src/cleanup/list/entry.ts';
import { setEntryState } from '../../../src/cleanup/list/entryState.ts';
import { EntryGroups, type EntryFilter } from '../../../src/cleanup/list/entryGroups.ts';
import { veriffLimits, type QuotaState } from '../../../src/cleanup/quota/quota.ts';
import { lookAheadMs } from '../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome } from '../../../src/veriff/outcome.ts';
import { minuteMs } from '../cleanup/cleanupWorkshop.ts';
import type { Arm } from './simulatedArm.ts';

/** Thrown through the runner if its window freezes between two lines without an await. */
export class Frozen extends Error {
  override readonly name = 'Frozen';
}

/** What a book reports to its world, and asks of it. */
export interface BookWatch {
  readonly arm: Arm;
  /** Whether the window freezes at this point, now. */
  readonly freezes: (point: 'beforeReservation' | 'beforeCheck') => boolean;
  readonly reserved: (reservation: Reservation, by: 'runner' | 'person') => void;
  /** Called after the outcome was written. */
  readonly recorded: (reservation: Reservation, outcome: DeletionOutcome) => void;
  /** The outcomes that the window has not written yet; they outlive each book. */
  readonly unwritten: (readonly [Reservation, DeletionOutcome])[];
}

/** A stopped runner: what it was about to use, and the answer to its reservation, if there was one already. */
export interface Hold {
  readonly means: RequestMeans;
  readonly told: NextReservation | 'not yet reserved';
}

/**
 * The product's book, with three differences. It can stop its runner right before and right after the reservation, as
 * if the process froze there: when the runner returns to that point, everything that it asks before has the same answer
 * as the first time (`held`), and it continues from there. It notes until when nothing is due according to its answers.
 * And it has the faults of the control arms.
 */
export class SimulatedBook extends AttemptBook {
  readonly #watch: BookWatch;
  readonly #database: CleanupDatabase;
  #held: Hold | undefined;
  /** The shortest wait (ms) that was returned since the runner's last step began. */
  quietForMs = Infinity;

  constructor(database: CleanupDatabase, ports: AttemptBookPorts, watch: BookWatch) {
    super(database, ports);
    this.#database = database;
    this.#watch = watch;
  }

  /** What the runner holds while it is stopped at the reservation; undefined if it is not stopped. */
  get held(): Hold | undefined {
    return this.#held;
  }

  override quota(of: string): QuotaState {
    if (this.#isHeldAt(of)) return freeQuota;
    const quota = super.quota(of);
    if (quota.inFlight) this.#beQuietWhileOut();
    else if (quota.freeInMs > 0) {
      const { freeInMs } = quota;
      const inMs = freeInMs > lookAheadMs ? freeInMs - lookAheadMs : freeInMs;
      this.quietForMs = Math.min(this.quietForMs, inMs);
    }
    return quota;
  }

  override nextToLookAt(of: string, wallAt: number, aheadMs: number): Entry | undefined {
    if (this.#isHeldAt(of) || this.#watch.arm.looks === 'none') return undefined;
    return super.nextToLookAt(of, wallAt, aheadMs);
  }

  override nextWaitMs(of: string): number | undefined {
    if (this.#isHeldAt(of)) return undefined;
    const waitMs = super.nextWaitMs(of);
    if (waitMs !== undefined && waitMs > 0) this.quietForMs = Math.min(this.quietForMs, waitMs);
    return waitMs;
  }

  override nextLookUp(of: string): Entry | undefined {
    if (this.#isHeldAt(of)) return undefined;
    const entry = super.nextLookUp(of);
    if (entry === undefined || this.#watch.arm.unknown !== 'sentAgain') return entry;
    setEntryState(this.#database, entry.id, 'confirmed', null, 0);
    return undefined;
  }

  override reserve(entry: EntryRef, means: RequestMeans): ReservationResult {
    const result = super.reserve(entry, means);
    if (result.kind === 'reserved') this.#watch.reserved(result.reservation, 'person');
    return result;
  }

  override reserveNext(means: RequestMeans): NextReservation {
    const held = this.#isHeldAt(means.integration.id) ? this.#held : undefined;
    if (held !== undefined) this.#held = undefined;
    if (held !== undefined && held.told !== 'not yet reserved') return held.told;
    if (held === undefined && this.#mayFreeze('beforeReservation'))
      this.#freeze({ means, told: 'not yet reserved' });
    const result = super.reserveNext(means);
    if (result.kind !== 'reserved') return result;
    this.#watch.reserved(result.reservation, 'runner');
    if (this.#mayFreeze('beforeCheck')) this.#freeze({ means, told: result });
    return result;
  }

  override mayLeave(reservation: Reservation): boolean {
    return this.#watch.arm.check === 'none' || super.mayLeave(reservation);
  }

  override record(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    this.#watch.unwritten.push([reservation, outcome]);
    super.record(reservation, outcome, durationMs);
  }

  override recordWhatFailed(): void {
    if (this.#held !== undefined) return;
    super.recordWhatFailed();
    for (const [reservation, outcome] of this.#watch.unwritten.splice(0)) {
      this.#watch.recorded(reservation, outcome);
      if (this.#watch.arm.countedFrom !== 'reservation') continue;
      this.#database.run(
        'UPDATE deletion_attempts SET settled_ms = reserved_ms WHERE id = ?',
        reservation.attemptId,
      );
    }
  }

  /** Whether the runner of this integration is stopped; then nothing else in its process continues either. */
  #isHeldAt(of: string): boolean {
    return this.#held?.means.integration.id === of;
  }

  // One runner at a time, because the whole process freezes.
  #mayFreeze(point: 'beforeReservation' | 'beforeCheck'): boolean {
    return this.#held === undefined && this.#watch.freezes(point);
  }

  /**
   * An unanswered request ends with a change or with its window; one of a dead window ends a minute after the window
   * was seen dead.
   */
  #beQuietWhileOut(): void {
    const dead = this.#database.get(
      'SELECT 1 FROM deletion_attempts WHERE settled_ms IS NULL AND seen_dead_ms IS NOT NULL',
    );
    if (dead !== undefined) this.quietForMs = Math.min(this.quietForMs, minuteMs);
  }

  #freeze(hold: Hold): never {
    this.#held = hold;
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

/** The product's groups; while `book` is held, their answers stay the same. */
export class SimulatedGroups extends EntryGroups {
  readonly #book: SimulatedBook;

  constructor(database: CleanupDatabase, book: SimulatedBook) {
    super(database);
    this.#book = book;
  }

  override counts(filter?: EntryFilter): ReadonlyMap<EntryGroup, number> {
    return this.#book.held === undefined ? super.counts(filter) : new Map([['queue', 1]]);
  }

  override integrationsOn(groups: readonly EntryGroup[]): readonly string[] {
    const { held } = this.#book;
    return held === undefined ? super.integrationsOn(groups) : [held.means.integration.id];
  }
}

/** The product's switches; while `book` is held, their answers stay the same. */
export class SimulatedSwitches extends Switches {
  readonly #book: SimulatedBook;

  constructor(database: CleanupDatabase, book: SimulatedBook) {
    super(database);
    this.#book = book;
  }

  override isPaused(): boolean {
    return this.#book.held === undefined && super.isPaused();
  }

  override stopOf(of: string): StopReason | undefined {
    return this.#book.held === undefined ? super.stopOf(of) : undefined;
  }

  override mayAnnounce(...ports: Parameters<Switches['mayAnnounce']>): boolean {
    return this.#book.held === undefined && super.mayAnnounce(...ports);
  }
}

/** The product's integrations; while `book` is held, their answers stay the same. */
export class SimulatedIntegrations extends Integrations {
  readonly #book: SimulatedBook;

  constructor(database: CleanupDatabase, book: SimulatedBook) {
    super(database);
    this.#book = book;
  }

  override isCurrent(integration: Integration): boolean {
    return this.#book.held !== undefined || super.isCurrent(integration);
  }
}
