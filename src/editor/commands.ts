import type * as vscode from 'vscode';
import type { CommandName } from '../contributions.ts';
import type { CleanupView } from './list/view/cleanupView.ts';
import type { App } from './app/app.ts';
import { addFromClipboard, addFromFiles, addToList, pasteToList } from './adding/addSessions.ts';
import { beginNewList } from './list/beginNewList.ts';
import { checkCredentials } from './integrations/checkCredentials.ts';
import { deleteSession } from './deletion/deleteSession.ts';
import { moveDown, moveUp, sendNext } from './list/entries/entryOrder.ts';
import { holdEntries, lookUpEntries, releaseEntries, retryEntries } from './list/entries/entryStates.ts';
import { clearFilter, filterList, sortList } from './list/view/filterList.ts';
import { forgetEverything } from './integrations/forgetEverything.ts';
import {
  addIntegration,
  editIntegration,
  removeIntegration,
  switchIntegration,
} from './integrations/integrationCommands.ts';
import {
  copySessionId,
  openSource,
  removeFromList,
  toggleCheckbox,
  undoRemoval,
} from './list/entries/listEntries.ts';
import { pauseCleanup, resumeCleanup } from './run/pauseCleanup.ts';
import { editLimits, recordElsewhere } from './integrations/rateLimits.ts';
import { SandboxCommands } from './integrations/sandboxCommands.ts';
import { showPlan, startCleanup } from './deletion/deleteListed.ts';

/** All commands by name; `run` may throw what the database or SecretStorage throws. */
export interface Handlers extends vscode.Disposable {
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
}

/** Binds every command to what it works on, and to the view whose rows it may mean. */
export function createHandlers(app: App, view: CleanupView): Handlers {
  const sandbox = new SandboxCommands(app);
  const handlers: Readonly<Record<CommandName, (args: readonly unknown[]) => Promise<void>>> = {
    deleteSession: (args) => deleteSession(app, 'palette', args),
    // The menu hands over the document’s URI, which says nothing that the active editor does not.
    deleteSessionInEditor: () => deleteSession(app, 'contextMenu', []),
    startCleanup: () => startCleanup(app),
    showPlan: () => showPlan(app),
    pauseCleanup: () => pauseCleanup(app),
    resumeCleanup: () => resumeCleanup(app),
    addToList: (args) => addToList(app, args),
    addFromClipboard: () => addFromClipboard(app),
    pasteToList: () => pasteToList(app),
    addFromFiles: () => addFromFiles(app),
    findSessionIds: async (args) =>
      (await import('./adding/search/searchCommand.ts')).searchForSessionIds(app, args),
    addReviewed: async () => (await app.reviews.open()).add(),
    discardReview: async () => (await app.reviews.open()).discard(),
    chooseAllReviewed: async () => (await app.reviews.open()).chooseAll(),
    chooseNoneReviewed: async () => (await app.reviews.open()).chooseNone(),
    filterReview: async () => (await app.reviews.open()).filter(),
    openReviewed: async (args) => (await app.reviews.open()).open(args),
    removeFromList: (args) => removeFromList(app, view, args),
    undoRemoval: () => undoRemoval(app),
    toggleCheckbox: (args) => toggleCheckbox(app, view, args),
    holdEntries: (args) => holdEntries(app, view, args),
    releaseEntries: (args) => releaseEntries(app, view, args),
    retryEntries: (args) => retryEntries(app, view, args),
    lookUpEntries: (args) => lookUpEntries(app, view, args),
    openSource: (args) => openSource(app, view, args),
    copySessionId: (args) => copySessionId(app, view, args),
    moveUp: (args) => moveUp(app, view, args),
    moveDown: (args) => moveDown(app, view, args),
    sendNext: (args) => sendNext(app, view, args),
    filterList: () => filterList(app, view),
    clearFilter: () => clearFilter(view),
    sortList: () => sortList(view),
    recordElsewhere: () => recordElsewhere(app),
    editLimits: () => editLimits(app),
    beginNewList: () => beginNewList(app),
    addIntegration: () => addIntegration(app),
    editIntegration: () => editIntegration(app),
    switchIntegration: () => switchIntegration(app),
    removeIntegration: () => removeIntegration(app),
    checkCredentials: () => checkCredentials(app),
    findStoredKeys: async () => (await import('./storedKeys/findStoredKeys.ts')).findStoredKeys(app),
    rotateKey: async (args) => (await import('./finding/inEditor/rotateKey.ts')).rotateKey(app, args),
    forgetEverything: () => forgetEverything(app),
    startSandbox: () => sandbox.start(),
    resetSandbox: () => sandbox.reset(),
    showLog: () => {
      app.log.show();
      return Promise.resolve();
    },
  };
  // What a handler throws before its first wait has to reject as well.
  return { run: async (name, args) => handlers[name](args), dispose: () => sandbox.dispose() };
}
