import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { endConsentOf } from './consents.ts';
import type { EntryState } from './entry.ts';

const endingStates = ['deleted', 'gone', 'failed'] as const;

/**
 * Writes an entry's state and ends whatever it waited for; its consent ends with `deleted`, `gone` and `failed`, and
 * without one, what would wait to be sent is `listed`. `at` in epoch ms. For the list and the attempts alone, inside a
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

/** Lets an entry wait until a reading of the clock before it is tried or looked up again by itself. */
export function setEntryWait(database: CleanupDatabase, entryId: number, untilMs: number): void {
  // Without its consent, what was blocked is `listed`, and waits for the user alone.
  database.run(
    "UPDATE list_entries SET wait_until_ms = ? WHERE id = ? AND state IN ('blocked', 'unknown')",
    untilMs,
    entryId,
  );
}

/** The state that an outcome leaves an entry in. What says nothing about the session leaves it confirmed. */
export function stateAfter(outcome: DeletionOutcome): EntryState {
  switch (outcome.kind) {
    case 'deleted':
    case 'gone':
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
const mostRetries = 5;

/**
 * How long after the `blocks`-th answer `blocked` (from 1) the deletion is tried again: 1 h, doubling, five times;
 * undefined after that, since then the user has to look. Each try costs a slot of the quota.
 */
export function retryWaitMs(blocks: number): number | undefined {
  return blocks > mostRetries ? undefined : hourMs * 2 ** (blocks - 1);
}

/**
 * How long after `lookUps` look-ups in vain an entry is looked up (again): 5 s, in which a late answer may have
 * done its work, then a minute, times four up to 4 h. Look-ups cost no quota, so there is no last one.
 */
export function lookUpWaitMs(lookUps: number): number {
  return lookUps === 0 ? 5000 : Math.min(4 * hourMs, minuteMs * 4 ** Math.min(lookUps - 1, 9));
}
