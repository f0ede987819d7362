import { parseBaseUrl } from '../../veriff/credentials.ts';
import type { Integration, IntegrationDraft } from './integration.ts';

/**
 * What SecretStorage holds under a key of ours is not what was written there. Nothing of its content is in the error.
 */
export class IntegrationsUnreadable extends Error {
  override readonly name = 'IntegrationsUnreadable';
}

/**
 * The value that is stored for an integration: all that a request needs, so that no setting can point a key at
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

/** What the old key holds. */
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
  // Read by the same rules as typed text: what was stored by hand or by accident gets in no other way.
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
    // JSON.parse quotes what it read in its message, and that is secret.
    throw unreadable();
  }
}

function unreadable(): IntegrationsUnreadable {
  return new IntegrationsUnreadable('A stored integration cannot be read.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
