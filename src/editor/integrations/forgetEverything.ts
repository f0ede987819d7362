import * as vscode from 'vscode';
import type { Desk } from '../app/app.ts';
import { showResult } from '../app/messages.ts';

/** "Forget Everything…": asks, then erases all integrations with their keys, the list, the record of requests and the log. */
export async function forgetEverything(desk: Desk): Promise<void> {
  const answer = await vscode.window.showWarningMessage(
    'Forget everything that this extension has stored?',
    {
      modal: true,
      detail:
        'All integrations with their keys, the cleanup list, the record of past requests and the log are erased from this machine. Nothing is deleted at Veriff.\n\nThe rate limit is counted from that record: if you add an integration again today, Veriff may answer 429 for what was sent before.',
    },
    'Forget Everything',
  );
  if (answer !== 'Forget Everything') return;
  // The keys first: should the rest fail, what matters most is gone.
  await desk.store.removeAll();
  desk.forgetRecords();
  desk.forgetLog();
  showResult(
    'info',
    'Everything is forgotten: no integration, no key, no list, no record is left on this machine.',
    desk.log,
  );
}
