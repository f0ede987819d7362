import { nextTurn } from '../../sessions/scan/turns.ts';
import type * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import { startTimer } from '../app/startTimer.ts';
import { StoredKeyDiagnostics } from './storedKeyDiagnostics.ts';
import { StoredKeysStore } from './storedKeysStore.ts';

/** The diagnostics for stored keys in open documents, and in files in which a search found one. */
export class StoredKeysInFiles implements vscode.Disposable {
  readonly #disposables: readonly vscode.Disposable[];

  constructor(app: App) {
    const keys = new StoredKeysStore(app.store);
    const diagnostics = new StoredKeyDiagnostics(keys, {
      startTimer,
      nextTurn: nextTurn,
    });
    this.#disposables = [app.onDidFind((result) => void diagnostics.tell(result)), diagnostics, keys];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
