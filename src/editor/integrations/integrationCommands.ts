import * as vscode from 'vscode';
import { DatabaseUnusable } from '../../cleanup/database/databaseUnusable.ts';
import type { Stored, StoringProblem } from '../../cleanup/integrations/integrations.ts';
import { commands } from '../../contributions.ts';
import type { Desk } from '../app/app.ts';
import { askForIntegration } from './integrationInput.ts';
import { hostOf, titleOf, visibleName, type Integration } from '../app/integration.ts';
import { showResult } from '../app/messages.ts';

/** "Add Integration…": asks, stores it and makes it the current one. */
export async function addIntegration(desk: Desk): Promise<void> {
  // Before the questions: what keeps an integration from being stored should be told before five of them are answered.
  await desk.store.read();
  const draft = await askForIntegration();
  if (draft === undefined) return;
  const result = await desk.store.add(draft);
  if (result.kind === 'stored') tellStored(desk, result, 'added');
  else tellNotStored(desk, result, 'added');
}

/** "Edit Integration…": the same questions, beginning with what is stored; the keys are never shown again. */
export async function editIntegration(desk: Desk): Promise<void> {
  const chosen = await pickIntegration(desk, 'Edit which integration?', isOwn);
  const draft = chosen && (await askForIntegration(chosen));
  if (chosen === undefined || draft === undefined) return;
  const result = await desk.store.change(chosen.id, draft);
  if (result.kind !== 'stored') {
    tellNotStored(desk, result, 'changed');
    return;
  }
  desk.store.switchTo(result.row.id);
  const isStopped = desk.records().switches.stopOf(result.row.id) !== undefined;
  tellStored(
    desk,
    result,
    'changed',
    isStopped ? ' An answer of Veriff’s has stopped it: check the credentials, then resume.' : '',
  );
  desk.changed();
  desk.run.wake();
}

/** "Switch Integration…": another one becomes the current one, in all windows. */
export async function switchIntegration(desk: Desk): Promise<void> {
  const chosen = await pickIntegration(desk, 'Which integration do the next commands mean?');
  if (chosen === undefined) return;
  desk.store.switchTo(chosen.id);
  desk.changed();
  desk.log.event(`current integration: ${titleOf(chosen)} at ${hostOf(chosen)}`);
}

/** "Remove Integration…": asks, then ends it and erases its keys. Its list and past stay for when it is added again. */
export async function removeIntegration(desk: Desk): Promise<void> {
  const chosen = await pickIntegration(desk, 'Remove which integration from this extension?').catch(
    (error: unknown) => pickWithoutDatabase(desk, error),
  );
  if (chosen === undefined) return;
  const answer = await vscode.window.showWarningMessage(
    `Remove ${titleOf(chosen)} from this extension?`,
    {
      modal: true,
      detail:
        'Its API key and shared secret keys are erased from this machine’s secret storage, and nothing more is sent for it, whatever was confirmed. Nothing is deleted at Veriff.\n\nIts cleanup list and the record of past requests stay on this machine, without the keys, so that the rate limit is kept if you add it again. “Forget Everything” erases them too.',
    },
    'Remove',
  );
  if (answer !== 'Remove') return;
  if ('slot' in chosen) await desk.store.eraseSlot(chosen.slot);
  else if (!(await isRemoved(desk, chosen))) {
    tellNotStored(desk, { kind: 'ended' }, 'removed');
    return;
  }
  desk.changed();
  desk.log.event(`integration removed: ${titleOf(chosen)} at ${hostOf(chosen)}`);
}

/** If the list fails at this moment, the keys are erased all the same: that matters most. */
async function isRemoved(desk: Desk, { id }: Integration): Promise<boolean> {
  try {
    return await desk.store.remove(id);
  } catch (error) {
    if (!(error instanceof DatabaseUnusable)) throw error;
    const stored = await desk.store.readSecretsAlone();
    for (const { slot, integration } of stored) if (integration.id === id) await desk.store.eraseSlot(slot);
    desk.log.failure('the keys are erased; that the integration has ended could not be written', error);
    return true;
  }
}

/** An integration as SecretStorage alone has it. */
type SecretsOfSlot = Integration & { readonly slot: number };

async function pickWithoutDatabase(desk: Desk, error: unknown): Promise<SecretsOfSlot | undefined> {
  if (!(error instanceof DatabaseUnusable)) throw error;
  const stored = await desk.store.readSecretsAlone();
  if (stored.length === 0) throw error;
  return pick(
    stored.map(({ slot, integration }) => ({ ...integration, slot })),
    undefined,
    'Remove which integration from this extension?',
  );
}

// The sandbox makes its own anew at each start, so whatever was typed over it would be lost.
function isOwn({ isSandbox }: Integration): boolean {
  return !isSandbox;
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
  return pick(integrations, currentId, title);
}

async function pick<Offered extends Integration>(
  offered: readonly Offered[],
  currentId: string | undefined,
  title: string,
): Promise<Offered | undefined> {
  const items = offered.map((integration) => ({
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

function tellStored(desk: Desk, { row, takenAlong }: Stored, what: 'added' | 'changed', more = ''): void {
  const { moved, unconfirmed } = takenAlong;
  const along =
    moved === 0
      ? ''
      : ` ${moved === 1 ? 'One open session' : `${moved} open sessions`} of its list came along.`;
  const again =
    unconfirmed === 0
      ? ''
      : ` ${unconfirmed} ${unconfirmed === 1 ? 'was' : 'were'} confirmed for the integration as it was: confirm again.`;
  desk.log.event(`integration ${what}: ${titleOf(row)} at ${hostOf(row)}`);
  const text = `Integration ${titleOf(row)} ${what}; it is the current one.${along}${again}${more}`;
  showResult('info', text, desk.log, [
    { title: 'Check Credentials', run: () => vscode.commands.executeCommand(commands.checkCredentials) },
  ]);
}

function tellNotStored(desk: Desk, problem: StoringProblem, what: 'added' | 'changed' | 'removed'): void {
  showResult('warning', `Nothing was ${what}: ${problemText(problem)}`, desk.log);
}

function problemText(problem: StoringProblem): string {
  switch (problem.kind) {
    case 'sameApiKey':
      return `${titleOf(problem.other)} has the same API key. Edit that one instead.`;
    case 'ended':
      return 'the integration was changed or removed meanwhile, perhaps in another window. Try again.';
    case 'tooMany':
      return '50 integrations are stored already. Remove one first.';
  }
}
