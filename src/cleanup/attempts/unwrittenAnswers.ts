import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { Reservation } from './reservation.ts';

/** The outcome of a request, until it is in the database. */
export interface Answer {
  readonly reservation: Reservation;
  readonly outcome: DeletionOutcome;
  readonly durationMs: number;
}

/** A cancellation that could not be written yet. */
export interface UnwrittenCancel {
  readonly list: string;
  readonly agreement: number;
}

/**
 * The answers that arrived while the database could not be written, oldest first. They belong to the window and not to
 * one opened file: even if the file is opened again meanwhile, they are written as soon as possible.
 */
export class UnwrittenAnswers {
  readonly #answers: Answer[] = [];
  readonly #cancels: UnwrittenCancel[] = [];

  get count(): number {
    return this.#answers.length;
  }

  keep(answer: Answer): void {
    this.#answers.push(answer);
  }

  /** Keeps a cancellation that could not be written. It is written before this window reserves anything else. */
  keepCancel(cancel: UnwrittenCancel): void {
    this.#cancels.push(cancel);
  }

  /**
   * Passes each cancellation to `write`, oldest first. Throws what `write` throws; that cancellation and the later ones
   * are kept.
   */
  writeCancels(write: (cancel: UnwrittenCancel) => void): void {
    for (let cancel = this.#cancels[0]; cancel !== undefined; cancel = this.#cancels[0]) {
      write(cancel);
      this.#cancels.shift();
    }
  }

  /**
   * Passes each answer to `write`, oldest first. Throws what `write` throws; that answer and the later ones are kept.
   */
  writeAll(write: (answer: Answer) => void): void {
    for (let answer = this.#answers[0]; answer !== undefined; answer = this.#answers[0]) {
      write(answer);
      this.#answers.shift();
    }
  }
}
