import * as vscode from 'vscode';
import { IntegrationsUnreadable } from '../../cleanup/integrations/storedValue.ts';
import { SecretStorageFailed } from './integrationStore.ts';
import { DatabaseUnusable, type DatabaseProblem } from '../../cleanup/database/databaseUnusable.ts';
import { commands } from '../../contributions.ts';
import { hostOf, visibleName, type Integration } from './integration.ts';
import type { DeletionLog } from './deletionLog.ts';
import { accessRequestText, enableRequestText, type NextStep, type Tone } from '../text/outcomeText.ts';

/** A button of a message and what it does. */
export interface MessageAction {
  readonly title: string;
  readonly run: () => unknown;
}

const showersByTone = {
  info: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

/**
 * Shows the one message of a command, with "Show Log" after the other actions. Does not wait for the user to close it. If
 * an action fails, the user is told.
 */
export function showResult(
  tone: Tone,
  text: string,
  log: DeletionLog,
  actions: readonly MessageAction[] = [],
): void {
  const all: readonly MessageAction[] = [...actions, { title: 'Show Log', run: () => log.show() }];
  const show: (message: string, ...titles: string[]) => Thenable<string | undefined> = showersByTone[tone];
  void show(text, ...all.map(({ title }) => title)).then(async (title) => {
    try {
      await all.find((action) => action.title === title)?.run();
    } catch (error) {
      showFailure(error, log);
    }
  });
}

export function actionFor(nextStep: NextStep, integration: Integration): MessageAction {
  switch (nextStep) {
    case 'editIntegration':
      return {
        title: 'Edit Integration…',
        run: () => vscode.commands.executeCommand(commands.editIntegration),
      };
    case 'startSandbox':
      return {
        title: 'Try with the Sandbox',
        run: () => vscode.commands.executeCommand(commands.startSandbox),
      };
    case 'copyEnableRequest':
    case 'copyAccessRequest': {
      const textOf = nextStep === 'copyEnableRequest' ? enableRequestText : accessRequestText;
      return {
        title: 'Copy Text for Veriff',
        run: () => vscode.env.clipboard.writeText(textOf(visibleName(integration), hostOf(integration))),
      };
    }
  }
}

/** Tells the user what went wrong, what was not done and the next step. The error's own message is only logged. */
export function showFailure(error: unknown, log: DeletionLog): void {
  const text = failureText(error);
  log.problem(error instanceof DatabaseUnusable ? `${text} (${error.message})` : text);
  showResult('error', text, log);
}

/** The text of an error for the user: what went wrong, what was not done, and the next step. */
export function failureText(error: unknown): string {
  if (error instanceof DatabaseUnusable) {
    return `The cleanup list cannot be used, so it is not known which slots of the rate limit are free: nothing was sent. ${nextSteps[error.problem]}`;
  }
  if (error instanceof SecretStorageFailed && error.problem === 'silent') {
    return 'VS Code’s secret storage has not answered for 10 seconds, so the integrations cannot be read: nothing was sent. Look for a window of the system’s keyring that asks for its password, then try again.';
  }
  if (error instanceof SecretStorageFailed) {
    return 'VS Code’s secret storage failed, so the integrations cannot be read or stored: nothing was sent. Unlock or repair the system’s keyring, restart VS Code and try again.';
  }
  if (error instanceof IntegrationsUnreadable) {
    return 'The stored integrations cannot be read: nothing was sent. Run “Veriff: Forget Everything…”, then add the integration again.';
  }
  return `Something went wrong, and nothing more was sent: ${error instanceof Error ? error.name : 'unknown error'}. Please report it with the steps that led here.`;
}

const nextSteps: Readonly<Record<DatabaseProblem, string>> = {
  sqliteMissing: 'VS Code 1.103 or later is needed; update VS Code.',
  newer: 'A newer version of this extension has written it; update the extension.',
  foreign:
    'The file in its place belongs to another program; it was left as it is. Move it away, or run “Veriff: Begin a New List…”.',
  damaged:
    'Its file is damaged; it was left as it is. “Veriff: Begin a New List…” keeps it beside a new one.',
  missing:
    'Its file is not there any more. Put it back, or run “Veriff: Begin a New List…”: as nobody knows then what was sent, nothing leaves for 24 hours.',
  locked: 'Another window or program holds it; try again in a moment.',
  notWritable: 'Its folder cannot be written to; check the permissions.',
  diskFull: 'The disk is full; free some space and try again.',
  diskError: 'The disk reported an error; check it, then try again.',
  unknown: 'The log has the details.',
};
