import type * as vscode from 'vscode';
import type { CommandName } from '../contributions.ts';
import { Reviews } from './adding/review/reviews.ts';
import { TerminalIds, type TerminalId } from './adding/terminalIds.ts';
import { App } from './app/app.ts';
import { showFailure } from './app/messages.ts';
import { createHandlers } from './commands.ts';
import { PlanDocuments } from './confirming/planDocuments.ts';
import { InEditors } from './inEditor/inEditors.ts';
import { StoredKeysInFiles } from './storedKeys/storedKeysInFiles.ts';
import { CheckFirst } from './list/entries/checkFirst.ts';
import { RowDrag } from './list/rowDrag.ts';
import { CleanupView } from './list/view/cleanupView.ts';
import { CleanupRun } from './run/cleanupRun.ts';
import { OtherWindows } from './run/otherWindows.ts';
import { StatusBar } from './run/statusBar.ts';

/** Provides the rows of the list to VS Code. */
export type RowProvider = Required<
  Pick<vscode.TreeDataProvider<unknown>, 'onDidChangeTreeData' | 'getChildren' | 'getTreeItem' | 'getParent'>
>;

/** Handles dragged and dropped rows and files. */
export interface DragController {
  handleDrag(source: readonly unknown[], data: vscode.DataTransfer): void;
  handleDrop(target: unknown, data: vscode.DataTransfer): Promise<void>;
}

/** All features, as VS Code calls them. Their errors are logged and shown, never thrown. */
export interface Features {
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
  readonly view: RowProvider;
  readonly drag: DragController;
  terminalLinks(context: vscode.TerminalLinkContext): readonly TerminalId[];
  followTerminalLink(link: vscode.TerminalLink): Promise<void>;
  /**
   * Starts nothing more, and resolves when the last answer has been written to the database. Must be called before
   * `dispose`.
   */
  settle(): Promise<void>;
  dispose(): void;
}

/**
 * Creates each feature with what it needs. This module is a separate bundle. It is loaded when the first command runs,
 * the view is opened, or an integration is stored, so that nothing of it runs during activation.
 */
export function startFeatures(
  context: vscode.ExtensionContext,
  treeView: vscode.TreeView<unknown>,
  isStored?: Promise<boolean>,
): Features {
  const app = new App(context, isStored);
  const run = new CleanupRun(app);
  const plans = new PlanDocuments();
  const reviews = new Reviews(app);
  const view = new CleanupView(app, treeView);
  const statusBar = new StatusBar(app);
  const checkFirst = new CheckFirst(app);
  const handlers = createHandlers({ app, run, plans, reviews, view, checkFirst });
  const otherWindows = new OtherWindows(app, run, treeView);
  const terminalIds = new TerminalIds(app, reviews, (sessionId) => view.show(sessionId));
  const told = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => showFailure(error, app.log));
  const unasked: vscode.Disposable[] = [];
  // What nobody has asked for reads the integrations and opens the list: the command that has started the features
  // goes first.
  const firstLook = setImmediate(() => {
    unasked.push(new InEditors(app), new StoredKeysInFiles(app));
    app.changed();
  });
  return {
    view,
    drag: new RowDrag(app, reviews, view),
    run: (name, args) => told(handlers.run(name, args)),
    terminalLinks: ({ line, terminal }) => terminalIds.linksIn(line, terminal.name),
    followTerminalLink: (link) => told(terminalIds.follow(link as TerminalId)),
    settle: () => run.end(),
    dispose: () => {
      clearImmediate(firstLook);
      for (const disposable of [
        ...unasked,
        otherWindows,
        handlers,
        checkFirst,
        statusBar,
        view,
        reviews,
        plans,
        run,
        app,
      ])
        disposable.dispose();
    },
  };
}
