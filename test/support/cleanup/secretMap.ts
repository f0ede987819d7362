import * as vscode from 'vscode';

/** SecretStorage over a map, with switches that make it fail as a locked keyring does, or never answer. */
export class SecretMap implements vscode.SecretStorage {
  isLocked = false;
  isSilent = false;
  /** What each change of a key waits for, as with a keyring that asks for its password. */
  beforeChange: (key: string) => Promise<void> | undefined = () => undefined;
  /** What each read of a key waits for. */
  beforeRead: (key: string) => Promise<void> | undefined = () => undefined;
  readonly values = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();

  readonly onDidChange = this.#changed.event;

  keys(): Promise<string[]> {
    return this.#unlocked(() => [...this.values.keys()]);
  }

  async get(key: string): Promise<string | undefined> {
    await this.beforeRead(key);
    return this.#unlocked(() => this.values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.#changing(key, () => {
      this.values.set(key, value);
      this.#changed.fire({ key });
    });
  }

  delete(key: string): Promise<void> {
    return this.#changing(key, () => {
      this.values.delete(key);
      this.#changed.fire({ key });
    });
  }

  /** Fires a change event, as VS Code does if another window has changed a key. */
  touch(): void {
    for (const key of this.values.keys()) this.#changed.fire({ key });
  }

  /** Resolves when every access so far has been answered and its callers have continued. */
  async settled(): Promise<void> {
    // Activation continues one turn later, an answer takes another turn, and what follows from it a few more at most.
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  }

  async #changing(key: string, act: () => void): Promise<void> {
    await this.beforeChange(key);
    await this.#unlocked(act);
  }

  // The real one answers from another process, so never within the same turn.
  async #unlocked<T>(act: () => T): Promise<T> {
    await nextTurn();
    if (this.isSilent) return new Promise(() => undefined);
    if (this.isLocked) throw new Error('The keyring is locked.');
    return act();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
