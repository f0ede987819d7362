import * as vscode from 'vscode';
import type { Candidates } from './candidates.ts';
import { confirmationText, includeButton, includeText, type DeletionPlan } from './confirmationText.ts';
import { titleOf } from '../app/integration.ts';

// First, since VS Code focuses the first button: a key press that was meant for something else must not delete.
const showPlan = 'Show Plan';

/** The user's answer; `plan` means that the user wants to read the plan first, so nothing is confirmed yet. */
export type Answer = 'agreed' | 'refused' | 'plan';

/** An answer, and the plan that the question showed. */
export interface Answered {
  readonly answer: Answer;
  readonly plan: DeletionPlan;
}

/**
 * Asks the question, the same for every command; no setting turns it off. If the user includes what was left out, it asks
 * again. `agreed` only if the user agreed in the dialog and, for more than one LIVE session, typed their number.
 */
export async function askToDelete(
  candidates: Candidates,
  planOf: (candidates: Candidates) => DeletionPlan,
): Promise<Answered> {
  const { sessions, leftOut } = candidates;
  const plan = planOf(candidates);
  const answer = await ask(plan);
  if (answer !== 'include') return { answer, plan };
  const all = { sessions: [...sessions, ...leftOut], leftOut: [] };
  const isIncluded = await confirmIncluded(plan, planOf(all));
  return askToDelete(isIncluded ? all : candidates, planOf);
}

async function ask(plan: DeletionPlan): Promise<Answer | 'include'> {
  const { message, detail, button } = confirmationText(plan);
  const include = includeButton(plan);
  const buttons = [showPlan, ...(include === undefined ? [] : [include]), button];
  const choice = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
  if (choice === showPlan) return 'plan';
  if (choice !== undefined && choice === include) return 'include';
  return choice === button && (await typedCount(plan)) ? 'agreed' : 'refused';
}

async function confirmIncluded(plan: DeletionPlan, all: DeletionPlan): Promise<boolean> {
  const { message, detail, button } = includeText(plan, all);
  const choice = await vscode.window.showWarningMessage(message, { modal: true, detail }, button);
  return choice === button;
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
