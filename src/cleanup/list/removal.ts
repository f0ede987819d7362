import type { CleanupDatabase } from '../database/database.ts';

const keptColumns = `id, integration, session_id, state, reason, source_uri, source_line, added_at, changed_at, seen_at,
  seen_status, rank, held_at, hold_note, checked, revision`;

// The undo restores the entry, and not the consent that ended with the removal. `unknown` entries are looked up.
const restoring = `INSERT INTO list_entries (${keptColumns}, wait_until_ms)
  SELECT id, integration, session_id, CASE WHEN state IN ('confirmed', 'blocked') THEN 'listed' ELSE state END,
    reason, source_uri, source_line, added_at, changed_at, seen_at, seen_status, rank, held_at, hold_note, checked,
    revision + 1, CASE state WHEN 'unknown' THEN 0 END
  FROM removed_entries WHERE id = ? ON CONFLICT DO NOTHING`;

/** The result of undoing a removal. */
export interface Restored {
  readonly restored: number;
  /** How many of these had a consent before. */
  readonly unconfirmed: number;
  /** How many are left to be restored. */
  readonly left: number;
}

/** Removes an entry from the list and keeps it for the undo. Its consent must have ended. Call inside a transaction. */
export function keepForUndo(
  database: CleanupDatabase,
  entryId: number,
  consent: 'agreed' | 'not agreed',
): boolean {
  database.run(
    `INSERT INTO removed_entries (${keptColumns}, was_agreed) SELECT ${keptColumns}, ? FROM list_entries WHERE id = ?`,
    consent === 'agreed' ? 1 : 0,
    entryId,
  );
  return database.run('DELETE FROM list_entries WHERE id = ?', entryId).changes > 0;
}

/** How many entries the last removal took, while it can be undone. */
export function removedCount(database: CleanupDatabase): number {
  return Number(database.get('SELECT count(*) AS n FROM removed_entries')?.['n']);
}

/**
 * Restores up to `most` removed entries, without consent; sessions that are on the list again by now stay as they are.
 * Call inside a transaction.
 */
export function restoreRemoved(database: CleanupDatabase, most: number): Restored {
  let [restored, unconfirmed] = [0, 0];
  for (const row of database.all('SELECT id, was_agreed FROM removed_entries ORDER BY id LIMIT ?', most)) {
    const id = Number(row['id']);
    const isBack = database.run(restoring, id).changes > 0;
    database.run('DELETE FROM removed_entries WHERE id = ?', id);
    if (isBack) restored += 1;
    if (isBack && row['was_agreed'] === 1) unconfirmed += 1;
  }
  return { restored, unconfirmed, left: removedCount(database) };
}
