/** Every id that package.json and the code share; a test holds both together, both ways. */

/** Commands by what they do. Delete always means Veriff; remove always means the list (or an integration). */
export const commands = {
  deleteSession: 'veriffCleanup.deleteSession',
  /** The same, from the editor’s context menu, which shows no category: its title names Veriff itself. */
  deleteSessionInEditor: 'veriffCleanup.deleteSessionInEditor',
  removeFromList: 'veriffCleanup.removeFromList',
  copySessionId: 'veriffCleanup.copySessionId',
  addIntegration: 'veriffCleanup.addIntegration',
  editIntegration: 'veriffCleanup.editIntegration',
  switchIntegration: 'veriffCleanup.switchIntegration',
  removeIntegration: 'veriffCleanup.removeIntegration',
  checkCredentials: 'veriffCleanup.checkCredentials',
  forgetEverything: 'veriffCleanup.forgetEverything',
  startSandbox: 'veriffCleanup.startSandbox',
  resetSandbox: 'veriffCleanup.resetSandbox',
  showLog: 'veriffCleanup.showLog',
} as const;

/** A command's name inside the code. */
export type CommandName = keyof typeof commands;

export const views = { container: 'veriffCleanup', list: 'veriffCleanup.list' } as const;

/** Keys of `when` clauses that the extension sets. */
export const contextKeys = {
  /** An array with the paths of the open documents that hold a session id. */
  documentsWithIds: 'veriffCleanup.documentsWithIds',
  /** Whether at least one integration is stored; absent until that is known. */
  hasIntegration: 'veriffCleanup.hasIntegration',
} as const;

/** `contextValue`s of the rows of the cleanup list. */
export const rowKinds = { entry: 'veriffCleanup.entry', sendingEntry: 'veriffCleanup.sendingEntry' } as const;

/** The name of the output channel. */
export const logName = 'Veriff Cleanup';

/** The one key in SecretStorage, under which all integrations stand as one value. */
export const secretKey = 'veriffCleanup.integrations';
