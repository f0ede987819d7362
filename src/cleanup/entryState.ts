import type { DeletionOutcome } from '../veriff/outcome.ts';
import type { CleanupDatabase } from './database.ts';

/**
 * The states of an entry: `listed → confirmed → sending → deleted | gone | blocked | failed | unknown`.
 * Nothing but `confirmed` may be sent. `deleted`: Veriff said so; `gone`: not there (any more); `blocked`: may
 * succeed later; `failed`: cannot succeed as it is; `unknown`: sent, and no believable answer came.
 */
export type EntryState =
  'listed' | 'confirmed' | 'sending' | 'deleted' | 'gone' | 'blocked' | 'failed' | 'unknown';

/** Writes an entry's state; `at` in epoch ms. For the list and the attempts alone. */
export function setEntryState(
  database: CleanupDatabase,
  entryId: number,
  state: EntryState,
  reason: string | null,
  at: number,
): void {
  database.run(
    'UPDATE entries SET state = ?, reason = ?, changed_at = ? WHERE id = ?',
    state,
    reason,
    Math.round(at),
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
