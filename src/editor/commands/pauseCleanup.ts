import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { Desk } from '../desk.ts';
import { showResult } from '../messages.ts';

/** "Pause Cleanup": from the moment it is written, nothing leaves by itself, in any window; what is out is awaited. */
export function pauseCleanup(desk: Desk): Promise<void> {
  desk.records().switches.pause();
  desk.log.event('cleanup paused: nothing is sent by itself, in any window');
  desk.changed();
  showResult(
    'info',
    'The cleanup is paused: nothing is sent by itself before you resume it. What is out just now is awaited.',
    desk.log,
    [{ title: 'Resume', run: () => vscode.commands.executeCommand(commands.resumeCleanup) }],
  );
  return Promise.resolve();
}

/** "Resume Cleanup": ends the pause and whatever an answer has stopped, and looks at once what can be sent. */
export function resumeCleanup(desk: Desk): Promise<void> {
  desk.records().switches.resume();
  desk.log.event('cleanup resumed');
  desk.changed();
  desk.run.wake();
  return Promise.resolve();
}
