import { randomUUID } from 'node:crypto';
import type { CleanupDatabase, Row } from '../database/database.ts';
import {
  hasSameWords,
  integrationRowOf,
  isOfRow,
  keyHashOf,
  oldNameOf,
  type Integration,
  type IntegrationDraft,
  type IntegrationRow,
} from './integration.ts';
import { inheritPast } from './inheritedPast.ts';
import { leaveWithEntries, takeAlong, type TakenAlong } from './takeAlong.ts';

/** At most this many integrations are stored at once, because each has a numbered key in SecretStorage. */
export const mostIntegrations = 50;

/** Why an integration cannot be stored. */
export type StoringProblem =
  /** Another living integration has the same API key. */
  | { readonly kind: 'sameApiKey'; readonly other: IntegrationRow }
  /** It was removed or changed meanwhile. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'tooMany' };

/** The result of storing an integration. */
export interface Stored {
  readonly kind: 'stored';
  readonly row: IntegrationRow;
  /** The entries taken over from the integration that it replaces, or from one that had the same API key before. */
  readonly takenAlong: TakenAlong;
}

/**
 * The integrations as rows of the database. The id, base URL, API key and kind of a row never change: changing them
 * ends the row, and with it all its consents, and makes another row. All methods throw `DatabaseUnusable`.
 */
export class Integrations {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** Those that have not ended, in the order in which they were stored. */
  living(): readonly IntegrationRow[] {
    return this.#database
      .all('SELECT * FROM integrations WHERE ended_at IS NULL ORDER BY rowid')
      .map(integrationRowOf);
  }

  /** All integrations, ended ones included. */
  all(): readonly IntegrationRow[] {
    return this.#database.all('SELECT * FROM integrations ORDER BY rowid').map(integrationRowOf);
  }

