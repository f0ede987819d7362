import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { IntegrationDraft } from '../../../../src/cleanup/integrations/integration.ts';
import type { IntegrationSecrets } from '../../../../src/cleanup/integrations/integrationSecrets.ts';
import { CleanupWorkshop, integration, madeUpKey } from '../../../support/cleanup/cleanupWorkshop.ts';
import { draftOf, SecretWindows } from '../../../support/cleanup/secretWindows.ts';

/** What a user does in a window; `which` chooses among the integrations that this window sees at its start. */
interface Deed {
  readonly window: 0 | 1;
  readonly what: 'add' | 'edit host' | 'edit key' | 'add secret' | 'remove' | 'switch' | 'read' | 'start';
  readonly which: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  window: fc.constantFrom(0, 1),
  what: fc.constantFrom(
    'add',
    'add',
    'edit host',
    'edit key',
    'add secret',
    'remove',
    'switch',
    'read',
    'start',
  ),
  which: fc.nat(5),
});

/**
 * What both windows have reported to their users: API keys of integrations that were stored, and of those that were
 * taken back.
 */
class Said {
  readonly stored = new Set<string>();
  readonly takenBack = new Set<string>();
  #made = 0;

  newDraft(): IntegrationDraft {
    this.#made += 1;
    return draftOf(`number ${this.#made}`);
  }

  newKey(): string {
    this.#made += 1;
    return madeUpKey(`key ${this.#made}`);
  }
}

async function act(
  shop: CleanupWorkshop,
  integrations: IntegrationSecrets,
  { what, which }: Deed,
  said: Said,
): Promise<void> {
  if (what === 'add') {
    const draft = said.newDraft();
    if ((await integrations.add(draft)).kind === 'stored') said.stored.add(draft.apiKey);
    return;
  }
  if (what === 'start') return integrations.eraseEnded();
  // Users choose from what they are shown.
  const { integrations: shown } = await integrations.read();
  const chosen = shown[which % Math.max(1, shown.length)];
  if (chosen === undefined || what === 'read') return;
  if (what === 'switch') {
    integrations.switchTo(chosen.id);
    return;
  }
  if (what === 'remove') {
    // It concerns this integration, and not what another window makes of it meanwhile.
    const isThere = shop.integrations.isCurrent(chosen);
    await integrations.remove(chosen);
    if (isThere) said.takenBack.add(chosen.apiKey);
    return;
  }
  const edited: IntegrationDraft = {
    ...chosen,
    ...(what === 'edit host' && { baseUrl: `https://host-${which}.example` }),
    ...(what === 'edit key' && { apiKey: said.newKey() }),
    ...(what === 'add secret' && {
      sharedSecretKeys: [madeUpKey(`secret ${which}`), ...chosen.sharedSecretKeys],
    }),
  };
  const result = await integrations.change(chosen.id, edited);
  if (result.kind !== 'stored' || edited.apiKey === chosen.apiKey) return;
  said.stored.add(edited.apiKey);
  said.takenBack.add(chosen.apiKey);
}

describe('two windows that change integrations at the same moment, with slow secrets', () => {
  const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  before(() => console.log(`      FAST_CHECK_SEED=${seed}`));

  it('lose nothing, bring nothing back, and leave no secret of an ended integration', async () => {
    const property = fc.asyncProperty(
      fc.array(deed, { minLength: 2, maxLength: 14 }),
      fc.scheduler(),
      async (deeds, scheduler) => {
        const shop = new CleanupWorkshop();
        shop.integrations.end(integration, 1);
        const windows = new SecretWindows(shop);
        const said = new Said();
        const both = [windows.open(), windows.open()] as const;
        for (const { secrets } of both)
          secrets.onAccess = ({ what, key }) => scheduler.schedule(Promise.resolve(), `${what} ${key}`);
        const lanes = ([0, 1] as const).map(async (window) => {
          for (const each of deeds.filter((one) => one.window === window))
            await act(shop, both[window].integrations, each, said);
        });
        await scheduler.waitFor(Promise.all(lanes));
        const { integrations } = windows.open();
        const { integrations: left, currentId } = await integrations.read();
        const keys = left.map(({ apiKey }) => apiKey);
        const expected = [...said.stored].filter((key) => !said.takenBack.has(key));
        assert.deepEqual(keys.toSorted(), expected.toSorted());
        assert.deepEqual(await windows.flaws(), []);
        assert.equal(currentId !== undefined, keys.length > 0);
        shop.database.close();
      },
    );
    await fc.assert(property, { seed, numRuns: 200 });
  }).timeout(120_000);
});
