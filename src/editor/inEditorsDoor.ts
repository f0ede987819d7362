import type * as vscode from 'vscode';
import type { App } from './app/app.ts';
import type * as InEditorsModule from './inEditor/openInEditors.ts';

/** The way to what shows in editors. It is loaded where an integration is stored: before that, there is nothing to show. */
export class InEditorsDoor implements vscode.Disposable {
  readonly #app: App;
  readonly #load: () => Promise<typeof InEditorsModule>;
  readonly #subscription: vscode.Disposable;
  readonly #arrival: NodeJS.Immediate;
  #opening: Promise<vscode.Disposable | undefined> | undefined;
  #isDisposed = false;

  constructor(
    app: App,
    load: () => Promise<typeof InEditorsModule> = () => import('./inEditor/openInEditors.ts'),
  ) {
    this.#app = app;
    this.#load = load;
    this.#subscription = app.store.onDidChange(() => void this.#openWhereStored());
    // The command or the view that has opened the workplace goes first.
    this.#arrival = setImmediate(() => void this.#openWhereStored());
  }

  dispose(): void {
    this.#isDisposed = true;
    clearImmediate(this.#arrival);
    this.#subscription.dispose();
    void this.#opening?.then((open) => void open?.dispose());
  }

  async #openWhereStored(): Promise<void> {
    if (this.#opening !== undefined) return;
    // Credentials that cannot be read are reported by the first command that needs them.
    const current = await this.#app.store.current().catch(() => undefined);
    if (current === undefined || this.#isDisposed) return;
    this.#opening ??= this.#open();
  }

  async #open(): Promise<vscode.Disposable | undefined> {
    try {
      const { openInEditors } = await this.#load();
      return this.#isDisposed ? undefined : openInEditors(this.#app);
    } catch (error) {
      this.#app.log.failure('what shows in editors could not be loaded', error);
      return undefined;
    }
  }
}
