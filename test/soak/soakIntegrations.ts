import type { IntegrationDraft, IntegrationKind } from '../../src/cleanup/integrations/integration.ts';
import { madeUpKey } from '../support/cleanup/cleanupWorkshop.ts';

/** The API key with this number, always the same. */
export function soakKey(number: number): string {
  return madeUpKey(`soak ${number}`);
}

/** The secret of an API key; windows and server both compute it. */
export function secretOf(apiKey: string): string {
  return madeUpKey(`secret of ${apiKey}`);
}

/** What a user would enter for an integration whose server listens on this port. */
export function soakDraft(apiKey: string, port: number, kind: IntegrationKind): IntegrationDraft {
  return {
    name: `soak ${apiKey.slice(0, 4)}`,
    kind,
    baseUrl: `http://127.0.0.1:${port}`,
    apiKey,
    sharedSecretKeys: [secretOf(apiKey)],
    isSandbox: false,
  };
}
