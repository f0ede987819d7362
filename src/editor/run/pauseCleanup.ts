import * as vscode from 'vscode';
import { countAlive } from '../../cleanup/list/consents.ts';
import { commands, views } from '../../contributions.ts';
import type { App } from '../app/app.ts';
import { showResult } from '../app/messages.ts';
import { resumeQuestion, type Waiting } from './resumeText.ts';

/** "Pause Cleanup": from the moment it is written, nothing leaves, in any window; what is out is awaited. */
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
 * "Resume Cleanup": ends the pause and whatever an answer has stopped. It alone lets something leave that was agreed to
 * before, so it names that and asks, unless nothing can leave.
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
  // First, since VS Code gives the first button the focus: a key that was meant for something else must not resume.
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, showList, button);
  if (answer === showList) await vscode.commands.executeCommand(`${views.list}.focus`);
  return answer === button;
}
