import * as vscode from 'vscode';
import { commands } from '../../../contributions.ts';
import type { App } from '../../app/app.ts';
import { titleOf } from '../../app/integration.ts';
import { rotationText } from '../../storedKeys/keyText.ts';
import type { StoredKey } from '../../storedKeys/storedKeys.ts';

/** "Rotate a Key…": says what to do, for the key that is handed over or for any, and offers to enter the new one. */
export async function rotateKey(app: App, [argument]: readonly unknown[]): Promise<void> {
  const { integrations } = await app.store.read();
  const meant = keyMeant(argument);
  const integration = integrations.find(({ id }) => id === meant?.integrationId);
  const { text, detail } = rotationText(
    meant && integration && { part: meant.part, title: titleOf(integration) },
  );
  const edit = 'Edit Integration…';
  const buttons = integrations.length === 0 ? [] : [edit];
  const answer = await vscode.window.showInformationMessage(text, { modal: true, detail }, ...buttons);
  if (answer === edit) await vscode.commands.executeCommand(commands.editIntegration);
}

/** What the quick fix hands over; any extension may hand over anything. */
function keyMeant(argument: unknown): Pick<StoredKey, 'integrationId' | 'part'> | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if (!('integrationId' in argument) || !('part' in argument)) return undefined;
  const { integrationId, part } = argument;
  if (typeof integrationId !== 'string' || (part !== 'apiKey' && part !== 'sharedSecretKey'))
    return undefined;
  return { integrationId, part };
}
