import { DatabaseUnusable } from '../../../src/cleanup/database/databaseUnusable.ts';
import {
  keyHashOf,
  type Integration,
  type IntegrationDraft,
} from '../../../src/cleanup/integrations/integration.ts';
import { madeUpKey } from '../cleanup/cleanupWorkshop.ts';
import type { FigureName } from './simulatedFigures.ts';
import type { Account } from './simulatedServer.ts';
import { SecretsUnreachable } from './simulatedSecrets.ts';
import type { SimulatedWindow } from './simulatedWindow.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';
import { wordsKey, type Words } from './userNotes.ts';

const baseUrls = ['https://one.veriff.example', 'https://two.veriff.example'] as const;
const apiKeys = [1, 2, 3].map((number) => madeUpKey(`API key ${number}`));

/** Every pair of a host and an API key; the server accepts each of them. */
export const accounts: readonly Account[] = baseUrls.flatMap((baseUrl) =>
  apiKeys.map((apiKey) => ({ baseUrl, apiKey })),
);

/** Acts of the user on integrations, with the steps of the editor's commands; notes each of them. */
export class IntegrationActs {
  /** The last seen version of each integration, by its id. */
  readonly known = new Map<string, Integration>();
  readonly #world: SimulatedWorld;
  readonly #waitForAnswer: (window: SimulatedWindow) => Promise<boolean>;

  constructor(world: SimulatedWorld, waitForAnswer: (window: SimulatedWindow) => Promise<boolean>) {
    this.#world = world;
    this.#waitForAnswer = waitForAnswer;
  }

  /** Adds, edits, removes or switches. */
  act(window: SimulatedWindow): Promise<void> {
    const drawn = this.#world.chance.next();
    if (drawn < 0.25) return this.add(window);
    if (drawn < 0.7) return this.#edit(window);
    return drawn < 0.88 ? this.#remove(window) : this.#switch(window);
  }

  /** The integration that a command is for, in half of the cases the current one; undefined if there is none. */
  async meant(window: SimulatedWindow): Promise<Integration | undefined> {
    const { integrations, currentId } = await window.app.secrets.read();
    for (const integration of integrations) this.known.set(integration.id, integration);
    if (integrations.length === 0) return undefined;
    const current = integrations.find(({ id }) => id === currentId);
    return this.#world.chance.happens(0.5) ? current : this.#world.chance.pick(integrations);
  }

