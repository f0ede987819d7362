import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { Desk } from '../desk.ts';
import { askForIntegration } from '../integrationInput.ts';
import {
  hostOf,
  integrationKey,
  sandboxIntegrationId,
  titleOf,
  visibleName,
  type Integration,
} from '../integration.ts';
import { showResult } from '../messages.ts';

/** "Add Integration…": asks, stores it as one value in SecretStorage and makes it the current one. */
export async function addIntegration(desk: Desk): Promise<void> {
  const { integrations } = await desk.store.read();
  const integration = await askForIntegration(randomUUID());
  if (integration === undefined) return;
  const twin = integrations.find(
    ({ baseUrl, apiKey }) =>
      baseUrl === integration.baseUrl && apiKey.toLowerCase() === integration.apiKey.toLowerCase(),
  );
  if (twin !== undefined) {
    showResult(
      'warning',
      `Nothing was added: ${titleOf(twin)} has the same API key and base URL. Edit that one instead.`,
      desk.log,
    );
    return;
  }
  await saved(desk, integration, 'added');
}

/** "Edit Integration…": the same questions, beginning with what is stored; the keys are never shown again. */
export async function editIntegration(desk: Desk): Promise<void> {
  const chosen = await pickIntegration(desk, 'Edit which integration?', isOwn);
  const edited = chosen && (await askForIntegration(chosen.id, chosen));
  if (chosen === undefined || edited === undefined) return;
  await saved(desk, edited, 'changed', takeListAlong(desk, chosen, edited));
  desk.run.wake();
}

/**
 * The list belongs to base URL and API key. Where one of them was mended, what is open goes along; where only the
 * secret was, what an answer had stopped goes on. Returns what to say about it.
 */
function takeListAlong(desk: Desk, before: Integration, after: Integration): string {
  const { list, switches } = desk.records();
  const [from, to] = [integrationKey(before), integrationKey(after)];
  if (from === to) {
    return switches.setStop(to, undefined) ? ' The cleanup goes on.' : '';
  }
  const { moved, unconfirmed } = list.moveTo(from, to);
  if (moved === 0) return '';
  const again =
    unconfirmed === 0
      ? ''
      : ` ${unconfirmed} of them ${unconfirmed === 1 ? 'was' : 'were'} confirmed for the old one: confirm again.`;
  return ` ${moved === 1 ? 'One open session' : `${moved} open sessions`} of its list came along.${again}`;
}

/** "Switch Integration…": another one becomes the current one, in all windows. */
export async function switchIntegration(desk: Desk): Promise<void> {
  const chosen = await pickIntegration(desk, 'Which integration do the next commands mean?');
  if (chosen === undefined) return;
  await desk.store.switchTo(chosen.id);
  desk.log.event(`current integration: ${titleOf(chosen)} at ${hostOf(chosen)}`);
}

/** "Remove Integration…": asks, then deletes its keys here. Its list and past stay for when it is added again. */
export async function removeIntegration(desk: Desk): Promise<void> {
  const chosen = await pickIntegration(desk, 'Remove which integration from this extension?');
  if (chosen === undefined) return;
  const answer = await vscode.window.showWarningMessage(
    `Remove ${titleOf(chosen)} from this extension?`,
    {
      modal: true,
      detail:
        'Its API key and shared secret keys are erased from this machine’s secret storage. Nothing is deleted at Veriff.\n\nIts cleanup list and the record of past requests stay on this machine, without the keys, so that the rate limit is kept if you add it again. “Forget Everything” erases them too.',
    },
    'Remove',
  );
  if (answer !== 'Remove') return;
  await desk.store.remove(chosen.id);
  desk.log.event(`integration removed: ${titleOf(chosen)} at ${hostOf(chosen)}`);
}

// The sandbox writes its own anew at each start, so whatever was typed over it would be lost.
function isOwn({ id }: Integration): boolean {
  return id !== sandboxIntegrationId;
}

/** Lets the user pick one of the stored integrations; the only one is still shown, since it is named by that. */
export async function pickIntegration(
  desk: Desk,
  title: string,
  isOffered: (integration: Integration) => boolean = () => true,
): Promise<Integration | undefined> {
  const { integrations: stored, currentId } = await desk.store.read();
  const integrations = stored.filter(isOffered);
  if (integrations.length === 0) {
    showResult(
      'info',
      stored.length === 0
        ? 'There is no integration yet.'
        : 'The sandbox’s integration cannot be edited: add one of your own.',
      desk.log,
      [{ title: 'Add Integration…', run: () => vscode.commands.executeCommand(commands.addIntegration) }],
    );
    return undefined;
  }
  const items = integrations.map((integration) => ({
    label: visibleName(integration),
    description: `${integration.kind}${integration.id === currentId ? ' · current' : ''}`,
    detail: hostOf(integration),
    integration,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.integration;
}

async function saved(
  desk: Desk,
  integration: Integration,
  what: 'added' | 'changed',
  more = '',
): Promise<void> {
  await desk.store.save(integration);
  desk.log.event(`integration ${what}: ${titleOf(integration)} at ${hostOf(integration)}`);
  showResult('info', `Integration ${titleOf(integration)} ${what}; it is the current one.${more}`, desk.log, [
    { title: 'Check Credentials', run: () => vscode.commands.executeCommand(commands.checkCredentials) },
  ]);
}
