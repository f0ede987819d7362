import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { lookUpSession } from '../../veriff/client.ts';
import { parseSessionId } from '../../veriff/sessionId.ts';
import { commands } from '../../contributions.ts';
import type { Desk } from '../desk.ts';
import { enableRequestText, checkText } from '../outcomeText.ts';
import { hostOf, integrationKey, titleOf, visibleName } from '../integration.ts';
import { showResult, type MessageAction } from '../messages.ts';

/** "Check Credentials": one signed look-up of an id that cannot exist. It spends no quota and changes nothing. */
export async function checkCredentials(desk: Desk): Promise<void> {
  const integration = await desk.store.current();
  const sessionId = parseSessionId(randomUUID());
  if (integration === undefined || sessionId === undefined) {
    await vscode.commands.executeCommand(commands.addIntegration);
    return;
  }
  const startedMs = desk.clock().monotonicMs;
  const outcome = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: `Checking ${titleOf(integration)}`,
    },
    (_, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return lookUpSession(integration, sessionId, desk.client, controller.signal);
    },
  );
  const quota = desk.records().book.quota(integrationKey(integration));
  desk.log.lookUp({
    integration,
    sessionId,
    outcome,
    durationMs: desk.clock().monotonicMs - startedMs,
    quota,
  });
  if ('reason' in outcome && outcome.reason === 'cancelled') return;
  const { tone, text, nextStep } = checkText(outcome);
  const actions: Readonly<Record<string, MessageAction>> = {
    editIntegration: {
      title: 'Edit Integration…',
      run: () => vscode.commands.executeCommand(commands.editIntegration),
    },
    copyEnableRequest: {
      title: 'Copy Text for Veriff',
      run: () =>
        vscode.env.clipboard.writeText(enableRequestText(visibleName(integration), hostOf(integration))),
    },
  };
  const action = nextStep && actions[nextStep];
  showResult(tone, `${titleOf(integration)}: ${text}`, desk.log, action === undefined ? [] : [action]);
}
