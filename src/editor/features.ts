import type * as vscode from 'vscode';
import type { CommandName } from '../contributions.ts';
import { CleanupView } from './list/view/cleanupView.ts';
import { createHandlers } from './commands.ts';
import { App } from './app/app.ts';
import { InEditorsDoor } from './inEditorsDoor.ts';
import { showFailure } from './app/messages.ts';
import { OtherWindows } from './run/otherWindows.ts';
import { OutsideWays } from './outsideWays.ts';
import { RowDrag } from './list/rowDrag.ts';
import { StatusBar } from './run/statusBar.ts';

/** The rows, as VS Code asks for them. */
export type WorkplaceView = Required<
  Pick<vscode.TreeDataProvider<unknown>, 'onDidChangeTreeData' | 'getChildren' | 'getTreeItem' | 'getParent'>
>;

/** What becomes of rows and files that are dragged. */
export interface WorkplaceDrag {
  handleDrag(source: readonly unknown[], data: vscode.DataTransfer): void;
  handleDrop(target: unknown, data: vscode.DataTransfer): Promise<void>;
}

/** Everything behind the door of `activate`: runs commands and gives the rows of the view. */
export interface Workplace {
  /** Runs a command; what goes wrong is logged and shown, never thrown. */
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
  readonly view: WorkplaceView;
  readonly drag: WorkplaceDrag;
  readonly ways: OutsideWays;
  /** Starts nothing more, and resolves when what is out has been answered and written down. */
  settle(): Promise<void>;
  dispose(): void;
}

/**
 * Puts app, view, status bar and commands together. This module is a bundle of its own, loaded when the first
 * command runs, the view is opened, or an integration is stored: nothing of it is in the activation path.
 */
export function openWorkplace(
  context: vscode.ExtensionContext,
  treeView: vscode.TreeView<unknown>,
): Workplace {
  const app = new App(context);
  const view = new CleanupView(app, treeView);
  const statusBar = new StatusBar(app);
  const handlers = createHandlers(app, view);
  const otherWindows = new OtherWindows(app, treeView);
  const inEditors = new InEditorsDoor(app);
  app.changed();
  return {
    view,
    drag: new RowDrag(app, view),
    ways: new OutsideWays(app, view),
    run: (name, args) => handlers.run(name, args).catch((error: unknown) => showFailure(error, app.log)),
    settle: () => app.settle(),
    dispose: () => {
      for (const disposable of [inEditors, otherWindows, handlers, statusBar, view, app])
        disposable.dispose();
    },
  };
}
