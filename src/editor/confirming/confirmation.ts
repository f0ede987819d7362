import * as vscode from 'vscode';
import { confirmationText, type DeletionPlan } from './confirmationText.ts';
import { titleOf } from '../app/integration.ts';

// First, since VS Code focuses the first button: a key press that was meant for something else must not delete.
const showPlan = 'Show Plan';

/** The user's answer; `plan` means that the user wants to read the plan first, so nothing is confirmed yet. */
export type Answer = 'agreed' | 'refused' | 'plan';

/**
 * Shows the confirmation, the same for every command; no setting turns it off. `agreed` only if the user agreed in the
 * dialog and, for more than one LIVE session, typed their number.
 */
export async function confirmDeletion(plan: DeletionPlan): Promise<Answer> {
  const { message, detail, button } = confirmationText(plan);
  const choice = await vscode.window.showWarningMessage(message, { modal: true, detail }, showPlan, button);
  if (choice === showPlan) return 'plan';
  return choice === button && (await typedCount(plan)) ? 'agreed' : 'refused';
}

async function typedCount({ integration, sessions }: DeletionPlan): Promise<boolean> {
  if (integration.kind === 'TEST' || sessions.length < 2) return true;
  const count = String(sessions.length);
  const typed = await vscode.window.showInputBox({
    title: `Delete ${count} LIVE sessions at Veriff`,
    prompt: `${titleOf(integration)}: type ${count} to delete ${count} LIVE sessions. Escape deletes nothing.`,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === count ? undefined : `Type ${count}, or press Escape.`),
  });
  return typed?.trim() === count;
}
