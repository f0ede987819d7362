import { createHmac, randomBytes } from 'node:crypto';
import { titleOf, type Integration, type IntegrationKind } from '../app/integration.ts';

/** Which of an integration's keys a text holds; never the key itself. */
export interface StoredKey {
  readonly part: 'apiKey' | 'sharedSecretKey';
  readonly integrationId: string;
  /** What its integration is called. */
  readonly title: string;
  readonly kind: IntegrationKind;
}

/** A stored key and the UTF-16 offsets between which it stands. */
export interface FoundKey {
  readonly key: StoredKey;
  readonly start: number;
  readonly end: number;
}

/** How many characters a key has: the form of a UUID. */
export const keyLength = 36;

/**
 * Recognises the stored keys in a text without keeping them: what it holds are hashes under a salt of its own, which
 * goes when it does.
 */
export class StoredKeys {
  readonly #salt = randomBytes(32);
  readonly #byHash = new Map<string, StoredKey>();

  constructor(integrations: readonly Integration[]) {
    for (const integration of integrations) {
      // The sandbox makes its keys up, and they open nothing.
      if (integration.isSandbox) continue;
      this.#add(integration, 'apiKey', [integration.apiKey]);
      this.#add(integration, 'sharedSecretKey', integration.sharedSecretKeys);
    }
  }

  /** Whether there is nothing to be recognised. */
  get isEmpty(): boolean {
    return this.#byHash.size === 0;
  }

  /** The stored key that the text is, in any case. */
  get(text: string): StoredKey | undefined {
    return this.isEmpty ? undefined : this.#byHash.get(this.#hash(text));
  }

  /** The stored keys in a text, in order, also if they are glued to other text: a key is one wherever it stands. */
  find(text: string): readonly FoundKey[] {
    if (this.isEmpty) return [];
    const found: FoundKey[] = [];
    const shape = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;
    for (let match = shape.exec(text); match !== null; match = shape.exec(text)) {
      const key = this.get(match[0]);
      if (key !== undefined) found.push({ key, start: match.index, end: match.index + keyLength });
      // Another one may begin inside what only looks like one.
      else shape.lastIndex = match.index + 9;
    }
    return found;
  }

  #add(integration: Integration, part: StoredKey['part'], keys: readonly string[]): void {
    const { id, kind } = integration;
    for (const key of keys) {
      const hash = this.#hash(key);
      // If several integrations have the same key, what it opens at worst counts.
      if (this.#byHash.get(hash)?.kind === 'LIVE') continue;
      this.#byHash.set(hash, { part, integrationId: id, title: titleOf(integration), kind });
    }
  }

  #hash(text: string): string {
    return createHmac('sha256', this.#salt).update(text.trim().toLowerCase()).digest('base64');
  }
}
