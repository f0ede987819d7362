import type * as vscode from 'vscode';
import type { CommandName } from '../contributions.ts';
import type { CleanupView } from './list/view/cleanupView.ts';
import type { Reviews } from './adding/review/reviews.ts';
import { searchForSessionIds } from './adding/search/searchCommand.ts';
import { findStoredKeys } from './storedKeys/findStoredKeys.ts';
import { addFromClipboard, addFromFiles, addToList } from './adding/addSessions.ts';
import { beginNewList } from './list/beginNewList.ts';
import { checkCredentials } from './integrations/checkCredentials.ts';
import { deleteSession, type Deleting } from './deletion/deleteSession.ts';
import { moveDown, moveUp, sendNext } from './list/entries/entryOrder.ts';
import type { CheckFirst } from './list/entries/checkFirst.ts';
import { lookUpStatus } from './lookingUp/lookUpStatus.ts';
import {
  holdEntries,
  lookEntriesElsewhere,
  lookUpEntries,
  releaseEntries,
  retryEntries,
} from './list/entries/entryStates.ts';
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
import { deleteListed, showPlan } from './deletion/deleteListed.ts';

/** Runs commands by name. `run` rejects with the errors of the database or SecretStorage. */
export interface Handlers extends vscode.Disposable {
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
}

export interface CommandFeatures extends Deleting {
  readonly view: CleanupView;
  readonly reviews: Reviews;
  readonly checkFirst: CheckFirst;
}

/** Creates the handler of each command. */
export function createHandlers(features: CommandFeatures): Handlers {
  const { app, view, reviews, plans, checkFirst } = features;
  const sandbox = new SandboxCommands(features);
  const handlers: Readonly<Record<CommandName, (args: readonly unknown[]) => Promise<void>>> = {
    deleteSession: (args) => deleteSession(features, 'palette', args),
    // The menu passes the document’s URI, but the active editor already says which document is meant.
    deleteSessionInEditor: () => deleteSession(features, 'contextMenu', []),
    startCleanup: () => deleteListed(app, plans),
    showPlan: () => showPlan(app, plans),
    pauseCleanup: () => pauseCleanup(app),
    resumeCleanup: () => resumeCleanup(app),
    addToList: (args) => addToList(app, reviews, args),
    addFromClipboard: () => addFromClipboard(app, reviews),
    addFromFiles: () => addFromFiles(app, reviews),
    findSessionIds: (args) => searchForSessionIds(app, reviews, args),
    addReviewed: () => reviews.add(),
    discardReview: () => reviews.discard(),
    chooseAllReviewed: () => reviews.chooseAll(),
    chooseNoneReviewed: () => reviews.chooseNone(),
    filterReview: () => reviews.filter(),
    openReviewed: (args) => reviews.open(args),
    removeFromList: (args) => removeFromList(app, view, args),
    undoRemoval: () => undoRemoval(app),
    toggleCheckbox: (args) => toggleCheckbox(app, view, args),
    holdEntries: (args) => holdEntries(app, view, args),
    releaseEntries: (args) => releaseEntries(app, view, args),
    retryEntries: (args) => retryEntries(app, view, args),
    lookUpSession: (args) => lookUpStatus(app, args),
    lookElsewhere: (args) => lookEntriesElsewhere(app, view, args),
    checkFirst: (args) => checkFirst.start(view, args),
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
    findStoredKeys: () => findStoredKeys(app),
    forgetEverything: () => forgetEverything(app),
    startSandbox: () => sandbox.start(),
    resetSandbox: () => sandbox.reset(),
    showLog: () => {
      app.log.show();
      return Promise.resolve();
    },
  };
  // `async`, so that an error a handler throws synchronously rejects as well.
  return { run: async (name, args) => handlers[name](args), dispose: () => sandbox.dispose() };
}
