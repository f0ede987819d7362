import * as vscode from 'vscode';
import { settings } from '../../../src/contributions.ts';
import { eventually } from '../process/eventually.ts';

/** Sets, as the user does, whether sessions are looked up before the question; resolves when the setting has arrived. */
export async function setLookUpFirst(isOn: boolean): Promise<void> {
  const read = (): unknown => vscode.workspace.getConfiguration().inspect(settings.lookUpFirst)?.globalValue;
  await vscode.workspace
    .getConfiguration()
    .update(settings.lookUpFirst, isOn, vscode.ConfigurationTarget.Global);
  await eventually('the setting has arrived', () => read() === isOn);
}
