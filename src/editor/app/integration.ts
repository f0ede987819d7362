import type { Integration, IntegrationRow } from '../../cleanup/integrations/integration.ts';
import { visibleText } from '../text/visibleText.ts';

export {
  hostOf,
  type Integration,
  type IntegrationDraft,
  type IntegrationKind,
} from '../../cleanup/integrations/integration.ts';
export type { StoredIntegrations } from '../../cleanup/integrations/integrationSecrets.ts';

/** What people read of an integration. */
type Named = Pick<IntegrationRow, 'name' | 'kind'>;

/** At most this many shared secret keys can be active at once (Veriff: "up to 5 shared secret keys"). */
export const mostSharedSecretKeys = 5;

/** What an integration is called wherever a person reads it: its name, and whether it is TEST or LIVE. */
export function titleOf(integration: Named): string {
  return `${visibleName(integration)} (${integration.kind})`;
}

/** An integration's name as it may be shown. */
export function visibleName({ name }: Pick<Named, 'name'>): string {
  // A notification makes a link of [text](command:…) and the status bar an icon of $(name); a gap keeps them text.
  return visibleText(name, 60).replace(/(?<=[\]$])\(/g, ' (');
}

/** Whether `text` is a stored API key or shared secret key, which must never be taken for a session id. */
export function isStoredSecret(text: string, integrations: readonly Integration[]): boolean {
  const wanted = text.trim().toLowerCase();
  return integrations.some(({ apiKey, sharedSecretKeys }) =>
    [apiKey, ...sharedSecretKeys].some((key) => key.toLowerCase() === wanted),
  );
}

/** What stands in place of an integration's title if its keys are not stored on this machine. */
export const notStoredHere = 'integration not stored here';
