import * as vscode from 'vscode';
import { confirmationText, type DeletionPlan } from './confirmationText.ts';
import type { DeletionLog } from './log.ts';
import { titleOf } from './integration.ts';

const showAll = 'Show All in Log';

/**
 * Asks the one question, the same from every entry; no setting turns it off. True only where the user agreed in
 * the dialog and, for more than one LIVE session, typed their number.
 */
export async function confirmDeletion(plan: DeletionPlan, log: DeletionLog): Promise<boolean> {
  const { message, detail, button, isCut } = confirmationText(plan);
  const choice = await vscode.window.showWarningMessage(
    message,
    { modal: true, detail },
    button,
    ...(isCut ? [showAll] : []),
  );
  if (choice === showAll) {
    log.plan(plan);
    log.show();
    return false;
  }
  return choice === button && (await typedCount(plan));
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
