import * as vscode from 'vscode';
import { secretKey } from '../contributions.ts';
import {
  parseStored,
  SecretStorageFailed,
  type Integration,
  type StoredIntegrations,
} from './integration.ts';

const none: StoredIntegrations = { integrations: [], currentId: undefined };

/**
 * The integrations in SecretStorage. Reads are fresh each time, so a change in another window is never missed;
 * `onDidChange` tells of changes in any window. A failing SecretStorage throws `SecretStorageFailed`.
 */
export class IntegrationStore implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #lastChange: Promise<unknown> = Promise.resolve();

  readonly onDidChange = this.#changed.event;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
    this.#subscription = secrets.onDidChange((event) => {
      if (event.key === secretKey) this.#changed.fire();
    });
  }

  /** All integrations and which one is current. Throws `IntegrationsUnreadable` where the stored value is not readable. */
  async read(): Promise<StoredIntegrations> {
    const text = await reached(this.#secrets.get(secretKey));
    return text === undefined ? none : parseStored(text);
  }

  /** The current integration, or undefined where there is none. */
  async current(): Promise<Integration | undefined> {
    const { integrations, currentId } = await this.read();
    return integrations.find(({ id }) => id === currentId);
  }

  /** Adds the integration or replaces the one with its id, and makes it the current one. */
  async save(integration: Integration): Promise<void> {
    await this.#change(({ integrations }) => ({
      integrations: integrations.some(({ id }) => id === integration.id)
        ? integrations.map((stored) => (stored.id === integration.id ? integration : stored))
        : [...integrations, integration],
      currentId: integration.id,
    }));
  }

  /** Makes another integration the current one. */
  async switchTo(currentId: string): Promise<void> {
    await this.#change(({ integrations }) => ({ integrations, currentId }));
  }

  /** Removes one integration with its keys. The first of the others becomes current where it was. */
  async remove(removedId: string): Promise<void> {
    await this.#change(({ integrations, currentId }) => {
      const left = integrations.filter(({ id }) => id !== removedId);
      return { integrations: left, currentId: currentId === removedId ? left[0]?.id : currentId };
    });
  }

  /** Deletes the whole value, readable or not. */
  async removeAll(): Promise<void> {
    await reached(this.#secrets.delete(secretKey));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  // One change at a time in this window, each on what was read fresh: two quick commands lose nothing.
  #change(next: (stored: StoredIntegrations) => StoredIntegrations): Promise<void> {
    const change = this.#lastChange.then(async () => {
      const changed = next(await this.read());
      if (changed.integrations.length === 0) await this.removeAll();
      else await reached(this.#secrets.store(secretKey, JSON.stringify(changed)));
    });
    this.#lastChange = change.catch(() => undefined);
    return change;
  }
}

// Without the cause: nobody knows what a keyring puts into its error messages.
function reached<T>(access: Thenable<T>): Promise<T> {
  return Promise.resolve(access).catch(() => {
    throw new SecretStorageFailed('The secret storage failed.');
  });
}
