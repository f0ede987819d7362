import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { keyHashOf, type Integration } from '../integrations/integration.ts';
import type { EntryRef } from '../list/entry.ts';

/** An entry that may be sent as far as its consent and its integration are concerned. */
export interface AgreedEntry {
  readonly id: number;
  readonly sessionId: SessionId;
  readonly consent: number;
}

/**
 * Returns the entry if a request for it may use these credentials: its consent is alive and names this session, this
 * integration, this host and kind; the integration has not ended, and is the one whose credentials are about to be
 * used; the entry is not on hold. Otherwise returns what is missing. Call in the transaction that reserves the slot,
 * since earlier checks do not count.
 */
export function agreedEntry(
  database: CleanupDatabase,
  { list, id, sessionId }: EntryRef,
  integration: Integration,
): AgreedEntry | 'notConfirmed' | 'integrationChanged' {
  const { id: integrationId, baseUrl, kind } = integration;
  const living = database.get(
    `SELECT 1 FROM integrations
     WHERE ended_at IS NULL
       AND id = ?
       AND base_url = ?
       AND kind = ?
       AND key_hash = ?`,
    ...[integrationId, baseUrl, kind, keyHashOf(integration)],
  );
  if (living === undefined) return 'integrationChanged';
  const row = database.get(
    `SELECT entry.id, entry.session_id, entry.consent FROM current_entries AS entry
     JOIN consents ON consents.id = entry.consent
       AND consents.ended_at IS NULL
       AND consents.session_id = entry.session_id
     JOIN agreements ON agreements.id = consents.agreement
       AND agreements.integration = entry.integration
       AND agreements.base_url = ?4
       AND agreements.kind = ?5
     WHERE entry.id = ?1
       AND entry.list = ?2
       AND entry.session_id = ?3
       AND entry.integration = ?6
       AND entry.held_at IS NULL
       AND entry.state = 'confirmed'`,
    ...[id, list, sessionId, baseUrl, kind, integrationId],
  );
  // If the file was edited by hand, this may not be a session id, and then no consent covers it.
  const agreed = parseSessionId(String(row?.['session_id']));
  if (row === undefined || agreed === undefined) return 'notConfirmed';
  return { id: Number(row['id']), sessionId: agreed, consent: Number(row['consent']) };
}
