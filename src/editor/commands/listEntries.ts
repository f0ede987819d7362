import * as vscode from 'vscode';
import type { EntryNode } from '../cleanupView.ts';
import type { Desk } from '../desk.ts';
import { showResult } from '../messages.ts';
import { isEntryNode } from '../cleanupView.ts';

/** "Remove from List": takes the selected entries off the list. Nothing is deleted at Veriff. */
export function removeFromList(desk: Desk, args: readonly unknown[]): Promise<void> {
  const entries = entriesIn(args);
  const removed = desk.records().list.remove(entries.map(({ entry }) => entry.id));
  desk.log.event(`removed from the list (nothing was deleted at Veriff): ${removed}`);
  desk.changed();
  if (removed < entries.length) {
    showResult(
      'warning',
      `${entries.length - removed} not removed: what is being sent just now stays on the list.`,
      desk.log,
    );
  }
  return Promise.resolve();
}

/** "Copy Session Id": the ids of the selected entries, one a line. */
export async function copySessionId(args: readonly unknown[]): Promise<void> {
  await vscode.env.clipboard.writeText(
    entriesIn(args)
      .map(({ entry }) => entry.sessionId)
      .join('\n'),
  );
}

/** The entries that a command of the tree was called on: all selected ones, else the one under the pointer. */
export function entriesIn([clicked, selected]: readonly unknown[]): readonly EntryNode[] {
  return (Array.isArray(selected) ? selected : [clicked]).filter(isEntryNode);
}
