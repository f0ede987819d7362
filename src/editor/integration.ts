import { createHash } from 'node:crypto';
import { parseBaseUrl, type Credentials } from '../veriff/credentials.ts';
import { visibleText } from './visibleText.ts';

/** Nothing in an API key tells test from live; the user has said it. */
export type IntegrationKind = 'TEST' | 'LIVE';

/** One integration as it is stored. */
export interface Integration extends Credentials {
  /** Made by the extension; stays when the user edits anything else. */
  readonly id: string;
  readonly name: string;
  readonly kind: IntegrationKind;
}

/** All that SecretStorage holds, as one value: no setting can point a stored key at another host. */
export interface StoredIntegrations {
  readonly integrations: readonly Integration[];
  /** The id of the current one; undefined only where there is none. */
  readonly currentId: string | undefined;
}

/** What SecretStorage holds is not what was written there. Nothing of its content is in the error. */
export class IntegrationsUnreadable extends Error {
  override readonly name = 'IntegrationsUnreadable';
}

/** VS Code's SecretStorage itself failed, as it does where the system's keyring is locked or broken. */
export class SecretStorageFailed extends Error {
  override readonly name = 'SecretStorageFailed';
}

/** The id of the one integration that belongs to the sandbox. */
export const sandboxIntegrationId = 'sandbox';

/** At most this many shared secret keys can be active at once (Veriff: "up to 5 shared secret keys"). */
export const mostSharedSecretKeys = 5;

/** What an integration is called wherever a person reads it: its name, and whether it is TEST or LIVE. */
export function titleOf(integration: Integration): string {
  return `${visibleName(integration)} (${integration.kind})`;
}

/** An integration's name as it may be shown. */
export function visibleName({ name }: Integration): string {
  // A notification makes a link of [text](command:…) and the status bar an icon of $(name); a gap keeps them text.
  return visibleText(name, 60).replace(/(?<=[\]$])\(/g, ' (');
}

/** The host that an integration's requests go to. */
export function hostOf({ baseUrl }: Credentials): string {
  return new URL(baseUrl).host;
}

/**
 * The name under which the database keeps an integration's list and attempts: a hash of base URL and API key,
 * so that an integration that is removed and added again finds its own past, and the key stays out of the file.
 */
export function integrationKey({ baseUrl, apiKey }: Credentials): string {
  return createHash('sha256').update(`${baseUrl}\n${apiKey.toLowerCase()}`).digest('hex');
}

/** Whether `text` is a stored API key or shared secret key, which must never be taken for a session id. */
export function isStoredSecret(text: string, integrations: readonly Integration[]): boolean {
  const wanted = text.trim().toLowerCase();
  return integrations.some(({ apiKey, sharedSecretKeys }) =>
    [apiKey, ...sharedSecretKeys].some((key) => key.toLowerCase() === wanted),
  );
}

/** Reads the stored value; throws `IntegrationsUnreadable` where it is not what was written. */
export function parseStored(text: string): StoredIntegrations {
  const value = parseJson(text);
  if (!isRecord(value) || !Array.isArray(value['integrations'])) throw unreadable();
  const integrations = value['integrations'].map(parseIntegration);
  const wanted = value['currentId'];
  const current = integrations.find(({ id }) => id === wanted) ?? integrations[0];
  return { integrations, currentId: current?.id };
}

function parseIntegration(value: unknown): Integration {
  if (!isRecord(value)) throw unreadable();
  const { id, name, kind, baseUrl, apiKey, sharedSecretKeys } = value;
  const [first, ...others] = Array.isArray(sharedSecretKeys) ? (sharedSecretKeys as unknown[]) : [];
  const areStrings = [id, name, baseUrl, apiKey, first, ...others].every((part) => typeof part === 'string');
  if (!areStrings || (kind !== 'TEST' && kind !== 'LIVE')) throw unreadable();
  // Read again through the same gate as typed text: what was stored by hand or by accident gets no other way in.
  const reading = parseBaseUrl(baseUrl as string);
  if ('problem' in reading) throw unreadable();
  return {
    id: id as string,
    name: name as string,
    kind,
    baseUrl: reading.baseUrl,
    apiKey: apiKey as string,
    sharedSecretKeys: [first as string, ...(others as string[])],
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
  return new IntegrationsUnreadable('The stored integrations cannot be read.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
