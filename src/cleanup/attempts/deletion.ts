import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { EntryRef } from '../list/entry.ts';
import type { Integration } from '../integrations/integration.ts';
import type { AttemptBook } from './attemptBook.ts';
import type { RequestMeans, Reservation } from './reservation.ts';
import type { Clock } from '../quota/clock.ts';
import type { QuotaState } from '../quota/quota.ts';

/**
 * Sends one DELETE with the credentials that the gate has checked. Everything up to the first byte has to happen
 * before it returns its promise. It never throws.
 */
export type SendDeletion = (
  integration: Integration,
  sessionId: SessionId,
  signal: AbortSignal,
) => Promise<DeletionOutcome>;

/** Reads what a request is about to use, fresh; undefined if the credentials are not there. May reject. */
export type ReadMeans = () => Promise<RequestMeans | undefined>;

/** What became of one confirmed entry: an answer (or none), or why no request was made. */
export type DeletionResult =
  | {
      readonly kind: 'sent';
      readonly outcome: DeletionOutcome;
      readonly durationMs: number;
      /** If the outcome could not be written down; it is tried again before the next request. */
      readonly recordError?: unknown;
    }
  | {
      readonly kind:
        | 'cancelled'
        | 'notConfirmed'
        | 'paused'
        | 'integrationChanged'
        | 'rolledBack'
        | 'noneKept'
        | 'noCredentials'
        | 'tooSlow';
    }
  | { readonly kind: 'busy' | 'noSlot'; readonly quota: QuotaState };

// A machine that stalls for seconds between two lines of code this often in a row has other worries.
const mostReservations = 3;

/**
 * The one way in which a deletion leaves: read the credentials, reserve a slot in the database, make sure that it is
 * still fresh, send, record. Throws `DatabaseUnusable` if the reservation can't be written; then nothing was sent.
 */
export async function deleteEntry(
  book: AttemptBook,
  entry: EntryRef,
  { readMeans, send, clock }: { readMeans: ReadMeans; send: SendDeletion; clock: Clock },
  signal: AbortSignal,
): Promise<DeletionResult> {
  for (let attempt = 0; attempt < mostReservations; attempt += 1) {
    const means = await readMeans();
    if (signal.aborted) return { kind: 'cancelled' };
    if (means === undefined) return { kind: 'noCredentials' };
    const result = book.reserve(entry, means);
    if (result.kind !== 'reserved') return result;
    // No wait between this check and the request: a process that freezes in between must find its slot burnt.
    if (book.mayLeave(result.reservation)) return sendReserved(book, result.reservation, send, clock, signal);
    book.release(result.reservation);
  }
  return { kind: 'tooSlow' };
}

/**
 * Sends what a slot was reserved for, at once, and records what became of it. The caller has asked `mayLeave` right
 * before.
 */
export async function sendReserved(
  book: AttemptBook,
  reservation: Reservation,
  send: SendDeletion,
  clock: Clock,
  signal: AbortSignal,
): Promise<Extract<DeletionResult, { kind: 'sent' }>> {
  const sentAtMs = clock().monotonicMs;
  const outcome = await send(reservation.integration, reservation.sessionId, signal);
  const durationMs = clock().monotonicMs - sentAtMs;
  try {
    book.record(reservation, outcome, durationMs);
    return { kind: 'sent', outcome, durationMs };
  } catch (recordError) {
    return { kind: 'sent', outcome, durationMs, recordError };
  }
}
