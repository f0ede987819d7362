import { createHmac, randomBytes } from 'node:crypto';
import { titleOf, type Integration, type IntegrationKind } from '../app/integration.ts';

/** Which of an integration's keys was found; never the key itself. */
export interface StoredKey {
  readonly part: 'apiKey' | 'sharedSecretKey';
  /** The title of its integration. */
  readonly title: string;
  readonly kind: IntegrationKind;
}

/** A stored key and its UTF-16 offsets. */
export interface FoundKey {
  readonly key: StoredKey;
  readonly start: number;
  readonly end: number;
}

/** The length of a key in characters: that of a UUID. */
export const keyLength = 36;

/** Recognises stored keys in a text without storing them: it contains only hashes with a random salt of its own. */
export class StoredKeys {
  readonly #salt = randomBytes(32);
  readonly #byHash = new Map<string, StoredKey>();

  constructor(integrations: readonly Integration[]) {
    for (const integration of integrations) {
      // The sandbox's keys give access to nothing.
      if (integration.isSandbox) continue;
      this.#add(integration, 'apiKey', [integration.apiKey]);
      this.#add(integration, 'sharedSecretKey', integration.sharedSecretKeys);
    }
  }

  /** Whether there are no keys to recognise. */
  get isEmpty(): boolean {
    return this.#byHash.size === 0;
  }

  /** The stored key that equals the text, in upper or lower case. */
  get(text: string): StoredKey | undefined {
    return this.isEmpty ? undefined : this.#byHash.get(this.#hash(text));
  }

  /** The stored keys in a text, in order, even if other characters are directly before or after them. */
  find(text: string): readonly FoundKey[] {
    if (this.isEmpty) return [];
    const found: FoundKey[] = [];
    const shape = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;
    for (let match = shape.exec(text); match !== null; match = shape.exec(text)) {
      const key = this.get(match[0]);
      if (key !== undefined) found.push({ key, start: match.index, end: match.index + keyLength });
      // A key may begin inside something that only looks like one.
      else shape.lastIndex = match.index + 9;
    }
    return found;
  }

  #add(integration: Integration, part: StoredKey['part'], keys: readonly string[]): void {
    const { kind } = integration;
    for (const key of keys) {
      const hash = this.#hash(key);
      // If several integrations share a key, a LIVE one takes precedence.
      if (this.#byHash.get(hash)?.kind === 'LIVE') continue;
      this.#byHash.set(hash, { part, title: titleOf(integration), kind });
    }
  }

  #hash(text: string): string {
    return createHmac('sha256', this.#salt).update(text.trim().toLowerCase()).digest('base64');
  }
}
