import * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import { ListedDecorations } from './listedDecorations.ts';
import { SessionHover } from './sessionHover.ts';
import { isOn, onSetting } from '../app/settings.ts';

// All languages and schemes: ids occur in logs, tables and unnamed documents.
const everywhere: vscode.DocumentSelector = '*';

/**
 * Shows in editors which ids are on the list. Active only if an integration is stored: without one, there is nothing to
 * show.
 */
export class InEditors implements vscode.Disposable {
  readonly #app: App;
  readonly #subscription: vscode.Disposable;
  #shown: vscode.Disposable | undefined;
  #isDisposed = false;

  constructor(app: App) {
    this.#app = app;
    this.#subscription = app.store.onDidChange(() => void this.#showIfStored());
    void this.#showIfStored();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#subscription.dispose();
    this.#shown?.dispose();
  }

  async #showIfStored(): Promise<void> {
    if (this.#shown !== undefined) return;
    // Credentials that cannot be read are reported by the first command that needs them.
    const current = await this.#app.store.current().catch(() => undefined);
    if (current === undefined || this.#isDisposed) return;
    this.#shown ??= showInEditors(this.#app);
  }
}

function showInEditors(app: App): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(everywhere, new SessionHover(app)),
    new Switched('decorations', () => new ListedDecorations(app)),
  );
}

/** Something that exists only while a setting is on. */
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
