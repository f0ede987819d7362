import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { Reservation } from './reservation.ts';

/** What became of a request, until it is in the database. */
export interface Answer {
  readonly reservation: Reservation;
  readonly outcome: DeletionOutcome;
  readonly durationMs: number;
}

/** A Cancel that could not be written. */
export interface UnwrittenCancel {
  readonly list: string;
  readonly agreement: number;
}

/**
 * The answers that came while the database could not be written, oldest first. It belongs to the window and not to one
 * opened file: whatever is opened again meanwhile, they are written when that is possible.
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

  /** Keeps a Cancel that the file could not take: it is written before anything else is reserved in this window. */
  keepCancel(cancel: UnwrittenCancel): void {
    this.#cancels.push(cancel);
  }

  /**
   * Hands each Cancel to `write`, in turn; one that throws is kept, and so are those after it. Throws what `write`
   * throws.
   */
  writeCancels(write: (cancel: UnwrittenCancel) => void): void {
    for (let cancel = this.#cancels[0]; cancel !== undefined; cancel = this.#cancels[0]) {
      write(cancel);
      this.#cancels.shift();
    }
  }

  /**
   * Hands each answer to `write`, in turn; one that throws is kept, and so are those after it. Throws what `write`
   * throws.
   */
  writeAll(write: (answer: Answer) => void): void {
    for (let answer = this.#answers[0]; answer !== undefined; answer = this.#answers[0]) {
      write(answer);
      this.#answers.shift();
    }
  }
}
