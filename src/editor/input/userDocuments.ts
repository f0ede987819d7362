import type * as vscode from 'vscode';

// Documents that VS Code or this extension writes, or shows only for a moment.
const passing: ReadonlySet<string> = new Set([
  'comment',
  'debug',
  'git',
  'output',
  'search-editor',
  'veriff-cleanup-plan',
  'vscode',
]);

/** Whether a document is the user's own, not a log, a plan, or an earlier version of a file. */
export function isUserDocument({ uri }: vscode.TextDocument): boolean {
  return !passing.has(uri.scheme);
}
