import type { SessionId } from '../../veriff/sessionId.ts';
import type { Integration } from '../integrations/integration.ts';
import type { ListMark } from '../list/listMark.ts';
import type { Moment } from '../quota/clock.ts';
import type { QuotaState } from '../quota/quota.ts';

/** What a request is about to use, read for this request: the gate compares all of it with the database. */
export interface RequestMeans {
  readonly integration: Integration;
  /** What SecretStorage keeps of the list; undefined if it keeps nothing. */
  readonly mark: ListMark | undefined;
  /** When both were read; a process that freezes after that has to read them again. Absent if that is right now. */
  readonly readAt?: Moment;
}

/** A slot of the quota, taken in the database for one request. */
export interface Reservation {
  /** The id of the list in which it was taken. */
  readonly list: string;
  readonly attemptId: number;
  readonly entryId: number;
  readonly sessionId: SessionId;
  /** The integration that the request is made with, and no other. */
  readonly integration: Integration;
  readonly consent: number;
  readonly owner: string;
  readonly takenAt: Moment;
}

/**
 * A reserved slot, or why there is none. `busy`: another request is out; `notConfirmed`: no consent of this integration
 * is alive, or it is on hold; `integrationChanged`: the integration has ended, or is not the one whose credentials were
 * read; `rolledBack`: the file is an older copy, and all consents have just ended; `noneKept`: they have ended since
 * SecretStorage keeps nothing of the list.
 */
export type ReservationResult =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | { readonly kind: 'busy' | 'noSlot'; readonly quota: QuotaState }
  | { readonly kind: 'notConfirmed' | 'paused' | 'integrationChanged' | 'rolledBack' | 'noneKept' };

/** A slot for whatever goes next, or why there is none; `idle` has nothing that waits for a slot. */
export type NextReservation = ReservationResult | { readonly kind: 'idle' | 'stopped' };

/** One past deletion request, for people to look at. */
export interface PastRequest {
  readonly sessionId: string;
  /** Epoch ms. */
  readonly settledAt: number;
  readonly outcome: string;
}

/** A request may leave at most this long after its slot was reserved; a process that froze meanwhile must not send. */
export const reservationLifeMs = 2000;
