import type { CleanupDatabase } from '../database/database.ts';

/** How many open entries were taken over by another integration, and how many of them had a consent. */
export interface TakenAlong {
  readonly moved: number;
  readonly unconfirmed: number;
}

const open = `state NOT IN ('sending', 'deleted', 'notFound')`;

/**
 * Moves the open entries of ended integrations to the one that replaces them. They become `listed` (`unknown` ones stay
 * `unknown`) and lose their look-ups, which were made with other credentials. If both have an entry for a session, the
 * old entry stays and passes on its hold. Their consents have ended with the integrations. Call inside a transaction.
 */
export function takeAlong(
  database: CleanupDatabase,
  from: readonly string[],
  to: string,
  at: number,
): TakenAlong {
  let [moved, unconfirmed] = [0, 0];
  for (const source of from) {
    if (source === to) continue;
    database.run('UPDATE integrations SET replaced_by = ? WHERE id = ? AND ended_at IS NOT NULL', to, source);
    database.run(
      `UPDATE list_entries AS mine SET held_at = theirs.held_at, hold_note = theirs.hold_note
       FROM list_entries AS theirs WHERE mine.integration = ? AND mine.held_at IS NULL AND mine.consent IS NULL
         AND theirs.integration = ? AND theirs.session_id = mine.session_id AND theirs.held_at IS NOT NULL`,
      ...[to, source],
    );
    unconfirmed += agreedBefore(database, source, to);
    moved += database.run(
      `UPDATE OR IGNORE list_entries SET integration = ?, revision = revision + 1, changed_at = ?, look_ups = 0, blocks = 0,
         seen_at = NULL, seen_status = NULL, seen_attempt = NULL, wait_until_ms = CASE state WHEN 'unknown' THEN 0 END,
         state = CASE state WHEN 'unknown' THEN state ELSE 'listed' END,
         reason = CASE state WHEN 'unknown' THEN reason END
       WHERE integration = ? AND ${open}`,
      ...[to, Math.round(at), source],
    ).changes;
    // Finished entries keep their integration: restored under another one, they would report a deletion there.
    database.run(
      `UPDATE OR IGNORE removed_entries SET integration = ?, seen_at = NULL, seen_status = NULL,
         state = CASE state WHEN 'unknown' THEN state ELSE 'listed' END,
         reason = CASE state WHEN 'unknown' THEN reason END
       WHERE integration = ? AND ${open}`,
      ...[to, source],
    );
  }
  return { moved, unconfirmed };
}

/**
 * Moves an entry that was settled after its integration had been replaced to the one that took over the others. If that
 * one already has an entry of the session, this one stays, and if it is `unknown`, the other becomes `unknown` too: it
 * must not be sent before a look-up either.
 */
export function followReplacement(database: CleanupDatabase, entryId: number, at: number): void {
  const row = database.get(
    `WITH RECURSIVE successors (id) AS (
       SELECT replaced_by FROM integrations WHERE id = (SELECT integration FROM list_entries WHERE id = ?)
       UNION SELECT replaced_by FROM integrations JOIN successors USING (id))
     SELECT id FROM integrations JOIN successors USING (id) WHERE ended_at IS NULL`,
    entryId,
  );
  if (row === undefined) return;
  const to = String(row['id']);
  database.run(
    `UPDATE OR IGNORE list_entries SET integration = ?, revision = revision + 1, changed_at = ?,
       seen_at = NULL, seen_status = NULL, seen_attempt = NULL WHERE id = ? AND ${open}`,
    ...[to, Math.round(at), entryId],
  );
  database.run(
    `UPDATE list_entries AS mine SET state = theirs.state, reason = theirs.reason, wait_until_ms = theirs.wait_until_ms,
       look_ups = 0, seen_attempt = NULL, revision = mine.revision + 1, changed_at = ?
     FROM list_entries AS theirs WHERE theirs.id = ? AND theirs.state = 'unknown' AND theirs.integration <> ?
       AND mine.integration = ? AND mine.session_id = theirs.session_id AND mine.state IN ('listed', 'confirmed', 'blocked')`,
    ...[Math.round(at), entryId, to, to],
  );
}

// Counts the consents that ended with their integration and whose entries the other integration takes over.
function agreedBefore(database: CleanupDatabase, from: string, to: string): number {
  const row = database.get(
    `SELECT count(DISTINCT consents.session_id) AS n FROM agreements
     JOIN consents ON consents.agreement = agreements.id AND consents.ended_by = 'integrationEnded'
     JOIN list_entries ON list_entries.integration = agreements.integration
       AND list_entries.session_id = consents.session_id AND list_entries.state IN ('listed', 'unknown')
     WHERE agreements.integration = ? AND NOT EXISTS (
       SELECT 1 FROM list_entries AS mine WHERE mine.integration = ? AND mine.session_id = consents.session_id)`,
    ...[from, to],
  );
  return Number(row?.['n']);
}

/**
 * Removes the entries of an ended integration from the list, if its sandbox no longer exists. Call inside a
 * transaction.
 */
export function leaveWithEntries(database: CleanupDatabase, integration: string): void {
  database.run('DELETE FROM list_entries WHERE integration = ?', integration);
  database.run('DELETE FROM removed_entries WHERE integration = ?', integration);
}
