import type { LookUpOutcome } from '../../veriff/outcome.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { AttemptBook } from '../attempts/attemptBook.ts';
import type { CleanupList } from '../list/cleanupList.ts';
import type { Clock } from '../quota/clock.ts';
import type { DeletionResult, SendDeletion } from '../attempts/deletion.ts';
import type { IsOwnerAlive } from '../attempts/owner.ts';
import type { Shelves } from '../list/shelves.ts';
import type { StopReason, Switches } from '../attempts/switches.ts';

/** One integration whose credentials are at hand, as the runner needs it. Nothing here may reject. */
export interface Sender {
  readonly integration: string;
  readonly send: SendDeletion;
  readonly lookUp: (sessionId: SessionId) => Promise<LookUpOutcome>;
  /** Looks up an id that cannot exist, for the server's time. */
  readonly askTime: () => Promise<LookUpOutcome>;
}

/** The list, the attempts and the switches, over one database. */
export interface RunnerRecords {
  readonly list: CleanupList;
  readonly shelves: Shelves;
  readonly book: AttemptBook;
  readonly switches: Switches;
}

/** What the runner tells of, after it was written down. */
export type RunnerEvent =
  /** It has woken up and looks. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'resumed'; readonly waiting: number }
  /** Confirmed entries wait for integrations whose credentials are not stored here. */
  | { readonly kind: 'unsendable'; readonly waiting: number }
  | { readonly kind: 'sending'; readonly integration: string; readonly sessionId: SessionId }
  | {
      readonly kind: 'sent';
      readonly integration: string;
      readonly sessionId: SessionId;
      readonly result: Extract<DeletionResult, { kind: 'sent' }>;
    }
  | {
      readonly kind: 'lookedUp';
      readonly integration: string;
      /** Undefined where only the server's time was asked for. */
      readonly sessionId: SessionId | undefined;
      readonly outcome: LookUpOutcome;
      readonly durationMs: number;
    }
  | { readonly kind: 'stopped'; readonly integration: string; readonly reason: StopReason }
  | { readonly kind: 'trouble'; readonly error: unknown };

/** What the runner may not reach for by itself. */
export interface RunnerPorts {
  readonly clock: Clock;
  /** Calls `fire` once, later; the function it returns stops that. */
  readonly startTimer: (spanMs: number, fire: () => void) => () => void;
  /** Throws `DatabaseUnusable`; it is asked again at each turn. */
  readonly records: () => RunnerRecords;
  /** The integrations whose credentials are stored now. May reject. */
  readonly senders: () => Promise<readonly Sender[]>;
  readonly owner: string;
  readonly isOwnerAlive: IsOwnerAlive;
  readonly tell: (event: RunnerEvent) => void;
}
