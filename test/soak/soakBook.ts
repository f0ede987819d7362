import {
  AttemptBook,
  type AttemptBookPorts,
  type NextReservation,
  type Reservation,
} from '../../src/cleanup/attempts/attemptBook.ts';
import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import type { DeletionOutcome } from '../../src/veriff/outcome.ts';
import { tell } from './freezing.ts';
import type { Arm, FreezePoint } from './soakMessages.ts';

/** The real book, but for the points at which its process may freeze, and for what a control arm takes away. */
export class SoakBook extends AttemptBook {
  readonly #database: CleanupDatabase;
  readonly #arm: Arm;
  readonly #meet: (point: FreezePoint) => void;

  constructor(
    database: CleanupDatabase,
    ports: AttemptBookPorts,
    arm: Arm,
    meet: (point: FreezePoint) => void,
  ) {
    super(database, ports);
    this.#database = database;
    this.#arm = arm;
    this.#meet = meet;
    const run = database.run.bind(database);
    database.run = (sql, ...values) => {
      const result = run(sql, ...values);
      // With the lock in hand, for which every other window waits.
      if (sql.startsWith('INSERT INTO attempts')) meet('withinReserve');
      return result;
    };
  }

  override reserveNext(integration: string): NextReservation {
    this.#meet('beforeReserve');
    const next = super.reserveNext(integration);
    if (next.kind === 'reserved') this.#meet('beforeCheck');
    return next;
  }

  override mayLeave(reservation: Reservation): boolean {
    const mayLeave = this.#arm.check === 'none' || super.mayLeave(reservation);
    if (mayLeave) this.#meet('beforeLeaving');
    else tell({ kind: 'stale' });
    return mayLeave;
  }

  override record(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    this.#meet('beforeRecord');
    super.record(reservation, outcome, durationMs);
    this.#meet('afterRecord');
    if (this.#arm.countedFrom !== 'reservation') return;
    this.#database.run(
      'UPDATE attempts SET settled_uptime_ms = reserved_uptime_ms, server_at = NULL WHERE id = ?',
      reservation.attemptId,
    );
  }
}
