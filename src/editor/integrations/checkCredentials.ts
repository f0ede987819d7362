import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { App } from '../app/app.ts';
import { titleOf } from '../app/integration.ts';
import { lookUpRandomId } from '../app/lookUp.ts';
import { withProgress } from '../app/progress.ts';
import { actionFor, showResult, type MessageAction } from '../app/messages.ts';
import { checkText } from '../text/outcomeText.ts';

const resumeAction: MessageAction = {
  title: 'Resume Cleanup',
  run: () => vscode.commands.executeCommand(commands.resumeCleanup),
};

/** "Check Credentials": one signed look-up of an id that does not exist. It uses no quota and changes nothing. */
export async function checkCredentials(app: App): Promise<void> {
  const integration = await app.store.current();
  if (integration === undefined) {
    await vscode.commands.executeCommand(commands.addIntegration);
    return;
  }
  const outcome = await withProgress(`Checking ${titleOf(integration)}`, (signal) =>
    lookUpRandomId(app, integration, 'credentials check with a random id', signal),
  );
  app.changed();
  if ('reason' in outcome && outcome.reason === 'cancelled') return;
  const { tone, text, nextStep } = checkText(outcome);
  const isStopped = app.records().switches.stopOf(integration.id) !== undefined;
  const actions: MessageAction[] = nextStep === undefined ? [] : [actionFor(nextStep, integration)];
  if (isStopped && nextStep === undefined) actions.push(resumeAction);
  showResult(tone, `${titleOf(integration)}: ${text}`, app.log, actions);
}
