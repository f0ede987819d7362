// Named, unlike elsewhere: bundled, a namespace import copies the whole API once more, and this is the activation path.
import { commands as vscodeCommands, EventEmitter, window } from 'vscode';
import type * as vscode from 'vscode';
import { commands, rowMimeType, views, type CommandName } from '../contributions.ts';
import { markKey, oldKey } from '../cleanup/integrations/secretKeys.ts';
import { holdsSessionId } from '../sessions/findSessionIds.ts';
import type * as WorkplaceModule from './features.ts';
import type { Workplace } from './features.ts';

// A line of a terminal that wraps this often is no log that a person reads.
const longestLine = 20_000;

/** Loads the workplace; the import is only made when it is called. */
export type LoadWorkplace = () => Promise<typeof WorkplaceModule>;

/**
 * What VS Code gets to hold at activation: commands that open the workplace when they are used; right after it,
 * once other extensions had their turn, the view. The door opens by itself only where an integration is stored,
 * since then the status bar has something to say.
 */
export class WorkplaceDoor implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #load: LoadWorkplace;
  readonly #rowsChanged = new EventEmitter<unknown>();
  readonly #disposables: vscode.Disposable[];
  readonly #arrival: NodeJS.Immediate;
  #treeView: vscode.TreeView<unknown> | undefined;
  #workplace: Promise<Workplace> | undefined;
  #isDisposed = false;

  constructor(context: vscode.ExtensionContext, load: LoadWorkplace) {
    this.#context = context;
    this.#load = load;
    this.#disposables = (Object.keys(commands) as CommandName[]).map((name) =>
      vscodeCommands.registerCommand(commands[name], async (...args: unknown[]) => {
        await (await this.#open()).run(name, args);
      }),
    );
    // A command has to be there when activation ends; the rest is not missed for a turn of the event loop.
    this.#arrival = setImmediate(() => this.#arrive());
  }

  /** Starts nothing more, and resolves when the answer that is out has been written down. */
  async settle(): Promise<void> {
    await (await this.#workplace)?.settle();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearImmediate(this.#arrival);
    for (const disposable of this.#disposables) disposable.dispose();
    void this.#workplace?.then((workplace) => workplace.dispose());
  }

  #arrive(): void {
    this.#tree();
    this.#disposables.push(
      window.registerUriHandler({ handleUri: async (uri) => (await this.#open()).ways.handleUri(uri) }),
      window.registerTerminalLinkProvider({
        provideTerminalLinks: (context) => this.#terminalLinks(context),
        handleTerminalLink: async (link) => (await this.#open()).ways.handleTerminalLink(link),
      }),
    );
    this.#disposables.push(
      this.#context.secrets.onDidChange(
        ({ key }) => void (key.startsWith('veriffCleanup.') && this.#openIfStored()),
      ),
    );
    void this.#openIfStored();
  }

  /** VS Code asks for each line that can be seen, and hardly any of them holds an id: those must cost next to nothing. */
  async #terminalLinks(context: vscode.TerminalLinkContext): Promise<vscode.TerminalLink[]> {
    if (context.line.length > longestLine || !holdsSessionId(context.line)) return [];
    return (await this.#open()).ways.terminalLinks(context);
  }

  #tree(): vscode.TreeView<unknown> {
    if (this.#treeView !== undefined) return this.#treeView;
    this.#treeView = window.createTreeView<unknown>(views.list, {
      canSelectMany: true,
      showCollapseAll: true,
      // A checked group must not check what it does not show.
      manageCheckboxStateManually: true,
      treeDataProvider: {
        onDidChangeTreeData: this.#rowsChanged.event,
        getChildren: async (node) => (await this.#open()).view.getChildren(node),
        getTreeItem: async (node) => (await this.#open()).view.getTreeItem(node),
        getParent: async (node) => (await this.#open()).view.getParent(node),
      },
      dragAndDropController: {
        dragMimeTypes: ['text/plain'],
        // `files` is VS Code's own name for files from outside, of whatever type.
        dropMimeTypes: [rowMimeType, 'text/uri-list', 'files', 'text/plain'],
        handleDrag: async (source, data) => (await this.#open()).drag.handleDrag(source, data),
        handleDrop: async (target, data) => (await this.#open()).drag.handleDrop(target, data),
      },
    });
    this.#disposables.push(this.#treeView, this.#rowsChanged);
    return this.#treeView;
  }

  async #openIfStored(): Promise<void> {
    if (this.#workplace !== undefined) return;
    // An unreadable SecretStorage is reported by the first command that needs it.
    const stored = await Promise.all([
      this.#context.secrets.get(markKey),
      this.#context.secrets.get(oldKey),
    ]).catch(() => []);
    const isStored = stored.some((value) => value !== undefined);
    if (isStored && !this.#isDisposed) await this.#open();
  }

  #open(): Promise<Workplace> {
    this.#workplace ??= this.#load().then(({ openWorkplace }) => {
      const workplace = openWorkplace(this.#context, this.#tree());
      workplace.view.onDidChangeTreeData((rows) => this.#rowsChanged.fire(rows));
      return workplace;
    });
    return this.#workplace;
  }
}
