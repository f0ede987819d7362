import * as vscode from 'vscode';

/** One question of several: a text or, with `choices`, a choice. `problem` checks the text while the user types. */
export interface Step<Draft> {
  readonly field: keyof Draft & string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly isMasked?: boolean;
  readonly problem?: (text: string) => string | undefined;
  readonly choices?: readonly { readonly value: string; readonly description: string }[];
}

type Answer = { readonly value: string } | 'back' | 'gaveUp';

/** Asks the steps one after the other, with a Back button that keeps what was typed. Undefined if the user gave up. */
export async function runSteps<Draft extends { readonly [Field in keyof Draft]: string }>(
  title: string,
  steps: readonly Step<Draft>[],
  draft: Draft,
): Promise<Draft | undefined> {
  let filled = draft;
  let index = 0;
  for (let step = steps[index]; step !== undefined; step = steps[index]) {
    const place = { title, step: index + 1, totalSteps: steps.length };
    const value: string = filled[step.field];
    const answer =
      step.choices === undefined ? await askText(place, step, value) : await askChoice(place, step, value);
    if (answer === 'gaveUp') return undefined;
    if (answer !== 'back') filled = { ...filled, [step.field]: answer.value };
    index += answer === 'back' ? -1 : 1;
  }
  return filled;
}

interface StepPosition {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

function askText<Draft>(
  position: StepPosition,
  { prompt, placeholder = '', isMasked = false, problem }: Step<Draft>,
  value: string,
): Promise<Answer> {
  const box = vscode.window.createInputBox();
  Object.assign(box, position, { prompt, placeholder, value, password: isMasked });
  // No error is shown before the first key press.
  box.onDidChangeValue((text) => (box.validationMessage = problem?.(text) ?? ''));
  return answered(box, () => {
    box.validationMessage = problem?.(box.value) ?? '';
    return box.validationMessage === '' ? box.value : undefined;
  });
}

function askChoice<Draft>(
  position: StepPosition,
  { prompt, choices = [] }: Step<Draft>,
  value: string,
): Promise<Answer> {
  const pick = vscode.window.createQuickPick();
  const items = choices.map((choice) => ({ label: choice.value, description: choice.description }));
  Object.assign(pick, position, {
    placeholder: prompt,
    items,
    activeItems: items.filter(({ label }) => label === value),
  });
  return answered(pick, () => pick.activeItems[0]?.label);
}

/** Shows the input until the user accepts a value, goes back, or closes it. */
function answered(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  accepted: () => string | undefined,
): Promise<Answer> {
  input.ignoreFocusOut = true;
  if ((input.step ?? 1) > 1) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    const finish = (answer: Answer): void => {
      resolve(answer);
      input.dispose();
    };
    input.onDidAccept(() => {
      const value = accepted();
      if (value !== undefined) finish({ value });
    });
    input.onDidTriggerButton(() => finish('back'));
    input.onDidHide(() => finish('gaveUp'));
    input.show();
  });
}