  /** "Add Integration…" */
  async add(window: SimulatedWindow): Promise<void> {
    const { app } = window;
    await app.secrets.read();
    if (!(await this.#waitForAnswer(window))) return;
    const draft = this.#draft();
    const atMs = this.#world.machine.nowMs;
    const isNew = this.#note(draft);
    const result = await app.secrets.add(draft);
    if (result.kind === 'stored') {
      this.#count('adds of integrations', draft);
      this.#noteStored(result.row.id, draft, atMs);
      this.#world.notes.endOtherWords(draft, atMs);
      this.#world.notes.forgetRequests(draft);
      await app.mark.bringUpToDate();
    } else if (isNew) this.#world.notes.endWords(draft, atMs);
    app.changed();
  }

  /** Adds every integration again that has lost its keys; what was confirmed for it has to be confirmed again. */
  async addThoseWithoutKeys({ app }: SimulatedWindow): Promise<void> {
    const { withoutKeys } = await app.secrets.read();
    for (const { kind, baseUrl, keyHash, name } of withoutKeys) {
      const apiKey = apiKeys.find((key) => keyHashOf({ apiKey: key }) === keyHash);
      if (apiKey === undefined) throw new Error('An integration has an API key that nobody has entered.');
      const draft = {
        kind,
        baseUrl,
        apiKey,
        name,
        isSandbox: false,
        sharedSecretKeys: this.#secrets(apiKey),
      };
      this.#world.notes.expectNothingOf(draft);
      this.#note(draft);
      const result = await app.secrets.add(draft);
      if (result.kind !== 'stored')
        this.#world.judge.note('an integration without keys cannot be added again');
    }
  }

  async #edit(window: SimulatedWindow): Promise<void> {
    const { chance, notes, machine } = this.#world;
    const chosen = await this.meant(window);
    if (chosen === undefined || !(await this.#waitForAnswer(window))) return;
    const [what, draft] = this.#edited(chosen);
    const atMs = machine.nowMs;
    const isNew = this.#note(draft);
    const isSame = wordsKey(draft) === wordsKey(chosen);
    // The window may end before the result is known.
    if (!isSame) notes.expectNothingOf(chosen);
    const result = await window.app.secrets.change(chosen.id, draft).catch((error: unknown) => {
      // The user sees that the old keys could not be erased.
      if (error instanceof SecretsUnreachable) notes.keysLeft.add(wordsKey(chosen));
      throw error;
    });
    if (result.kind === 'stored') {
      this.#count(what, draft);
      this.#noteStored(result.row.id, draft, atMs);
      if (!isSame) {
        notes.endWords(chosen, atMs);
        notes.forgetRequests(draft);
      }
      if (chance.happens(0.8)) window.app.secrets.switchTo(result.row.id);
    } else if (isNew) notes.endWords(draft, atMs);
    window.app.changed();
  }

  #edited(chosen: Integration): readonly [FigureName, IntegrationDraft] {
    const { chance } = this.#world;
    const { name, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox } = chosen;
    const draft = { name, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox };
    const secrets = { sharedSecretKeys: this.#secrets(draft.apiKey) };
    switch (chance.whole(0, 3)) {
      case 0:
        return [
          'edits of host',
          { ...draft, baseUrl: chance.pick(baseUrls.filter((url) => url !== draft.baseUrl)) },
        ];
      case 1: {
        const apiKey = chance.pick(apiKeys.filter((key) => key !== draft.apiKey));
        return ['edits of key', { ...draft, apiKey, sharedSecretKeys: this.#secrets(apiKey) }];
      }
      case 2:
        return ['edits of kind', { ...draft, kind: draft.kind === 'TEST' ? 'LIVE' : 'TEST' }];
      default:
        return ['edits of name or secrets', { ...draft, ...secrets, name: chance.pick(names) }];
    }
  }

  async #remove(window: SimulatedWindow): Promise<void> {
    const { notes, machine } = this.#world;
    const chosen = await this.meant(window);
    if (chosen === undefined || !(await this.#waitForAnswer(window))) return;
    const atMs = machine.nowMs;
    notes.expectNothingOf(chosen);
    // A list that was begun meanwhile does not know it, and the user sees that.
    if (!(await this.#isRemoved(window, chosen))) return;
    notes.endWords(chosen, atMs);
    this.#count('removals of integrations', chosen);
    window.app.changed();
  }

  /** Removes the integration; if the list fails at this moment, still erases the keys. */
  async #isRemoved({ app }: SimulatedWindow, { id }: Integration): Promise<boolean> {
    try {
      return await app.secrets.remove({ id });
    } catch (error) {
      if (!(error instanceof DatabaseUnusable)) throw error;
      for (const { slot, integration } of await app.secrets.readSecretsAlone())
        if (integration.id === id) await app.secrets.eraseSlot(slot);
      return true;
    }
  }

  async #switch(window: SimulatedWindow): Promise<void> {
    const chosen = await this.meant(window);
    if (chosen === undefined) return;
    await window.wait(this.#world.chance.between(0, 5000));
    window.app.secrets.switchTo(chosen.id);
    this.#count('switches', chosen);
    window.app.changed();
  }

  /** Notes that the user has entered these words; returns whether they are new. */
  #note(draft: IntegrationDraft): boolean {
    const { notes, machine } = this.#world;
    const isNew = !notes.stored.has(wordsKey(draft));
    notes.storeWords(draft, draft.sharedSecretKeys, machine.nowMs);
    return isNew;
  }

  #noteStored(id: string, draft: IntegrationDraft, atMs: number): void {
    const { notes, machine } = this.#world;
    this.known.set(id, { ...draft, id });
    notes.replaceSecrets(draft, draft.sharedSecretKeys, atMs, machine.nowMs);
  }

  #draft(): IntegrationDraft {
    const { chance } = this.#world;
    const apiKey = chance.pick(apiKeys);
    return {
      name: chance.pick(names),
      kind: chance.pick(['TEST', 'LIVE']),
      baseUrl: chance.pick(baseUrls),
      apiKey,
      sharedSecretKeys: this.#secrets(apiKey),
      isSandbox: false,
    };
  }

  #secrets(apiKey: string): IntegrationDraft['sharedSecretKeys'] {
    const { chance } = this.#world;
    return [secretOf(apiKey, chance.whole(1, 4)), ...(chance.happens(0.2) ? [secretOf(apiKey, 5)] : [])];
  }

  #count(what: FigureName, { kind, baseUrl, apiKey }: Words): void {
    this.#world.count(what, () => `${what}: ${kind} ${apiKey} at ${baseUrl}`);
  }
}

const names = ['Orders', 'Returns', 'Drivers'] as const;

function secretOf(apiKey: string, number: number): string {
  return madeUpKey(`secret ${number} of ${apiKey}`);
}
