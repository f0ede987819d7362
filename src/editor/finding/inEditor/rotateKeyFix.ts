import * as vscode from 'vscode';
import { commands } from '../../../contributions.ts';
import { rotateTitle } from '../../storedKeys/keyText.ts';
import type { StoredKeyDiagnostics } from '../../storedKeys/storedKeyDiagnostics.ts';

/** The quick fix beside a stored key: what to do to rotate it. It changes nothing in the file. */
export class RotateKeyFix implements vscode.CodeActionProvider {
  readonly #diagnostics: StoredKeyDiagnostics;

  constructor(diagnostics: StoredKeyDiagnostics) {
    this.#diagnostics = diagnostics;
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const key = this.#diagnostics.placeAt(document, range)?.key;
    if (key === undefined) return [];
    const title = rotateTitle(key);
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = diagnostics.filter(({ code }) => code === key.part);
    const { integrationId, part } = key;
    action.command = { title, command: commands.rotateKey, arguments: [{ integrationId, part }] };
    return [action];
  }
}
