import type * as vscode from 'vscode';
import type { CommandName } from '../../contributions.ts';
import type { Desk } from '../desk.ts';
import { deleteSession } from './deleteSession.ts';
import { checkCredentials } from './checkCredentials.ts';
import { forgetEverything } from './forgetEverything.ts';
import { addIntegration, editIntegration, removeIntegration, switchIntegration } from './integrations.ts';
import { copySessionId, removeFromList } from './listEntries.ts';
import { SandboxCommands } from './sandbox.ts';

/** All commands by name; `run` may throw what the database or SecretStorage throws. */
export interface Handlers extends vscode.Disposable {
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
}

/** Binds every command to the desk that it works on. */
export function createHandlers(desk: Desk): Handlers {
  const sandbox = new SandboxCommands(desk);
  const handlers: Readonly<Record<CommandName, (args: readonly unknown[]) => Promise<void>>> = {
    deleteSession: (args) => deleteSession(desk, 'palette', args),
    // The menu hands over the document’s URI, which says nothing that the active editor does not.
    deleteSessionInEditor: () => deleteSession(desk, 'contextMenu', []),
    removeFromList: (args) => removeFromList(desk, args),
    copySessionId: (args) => copySessionId(args),
    addIntegration: () => addIntegration(desk),
    editIntegration: () => editIntegration(desk),
    switchIntegration: () => switchIntegration(desk),
    removeIntegration: () => removeIntegration(desk),
    checkCredentials: () => checkCredentials(desk),
    forgetEverything: () => forgetEverything(desk),
    startSandbox: () => sandbox.start(),
    resetSandbox: () => sandbox.reset(),
    showLog: () => {
      desk.log.show();
      return Promise.resolve();
    },
  };
  return { run: (name, args) => handlers[name](args), dispose: () => sandbox.dispose() };
}
