import type { Integration, IntegrationDraft } from '../../../src/cleanup/integrations/integration.ts';
import { IntegrationSecrets } from '../../../src/cleanup/integrations/integrationSecrets.ts';
import type { IntegrationRow } from '../../../src/cleanup/integrations/integration.ts';
import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import type { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import { slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { madeUpIntegration } from './cleanupWorkshop.ts';
import { HandSecrets } from './handSecrets.ts';

/** Windows that share a database and the content of SecretStorage. */
export class SecretWindows {
  readonly values = new Map<string, string>();
  readonly #records: { readonly database: CleanupDatabase; readonly integrations: Integrations };

  constructor(records: { readonly database: CleanupDatabase; readonly integrations: Integrations }) {
    this.#records = records;
  }

  /** A newly started window, and its access to the secrets. */
  open(): { readonly secrets: HandSecrets; readonly integrations: IntegrationSecrets } {
    const secrets = new HandSecrets(this.values);
    const integrations = new IntegrationSecrets({ secrets, records: () => this.#records, now: () => 1000 });
    return { secrets, integrations };
  }

  /**
   * One sentence for each difference between slots and rows: each living row must have its secrets, and nothing else
   * may be stored.
   */
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

/** The integration with the id of the row and the values of the draft. */
export function ofRow({ id }: Pick<IntegrationRow, 'id'>, draft: IntegrationDraft): Integration {
  return { ...draft, id };
}
