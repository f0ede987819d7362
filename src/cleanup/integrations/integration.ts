import { createHash } from 'node:crypto';
import type { Credentials } from '../../veriff/credentials.ts';
import type { Row } from '../database/database.ts';

/** Test or live, as the user said: the API key does not tell (src/veriff/README.md, "Requests and signature"). */
export type IntegrationKind = 'TEST' | 'LIVE';

/** What the user enters for an integration: everything that a consent names, and the secrets. */
export interface IntegrationDraft extends Credentials {
  readonly name: string;
  readonly kind: IntegrationKind;
  /** Whether it belongs to the sandbox, a simulated Veriff on this machine. */
  readonly isSandbox: boolean;
}

/** One integration with its secrets, as requests use it. */
export interface Integration extends IntegrationDraft {
  /** New each time base URL, API key, or TEST or LIVE changes. */
  readonly id: string;
}

/** One integration as the database stores it, without its secrets. */
export interface IntegrationRow {
  readonly id: string;
  /** The number of its key in SecretStorage. */
  readonly slot: number;
  readonly name: string;
  readonly kind: IntegrationKind;
  readonly baseUrl: string;
  readonly keyHash: string;
  readonly isSandbox: boolean;
  /** Epoch ms. */
  readonly storedAt: number;
  /** Epoch ms; absent if it has not ended. */
  readonly endedAt?: number;
}

/**
 * The SHA-256 of an API key (in lower case), in hex: it stands for the key in the database, and the rate limit is
 * counted by it.
 */
export function keyHashOf({ apiKey }: Pick<Credentials, 'apiKey'>): string {
  return createHash('sha256').update(apiKey.toLowerCase()).digest('hex');
}

/** The name that schema version 2 gave an integration: a hash of base URL and API key. */
export function oldNameOf({ baseUrl, apiKey }: Pick<Credentials, 'baseUrl' | 'apiKey'>): string {
  return createHash('sha256').update(`${baseUrl}\n${apiKey.toLowerCase()}`).digest('hex');
}

/** Whether an integration matches a row in everything that a consent names. */
export function isOfRow(row: IntegrationRow, integration: Integration): boolean {
  return row.id === integration.id && hasSameWords(row, integration);
}

/** Whether a change of the integration to `draft` leaves everything that a consent names as it is. */
export function hasSameWords(
  { kind, baseUrl, keyHash }: Pick<IntegrationRow, 'kind' | 'baseUrl' | 'keyHash'>,
  draft: Pick<IntegrationDraft, 'kind' | 'baseUrl' | 'apiKey'>,
): boolean {
  return kind === draft.kind && baseUrl === draft.baseUrl && keyHash === keyHashOf(draft);
}

/** Reads a row of `integrations`. */
export function integrationRowOf(row: Row): IntegrationRow {
  const endedAt = row['ended_at'];
  return {
    id: String(row['id']),
    slot: Number(row['slot']),
    name: String(row['name']),
    kind: row['kind'] as IntegrationKind,
    baseUrl: String(row['base_url']),
    keyHash: String(row['key_hash']),
    isSandbox: row['is_sandbox'] === 1,
    storedAt: Number(row['stored_at']),
    ...(endedAt !== null && { endedAt: Number(endedAt) }),
  };
}

/** The host that an integration's requests go to. */
export function hostOf({ baseUrl }: Pick<Credentials, 'baseUrl'>): string {
  return new URL(baseUrl).host;
}
