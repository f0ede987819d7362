import * as vscode from 'vscode';
import { DatabaseUnusable } from '../../cleanup/database/databaseUnusable.ts';
import type { Stored, StoringProblem } from '../../cleanup/integrations/integrations.ts';
import { commands } from '../../contributions.ts';
import type { App } from '../app/app.ts';
import { askForIntegration } from './integrationInput.ts';
import { hostOf, titleOf, visibleName, type Integration } from '../app/integration.ts';
import { showResult } from '../app/messages.ts';

/** "Add Integration…": asks, then stores the integration and makes it the current one. */
export async function addIntegration(app: App): Promise<void> {
  // Read first: an error that prevents storing should be shown before the user answers five questions.
  await app.store.read();
  const draft = await askForIntegration();
  if (draft === undefined) return;
  const result = await app.store.add(draft);
  if (result.kind === 'stored') tellStored(app, result, 'added');
  else tellNotStored(app, result, 'added');
}

/** "Edit Integration…": asks the same questions, filled with the stored answers; stored keys are never shown. */
export async function editIntegration(app: App): Promise<void> {
  const chosen = await pickIntegration(app, 'Edit which integration?', isOwn);
  const draft = chosen && (await askForIntegration(chosen));
  if (chosen === undefined || draft === undefined) return;
  const result = await app.store.change(chosen.id, draft);
  if (result.kind !== 'stored') {
    tellNotStored(app, result, 'changed');
    return;
  }
  app.store.switchTo(result.row.id);
  const isStopped = app.records().switches.stopOf(result.row.id) !== undefined;
  tellStored(
    app,
    result,
    'changed',
    isStopped ? ' An answer of Veriff’s has stopped it: check the credentials, then resume.' : '',
  );
  app.changed();
  app.wake();
}

/** "Switch Integration…": makes another integration the current one, in all windows. */
export async function switchIntegration(app: App): Promise<void> {
  const chosen = await pickIntegration(app, 'Which integration do the next commands mean?');
  if (chosen === undefined) return;
  app.store.switchTo(chosen.id);
  app.changed();
  app.log.event(`current integration: ${titleOf(chosen)} at ${hostOf(chosen)}`);
}

/**
 * "Remove Integration…": asks, then ends the integration and erases its keys. Its list and past attempts are kept for
 * the case that it is added again.
 */
export async function removeIntegration(app: App): Promise<void> {
  const chosen = await pickIntegration(app, 'Remove which integration from this extension?').catch(
    (error: unknown) => pickWithoutDatabase(app, error),
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
  if ('slot' in chosen) await app.store.eraseSlot(chosen.slot);
  else if (!(await isRemoved(app, chosen))) {
    tellNotStored(app, { kind: 'ended' }, 'removed');
    return;
  }
  app.changed();
  app.log.event(`integration removed: ${titleOf(chosen)} at ${hostOf(chosen)}`);
}

/** Removes the integration. Its keys are erased even if the database fails: that is the most important part. */
async function isRemoved(app: App, { id }: Integration): Promise<boolean> {
  try {
    return await app.store.remove(id);
  } catch (error) {
    if (!(error instanceof DatabaseUnusable)) throw error;
    const stored = await app.store.readSecretsAlone();
    for (const { slot, integration } of stored) if (integration.id === id) await app.store.eraseSlot(slot);
    app.log.failure('the keys are erased; that the integration has ended could not be written', error);
    return true;
  }
}

/** An integration read from SecretStorage only. */
type SecretsOfSlot = Integration & { readonly slot: number };

async function pickWithoutDatabase(app: App, error: unknown): Promise<SecretsOfSlot | undefined> {
  if (!(error instanceof DatabaseUnusable)) throw error;
  const stored = await app.store.readSecretsAlone();
  if (stored.length === 0) throw error;
  return pick(
    stored.map(({ slot, integration }) => ({ ...integration, slot })),
    undefined,
    'Remove which integration from this extension?',
  );
}

// The sandbox's integration is created again at each start, so an edit would be lost.
function isOwn({ isSandbox }: Integration): boolean {
  return !isSandbox;
}

/** Lets the user pick one of the stored integrations. Even a single one is shown, so that the user sees its name. */
export async function pickIntegration(
  app: App,
  title: string,
  isOffered: (integration: Integration) => boolean = () => true,
): Promise<Integration | undefined> {
  const { integrations: stored, currentId } = await app.store.read();
  const integrations = stored.filter(isOffered);
  if (integrations.length === 0) {
    showResult(
      'info',
      stored.length === 0
        ? 'There is no integration yet.'
        : 'The sandbox’s integration cannot be edited: add one of your own.',
      app.log,
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

function tellStored(app: App, { row, takenAlong }: Stored, what: 'added' | 'changed', more = ''): void {
  const { moved, unconfirmed } = takenAlong;
  const along =
    moved === 0
      ? ''
      : ` ${moved === 1 ? 'One open session' : `${moved} open sessions`} of its list came along.`;
  const again =
    unconfirmed === 0
      ? ''
      : ` ${unconfirmed} ${unconfirmed === 1 ? 'was' : 'were'} confirmed for the integration as it was: confirm again.`;
  app.log.event(`integration ${what}: ${titleOf(row)} at ${hostOf(row)}`);
  const text = `Integration ${titleOf(row)} ${what}; it is the current one.${along}${again}${more}`;
  showResult('info', text, app.log, [
    { title: 'Check Credentials', run: () => vscode.commands.executeCommand(commands.checkCredentials) },
  ]);
}

function tellNotStored(app: App, problem: StoringProblem, what: 'added' | 'changed' | 'removed'): void {
  showResult('warning', `Nothing was ${what}: ${problemText(problem)}`, app.log);
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
