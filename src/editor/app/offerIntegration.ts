import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { App } from './app.ts';
import { showResult } from './messages.ts';

/** Tells the user that nothing was done, and offers to add an integration or start the sandbox. */
export function offerIntegration(app: App, notDone = 'deleted'): void {
  showResult(
    'info',
    `Nothing was ${notDone}: add a Veriff integration first, or try it out with the sandbox.`,
    app.log,
    [
      { title: 'Add Integration…', run: () => vscode.commands.executeCommand(commands.addIntegration) },
      { title: 'Try with the Sandbox', run: () => vscode.commands.executeCommand(commands.startSandbox) },
    ],
  );
}
