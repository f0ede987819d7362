import * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import { showResult } from '../app/messages.ts';

/** "Begin a New List…": if the database cannot be used, asks, keeps the old file and begins a new list. */
export async function beginNewList(app: App): Promise<void> {
  if (isUsable(app)) {
    showResult(
      'info',
      'Nothing was changed: the cleanup list can be read. “Veriff: Forget Everything…” erases it.',
      app.log,
    );
    return;
  }
  const answer = await vscode.window.showWarningMessage(
    'Begin a new cleanup list?',
    {
      modal: true,
      detail:
        'The list that cannot be used is kept beside the new one, under another name; nothing of it is erased. Nothing is deleted at Veriff.\n\nWhat was on it has to be added and confirmed again. As nobody knows what was sent, no slot of the rate limit counts as free for 24 hours.',
    },
    'Keep It and Begin Anew',
  );
  if (answer !== 'Keep It and Begin Anew') return;
  const kept = await app.beginNewList();
  const where = kept === undefined ? '' : ` What was in its place is kept as ${kept}.`;
  app.log.event(`a new list was begun.${where}`);
  showResult('info', `A new cleanup list was begun; nothing is sent for 24 hours.${where}`, app.log);
}

function isUsable(app: App): boolean {
  try {
    const { groups, switches } = app.records();
    groups.counts();
    switches.isPaused();
    return true;
  } catch {
    return false;
  }
}
