import { parseBaseUrl } from '../../veriff/credentials.ts';
import type { Integration, IntegrationDraft } from './integration.ts';

/** The value of one of our keys in SecretStorage is not what we wrote. The error contains nothing of the value. */
export class IntegrationsUnreadable extends Error {
  override readonly name = 'IntegrationsUnreadable';
}

/**
 * The stored value of an integration: everything that a request needs, so that no setting can pair an API key with
 * another host.
 */
export function storedText(integration: Integration): string {
  const { id, name, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox } = integration;
  return JSON.stringify({ id, name, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox });
}

/** Reads a stored integration; throws `IntegrationsUnreadable` if it is not what was written. */
export function parseStored(text: string): Integration {
  return integrationIn(parseJson(text));
}

/** The value of the old key. */
export interface OldIntegrations {
  /** The current one first. */
  readonly drafts: readonly IntegrationDraft[];
}

/** Reads the value of the old key; throws `IntegrationsUnreadable` if it is not what was written. */
export function parseOld(text: string): OldIntegrations {
  const value = parseJson(text);
  if (!isRecord(value) || !Array.isArray(value['integrations'])) throw unreadable();
  const all = value['integrations'].map(integrationIn);
  const isCurrent = ({ id }: Integration): boolean => id === value['currentId'];
  const ordered = [...all.filter(isCurrent), ...all.filter((each) => !isCurrent(each))];
  return { drafts: ordered.map((each) => ({ ...each, isSandbox: each.id === 'sandbox' })) };
}

function integrationIn(value: unknown): Integration {
  if (!isRecord(value)) throw unreadable();
  const { id, name, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox } = value;
  const [first, ...others] = Array.isArray(sharedSecretKeys) ? (sharedSecretKeys as unknown[]) : [];
  const areStrings = [id, name, baseUrl, apiKey, first, ...others].every((part) => typeof part === 'string');
  if (!areStrings || (kind !== 'TEST' && kind !== 'LIVE')) throw unreadable();
  // Checked by the same rules as typed text, so that a value stored by hand or by accident cannot bypass them.
  const reading = parseBaseUrl(baseUrl as string);
  if ('problem' in reading) throw unreadable();
  return {
    id: id as string,
    name: name as string,
    kind,
    baseUrl: reading.baseUrl,
    apiKey: apiKey as string,
    sharedSecretKeys: [first as string, ...(others as string[])],
    isSandbox: isSandbox === true,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse quotes its input in its message, and the input is secret.
    throw unreadable();
  }
}

function unreadable(): IntegrationsUnreadable {
  return new IntegrationsUnreadable('A stored integration cannot be read.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
