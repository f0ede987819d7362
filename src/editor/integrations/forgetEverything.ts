import * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import { showResult } from '../app/messages.ts';

/**
 * "Forget Everything…": asks, then erases all integrations with their keys, the list, the record of requests and the
 * log.
 */
export async function forgetEverything(app: App): Promise<void> {
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
  // The keys first: even if the rest fails, the most important is erased.
  await app.store.removeAll();
  app.forgetRecords();
  app.forgetLog();
  showResult(
    'info',
    'Everything is forgotten: no integration, no key, no list, no record is left on this machine.',
    app.log,
  );
}
