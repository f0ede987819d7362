import type { Integration, IntegrationDraft } from '../../../src/cleanup/integrations/integration.ts';
import { IntegrationSecrets } from '../../../src/cleanup/integrations/integrationSecrets.ts';
import type { IntegrationRow } from '../../../src/cleanup/integrations/integration.ts';
import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import type { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import { slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { madeUpIntegration } from './cleanupWorkshop.ts';
import { HandSecrets } from './handSecrets.ts';

/** Windows that share a database and what SecretStorage holds. */
export class SecretWindows {
  readonly values = new Map<string, string>();
  readonly #records: { readonly database: CleanupDatabase; readonly integrations: Integrations };

  constructor(records: { readonly database: CleanupDatabase; readonly integrations: Integrations }) {
    this.#records = records;
  }

  /** A window that has just been started, and its access to the secrets. */
  open(): { readonly secrets: HandSecrets; readonly integrations: IntegrationSecrets } {
    const secrets = new HandSecrets(this.values);
    const integrations = new IntegrationSecrets({ secrets, records: () => this.#records, now: () => 1000 });
    return { secrets, integrations };
  }

  /** What is wrong with what the slots hold: each living row has its secrets, and nothing else is there. */
  async flaws(): Promise<readonly string[]> {
    const { integrations } = this.open();
    const living = this.#records.integrations.living();
    const without: string[] = [];
    for (const row of living)
      if ((await integrations.readOne(row.id)) === undefined) without.push(`${row.name} has no secrets`);
    const slots = new Set(living.map(({ slot }) => slotKey(slot)));
    const left = [...this.values.keys()].filter((key) => key.includes('integration.') && !slots.has(key));
    return [...without, ...left.map((key) => `${key} is left`)];
  }
}

/** What a user enters for the integration with this name. */
export function draftOf(name: string, parts: Partial<IntegrationDraft> = {}): IntegrationDraft {
  const { name: ownName, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox } = madeUpIntegration(name);
  return { name: ownName, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox, ...parts };
}

/** The integration that a draft makes with the id of its row. */
export function ofRow({ id }: Pick<IntegrationRow, 'id'>, draft: IntegrationDraft): Integration {
  return { ...draft, id };
}
