import * as vscode from 'vscode';
import type { IntegrationStore } from '../app/integrationStore.ts';
import { StoredKeys } from './storedKeys.ts';

/** Keeps `StoredKeys` up to date with the stored integrations, including changes in other windows. */
export class StoredKeysStore implements vscode.Disposable {
  readonly #store: IntegrationStore;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #keys = new StoredKeys([]);
  #reads = 0;
  #isDisposed = false;

  readonly onDidChange = this.#changed.event;

  constructor(store: IntegrationStore) {
    this.#store = store;
    this.#subscription = store.onDidChange(() => void this.#read());
    void this.#read();
  }

  get keys(): StoredKeys {
    return this.#keys;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    this.#reads += 1;
    const read = this.#reads;
    // The error is reported by the command that needs the credentials.
    const integrations = await this.#store.read().then(
      (stored) => stored.integrations,
      () => [],
    );
    if (this.#isDisposed || read !== this.#reads) return;
    this.#keys = new StoredKeys(integrations);
    this.#changed.fire();
  }
}
