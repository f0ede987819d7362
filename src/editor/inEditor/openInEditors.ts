import * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import { startTimer } from '../app/startTimer.ts';
import { KeyWatch } from '../storedKeys/storedKeysStore.ts';
import { ListedDecorations } from './listedDecorations.ts';
import { ListedLenses } from '../finding/inEditor/listedLenses.ts';
import { RemoveIdFix } from '../finding/inEditor/removeIdFix.ts';
import { RotateKeyFix } from '../finding/inEditor/rotateKeyFix.ts';
import { SessionHover } from './sessionHover.ts';
import { isOn, onSetting } from './settings.ts';
import { StoredKeyDiagnostics } from '../storedKeys/storedKeyDiagnostics.ts';

// Every language and every scheme: ids stand in logs, tables and documents without a name.
const everywhere: vscode.DocumentSelector = '*';
const quickFixes = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };

/** Shows in editors what the list knows of their ids, and which stored keys stand in them, until it is disposed. */
export function openInEditors(app: App): vscode.Disposable {
  const { languages } = vscode;
  const watch = new KeyWatch(app.store);
  const keys = new StoredKeyDiagnostics(watch, { startTimer, nextTurn: () => new Promise(setImmediate) });
  return vscode.Disposable.from(
    languages.registerHoverProvider(everywhere, new SessionHover(app)),
    languages.registerCodeActionsProvider(everywhere, new RemoveIdFix(app), quickFixes),
    languages.registerCodeActionsProvider(everywhere, new RotateKeyFix(keys), quickFixes),
    new Switched('decorations', () => new ListedDecorations(app)),
    new Switched('codeLens', () => {
      const lenses = new ListedLenses(app);
      return vscode.Disposable.from(languages.registerCodeLensProvider(everywhere, lenses), lenses);
    }),
    app.onDidFind((result) => void keys.tell(result)),
    keys,
    watch,
  );
}

/** What is there as long as a setting is on. */
class Switched implements vscode.Disposable {
  readonly #name: Parameters<typeof isOn>[0];
  readonly #make: () => vscode.Disposable;
  readonly #subscription: vscode.Disposable;
  #made: vscode.Disposable | undefined;

  constructor(name: Parameters<typeof isOn>[0], make: () => vscode.Disposable) {
    this.#name = name;
    this.#make = make;
    this.#subscription = onSetting(name, () => this.#follow());
    this.#follow();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#made?.dispose();
  }

  #follow(): void {
    if (isOn(this.#name)) {
      this.#made ??= this.#make();
      return;
    }
    this.#made?.dispose();
    this.#made = undefined;
  }
}
