/** Every id that package.json and the code share; a test checks that neither has one that the other lacks. */

/** Commands by what they do. Delete always means Veriff; remove always means the list (or an integration). */
export const commands = {
  deleteSession: 'veriffCleanup.deleteSession',
  /** The same in the editor’s context menu. The menu shows no category, so this title names Veriff itself. */
  deleteSessionInEditor: 'veriffCleanup.deleteSessionInEditor',
  startCleanup: 'veriffCleanup.startCleanup',
  showPlan: 'veriffCleanup.showPlan',
  pauseCleanup: 'veriffCleanup.pauseCleanup',
  resumeCleanup: 'veriffCleanup.resumeCleanup',
  addToList: 'veriffCleanup.addToList',
  addFromClipboard: 'veriffCleanup.addFromClipboard',
  addFromFiles: 'veriffCleanup.addFromFiles',
  findSessionIds: 'veriffCleanup.findSessionIds',
  addReviewed: 'veriffCleanup.addReviewed',
  discardReview: 'veriffCleanup.discardReview',
  chooseAllReviewed: 'veriffCleanup.chooseAllReviewed',
  chooseNoneReviewed: 'veriffCleanup.chooseNoneReviewed',
  filterReview: 'veriffCleanup.filterReview',
  openReviewed: 'veriffCleanup.openReviewed',
  removeFromList: 'veriffCleanup.removeFromList',
  undoRemoval: 'veriffCleanup.undoRemoval',
  toggleCheckbox: 'veriffCleanup.toggleCheckbox',
  holdEntries: 'veriffCleanup.holdEntries',
  releaseEntries: 'veriffCleanup.releaseEntries',
  retryEntries: 'veriffCleanup.retryEntries',
  lookUpEntries: 'veriffCleanup.lookUpEntries',
  checkFirst: 'veriffCleanup.checkFirst',
  /** Of an id in the editor, whether it is on the list or not. */
  lookUpSession: 'veriffCleanup.lookUpSession',
  lookElsewhere: 'veriffCleanup.lookElsewhere',
  openSource: 'veriffCleanup.openSource',
  copySessionId: 'veriffCleanup.copySessionId',
  moveUp: 'veriffCleanup.moveUp',
  moveDown: 'veriffCleanup.moveDown',
  sendNext: 'veriffCleanup.sendNext',
  filterList: 'veriffCleanup.filterList',
  clearFilter: 'veriffCleanup.clearFilter',
  sortList: 'veriffCleanup.sortList',
  recordElsewhere: 'veriffCleanup.recordElsewhere',
  editLimits: 'veriffCleanup.editLimits',
  beginNewList: 'veriffCleanup.beginNewList',
  addIntegration: 'veriffCleanup.addIntegration',
  editIntegration: 'veriffCleanup.editIntegration',
  switchIntegration: 'veriffCleanup.switchIntegration',
  removeIntegration: 'veriffCleanup.removeIntegration',
  checkCredentials: 'veriffCleanup.checkCredentials',
  findStoredKeys: 'veriffCleanup.findStoredKeys',
  forgetEverything: 'veriffCleanup.forgetEverything',
  startSandbox: 'veriffCleanup.startSandbox',
  resetSandbox: 'veriffCleanup.resetSandbox',
  showLog: 'veriffCleanup.showLog',
} as const;

/** A command's name inside the code. */
export type CommandName = keyof typeof commands;

export const views = {
  container: 'veriffCleanup',
  list: 'veriffCleanup.list',
  /** Shown while there are found ids to choose from. */
  review: 'veriffCleanup.review',
} as const;

/** Keys of `when` clauses that the extension sets. */
export const contextKeys = {
  /** An array with the paths of the open documents that contain a session id. */
  documentsWithIds: 'veriffCleanup.documentsWithIds',
  /** Whether at least one integration is stored; absent until that is known. */
  hasIntegration: 'veriffCleanup.hasIntegration',
  /** Whether the database cannot be used. */
  isListUnusable: 'veriffCleanup.isListUnusable',
  isPaused: 'veriffCleanup.isPaused',
  /** Whether an answer has stopped the current integration. */
  isStopped: 'veriffCleanup.isStopped',
  /** Whether the view shows less than the list contains. */
  isFiltered: 'veriffCleanup.isFiltered',
  /** Whether the review view is open. */
  isReviewOpen: 'veriffCleanup.isReviewOpen',
  /** Whether the last removal can be undone. */
  canUndo: 'veriffCleanup.canUndo',
} as const;

/** Settings, each on or off. Only the user can change them; a workspace cannot. */
export const settings = {
  /** Whether ids in editors are marked if they are deleted, gone or scheduled. */
  decorations: 'veriffCleanup.decorations',
  /** Whether sessions are looked up before the user is asked whether to delete them. */
  lookUpFirst: 'veriffCleanup.lookUpFirst',
} as const;

/** `contextValue`s of the rows of the cleanup list, one for each group of entries. */
export const rowKinds = {
  needsYou: 'veriffCleanup.needsYou',
  sending: 'veriffCleanup.sending',
  queue: 'veriffCleanup.queue',
  later: 'veriffCleanup.later',
  held: 'veriffCleanup.held',
  listed: 'veriffCleanup.listed',
  notFound: 'veriffCleanup.notFound',
  done: 'veriffCleanup.done',
} as const;

/** The MIME type of dragged rows of the list: VS Code builds it from "tree" and the view's id in lower case. */
export const rowMimeType = 'application/vnd.code.tree.veriffcleanup.list';

/** The name of the output channel. */
export const logName = 'Veriff Cleanup';
