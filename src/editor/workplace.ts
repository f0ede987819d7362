import * as vscode from 'vscode';
import { contextKeys, type CommandName } from '../contributions.ts';
import { CleanupView } from './cleanupView.ts';
import { createHandlers } from './commands/handlers.ts';
import { Desk } from './desk.ts';
import { showFailure } from './messages.ts';
import { OtherWindows } from './otherWindows.ts';
import { StatusBar } from './statusBar.ts';

/** Everything behind the door of `activate`: runs commands and gives the rows of the view. */
export interface Workplace {
  /** Runs a command; what goes wrong is logged and shown, never thrown. */
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
  readonly view: vscode.TreeDataProvider<unknown>;
  dispose(): void;
}

/**
 * Puts desk, view, status bar and commands together. This module is a bundle of its own, loaded when the first
 * command runs, the view is opened, or an integration is stored: nothing of it is in the activation path.
 */
export function openWorkplace(
  context: vscode.ExtensionContext,
  treeView: vscode.TreeView<unknown>,
): Workplace {
  const desk = new Desk(context);
  const view = new CleanupView(desk, treeView);
  const statusBar = new StatusBar(desk);
  const handlers = createHandlers(desk);
  const otherWindows = new OtherWindows(desk, treeView);
  const contextKeysSubscription = desk.onDidChange(() => void setContext(desk));
  desk.changed();
  return {
    view,
    run: (name, args) => handlers.run(name, args).catch((error: unknown) => showFailure(error, desk.log)),
    dispose: () => {
      for (const disposable of [contextKeysSubscription, otherWindows, handlers, statusBar, view, desk])
        disposable.dispose();
    },
  };
}

async function setContext(desk: Desk): Promise<void> {
  const hasIntegration = await desk.store.current().then(
    (current) => current !== undefined,
    () => false,
  );
  await vscode.commands.executeCommand('setContext', contextKeys.hasIntegration, hasIntegration);
}
