import * as vscode from 'vscode';
import { views } from '../../../src/contributions.ts';
import { ScriptedInputBox, ScriptedQuickPick } from './scriptedInputs.ts';

/** A question or a message as the user sees it. */
export interface Shown {
  readonly kind: 'info' | 'warning' | 'error' | 'pick' | 'input';
  /** The message, or the title of a pick or an input. */
  readonly text: string;
  readonly isModal: boolean;
  /** A modal dialog's detail, the prompt of an input, or the placeholder of a pick. */
  readonly detail: string;
  /** Buttons, or the labels of a pick. */
  readonly choices: readonly string[];
  /** All of a pick's rows with their descriptions and details. */
  readonly rows: readonly vscode.QuickPickItem[];
  /** The labels of the rows that are already picked, if several can be. */
  readonly picked: readonly string[];
  /** The initial value of an input. */
  readonly value: string;
  readonly isMasked: boolean;
}

/** One progress notification, with the button that cancels it. */
export interface ShownProgress {
  readonly title: string;
  cancel(): void;
}

/** What the user does: a button, the label of a row, several labels, or typed text; undefined is Escape. */
export type Answer = string | readonly string[] | undefined;

/** Decides how the user answers something that is shown, at once or later. */
export type Answering = (shown: Shown) => Answer | Promise<Answer>;

/** The window's one user, who sees everything that is shown, and answers as the test says. */
class PersonAtWindow {
  shown: Shown[] = [];
  answer: Answering = () => undefined;
  /** Called when a progress notification appears, before its work begins. */
  onProgress: (progress: ShownProgress) => void = () => undefined;
  /** Called with each log line, before the code that wrote it continues. */
  onLogLine: (line: string) => void = () => undefined;
  /** The texts that an input refused, with the reasons. */
  refusals: { typed: string; reason: string }[] = [];
  progress: ShownProgress[] = [];
  /** The lines of all log channels. */
  log: string[] = [];
  clipboard = '';
  /** Every text of a status item, tooltips included. */
  statusTexts: string[] = [];
  statusItems = new Set<vscode.StatusBarItem>();
  channels = new Set<vscode.OutputChannel>();
  /** The context keys that were set, for the `when` clauses of menus. */
  contextKeys = new Map<string, unknown>();
  trees = new Map<vscode.TreeView<unknown>, vscode.TreeDataProvider<unknown>>();
  /** The drag-and-drop controllers of the trees. */
  drags = new Map<vscode.TreeView<unknown>, vscode.TreeDragAndDropController<unknown>>();
  /** The link providers that VS Code would call for the lines and links of a terminal. */
  terminalLinks = new Set<vscode.TerminalLinkProvider>();
  /** The pick list that is shown or was shown last, if it is one with buttons. */
  pick: ScriptedQuickPick | undefined;
  readonly #ticks = new Map<string, vscode.EventEmitter<vscode.TreeCheckboxChangeEvent<unknown>>>();

  /** Forgets everything that was shown, and answers with Escape again. */
  forget(): void {
    this.answer = () => undefined;
    this.onProgress = () => undefined;
    this.onLogLine = () => undefined;
    this.clipboard = '';
    for (const list of [this.shown, this.refusals, this.progress, this.log, this.statusTexts])
      list.length = 0;
  }

  /** The emitter for checkboxes of the view with this id: an extension cannot click on a checkbox itself. */
  onTickIn(id: string): vscode.EventEmitter<vscode.TreeCheckboxChangeEvent<unknown>> {
    const known = this.#ticks.get(id) ?? new vscode.EventEmitter();
    this.#ticks.set(id, known);
    return known;
  }

  /** Clicks on the checkboxes of rows of the list. */
  ticks(...items: readonly [row: unknown, state: vscode.TreeItemCheckboxState][]): void {
    this.onTickIn(views.list).fire({ items });
  }

  /**
   * Answers each modal question with its last button, the one that carries the action out, and all others with Escape.
   */
  agrees(): void {
    this.answer = ({ isModal, choices }) => (isModal ? choices.at(-1) : undefined);
  }

