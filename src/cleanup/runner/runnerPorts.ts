import type { LookUpOutcome } from '../../veriff/outcome.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { AttemptBook } from '../attempts/attemptBook.ts';
import type { Integration } from '../integrations/integration.ts';
import type { Integrations } from '../integrations/integrations.ts';
import type { RequestMeans } from '../attempts/reservation.ts';
import type { CleanupList } from '../list/cleanupList.ts';
import type { Clock } from '../quota/clock.ts';
import type { DeletionResult, SendDeletion } from '../attempts/deletion.ts';
import type { IsOwnerAlive } from '../attempts/owner.ts';
import type { EntryGroups } from '../list/entryGroups.ts';
import type { StopReason, Switches } from '../attempts/switches.ts';

/** The requests that the runner makes. None of them may reject. */
export interface Network {
  readonly send: SendDeletion;
  readonly lookUp: (
    integration: Integration,
    sessionId: SessionId,
    signal?: AbortSignal,
  ) => Promise<LookUpOutcome>;
  /** Looks up an id that no session has, to learn the server's time. */
  readonly askTime: (integration: Integration) => Promise<LookUpOutcome>;
}

/** The list, the attempts and the switches of one database. */
export interface RunnerRecords {
  readonly list: CleanupList;
  readonly groups: EntryGroups;
  readonly book: AttemptBook;
  readonly switches: Switches;
  readonly integrations: Integrations;
}

/** What the runner reports, after it was recorded. */
export type RunnerEvent =
  /** It starts to check what is due. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'resumed'; readonly waiting: number }
  /** Confirmed entries wait for integrations whose credentials are not available. */
  | { readonly kind: 'unsendable'; readonly waiting: number }
  | { readonly kind: 'sending'; readonly integration: Integration; readonly sessionId: SessionId }
  | {
      readonly kind: 'sent';
      readonly integration: Integration;
      readonly sessionId: SessionId;
      readonly result: Extract<DeletionResult, { kind: 'sent' }>;
    }
  | {
      readonly kind: 'lookedUp';
      readonly integration: Integration;
      /** Undefined if only the server's time was asked for. */
      readonly sessionId: SessionId | undefined;
      readonly outcome: LookUpOutcome;
    }
  | { readonly kind: 'stopped'; readonly integration: Integration; readonly reason: StopReason }
  /** Everything confirmed has to be confirmed again: the file is an older copy, or SecretStorage has no mark of it. */
  | { readonly kind: 'rolledBack' }
  | { readonly kind: 'noneKept' }
  | { readonly kind: 'trouble'; readonly error: unknown };

/** What the runner needs from outside. */
export interface RunnerPorts {
  readonly clock: Clock;
  /** Calls `fire` once, after `spanMs`; the returned function cancels that. */
  readonly startTimer: (spanMs: number, fire: () => void) => () => void;
  /** Called again at each turn. Throws `DatabaseUnusable`. */
  readonly records: () => RunnerRecords;
  /** The ids of the living integrations whose credentials are available. May reject. */
  readonly ready: () => Promise<readonly string[]>;
  /**
   * Reads the credentials and the mark for one request of this integration, uncached; undefined if there are no
   * credentials. May reject.
   */
  readonly readMeans: (integration: string) => Promise<RequestMeans | undefined>;
  readonly network: Network;
  readonly owner: string;
  readonly isOwnerAlive: IsOwnerAlive;
  readonly tell: (event: RunnerEvent) => void;
}
