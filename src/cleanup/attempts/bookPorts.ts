import type { Clock } from '../quota/clock.ts';
import type { Limit } from '../quota/quota.ts';
import type { IsOwnerAlive } from './owner.ts';
import type { UnwrittenAnswers } from './unwrittenAnswers.ts';

/** What `AttemptBook` needs from outside. */
export interface AttemptBookPorts {
  readonly clock: Clock;
  /** The name of this process, see `thisProcess`. */
  readonly owner: string;
  readonly isOwnerAlive: IsOwnerAlive;
  /** A random number from 0 to 1, for the jitter after a 429. */
  readonly chance: () => number;
  readonly limits?: readonly Limit[];
  /** Answers that could not be written yet. They outlive the book. */
  readonly unwritten?: UnwrittenAnswers;
}
