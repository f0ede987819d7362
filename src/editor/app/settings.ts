import * as vscode from 'vscode';
import { settings } from '../../contributions.ts';

/**
 * Whether the user has switched this on, or has not switched off what is on by default. What a workspace says is not
 * asked: before VS Code 1.136.2 its settings could override those that are the user's alone.
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
