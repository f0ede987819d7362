import * as vscode from 'vscode';
import type { IntegrationStore } from '../app/integrationStore.ts';
import { StoredKeys } from './storedKeys.ts';

/** Knows how to recognise the keys that are stored at this moment, here or by another window. */
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
    // What keeps the credentials from being read is told by whoever needs them.
    const integrations = await this.#store.read().then(
      (stored) => stored.integrations,
      () => [],
    );
    if (this.#isDisposed || read !== this.#reads) return;
    this.#keys = new StoredKeys(integrations);
    this.#changed.fire();
  }
}
