import * as vscode from 'vscode';

interface Question {
  readonly kind: 'input' | 'pick';
  readonly text: string;
  readonly detail: string;
  readonly choices: readonly string[];
  readonly value: string;
  readonly isMasked: boolean;
}

type Ask = (question: Question) => Promise<string | readonly string[] | undefined>;

/** What goes back one step instead of answering. */
export const backButton = '← back';

/** What both kinds have in common: shown once, answered by the script, hidden when nothing was accepted. */
class ScriptedInput {
  title = '';
  prompt = '';
  placeholder = '';
  ignoreFocusOut = false;
  step: number | undefined;
  totalSteps: number | undefined;
  buttons: readonly vscode.QuickInputButton[] = [];
  protected readonly accepted = new vscode.EventEmitter<void>();
  readonly #buttonPressed = new vscode.EventEmitter<vscode.QuickInputButton>();
  readonly #hidden = new vscode.EventEmitter<void>();
  #isOpen = true;

  readonly onDidAccept = this.accepted.event;
  readonly onDidTriggerButton = this.#buttonPressed.event;
  readonly onDidHide = this.#hidden.event;

  dispose(): void {
    this.#isOpen = false;
    for (const emitter of [this.accepted, this.#buttonPressed, this.#hidden]) emitter.dispose();
  }

  protected async play(
    answering: Promise<string | readonly string[] | undefined>,
    accept: (answer: string) => void,
  ): Promise<void> {
    const answer = await answering;
    const [back] = this.buttons;
    if (answer === backButton && back !== undefined) this.#buttonPressed.fire(back);
    else if (typeof answer === 'string') accept(answer);
    if (this.#isOpen) this.#hidden.fire();
  }
}

/** Stands in for `createInputBox`: the script types, and a refusal makes it give up. */
export class ScriptedInputBox extends ScriptedInput {
  value = '';
  password = false;
  validationMessage: string | vscode.InputBoxValidationMessage | undefined;
  readonly #ask: Ask;
  readonly #refusals: { typed: string; reason: string }[];
  readonly #valueChanged = new vscode.EventEmitter<string>();

  readonly onDidChangeValue = this.#valueChanged.event;

  constructor(ask: Ask, refusals: { typed: string; reason: string }[]) {
    super();
    this.#ask = ask;
    this.#refusals = refusals;
  }

  show(): void {
    const { title: text, prompt: detail, value, password: isMasked } = this;
    const answering = this.#ask({ kind: 'input', text, detail, choices: [], value, isMasked });
    void this.play(answering, (typed) => {
      this.value = typed;
      this.#valueChanged.fire(typed);
      this.accepted.fire();
      if (typeof this.validationMessage === 'string' && this.validationMessage !== '')
        this.#refusals.push({ typed, reason: this.validationMessage });
    });
  }
}

/** Stands in for `createQuickPick`: the script picks one row by its label. */
export class ScriptedQuickPick extends ScriptedInput {
  items: readonly vscode.QuickPickItem[] = [];
  activeItems: readonly vscode.QuickPickItem[] = [];
  readonly #ask: Ask;

  constructor(ask: Ask) {
    super();
    this.#ask = ask;
  }

  show(): void {
    const { title: text, placeholder: detail } = this;
    const choices = this.items.map(({ label }) => label);
    const value = this.activeItems[0]?.label ?? '';
    const answering = this.#ask({ kind: 'pick', text, detail, choices, value, isMasked: false });
    void this.play(answering, (label) => {
      this.activeItems = this.items.filter((item) => item.label === label);
      this.accepted.fire();
    });
  }
}
