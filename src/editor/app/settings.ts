import * as vscode from 'vscode';
import { settings } from '../../contributions.ts';

/**
 * Whether a setting is on for the user. Workspace values are ignored: before VS Code 1.136.2 a workspace could override
 * settings that only the user may change.
 */
export function isOn(name: keyof typeof settings): boolean {
  const found = vscode.workspace.getConfiguration().inspect<unknown>(settings[name]);
  return (found?.globalValue ?? found?.defaultValue) === true;
}

/** Calls `change` when this setting may have changed. */
export function onSetting(name: keyof typeof settings, change: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settings[name])) change();
  });
}
