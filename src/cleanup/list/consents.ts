import type { CleanupDatabase } from '../database/database.ts';
import type { IntegrationKind } from '../integrations/integration.ts';

/** What a dialog named, and the user agreed to: sessions of one integration at one host, TEST or LIVE. */
export interface NamedIntegration {
  readonly id: string;
  readonly name: string;
  readonly kind: IntegrationKind;
  readonly baseUrl: string;
}

/** Why consents end before they are used up. */
export type ConsentEnd =
  | 'cancelled'
  | 'replaced'
  | 'held'
  | 'removed'
  | 'retried'
  | 'lookedUp'
  | 'deleted'
  | 'gone'
  | 'failed'
  | 'rolledBack'
  | 'markMissing'
  | 'integrationEnded';

/**
 * Writes down that the user agreed, in a dialog that named this integration and so many sessions; `at` is epoch ms.
 * Returns the agreement's number, or undefined if the integration has ended or is not any more what the dialog named:
 * then nothing was agreed to. Inside a transaction.
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

/** The integration of an agreement; undefined if it has ended since. */
export function livingIntegrationOf(database: CleanupDatabase, agreement: number): string | undefined {
  const row = database.get(
    `SELECT integrations.id FROM agreements JOIN integrations ON integrations.id = agreements.integration
     WHERE agreements.id = ? AND integrations.ended_at IS NULL`,
    agreement,
  );
  return row && String(row['id']);
}

/** Gives an entry a consent of this agreement, in place of the one that it had. Inside a transaction. */
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

/** Ends the consent of an entry, if one is alive; an entry that waited for its slot is `listed` then. Inside a transaction. */
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

/** Ends what is alive of one agreement. Returns how many consents were. Inside a transaction. */
export function endAgreement(database: CleanupDatabase, agreement: number, at: number): number {
  return database.run(
    "UPDATE consents SET ended_at = ?, ended_by = 'cancelled' WHERE agreement = ? AND ended_at IS NULL",
    Math.round(at),
    agreement,
  ).changes;
}

/** Ends every consent that is alive. Returns how many were. Inside a transaction. */
export function endAllConsents(database: CleanupDatabase, by: ConsentEnd, at: number): number {
  return database.run(
    'UPDATE consents SET ended_at = ?, ended_by = ? WHERE ended_at IS NULL',
    Math.round(at),
    by,
  ).changes;
}

/** How many consents of an integration are alive: what can leave of it without another question. */
export function countAlive(database: CleanupDatabase, integration: string): number {
  const row = database.get(
    'SELECT count(*) AS n FROM list_entries WHERE integration = ? AND consent IS NOT NULL',
    integration,
  );
  return Number(row?.['n']);
}

/** How many entries an update of the schema has left without their consent; told once, and 0 from then on. */
export function takeUnconfirmedByUpdate(database: CleanupDatabase): number {
  const row = database.get("SELECT value FROM switches WHERE name = 'unconfirmedByUpdate'");
  if (row === undefined) return 0;
  const { changes } = database.run("DELETE FROM switches WHERE name = 'unconfirmedByUpdate'");
  return changes === 0 ? 0 : Number(row['value']);
}
