import type { DeletionOutcome } from '../../veriff/outcome.ts';
import type { CleanupDatabase } from '../database/database.ts';
import type { Wait } from './entry.ts';

/**
 * The states of an entry: `listed → confirmed → sending → deleted | gone | blocked | failed | unknown`.
 * Nothing but `confirmed` may be sent. `deleted`: Veriff said so; `gone`: not there (any more); `blocked`: may
 * succeed later; `failed`: cannot succeed as it is; `unknown`: sent, and no believable answer came.
 */
export type EntryState =
  'listed' | 'confirmed' | 'sending' | 'deleted' | 'gone' | 'blocked' | 'failed' | 'unknown';

/** Writes an entry's state and ends whatever it waited for; `at` in epoch ms. For the list and the attempts alone. */
export function setEntryState(
  database: CleanupDatabase,
  entryId: number,
  state: EntryState,
  reason: string | null,
  at: number,
): void {
  database.run(
    `UPDATE entries SET state = ?, reason = ?, changed_at = ?, look_ups = 0,
       wait_ms = NULL, wait_from_uptime_ms = NULL, wait_from_server_at = NULL WHERE id = ?`,
    state,
    reason,
    Math.round(at),
    entryId,
  );
}

/** Lets an entry wait before it is tried or looked up again. */
export function setEntryWait(database: CleanupDatabase, entryId: number, wait: Wait): void {
  database.run(
    'UPDATE entries SET wait_ms = ?, wait_from_uptime_ms = ?, wait_from_server_at = ? WHERE id = ?',
    wait.forMs,
    wait.fromUptimeMs,
    wait.fromServerAt ?? null,
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