  /** Presses Enter in whatever is modal: VS Code gives the first button the focus. */
  pressesEnter(): void {
    this.answer = ({ isModal, choices }) => (isModal ? choices[0] : undefined);
  }

  get dialogs(): readonly Shown[] {
    return this.shown.filter(({ isModal }) => isModal);
  }

  /** The messages that were shown: neither modal nor questions. */
  get messages(): readonly Shown[] {
    return this.shown.filter(({ kind, isModal }) => !isModal && kind !== 'pick' && kind !== 'input');
  }

  /** Everything that was shown or logged, in one text for searching. */
  everythingSeen(): string {
    const trees = [...this.trees.keys()].flatMap(({ message, description }) => [message, description]);
    return JSON.stringify([
      this.shown,
      this.refusals,
      this.progress,
      this.log,
      this.statusTexts,
      this.clipboard,
      trees,
    ]);
  }

  ask(shown: Partial<Shown> & Pick<Shown, 'kind' | 'text'>): Promise<Answer> {
    const whole: Shown = {
      isModal: false,
      detail: '',
      choices: [],
      rows: [],
      picked: [],
      value: '',
      isMasked: false,
      ...shown,
    };
    this.shown.push(whole);
    return Promise.resolve(this.answer(whole));
  }
}

/**
 * The user at the window of this test file. VS Code refuses real dialogs inside tests, so this module, when it is
 * imported, replaces what `vscode.window` shows and asks. It has to be imported before the code under test, which may
 * keep references to the originals.
 */
export const person = new PersonAtWindow();

function message(kind: 'info' | 'warning' | 'error') {
  return async (text: string, ...rest: unknown[]): Promise<unknown> => {
    const [first] = rest;
    const options: vscode.MessageOptions = typeof first === 'object' && first !== null ? first : {};
    const choices = rest.filter((part) => typeof part === 'string');
    const { modal: isModal = false, detail = '' } = options;
    const answer = await person.ask({ kind, text, isModal, detail, choices });
    return choices.find((choice) => choice === answer);
  };
}

async function showQuickPick(
  given: readonly vscode.QuickPickItem[] | Thenable<readonly vscode.QuickPickItem[]>,
  { title = '', placeHolder = '', canPickMany = false }: vscode.QuickPickOptions = {},
): Promise<unknown> {
  const rows = await given;
  const answer = await person.ask({
    kind: 'pick',
    text: title,
    detail: placeHolder,
    // The window does not get other properties of the rows.
    rows: rows.map(({ label, description = '', detail = '' }) => ({ label, description, detail })),
    choices: rows.map(({ label }) => label),
    picked: rows.flatMap(({ label, picked }) => (picked === true ? [label] : [])),
  });
  if (answer === undefined) return undefined;
  const labels = typeof answer === 'string' ? [answer] : answer;
  const picked = rows.filter(({ label }) => labels.includes(label));
  if (picked.length !== labels.length) throw new Error(`There is no row ${labels.join()} to pick.`);
  return canPickMany ? picked : picked[0];
}

async function showInputBox(options: vscode.InputBoxOptions = {}): Promise<string | undefined> {
  const { title = '', prompt = '', value = '', password = false } = options;
  const typed = await person.ask({ kind: 'input', text: title, detail: prompt, value, isMasked: password });
  if (typeof typed !== 'string') return undefined;
  const problem = await options.validateInput?.(typed);
  const isHint = typeof problem === 'object' && problem?.severity !== vscode.InputBoxValidationSeverity.Error;
  if (problem === undefined || problem === null || problem === '' || isHint) return typed;
  // The real box stays open with the reason below it; this user then gives up.
  person.refusals.push({ typed, reason: typeof problem === 'string' ? problem : problem.message });
  return undefined;
}

async function withProgress<T>(
  { title = '' }: vscode.ProgressOptions,
  work: (
    progress: vscode.Progress<{ message?: string; increment?: number }>,
    token: vscode.CancellationToken,
  ) => Thenable<T>,
): Promise<T> {
  const source = new vscode.CancellationTokenSource();
  const progress = { title, cancel: () => source.cancel() };
  person.progress.push(progress);
  person.onProgress(progress);
  try {
    return await work({ report: () => undefined }, source.token);
  } finally {
    source.dispose();
  }
}

