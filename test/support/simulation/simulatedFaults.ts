import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import { outcomeOf, secondMs } from '../cleanup/cleanupWorkshop.ts';
import type { SeededChance } from '../random/seededChance.ts';

/** When a request arrives at the server, when its work is done and when its answer is back, in ms after it leaves. */
export interface Route {
  readonly arrivalMs: number;
  readonly doneMs: number;
  readonly answerMs: number;
}

/** A slow route; in one case of seven the server takes up to 25 s. */
export function routeOf(chance: SeededChance): Route {
  const arrivalMs = chance.between(5, 500);
  const workMs = chance.happens(0.15) ? chance.between(1, 25) * secondMs : chance.between(5, 800);
  const doneMs = arrivalMs + chance.next() * workMs;
  return { arrivalMs, doneMs, answerMs: arrivalMs + workMs + chance.between(5, 500) };
}

/** A fast route. */
export function calmAnswer(chance: SeededChance): Route {
  const arrivalMs = chance.between(1, 200);
  const doneMs = arrivalMs + chance.between(1, 200);
  return { arrivalMs, doneMs, answerMs: doneMs + chance.between(1, 200) };
}

/** What goes wrong with a DELETE. */
export interface DeletionFault {
  /** The client's outcome, if it gets an answer. */
  readonly outcome: DeletionOutcome;
  /** False if it never reaches the server, which then counts nothing. */
  readonly arrives: boolean;
  readonly mayDelete: boolean;
  /** If no answer is sent: how long after its arrival the work is done. */
  readonly lateMs?: number;
}

const signed = { status: 200, signature: 'mismatch' } as const;

/** Draws what goes wrong with a DELETE; undefined if nothing does, in two cases of three. */
export function deletionFault(chance: SeededChance): DeletionFault | undefined {
  const mayDelete = chance.happens(0.5);
  const told = (outcome: DeletionOutcome): DeletionFault => ({ outcome, arrives: true, mayDelete });
  const refused = (outcome: DeletionOutcome): DeletionFault => ({ outcome, arrives: true, mayDelete: false });
  const kind = chance.next();
  if (kind < 0.02) return { outcome: { kind: 'notSent', reason: 'noConnection' }, arrives: false, mayDelete };
  if (kind < 0.04) return { outcome: lost, arrives: false, mayDelete };
  if (kind < 0.09) return { ...told(lost), lateMs: chance.between(0, 45) * secondMs };
  if (kind < 0.12) return { outcome: lost, arrives: true, mayDelete: true };
  if (kind < 0.17)
    return told({ kind: 'unknown', reason: 'serverError', answer: { ...signed, status: 503 } });
  if (kind < 0.2) return told({ kind: 'unknown', reason: 'signatureMismatch', answer: signed });
  if (kind < 0.23) return refused(outcomeOf(401));
  if (kind < 0.25) return refused(outcomeOf(403));
  if (kind < 0.27) return refused(outcomeOf(429));
  if (kind < 0.29) return refused(outcomeOf(429, { retryAfterMs: chance.whole(0, 3 * 3600) * secondMs }));
  if (kind < 0.3) return refused(outcomeOf(422));
  if (kind < 0.32) return refused(outcomeOf(400));
  return undefined;
}

/** Draws what goes wrong with a look-up; undefined if nothing does, in about three cases of four. */
export function lookUpFault(chance: SeededChance): LookUpOutcome | 'noAnswer' | undefined {
  const kind = chance.next();
  if (kind < 0.05) return 'noAnswer';
  if (kind < 0.09) return { kind: 'notSent', reason: 'noConnection' };
  if (kind < 0.16) return { kind: 'unknown', reason: 'connectionLost' };
  if (kind < 0.2) return { kind: 'unknown', reason: 'serverError', answer: { ...signed, status: 500 } };
  if (kind < 0.23) return { kind: 'unknown', reason: 'signatureMismatch', answer: signed };
  const refusal = { signature: 'valid' } as const;
  // Each of these stops the integration until the user resumes.
  if (kind < 0.24) return { kind: 'unauthorised', problem: 'signature', answer: { ...refusal, status: 401 } };
  if (kind < 0.25) return { kind: 'forbidden', answer: { ...refusal, status: 403 } };
  if (kind < 0.27) return { kind: 'limited', answer: { ...refusal, status: 429 } };
  if (kind < 0.28) return { kind: 'failed', reason: 'requestRefused', answer: { ...refusal, status: 400 } };
  return undefined;
}

const lost: DeletionOutcome = { kind: 'unknown', reason: 'connectionLost' };
