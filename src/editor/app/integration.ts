import type { Integration, IntegrationRow } from '../../cleanup/integrations/integration.ts';
import { visibleText } from '../text/visibleText.ts';

export {
  hostOf,
  type Integration,
  type IntegrationDraft,
  type IntegrationKind,
} from '../../cleanup/integrations/integration.ts';
export type { StoredIntegrations } from '../../cleanup/integrations/integrationSecrets.ts';

type Named = Pick<IntegrationRow, 'name' | 'kind'>;

/** At most this many shared secret keys can be active at once (Veriff: "up to 5 shared secret keys"). */
export const mostSharedSecretKeys = 5;

/** The title of an integration for the user: its name, and whether it is TEST or LIVE. */
export function titleOf(integration: Named): string {
  return `${visibleName(integration)} (${integration.kind})`;
}

/** An integration's name as it may be shown. */
export function visibleName({ name }: Pick<Named, 'name'>): string {
  // In notifications [text](command:…) becomes a link, in the status bar $(name) an icon; the space prevents both.
  return visibleText(name, 60).replace(/(?<=[\]$])\(/g, ' (');
}

/** Whether `text` is a stored API key or shared secret key, which must never be treated as a session id. */
export function isStoredSecret(text: string, integrations: readonly Integration[]): boolean {
  const wanted = text.trim().toLowerCase();
  return integrations.some(({ apiKey, sharedSecretKeys }) =>
    [apiKey, ...sharedSecretKeys].some((key) => key.toLowerCase() === wanted),
  );
}

/** Shown instead of the title if an integration's keys are not stored on this machine. */
export const notStoredHere = 'integration not stored here';
