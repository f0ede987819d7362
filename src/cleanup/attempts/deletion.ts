import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { EntryRef } from '../list/entry.ts';
import type { Integration } from '../integrations/integration.ts';
import type { AttemptBook } from './attemptBook.ts';
import type { RequestMeans, Reservation } from './reservation.ts';
import type { Clock } from '../quota/clock.ts';
import type { QuotaState } from '../quota/quota.ts';

/**
 * Sends one DELETE with the credentials that the gate has checked. Everything up to the first byte must happen before
 * the promise is returned. Never throws.
 */
export type SendDeletion = (
  integration: Integration,
  sessionId: SessionId,
  signal: AbortSignal,
) => Promise<DeletionOutcome>;

/** Reads the credentials and the mark for one request, uncached; undefined if there are no credentials. May reject. */
export type ReadMeans = () => Promise<RequestMeans | undefined>;

/** What happened to one confirmed entry: the outcome of its request, or why none was sent. */
export type DeletionResult =
  | {
      readonly kind: 'sent';
      readonly outcome: DeletionOutcome;
      readonly durationMs: number;
      /** Set if the outcome could not be recorded; that is tried again before the next request. */
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

// If a reservation expires before it is used this often in a row, the machine is too slow to try again now.
const mostReservations = 3;

/**
 * Deletes one entry: reads the credentials, reserves a slot, checks that the reservation has not expired, sends, and
 * records the outcome. Throws `DatabaseUnusable` if the reservation cannot be written; then nothing was sent.
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
    // Nothing is awaited between this check and the request, so that no request is sent for an expired reservation.
    if (book.mayLeave(result.reservation)) return sendReserved(book, result.reservation, send, clock, signal);
    book.release(result.reservation);
  }
  return { kind: 'tooSlow' };
}

/**
 * Whether a free look-up has to follow an answer: there was none, or it was a 404 or a 403, which an endpoint that is
 * switched off may give as well.
 */
export function isDoubtful({ kind }: DeletionOutcome): boolean {
  return kind === 'unknown' || kind === 'notFound' || kind === 'forbidden';
}

/**
 * Sends the request of a reservation at once and records its outcome. The caller must have checked `mayLeave` right
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
