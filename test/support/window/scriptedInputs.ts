import * as vscode from 'vscode';

interface Question {
  readonly kind: 'input' | 'pick';
  readonly text: string;
  readonly detail: string;
  readonly choices: readonly string[];
  readonly value: string;
  readonly isMasked: boolean;
  readonly rows?: readonly vscode.QuickPickItem[];
  readonly picked?: readonly string[];
}

type Ask = (question: Question) => Promise<string | readonly string[] | undefined>;

/** The answer that goes back one step, or presses the first button of the title. */
export const backButton = '← back';

/** The answer that accepts a pick list of several with its current picks. */
export const asPicked = '✓ as picked';

/** The common part of both inputs: shown once, answered by the script, hidden if nothing was accepted. */
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
    acceptMany: (answers: readonly string[]) => void = () => undefined,
  ): Promise<void> {
    const answer = await answering;
    const [back] = this.buttons;
    if (answer === backButton && back !== undefined) this.#buttonPressed.fire(back);
    else if (typeof answer === 'string') accept(answer);
    else if (answer !== undefined) acceptMany(answer);
    if (this.#isOpen) this.#hidden.fire();
  }
}

/** Replaces `createInputBox`: the script types, and gives up if the text is refused. */
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

/** Replaces `createQuickPick`: the script picks one row by its label or, if possible, several. */
export class ScriptedQuickPick extends ScriptedInput {
  items: readonly vscode.QuickPickItem[] = [];
  activeItems: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];
  canSelectMany = false;
  matchOnDescription = false;
  matchOnDetail = false;
  readonly #ask: Ask;
  readonly #selectionChanged = new vscode.EventEmitter<readonly vscode.QuickPickItem[]>();
  readonly #itemButtonPressed = new vscode.EventEmitter<
    vscode.QuickPickItemButtonEvent<vscode.QuickPickItem>
  >();

  readonly onDidChangeSelection = this.#selectionChanged.event;
  readonly onDidTriggerItemButton = this.#itemButtonPressed.event;

  constructor(ask: Ask) {
    super();
    this.#ask = ask;
  }

  show(): void {
    const { title: text, placeholder: detail, items } = this;
    const choices = items.map(({ label }) => label);
    const value = this.activeItems[0]?.label ?? '';
    const rows = items.map(({ label, description = '', detail: small = '' }) => ({
      label,
      description,
      detail: small,
    }));
    const picked = this.selectedItems.map(({ label }) => label);
    const question = { kind: 'pick', text, detail, choices, value, isMasked: false, rows, picked } as const;
    void this.play(
      this.#ask(question),
      (label) => {
        if (label !== asPicked) this.activeItems = this.items.filter((item) => item.label === label);
        this.accepted.fire();
      },
      (labels) => {
        this.selectedItems = this.items.filter((item) => labels.includes(item.label));
        this.#selectionChanged.fire(this.selectedItems);
        this.accepted.fire();
      },
    );
  }

  /** Presses the first button of the row with this label. */
  pressButtonOf(label: string): void {
    const item = this.items.find((each) => each.label === label);
    const button = item?.buttons?.[0];
    if (item === undefined || button === undefined) throw new Error(`The row ${label} has no button.`);
    this.#itemButtonPressed.fire({ item, button });
  }

  override dispose(): void {
    super.dispose();
    this.#selectionChanged.dispose();
    this.#itemButtonPressed.dispose();
  }
}
