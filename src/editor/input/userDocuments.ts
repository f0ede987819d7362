import type * as vscode from 'vscode';

// What VS Code itself writes or shows for a moment, and what this extension does.
const passing: ReadonlySet<string> = new Set([
  'comment',
  'debug',
  'git',
  'output',
  'search-editor',
  'veriff-cleanup-plan',
  'vscode',
]);

/** Whether a document holds something of the user's, and not a log, a plan, or an earlier version of a file. */
export function isUserDocument({ uri }: vscode.TextDocument): boolean {
  return !passing.has(uri.scheme);
}
