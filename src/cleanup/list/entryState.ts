import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { endConsentOf } from './consents.ts';
import type { EntryState } from './entry.ts';

const endingStates = ['deleted', 'notFound', 'failed'] as const;

/**
 * Writes an entry's state and ends its wait. Its consent ends with `deleted`, `notFound` and `failed`; without a consent,
 * `confirmed` and `blocked` become `listed`. `at` is epoch ms. Only for the list and the attempts; call inside a
 * transaction.
 */
export function setEntryState(
  database: CleanupDatabase,
  entryId: number,
  state: EntryState,
  reason: string | null,
  at: number,
): void {
  const ending = endingStates.find((each) => each === state);
  if (ending !== undefined) endConsentOf(database, entryId, ending, at);
  const waits = state === 'confirmed' || state === 'blocked';
  database.run(
    `UPDATE list_entries SET state = ${waits ? "CASE WHEN consent IS NULL THEN 'listed' ELSE ? END" : '?'}, reason = ?,
       changed_at = ?, look_ups = 0, wait_until_ms = NULL, revision = revision + 1 WHERE id = ?`,
    state,
    reason,
    Math.round(at),
    entryId,
  );
}

/** Makes an entry wait until a reading of the database's clock before it is retried or looked up automatically. */
export function setEntryWait(database: CleanupDatabase, entryId: number, untilMs: number): void {
  // A blocked entry that has lost its consent is `listed`, and waits only for the user.
  database.run(
    "UPDATE list_entries SET wait_until_ms = ? WHERE id = ? AND state IN ('blocked', 'unknown', 'notFound')",
    untilMs,
    entryId,
  );
}

/** The state of an entry after an outcome. An outcome that says nothing about the session leaves it confirmed. */
export function stateAfter(outcome: DeletionOutcome): EntryState {
  switch (outcome.kind) {
    case 'deleted':
    case 'notFound':
    case 'blocked':
    case 'failed':
    case 'unknown':
      return outcome.kind;
    case 'unauthorised':
    case 'forbidden':
    case 'limited':
    case 'notSent':
      return 'confirmed';
  }
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** After so many refusals of Veriff, a blocked entry is not retried automatically. */
export const mostRetries = 5;

/**
 * Ms from the `blocks`-th answer `blocked` (from 1) to the next try: 1 h, doubling, five times. Undefined after that,
 * since each try costs a slot of the quota and the user has to look.
 */
export function retryWaitMs(blocks: number): number | undefined {
  return blocks > mostRetries ? undefined : hourMs * 2 ** (blocks - 1);
}

/**
 * Ms until an unknown entry is looked up after `lookUps` look-ups without an answer: 5 s at first, in which Veriff may
 * still finish the request, then a minute, times four up to 4 h. Look-ups cost no quota, so they never stop.
 */
export function lookUpWaitMs(lookUps: number): number {
  return lookUps === 0 ? 5000 : Math.min(4 * hourMs, minuteMs * 4 ** Math.min(lookUps - 1, 9));
}
