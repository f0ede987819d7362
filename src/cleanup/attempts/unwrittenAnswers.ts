import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { Reservation } from './reservation.ts';

/** What became of a request, until it is in the database. */
export interface Answer {
  readonly reservation: Reservation;
  readonly outcome: DeletionOutcome;
  readonly durationMs: number;
}

/**
 * The answers that came while the database could not be written, oldest first. It belongs to the window and not to one
 * opened file: whatever is opened again meanwhile, they are written when that is possible.
 */
export class UnwrittenAnswers {
  readonly #answers: Answer[] = [];

  get count(): number {
    return this.#answers.length;
  }

  keep(answer: Answer): void {
    this.#answers.push(answer);
  }

  /** Hands each answer to `write`, in turn; one that throws is kept, and so are those after it. Throws what `write` throws. */
  writeAll(write: (answer: Answer) => void): void {
    for (let answer = this.#answers[0]; answer !== undefined; answer = this.#answers[0]) {
      write(answer);
      this.#answers.shift();
    }
  }
}
