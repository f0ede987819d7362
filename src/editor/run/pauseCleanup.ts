import * as vscode from 'vscode';
import { countAlive } from '../../cleanup/list/consents.ts';
import { commands, views } from '../../contributions.ts';
import type { App } from '../app/app.ts';
import { showResult } from '../app/messages.ts';
import { resumeQuestion, type Waiting } from './resumeText.ts';

/** "Pause Cleanup": once this is written, no window sends anything; a request that is out may still be answered. */
export function pauseCleanup(app: App): Promise<void> {
  app.records().switches.pause();
  app.log.event('cleanup paused: nothing is sent, in any window');
  app.changed();
  showResult(
    'info',
    'The cleanup is paused: nothing is sent before you resume it. What is out just now is awaited.',
    app.log,
    [{ title: 'Resume', run: () => vscode.commands.executeCommand(commands.resumeCleanup) }],
  );
  return Promise.resolve();
}

/**
 * "Resume Cleanup": ends the pause and all stops. Only this command can make sessions be sent that were confirmed
 * earlier, so it names them and asks, unless nothing can be sent.
 */
export async function resumeCleanup(app: App): Promise<void> {
  const { integrations } = await app.store.read();
  const waiting = integrations
    .map((integration) => ({ integration, count: countAlive(app.records().database, integration.id) }))
    .filter(({ count }) => count > 0);
  if (waiting.length > 0 && !(await agrees(waiting))) return;
  app.records().switches.resume();
  app.log.event('cleanup resumed');
  app.changed();
  app.wake();
}

async function agrees(waiting: readonly Waiting[]): Promise<boolean> {
  const { message, detail, button } = resumeQuestion(waiting);
  const showList = 'Show List';
  // First, since VS Code focuses the first button: a key press that was meant for something else must not resume.
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, showList, button);
  if (answer === showList) await vscode.commands.executeCommand(`${views.list}.focus`);
  return answer === button;
}
