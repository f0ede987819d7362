import type * as vscode from 'vscode';
import type { CommandName } from '../contributions.ts';
import type { CleanupView } from './list/view/cleanupView.ts';
import type { Desk } from './app/app.ts';
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

/** Binds every command to the desk that it works on and the view whose rows it may mean. */
export function createHandlers(desk: Desk, view: CleanupView): Handlers {
  const sandbox = new SandboxCommands(desk);
  const handlers: Readonly<Record<CommandName, (args: readonly unknown[]) => Promise<void>>> = {
    deleteSession: (args) => deleteSession(desk, 'palette', args),
    // The menu hands over the document’s URI, which says nothing that the active editor does not.
    deleteSessionInEditor: () => deleteSession(desk, 'contextMenu', []),
    startCleanup: () => startCleanup(desk),
    showPlan: () => showPlan(desk),
    pauseCleanup: () => pauseCleanup(desk),
    resumeCleanup: () => resumeCleanup(desk),
    addToList: (args) => addToList(desk, args),
    addFromClipboard: () => addFromClipboard(desk),
    pasteToList: () => pasteToList(desk),
    addFromFiles: () => addFromFiles(desk),
    findSessionIds: async (args) =>
      (await import('./adding/search/searchCommand.ts')).searchForSessionIds(desk, args),
    addReviewed: async () => (await desk.reviews.open()).add(),
    discardReview: async () => (await desk.reviews.open()).discard(),
    chooseAllReviewed: async () => (await desk.reviews.open()).chooseAll(),
    chooseNoneReviewed: async () => (await desk.reviews.open()).chooseNone(),
    filterReview: async () => (await desk.reviews.open()).filter(),
    openReviewed: async (args) => (await desk.reviews.open()).open(args),
    removeFromList: (args) => removeFromList(desk, view, args),
    undoRemoval: () => undoRemoval(desk),
    toggleCheckbox: (args) => toggleCheckbox(desk, view, args),
    holdEntries: (args) => holdEntries(desk, view, args),
    releaseEntries: (args) => releaseEntries(desk, view, args),
    retryEntries: (args) => retryEntries(desk, view, args),
    lookUpEntries: (args) => lookUpEntries(desk, view, args),
    openSource: (args) => openSource(desk, view, args),
    copySessionId: (args) => copySessionId(desk, view, args),
    moveUp: (args) => moveUp(desk, view, args),
    moveDown: (args) => moveDown(desk, view, args),
    sendNext: (args) => sendNext(desk, view, args),
    filterList: () => filterList(desk, view),
    clearFilter: () => clearFilter(view),
    sortList: () => sortList(view),
    recordElsewhere: () => recordElsewhere(desk),
    editLimits: () => editLimits(desk),
    beginNewList: () => beginNewList(desk),
    addIntegration: () => addIntegration(desk),
    editIntegration: () => editIntegration(desk),
    switchIntegration: () => switchIntegration(desk),
    removeIntegration: () => removeIntegration(desk),
    checkCredentials: () => checkCredentials(desk),
    findStoredKeys: async () => (await import('./storedKeys/findStoredKeys.ts')).findStoredKeys(desk),
    rotateKey: async (args) => (await import('./finding/inEditor/rotateKey.ts')).rotateKey(desk, args),
    forgetEverything: () => forgetEverything(desk),
    startSandbox: () => sandbox.start(),
    resetSandbox: () => sandbox.reset(),
    showLog: () => {
      desk.log.show();
      return Promise.resolve();
    },
  };
  // What a handler throws before its first wait has to reject as well.
  return { run: async (name, args) => handlers[name](args), dispose: () => sandbox.dispose() };
}