/** The real object; reports every call and every assignment. */
function watched<T extends object>(
  real: T,
  onCall: (method: string, args: readonly unknown[], result: unknown) => void,
  onSet: (value: unknown) => void = () => undefined,
): T {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        onCall(String(name), args, result);
        return result;
      };
    },
    set(target, name, value: unknown) {
      onSet(value);
      return Reflect.set(target, name, value);
    },
  });
}

const real = { ...vscode.window };

function createStatusBarItem(...args: Parameters<typeof vscode.window.createStatusBarItem>) {
  const item = watched(
    real.createStatusBarItem(...args),
    (method) => method === 'dispose' && person.statusItems.delete(item),
    (value) => person.statusTexts.push(JSON.stringify([value])),
  );
  person.statusItems.add(item);
  return item;
}

let channelCount = 0;

function createOutputChannel(name: string, options: { log: true }): vscode.LogOutputChannel {
  channelCount += 1;
  // VS Code identifies channels by their names, and returns a closed one again if it was closed within its first
  // milliseconds. That happens only in tests: an extension host ends together with its extensions.
  const channel = watched(real.createOutputChannel(`${name} ${channelCount}`, options), (method, args) => {
    if (method === 'dispose') person.channels.delete(channel);
    if (args.length === 0) return;
    const line = `${method}: ${args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ')}`;
    person.log.push(line);
    person.onLogLine(line);
  });
  person.channels.add(channel);
  return channel;
}

function createTreeView(id: string, options: vscode.TreeViewOptions<unknown>): vscode.TreeView<unknown> {
  const view = real.createTreeView(id, options);
  const ticked = new Proxy(view, {
    get: (target, name): unknown =>
      name === 'onDidChangeCheckboxState' ? person.onTickIn(id).event : Reflect.get(target, name),
  });
  const tree = watched(ticked, (method, _, result) => {
    // It takes a while, and another view with the same id would be removed with this one.
    if (method !== 'dispose') return;
    void Promise.resolve(result).then(() => person.trees.delete(tree));
    person.drags.delete(tree);
  });
  person.trees.set(tree, options.treeDataProvider);
  if (options.dragAndDropController !== undefined) person.drags.set(tree, options.dragAndDropController);
  return tree;
}

/** Not with VS Code: it accepts only one such object of an extension, and a test may open a window twice. */
function registered<T>(all: Set<T>, one: T): vscode.Disposable {
  all.add(one);
  return new vscode.Disposable(() => all.delete(one));
}

const replacements = {
  showInformationMessage: message('info'),
  showWarningMessage: message('warning'),
  showErrorMessage: message('error'),
  showQuickPick,
  showInputBox,
  createInputBox: () => new ScriptedInputBox((shown) => person.ask(shown), person.refusals),
  createQuickPick: () => (person.pick = new ScriptedQuickPick((shown) => person.ask(shown))),
  registerTerminalLinkProvider: (provider: vscode.TerminalLinkProvider) =>
    registered(person.terminalLinks, provider),
  withProgress,
  createStatusBarItem,
  createOutputChannel,
  createTreeView,
};
for (const [name, value] of Object.entries(replacements))
  Object.defineProperty(vscode.window, name, { value, configurable: true });

const { executeCommand } = vscode.commands;
Object.defineProperty(vscode.commands, 'executeCommand', {
  configurable: true,
  value: (command: string, ...args: unknown[]) => {
    if (command === 'setContext') person.contextKeys.set(String(args[0]), args[1]);
    return executeCommand(command, ...args);
  },
});

// The browser asks for permission before it reads the clipboard.
Object.defineProperty(vscode.env, 'clipboard', {
  configurable: true,
  value: {
    readText: () => Promise.resolve(person.clipboard),
    writeText: (text: string) => {
      person.clipboard = text;
      return Promise.resolve();
    },
  } satisfies vscode.Clipboard,
});
