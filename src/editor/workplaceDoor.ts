import * as vscode from 'vscode';
import { commands, secretKey, views, type CommandName } from '../contributions.ts';
import type * as WorkplaceModule from './workplace.ts';
import type { Workplace } from './workplace.ts';

/** Loads the workplace; the import is only made when it is called. */
export type LoadWorkplace = () => Promise<typeof WorkplaceModule>;

/**
 * What VS Code gets to hold at activation: commands and a view that open the workplace when they are used. It
 * opens it by itself only where an integration is stored, since then the status bar has something to say.
 */
export class WorkplaceDoor implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #load: LoadWorkplace;
  readonly #rowsChanged = new vscode.EventEmitter<unknown>();
  readonly #treeView: vscode.TreeView<unknown>;
  readonly #disposables: vscode.Disposable[];
  #workplace: Promise<Workplace> | undefined;
  #isDisposed = false;

  constructor(context: vscode.ExtensionContext, load: LoadWorkplace) {
    this.#context = context;
    this.#load = load;
    this.#treeView = vscode.window.createTreeView<unknown>(views.list, {
      canSelectMany: true,
      showCollapseAll: true,
      treeDataProvider: {
        onDidChangeTreeData: this.#rowsChanged.event,
        getChildren: async (node) => (await this.#open()).view.getChildren(node),
        getTreeItem: async (node) => (await this.#open()).view.getTreeItem(node),
      },
    });
    this.#disposables = [
      this.#treeView,
      this.#rowsChanged,
      context.secrets.onDidChange(({ key }) => void this.#openWhereStored(key)),
      ...(Object.keys(commands) as CommandName[]).map((name) =>
        vscode.commands.registerCommand(commands[name], async (...args: unknown[]) => {
          await (await this.#open()).run(name, args);
        }),
      ),
    ];
    void this.#openWhereStored(secretKey);
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const disposable of this.#disposables) disposable.dispose();
    void this.#workplace?.then((workplace) => workplace.dispose());
  }

  async #openWhereStored(changedKey: string): Promise<void> {
    if (changedKey !== secretKey || this.#workplace !== undefined) return;
    // An unreadable SecretStorage is reported by the first command that needs it.
    const stored = await this.#context.secrets.get(secretKey).then(
      (value) => value,
      () => undefined,
    );
    if (stored !== undefined && !this.#isDisposed) await this.#open();
  }

  #open(): Promise<Workplace> {
    this.#workplace ??= this.#load().then(({ openWorkplace }) => {
      const workplace = openWorkplace(this.#context, this.#treeView);
      workplace.view.onDidChangeTreeData?.((rows) => this.#rowsChanged.fire(rows));
      return workplace;
    });
    return this.#workplace;
  }
}
