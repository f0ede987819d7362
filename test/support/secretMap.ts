import * as vscode from 'vscode';

/** SecretStorage over a map, with one switch that makes it fail as a locked keyring does. */
export class SecretMap implements vscode.SecretStorage {
  isLocked = false;
  readonly values = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();

  readonly onDidChange = this.#changed.event;

  keys(): Promise<string[]> {
    return this.#unlocked(() => [...this.values.keys()]);
  }

  get(key: string): Promise<string | undefined> {
    return this.#unlocked(() => this.values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.#unlocked(() => {
      this.values.set(key, value);
      this.#changed.fire({ key });
    });
  }

  delete(key: string): Promise<void> {
    return this.#unlocked(() => {
      this.values.delete(key);
      this.#changed.fire({ key });
    });
  }

  // The real one answers from another process, so never within the same turn.
  async #unlocked<T>(act: () => T): Promise<T> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (this.isLocked) throw new Error('The keyring is locked.');
    return act();
  }
}
