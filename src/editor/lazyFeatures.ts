// Named imports here only: esbuild bundles a namespace import as another copy of the whole API, and this code runs at
// activation.
import { commands as vscodeCommands, EventEmitter, window } from 'vscode';
import type * as vscode from 'vscode';
import { commands, rowMimeType, views, type CommandName } from '../contributions.ts';
import { markKey, oldKey } from '../cleanup/integrations/secretKeys.ts';
import { holdsSessionId } from '../sessions/scan/holdsSessionId.ts';
import type * as FeaturesModule from './features.ts';
import type { Features } from './features.ts';

// A longer terminal line is not a log that a person reads.
const longestLine = 20_000;

/** Imports the features' bundle when it is called. */
export type LoadFeatures = () => Promise<typeof FeaturesModule>;

/**
 * Registers the commands at activation, and the view and terminal links right after it; they load the features when
 * they are first used. If an integration is stored, the features are loaded at once, because the status bar has
 * something to show then.
 */
export class LazyFeatures implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #load: LoadFeatures;
  readonly #rowsChanged = new EventEmitter<unknown>();
  readonly #disposables: vscode.Disposable[];
  readonly #registration: NodeJS.Immediate;
  #treeView: vscode.TreeView<unknown> | undefined;
  #features: Promise<Features> | undefined;
  /** Whether SecretStorage holds anything of ours; asked again after each change, which all windows are told of. */
  #isStored: Promise<boolean> | undefined;
  #isDisposed = false;

  constructor(context: vscode.ExtensionContext, load: LoadFeatures) {
    this.#context = context;
    this.#load = load;
    this.#disposables = (Object.keys(commands) as CommandName[]).map((name) =>
      vscodeCommands.registerCommand(commands[name], async (...args: unknown[]) => {
        await (await this.#start()).run(name, args);
      }),
    );
    // Commands must exist when activation ends; the rest is not needed before the next turn of the event loop.
    this.#registration = setImmediate(() => this.#registerRest());
  }

  /** Starts nothing more, and resolves when the last answer has been written to the database. */
  async settle(): Promise<void> {
    await (await this.#features)?.settle();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearImmediate(this.#registration);
    for (const disposable of this.#disposables) disposable.dispose();
    void this.#features?.then((features) => features.dispose());
  }

  #registerRest(): void {
    this.#tree();
    this.#disposables.push(
      window.registerTerminalLinkProvider({
        provideTerminalLinks: (context) => this.#terminalLinks(context),
        handleTerminalLink: async (link) => (await this.#start()).followTerminalLink(link),
      }),
    );
    this.#disposables.push(
      this.#context.secrets.onDidChange(
        ({ key }) => void (key.startsWith('veriffCleanup.') && this.#startIfStored(this.#askIfStored())),
      ),
    );
    void this.#startIfStored(this.#isStored ?? this.#askIfStored());
  }

  /**
   * VS Code calls this for each visible line, and hardly any of them contains an id: those must cost almost nothing.
   */
  async #terminalLinks(context: vscode.TerminalLinkContext): Promise<vscode.TerminalLink[]> {
    if (context.line.length > longestLine || !holdsSessionId(context.line)) return [];
    return [...(await this.#start()).terminalLinks(context)];
  }

  #tree(): vscode.TreeView<unknown> {
    if (this.#treeView !== undefined) return this.#treeView;
    this.#treeView = window.createTreeView<unknown>(views.list, {
      canSelectMany: true,
      showCollapseAll: true,
      // A group's checkbox must not check rows that are hidden.
      manageCheckboxStateManually: true,
      treeDataProvider: {
        onDidChangeTreeData: this.#rowsChanged.event,
        getChildren: async (node) => (await this.#start()).view.getChildren(node),
        getTreeItem: async (node) => (await this.#start()).view.getTreeItem(node),
        getParent: async (node) => (await this.#start()).view.getParent(node),
      },
      dragAndDropController: {
        dragMimeTypes: ['text/plain'],
        // `files` is VS Code's name for files of any type that are dropped from outside.
        dropMimeTypes: [rowMimeType, 'text/uri-list', 'files', 'text/plain'],
        handleDrag: async (source, data) => (await this.#start()).drag.handleDrag(source, data),
        handleDrop: async (target, data) => (await this.#start()).drag.handleDrop(target, data),
      },
    });
    this.#disposables.push(this.#treeView, this.#rowsChanged);
    return this.#treeView;
  }

  async #startIfStored(isStored: Promise<boolean>): Promise<void> {
    if (this.#features !== undefined) return;
    // An unreadable SecretStorage is reported by the first command that needs it.
    if ((await isStored.catch(() => false)) && !this.#isDisposed) await this.#start();
  }

  #askIfStored(): Promise<boolean> {
    const { secrets } = this.#context;
    const asked = Promise.all([secrets.get(markKey), secrets.get(oldKey)]).then((values) =>
      values.some((value) => value !== undefined),
    );
    // What failed is asked again by the command that needs it.
    asked.catch(() => {
      if (this.#isStored === asked) this.#isStored = undefined;
    });
    return (this.#isStored = asked);
  }

  #start(): Promise<Features> {
    if (this.#features !== undefined) return this.#features;
    // If it is not known yet, SecretStorage answers while the bundle is being loaded.
    const isStored = this.#isStored ?? this.#askIfStored();
    this.#features = this.#load().then(({ startFeatures }) => {
      const features = startFeatures(this.#context, this.#tree(), isStored);
      features.view.onDidChangeTreeData((rows) => this.#rowsChanged.fire(rows));
      return features;
    });
    return this.#features;
  }
}
