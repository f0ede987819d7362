import type { CleanupDatabase } from '../database/database.ts';
import {
  hasSameWords,
  isOfRow,
  keyHashOf,
  type Integration,
  type IntegrationDraft,
  type IntegrationRow,
} from './integration.ts';
import { mostIntegrations, type Integrations, type Stored, type StoringProblem } from './integrations.ts';
import { oldKey, slotKey } from './secretKeys.ts';
import { parseOld, parseStored, storedText } from './storedValue.ts';

/** The part of SecretStorage that is needed. Each method rejects if it fails. */
export interface Secrets {
  get(key: string): Promise<string | undefined>;
  store(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What `IntegrationSecrets` needs from outside. `records` is called anew each time and throws `DatabaseUnusable`. */
export interface IntegrationSecretsPorts {
  readonly secrets: Secrets;
  readonly records: () => { readonly database: CleanupDatabase; readonly integrations: Integrations };
  /** Epoch ms. */
  readonly now: () => number;
}

/** All integrations of the machine. */
export interface StoredIntegrations {
  /** Those whose secrets are available. */
  readonly integrations: readonly Integration[];
  /** The id of the current integration; undefined only if no integration has its secrets. */
  readonly currentId: string | undefined;
  /** Those whose secrets are not available, for example after a start without the system's keyring. */
  readonly withoutKeys: readonly IntegrationRow[];
}

/**
 * The secrets of the integrations, each in SecretStorage under a key of its own. The row in the database decides: it is
 * written before its secrets are stored and ended before they are erased. Secrets that do not match a living row are
 * ignored.
 */
export class IntegrationSecrets {
  readonly #ports: IntegrationSecretsPorts;
  #hasTakenInOld = false;

  constructor(ports: IntegrationSecretsPorts) {
    this.#ports = ports;
  }

  /** Every living integration, read uncached. */
  async read(): Promise<StoredIntegrations> {
    await this.#takeInWhatIsStored();
    const rows = this.#rows().living();
    const found = await Promise.all(
      rows.map(async (row) => ({ row, integration: await this.#secretsOf(row) })),
    );
    const integrations = found.flatMap(({ integration }) => integration ?? []);
    const currentId = this.#rows().currentId();
    return {
      integrations,
      currentId: (integrations.find(({ id }) => id === currentId) ?? integrations[0])?.id,
      withoutKeys: found.filter(({ integration }) => integration === undefined).map(({ row }) => row),
    };
  }

  /** One living integration with its secrets, read uncached; undefined if it has ended or they are not available. */
  async readOne(id: string): Promise<Integration | undefined> {
    const row = this.#rows().byId(id);
    if (row === undefined || row.endedAt !== undefined) return undefined;
    return this.#secretsOf(row);
  }

  /**
   * Stores a new integration and makes it current. If one with the same API key has lost its secrets, that one ends.
   */
  async add(draft: IntegrationDraft): Promise<Stored | StoringProblem> {
    let result = this.#rows().add(draft, this.#ports.now());
    if (result.kind === 'sameApiKey' && (await this.#secretsOf(result.other)) === undefined) {
      // It can neither be used nor changed, and would prevent its API key from being entered again.
      this.#rows().end(result.other.id, this.#ports.now());
      result = this.#rows().add(draft, this.#ports.now());
    }
    if (result.kind !== 'stored') return result;
    try {
      await this.#store(result.row, draft);
    } catch (error) {
      // Without its secrets it is useless, and would prevent its API key from being added again.
      this.#rows().end(result.row.id, this.#ports.now());
      throw error;
    }
    this.#rows().setCurrent(result.row.id);
    return result;
  }

  /** Changes an integration; see `Integrations.change`. */
  change(id: string, draft: IntegrationDraft): Promise<Stored | StoringProblem> {
    return this.#change(id, draft, undefined);
  }

  /**
   * Ends an integration, then erases its secrets. Returns false if there was nothing to end: the list does not have it,
   * for example because a new list was started meanwhile, or it had ended before. An integration that was added in its
   * place since is another one.
   */
  async remove({ id }: Pick<IntegrationRow, 'id'>): Promise<boolean> {
    const row = this.#rows().byId(id);
    if (row === undefined) return false;
    this.#rows().end(id, this.#ports.now());
    await this.#erase(row);
    return row.endedAt === undefined;
  }

  /** Makes another integration current, in all windows. */
  switchTo(id: string): void {
    this.#rows().setCurrent(id);
  }

  /** Everything in SecretStorage, whatever the database says, for when the database cannot be used. */
  async readSecretsAlone(): Promise<readonly { readonly slot: number; readonly integration: Integration }[]> {
    const slots = Array.from({ length: mostIntegrations }, (_, index) => index + 1);
    const values = await Promise.all(slots.map((slot) => this.#valueOf(slot)));
    return values.flatMap((integration, index) =>
      integration === undefined ? [] : [{ slot: index + 1, integration }],
    );
  }

  /** Erases the secrets of one slot, whatever the database says. */
  async eraseSlot(slot: number): Promise<void> {
    await this.#ports.secrets.delete(slotKey(slot));
  }

  /** Erases every secret, readable or not. */
  async eraseAll(): Promise<void> {
    const keys = Array.from({ length: mostIntegrations }, (_, index) => slotKey(index + 1));
    for (const key of [oldKey, ...keys]) await this.#ports.secrets.delete(key);
  }

  /** Erases the secrets of ended integrations, which a crash between ending and erasing leaves. Call at each start. */
  async eraseEnded(): Promise<void> {
    for (const row of this.#rows().all()) if (row.endedAt !== undefined) await this.#erase(row);
  }

  #rows(): Integrations {
    return this.#ports.records().integrations;
  }

  async #change(
    id: string,
    draft: IntegrationDraft,
    slot: number | undefined,
  ): Promise<Stored | StoringProblem> {
    const before = this.#rows().byId(id);
    const result = this.#rows().change(id, draft, this.#ports.now(), slot);
    if (result.kind !== 'stored') return result;
    await this.#store(result.row, draft);
    if (before !== undefined && before.id !== result.row.id) await this.#erase(before);
    return result;
  }

  async #store(row: IntegrationRow, draft: IntegrationDraft): Promise<void> {
    await this.#ports.secrets.store(slotKey(row.slot), storedText({ ...draft, id: row.id }));
    // Another window may have removed or changed it meanwhile; then these secrets would never be erased.
    const now = this.#rows().byId(row.id);
    if (now === undefined || now.endedAt !== undefined) await this.#erase(row);
  }

  /** Erases the secrets of a row, unless its slot now holds those of another one. */
  async #erase({ id, slot }: Pick<IntegrationRow, 'id' | 'slot'>): Promise<void> {
    const text = await this.#ports.secrets.get(slotKey(slot));
    if (text === undefined) return;
    const isTaken = this.#rows()
      .living()
      .some((living) => living.slot === slot && living.id !== id);
    if (isTaken && (await this.#valueOf(slot))?.id !== id) return;
    await this.#ports.secrets.delete(slotKey(slot));
  }

  async #secretsOf(row: IntegrationRow): Promise<Integration | undefined> {
    const text = await this.#ports.secrets.get(slotKey(row.slot));
    const integration = text === undefined ? undefined : parseStored(text);
    if (integration === undefined || !isOfRow(row, integration)) return undefined;
    return { ...integration, name: row.name, isSandbox: row.isSandbox };
  }

  /** The value of a slot; undefined if there is none or it cannot be read. */
  async #valueOf(slot: number): Promise<Integration | undefined> {
    const text = await this.#ports.secrets.get(slotKey(slot));
    try {
      return text === undefined ? undefined : parseStored(text);
    } catch {
      return undefined;
    }
  }

  /**
   * Takes in the integrations that are stored but not in the database: once, those under the one old key; and, if the
   * database is new or an older copy, those in the slots. All of them get new ids and no consents.
   */
  async #takeInWhatIsStored(): Promise<void> {
    const { secrets, records } = this.#ports;
    if (!this.#hasTakenInOld) {
      const old = await secrets.get(oldKey);
      for (const draft of old === undefined ? [] : parseOld(old).drafts) {
        // Another window may have taken them in first, and its user may have removed some since.
        if ((await secrets.get(oldKey)) === undefined) break;
        await this.#takeIn(draft, undefined);
      }
      if (old !== undefined) await secrets.delete(oldKey);
      this.#hasTakenInOld = true;
    }
    const { database } = records();
    if (database.get("SELECT 1 FROM switches WHERE name = 'secretsTakenIn'") !== undefined) return;
    for (const { slot, integration } of await this.readSecretsAlone())
      await this.#takeIn(integration, { id: integration.id, slot });
    records().database.run("INSERT INTO switches VALUES ('secretsTakenIn', 'yes') ON CONFLICT DO NOTHING");
  }

  /** `found` is the slot in which the secrets were found, and the id that they have there. */
  async #takeIn(
    draft: IntegrationDraft,
    found: Pick<IntegrationRow, 'id' | 'slot'> | undefined,
  ): Promise<void> {
    const rows = this.#rows();
    const known = rows.living().find(({ keyHash }) => keyHash === keyHashOf(draft));
    // Checked after the living ones: the secrets that an ended integration left in its slot must not revive it.
    if (found !== undefined && rows.byId(found.id)?.endedAt !== undefined) return;
    const row =
      known === undefined ? await this.#addFound(draft, found) : await this.#joinKnown(known, draft, found);
    if (row !== undefined && found !== undefined && row.slot !== found.slot) await this.#erase(found);
  }

  async #addFound(
    draft: IntegrationDraft,
    found: Pick<IntegrationRow, 'slot'> | undefined,
  ): Promise<IntegrationRow | undefined> {
    const result = this.#rows().add(draft, this.#ports.now(), found?.slot);
    if (result.kind !== 'stored') return undefined;
    await this.#store(result.row, draft);
    return result.row;
  }

  async #joinKnown(
    known: IntegrationRow,
    draft: IntegrationDraft,
    found: Pick<IntegrationRow, 'slot'> | undefined,
  ): Promise<IntegrationRow | undefined> {
    this.#rows().takeInTwin(known.id, draft, this.#ports.now());
    // The row may exist without its secrets: after a crash between writing the two, or in an older copy of the file.
    if ((await this.#secretsOf(known)) !== undefined) return known;
    if (hasSameWords(known, draft)) {
      await this.#store(known, draft);
      return known;
    }
    const result = await this.#change(known.id, draft, found?.slot);
    return result.kind === 'stored' ? result.row : undefined;
  }
}
