import type { SessionId } from '../../veriff/sessionId.ts';
import type { Integration } from '../integrations/integration.ts';
import type { ListMark } from '../list/listMark.ts';
import type { Moment } from '../quota/clock.ts';
import type { QuotaState } from '../quota/quota.ts';

/** What a request is about to use, read for this request alone. The gate compares all of it with the database. */
export interface RequestMeans {
  readonly integration: Integration;
  /** The mark of the list in SecretStorage; undefined if there is none. */
  readonly mark: ListMark | undefined;
  /**
   * When both were read. If the process was suspended since, they have to be read again. Absent if they were read just
   * now.
   */
  readonly readAt?: Moment;
}

/** A slot of the quota that is reserved in the database for one request. */
export interface Reservation {
  /** The id of the list in which it was reserved. */
  readonly list: string;
  readonly attemptId: number;
  readonly entryId: number;
  readonly sessionId: SessionId;
  /** The only integration that the request may be made with. */
  readonly integration: Integration;
  readonly consent: number;
  readonly owner: string;
  readonly takenAt: Moment;
}

/**
 * A reserved slot, or why there is none. `busy`: another request is in flight. `notConfirmed`: no consent for this
 * integration is alive, or the entry is on hold. `integrationChanged`: the integration has ended, or is not the one
 * whose credentials were read. `rolledBack`: the file is an older copy, and all consents have just ended. `noneKept`:
 * all consents have just ended because SecretStorage has no mark of the list.
 */
export type ReservationResult =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | { readonly kind: 'busy' | 'noSlot'; readonly quota: QuotaState }
  | { readonly kind: 'notConfirmed' | 'paused' | 'integrationChanged' | 'rolledBack' | 'noneKept' };

/** A slot for the next entry, or why there is none. `idle`: no entry waits for a slot. */
export type NextReservation = ReservationResult | { readonly kind: 'idle' | 'stopped' };

/** One past deletion request, to be shown to the user. */
export interface PastRequest {
  readonly sessionId: string;
  /** Epoch ms. */
  readonly settledAt: number;
  readonly outcome: string;
}

/**
 * A request may leave at most this long after its reservation; a process that was suspended for longer must not send
 * it.
 */
export const reservationLifeMs = 2000;
