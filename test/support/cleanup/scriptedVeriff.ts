import type { Network } from '../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { outcomeOf, sessionNumber, type HandClock } from './cleanupWorkshop.ts';

/** One DELETE that arrived. */
export interface ReceivedRequest {
  readonly sessionId: SessionId;
  readonly atMs: number;
  /**
   * Whether the session was requested before and neither a look-up nor the answer has shown since that it still exists.
   */
  readonly isRepeated: boolean;
}

const answerMs = 300;

/**
 * A Veriff server in this process, with a clock that the test moves. Session 1 is deleted but answered with an error,
 * session 2 is blocked once, session 3 is left alone and answered with an error once; all others are deleted.
 */
export class ScriptedVeriff {
  readonly requests: ReceivedRequest[] = [];
  readonly deleted = new Set<SessionId>();
  readonly network: Network = {
    send: (_, sessionId) => Promise.resolve(this.#delete(sessionId)),
    lookUp: (_, sessionId) => Promise.resolve(this.#lookUp(sessionId)),
    askTime: () => Promise.resolve(this.#lookUp(undefined)),
  };
  readonly #clock: HandClock;
  readonly #askedFor = new Set<SessionId>();
  readonly #trouble = new Set<SessionId>([1, 2, 3].map(sessionNumber));

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  #delete(sessionId: SessionId): DeletionOutcome {
    const isRepeated = this.#askedFor.has(sessionId);
    this.requests.push({ sessionId, atMs: this.#clock.monotonicMs, isRepeated });
    this.#askedFor.add(sessionId);
    this.#clock.pass(answerMs);
    if (this.deleted.has(sessionId)) return outcomeOf(404);
    if (this.#trouble.delete(sessionId)) return this.#answerWithTrouble(sessionId);
    this.deleted.add(sessionId);
    return outcomeOf(200);
  }

  #answerWithTrouble(sessionId: SessionId): DeletionOutcome {
    if (sessionId === sessionNumber(2)) {
      this.#askedFor.delete(sessionId);
      return outcomeOf(400);
    }
    if (sessionId === sessionNumber(1)) this.deleted.add(sessionId);
    return { kind: 'unknown', reason: 'serverError' };
  }

  #lookUp(sessionId: SessionId | undefined): LookUpOutcome {
    this.#clock.pass(answerMs);
    if (sessionId === undefined || this.deleted.has(sessionId))
      return { kind: 'notFound', answer: { status: 404, signature: 'valid' } };
    this.#askedFor.delete(sessionId);
    return { kind: 'found', answer: { status: 200, signature: 'valid' } };
  }
}
