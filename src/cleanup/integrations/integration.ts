import { createHash } from 'node:crypto';
import type { Credentials } from '../../veriff/credentials.ts';
import type { Row } from '../database/database.ts';

/** Nothing in an API key tells test from live; the user has said it. */
export type IntegrationKind = 'TEST' | 'LIVE';

/** What the user enters of an integration: all that a consent names, and the secrets. */
export interface IntegrationDraft extends Credentials {
  readonly name: string;
  readonly kind: IntegrationKind;
  /** Whether it belongs to the sandbox, a simulated Veriff on this machine. */
  readonly isSandbox: boolean;
}

/** One integration with its secrets, as it is used for requests. */
export interface Integration extends IntegrationDraft {
  /** Made new each time base URL, API key, or TEST or LIVE changes. */
  readonly id: string;
}

/** One integration as the database knows it: without its secrets. */
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
  /** Epoch ms; absent while it lives. */
  readonly endedAt?: number;
}

/**
 * The SHA-256 of an API key (in lower case, hex): the key's name in the database, and what the rate limit is counted
 * by.
 */
export function keyHashOf({ apiKey }: Pick<Credentials, 'apiKey'>): string {
  return createHash('sha256').update(apiKey.toLowerCase()).digest('hex');
}

/** The name that schema version 2 had for an integration: a hash of base URL and API key. */
export function oldNameOf({ baseUrl, apiKey }: Pick<Credentials, 'baseUrl' | 'apiKey'>): string {
  return createHash('sha256').update(`${baseUrl}\n${apiKey.toLowerCase()}`).digest('hex');
}

/** Whether an integration is what a row says, in everything that a consent names. */
export function isOfRow(row: IntegrationRow, integration: Integration): boolean {
  return row.id === integration.id && hasSameWords(row, integration);
}

/** Whether a change of the integration to `draft` leaves everything as it is that a consent names. */
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
