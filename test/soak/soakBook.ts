import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import type {
  NextReservation,
  RequestMeans,
  Reservation,
  ReservationResult,
} from '../../src/cleanup/attempts/reservation.ts';
import type { AttemptBookPorts } from '../../src/cleanup/attempts/bookPorts.ts';
import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import type { EntryRef } from '../../src/cleanup/list/entry.ts';
import type { DeletionOutcome } from '../../src/veriff/outcome.ts';
import { tell } from './freezing.ts';
import type { Arm, FreezePoint } from './soakMessages.ts';

/** What the book of a soak needs in addition to the ports of `AttemptBook`. */
export interface SoakBookPorts {
  readonly arm: Arm;
  readonly meet: (point: FreezePoint) => void;
  /** Real ms since the run began. */
  readonly trueMs: () => number;
}

/**
 * The product's book with points at which its process may freeze, and without the safeguard that a control arm removes.
 */
export class SoakBook extends AttemptBook {
  /** The id of the attempt that was checked last; its request leaves next. */
  leaving = '';
  readonly #database: CleanupDatabase;
  readonly #soak: SoakBookPorts;

  constructor(database: CleanupDatabase, ports: AttemptBookPorts, soak: SoakBookPorts) {
    super(database, ports);
    this.#database = database;
    this.#soak = soak;
    const run = database.run.bind(database);
    database.run = (sql, ...values) => {
      const result = run(sql, ...values);
      // The process freezes while it holds the lock that every other window waits for.
      if (sql.startsWith('INSERT INTO deletion_attempts')) soak.meet('withinReserve');
      if (sql.startsWith('UPDATE consents SET ended_at')) soak.meet('withinConsentEnd');
      return result;
    };
  }

  override reserve(entry: EntryRef, means: RequestMeans): ReservationResult {
    return this.#reserved(means, () => super.reserve(entry, means));
  }

  override reserveNext(means: RequestMeans): NextReservation {
    return this.#reserved(means, () => super.reserveNext(means));
  }

  override mayLeave(reservation: Reservation): boolean {
    const mayLeave = this.#soak.arm.check === 'none' || super.mayLeave(reservation);
    if (mayLeave) this.#soak.meet('beforeLeaving');
    else tell({ kind: 'stale' });
    this.leaving = String(reservation.attemptId);
    return mayLeave;
  }

  override record(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    this.#soak.meet('beforeRecord');
    super.record(reservation, outcome, durationMs);
    this.#soak.meet('afterRecord');
    if (this.#soak.arm.countedFrom !== 'reservation') return;
    this.#database.run(
      'UPDATE deletion_attempts SET settled_ms = reserved_ms WHERE id = ?',
      reservation.attemptId,
    );
  }

  #reserved<Result extends NextReservation>(
    { integration: { apiKey, baseUrl } }: RequestMeans,
    reserve: () => Result,
  ): Result {
    this.#soak.meet('beforeReserve');
    const beganMs = this.#soak.trueMs();
    const result = reserve();
    if (result.kind === 'reserved') {
      const { attemptId, sessionId } = result.reservation;
      const doneMs = this.#soak.trueMs();
      tell({ kind: 'reserved', token: String(attemptId), sessionId, apiKey, baseUrl, beganMs, doneMs });
      this.#soak.meet('beforeCheck');
    }
    return result;
  }
}
