import type { Integration, IntegrationDraft } from '../../src/cleanup/integrations/integration.ts';
import type { IntegrationSecrets } from '../../src/cleanup/integrations/integrationSecrets.ts';
import type { SeededChance } from '../support/random/seededChance.ts';
import type { ActTeller } from './actTeller.ts';
import { secretOf, soakDraft, soakKey } from './soakIntegrations.ts';
import type { WindowOrder } from './soakMessages.ts';

export interface SoakKeeperPorts {
  readonly secrets: IntegrationSecrets;
  readonly chance: SeededChance;
  readonly acts: ActTeller;
  readonly order: Pick<WindowOrder, 'ports' | 'integrations'>;
}

/** Simulates a user who adds, changes and removes integrations, and keeps their number about the same. */
export class SoakKeeper {
  readonly #ports: SoakKeeperPorts;

  constructor(ports: SoakKeeperPorts) {
    this.#ports = ports;
  }

  /** Does one thing; rejects as `IntegrationSecrets` does. */
  async act(): Promise<unknown> {
    const { secrets, chance, order } = this.#ports;
    const { integrations, withoutKeys } = await secrets.read();
    const [keyless] = withoutKeys;
    // A window that was killed between writing the row and the secret leaves an integration without keys.
    if (keyless !== undefined && chance.happens(0.3)) return this.#remove({ id: keyless.id, apiKey: '' });
    if (integrations.length < order.integrations) return this.#add();
    const integration = chance.pick(integrations);
    if (chance.happens(0.3)) return this.#remove(integration);
    return this.#change(integration);
  }

  #add(): Promise<string> {
    const { secrets, chance, acts, order } = this.#ports;
    const draft = soakDraft(this.#aKey(), chance.pick(order.ports), chance.pick(['TEST', 'LIVE']));
    return acts.around({ kind: 'addIntegration' }, async () =>
      (await secrets.add(draft)).kind === 'stored' ? [] : undefined,
    );
  }

  #remove({ id, apiKey }: Pick<Integration, 'id' | 'apiKey'>): Promise<string> {
    return this.#ports.acts.around({ kind: 'endIntegration', integration: id, fromKey: apiKey }, async () => {
      await this.#ports.secrets.remove({ id });
      return [];
    });
  }

  async #change(integration: Integration): Promise<void> {
    const { secrets, acts, chance } = this.#ports;
    const draft = this.#changed(integration);
    if (draft === undefined) {
      await secrets.change(integration.id, { ...integration, name: `renamed ${chance.whole(1, 9)}` });
      return;
    }
    const { id, apiKey } = integration;
    const act = { kind: 'endIntegration', integration: id, fromKey: apiKey, toKey: draft.apiKey } as const;
    await acts.around(act, async () => {
      const result = await secrets.change(id, draft);
      return result.kind === 'stored' && result.row.id !== id ? [] : undefined;
    });
  }

  /** A draft with another host, kind or API key; undefined for a change that ends nothing. */
  #changed(integration: Integration): IntegrationDraft | undefined {
    const { chance, order } = this.#ports;
    const kind = chance.next();
    if (kind < 0.2) return undefined;
    if (kind < 0.5) return { ...integration, kind: integration.kind === 'TEST' ? 'LIVE' : 'TEST' };
    const apiKey = kind < 0.75 ? this.#aKey() : integration.apiKey;
    const port = order.ports.find((each) => !integration.baseUrl.endsWith(`:${each}`)) ?? order.ports[0];
    const baseUrl = kind < 0.75 ? integration.baseUrl : `http://127.0.0.1:${port}`;
    return { ...integration, apiKey, baseUrl, sharedSecretKeys: [secretOf(apiKey)] };
  }

  /** One of twice as many keys as there are integrations, so that some are added again. */
  #aKey(): string {
    return soakKey(this.#ports.chance.whole(0, 2 * this.#ports.order.integrations - 1));
  }
}
