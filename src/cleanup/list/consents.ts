import type { CleanupDatabase } from '../database/database.ts';
import type { EntryRef } from './entry.ts';
import type { IntegrationKind } from '../integrations/integration.ts';

/** What a dialog named and the user agreed to: sessions of one integration at one host, TEST or LIVE. */
export interface NamedIntegration {
  readonly id: string;
  readonly name: string;
  readonly kind: IntegrationKind;
  readonly baseUrl: string;
}

/** Why a consent ended. */
export type ConsentEnd =
  | 'cancelled'
  | 'replaced'
  | 'held'
  | 'removed'
  | 'retried'
  | 'lookedUp'
  | 'deleted'
  | 'notFound'
  | 'failed'
  | 'rolledBack'
  | 'markMissing'
  | 'integrationEnded';

/**
 * Records that the user agreed, in a dialog that named this integration and this number of sessions; `at` is epoch ms.
 * Returns the agreement's number, or undefined if the integration has ended or is no longer what the dialog named: then
 * nothing was agreed to. Call inside a transaction.
 */
export function writeAgreement(
  database: CleanupDatabase,
  named: NamedIntegration,
  sessions: number,
  at: number,
): number | undefined {
  const { changes, rowId } = database.run(
    `INSERT INTO agreements (integration, name, kind, base_url, sessions, given_at)
     SELECT id, ?, kind, base_url, ?, ? FROM integrations
     WHERE id = ? AND kind = ? AND base_url = ? AND ended_at IS NULL`,
    ...[named.name, sessions, Math.round(at), named.id, named.kind, named.baseUrl],
  );
  return changes === 0 ? undefined : rowId;
}

/** Gives an entry a consent of this agreement, which replaces the one it had. Call inside a transaction. */
export function giveConsent(database: CleanupDatabase, agreement: number, entryId: number, at: number): void {
  endConsentOf(database, entryId, 'replaced', at);
  const { rowId } = database.run(
    'INSERT INTO consents (agreement, session_id) SELECT ?, session_id FROM list_entries WHERE id = ?',
    agreement,
    entryId,
  );
  database.run(
    `UPDATE list_entries SET consent = ?, state = CASE state WHEN 'unknown' THEN state ELSE 'confirmed' END,
       reason = CASE state WHEN 'unknown' THEN reason END, changed_at = ?, blocks = 0, revision = revision + 1,
       wait_until_ms = CASE state WHEN 'unknown' THEN wait_until_ms END WHERE id = ?`,
    rowId,
    Math.round(at),
    entryId,
  );
}

/**
 * Gives listed entries a consent of this agreement: those that match their reference, are not on hold and belong to the
 * agreement's integration, if that has not ended. Returns how many. Two statements for all entries: with a hundred
 * thousand of them, the cost of a statement is noticeable. CROSS JOIN keeps SQLite from reading the whole list for each
 * part. Call inside a transaction.
 */
export function giveConsentToListed(
  database: CleanupDatabase,
  agreement: number,
  entries: readonly EntryRef[],
  at: number,
): number {
  const before = Number(database.get('SELECT coalesce(max(id), 0) AS id FROM consents')?.['id']);
  const { changes } = database.run(
    `INSERT INTO consents (agreement, session_id)
     SELECT DISTINCT agreements.id, entry.session_id FROM json_each(?2) AS ref
     CROSS JOIN list_entries AS entry ON entry.id = ref.value ->> 1 AND entry.session_id = ref.value ->> 2
     JOIN agreements ON agreements.id = ?1 AND agreements.integration = entry.integration
     JOIN integrations ON integrations.id = agreements.integration AND integrations.ended_at IS NULL
     WHERE ref.value ->> 0 = (SELECT id FROM list) AND entry.state = 'listed' AND entry.held_at IS NULL`,
    agreement,
    JSON.stringify(entries.map(({ list, id, sessionId }) => [list, id, sessionId])),
  );
  database.run(
    `UPDATE list_entries SET consent = consents.id, state = 'confirmed', reason = NULL, changed_at = ?3, blocks = 0,
       revision = revision + 1, wait_until_ms = NULL
     FROM consents, agreements WHERE consents.agreement = ?1 AND consents.id > ?2 AND agreements.id = ?1
       AND list_entries.integration = agreements.integration AND list_entries.session_id = consents.session_id`,
    agreement,
    before,
    Math.round(at),
  );
  return changes;
}

/**
 * Ends the consent of an entry if one is alive; an entry that waited for its slot becomes `listed`. Returns whether one
 * ended. Call inside a transaction.
 */
export function endConsentOf(
  database: CleanupDatabase,
  entryId: number,
  by: ConsentEnd,
  at: number,
): boolean {
  const { changes } = database.run(
    `UPDATE consents SET ended_at = ?, ended_by = ? WHERE ended_at IS NULL
     AND id = (SELECT consent FROM list_entries WHERE id = ?)`,
    Math.round(at),
    by,
    entryId,
  );
  return changes > 0;
}

/** Ends the living consents of one agreement. Returns how many. Call inside a transaction. */
export function endAgreement(database: CleanupDatabase, agreement: number, at: number): number {
  return database.run(
    "UPDATE consents SET ended_at = ?, ended_by = 'cancelled' WHERE agreement = ? AND ended_at IS NULL",
    Math.round(at),
    agreement,
  ).changes;
}

/** Ends every living consent. Returns how many. Call inside a transaction. */
export function endAllConsents(database: CleanupDatabase, by: ConsentEnd, at: number): number {
  return database.run(
    'UPDATE consents SET ended_at = ?, ended_by = ? WHERE ended_at IS NULL',
    Math.round(at),
    by,
  ).changes;
}

/** How many consents of an integration are alive: so many sessions may be sent without another confirmation. */
export function countAlive(database: CleanupDatabase, integration: string): number {
  const row = database.get(
    'SELECT count(*) AS n FROM list_entries WHERE integration = ? AND consent IS NOT NULL',
    integration,
  );
  return Number(row?.['n']);
}

/** How many entries lost their consent in an update of the schema. Reported once, and 0 from then on. */
export function takeUnconfirmedByUpdate(database: CleanupDatabase): number {
  const row = database.get("SELECT value FROM switches WHERE name = 'unconfirmedByUpdate'");
  if (row === undefined) return 0;
  const { changes } = database.run("DELETE FROM switches WHERE name = 'unconfirmedByUpdate'");
  return changes === 0 ? 0 : Number(row['value']);
}