  /** The row with this id, ended or not. */
  byId(id: string): IntegrationRow | undefined {
    return optionalRow(this.#database.get('SELECT * FROM integrations WHERE id = ?', id));
  }

  /** Whether these are the credentials of a living integration. Ask right before using them. */
  isCurrent(integration: Integration): boolean {
    const row = this.#living(integration.id);
    return row !== undefined && isOfRow(row, integration);
  }

  /** The id of the integration that commands use by default; undefined if there is none. */
  currentId(): string | undefined {
    const row = this.#database.get("SELECT value FROM switches WHERE name = 'currentIntegration'");
    const living = this.living();
    return (living.find(({ id }) => id === row?.['value']) ?? living[0])?.id;
  }

  /** Makes an integration the default for commands. */
  setCurrent(id: string): void {
    this.#database.run(
      `INSERT INTO switches VALUES ('currentIntegration', ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
      id,
    );
  }

  /**
   * Stores a new integration, which takes over the open entries of an ended one with the same API key, without consent.
   * `at` is epoch ms; `slot` is the slot that already holds its secrets, if there is one.
   */
  add(draft: IntegrationDraft, at: number, slot?: number): Stored | StoringProblem {
    return this.#database.transaction(() => this.#insert(draft, at, [], slot));
  }

  /**
   * Changes an integration. If base URL, API key or kind change, its row ends and the new row takes over the open
   * entries, without consent; otherwise the row keeps its id. `at` and `slot` as in `add`.
   */
  change(id: string, draft: IntegrationDraft, at: number, slot?: number): Stored | StoringProblem {
    return this.#database.durably(() => {
      const before = this.#living(id);
      if (before === undefined) return { kind: 'ended' };
      if (hasSameWords(before, draft)) {
        this.#database.run('UPDATE integrations SET name = ? WHERE id = ?', draft.name, id);
        return {
          kind: 'stored',
          row: { ...before, name: draft.name },
          takenAlong: { moved: 0, unconfirmed: 0 },
        };
      }
      const other = this.#livingWithKey(keyHashOf(draft));
      if (other !== undefined && other.id !== id) return { kind: 'sameApiKey', other };
      const wasCurrent = this.currentId() === id;
      this.#end(id, at);
      const result = this.#insert(draft, at, [id], slot);
      if (result.kind !== 'stored')
        throw new Error(`The changed integration was not stored: ${result.kind}.`);
      inheritPast(this.#database, before.keyHash, result.row.keyHash);
      if (wasCurrent) this.setCurrent(result.row.id);
      return result;
    });
  }

  /**
   * Takes over what schema version 2 stored for a second integration with the same API key, at another host or another
   * spelling of the host.
   */
  takeInTwin(id: string, twin: IntegrationDraft, at: number): void {
    this.#database.transaction(() => {
      this.#adoptOldName(twin, keyHashOf(twin));
      takeAlong(this.#database, [oldNameOf(twin)], id, at);
    });
  }

  /** Ends an integration and all its consents: from then on no window reserves anything for it. */
  end(id: string, at: number): void {
    this.#database.durably(() => this.#end(id, at));
  }

  /** The slots of SecretStorage that no living integration uses. */
  freeSlots(): readonly number[] {
    const taken = new Set(this.living().map(({ slot }) => slot));
    return Array.from({ length: mostIntegrations }, (_, index) => index + 1).filter(
      (slot) => !taken.has(slot),
    );
  }

  #insert(
    draft: IntegrationDraft,
    at: number,
    replaced: readonly string[],
    wanted?: number,
  ): Stored | StoringProblem {
    const keyHash = keyHashOf(draft);
    const other = this.#livingWithKey(keyHash);
    if (other !== undefined) return { kind: 'sameApiKey', other };
    const slot = this.freeSlots().find((free) => free === wanted) ?? this.#nextSlot();
    if (slot === undefined) return { kind: 'tooMany' };
    const id = randomUUID();
    const { name, kind, baseUrl, isSandbox } = draft;
    this.#database.run(
      `INSERT INTO integrations (id, slot, name, kind, base_url, key_hash, is_sandbox, stored_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, slot, name, kind, baseUrl, keyHash, isSandbox ? 1 : 0, Math.round(at)],
    );
    this.#adoptOldName(draft, keyHash);
    const ended = this.#database
      .all('SELECT id FROM integrations WHERE key_hash = ? AND ended_at IS NOT NULL', keyHash)
      .map((row) => String(row['id']));
    const sources = [...new Set([...replaced, ...ended, oldNameOf(draft)])];
    const takenAlong = takeAlong(this.#database, sources, id, at);
    const row = this.byId(id);
    if (row === undefined) throw new Error('An integration that was just stored is not there.');
    return { kind: 'stored', row, takenAlong };
  }

  // Version 2 counted requests by a hash of base URL and API key, which can be computed only from both.
  #adoptOldName(draft: IntegrationDraft, keyHash: string): void {
    const oldName = oldNameOf(draft);
    this.#database.run('UPDATE deletion_attempts SET key_hash = ? WHERE key_hash = ?', keyHash, oldName);
    this.#database.run('UPDATE OR IGNORE quota_keys SET key_hash = ? WHERE key_hash = ?', keyHash, oldName);
  }

  #end(id: string, at: number): void {
    const row = this.#living(id);
    if (row === undefined) return;
    this.#database.run('UPDATE integrations SET ended_at = ? WHERE id = ?', Math.round(at), id);
    if (row.isSandbox) leaveWithEntries(this.#database, id);
  }

  /**
   * The free slot that was used longest ago, so that a late write to a slot that was given up hits no other
   * integration.
   */
  #nextSlot(): number | undefined {
    const lastUse = new Map(
      this.#database
        .all('SELECT slot, max(rowid) AS last FROM integrations GROUP BY slot')
        .map((row) => [Number(row['slot']), Number(row['last'])]),
    );
    return this.freeSlots()
      .map((slot) => ({ slot, last: lastUse.get(slot) ?? 0 }))
      .sort((a, b) => a.last - b.last || a.slot - b.slot)[0]?.slot;
  }

  #living(id: string): IntegrationRow | undefined {
    const row = this.#database.get('SELECT * FROM integrations WHERE id = ? AND ended_at IS NULL', id);
    return optionalRow(row);
  }

  #livingWithKey(keyHash: string): IntegrationRow | undefined {
    const row = this.#database.get(
      'SELECT * FROM integrations WHERE key_hash = ? AND ended_at IS NULL',
      keyHash,
    );
    return optionalRow(row);
  }
}

function optionalRow(row: Row | undefined): IntegrationRow | undefined {
  return row && integrationRowOf(row);
}
