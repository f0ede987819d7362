import type { Clock } from '../quota/clock.ts';
import type { Limit } from '../quota/quota.ts';
import type { IsOwnerAlive } from './owner.ts';
import type { UnwrittenAnswers } from './unwrittenAnswers.ts';

/** What the book needs from outside. */
export interface AttemptBookPorts {
  readonly clock: Clock;
  /** The name of this process, see `thisProcess`. */
  readonly owner: string;
  readonly isOwnerAlive: IsOwnerAlive;
  /** From 0 to 1, for the jitter after a 429. */
  readonly chance: () => number;
  readonly limits?: readonly Limit[];
  /** Answers that could not be written yet; they outlive the book. */
  readonly unwritten?: UnwrittenAnswers;
}
