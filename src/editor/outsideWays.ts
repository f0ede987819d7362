import type * as vscode from 'vscode';
import type { CleanupView } from './list/view/cleanupView.ts';
import type { App } from './app/app.ts';
import type { LinkedIds } from './finding/ways/linkedIds.ts';
import type { TerminalId, TerminalIds } from './adding/terminalIds.ts';
import { showFailure } from './app/messages.ts';

/** Where ids come from that stand in no editor: links that open VS Code, and terminals. Loaded when the first one comes. */
export class OutsideWays {
  readonly #app: App;
  readonly #view: CleanupView;
  #linked: Promise<LinkedIds> | undefined;
  #terminal: Promise<TerminalIds> | undefined;

  constructor(app: App, view: CleanupView) {
    this.#app = app;
    this.#view = view;
  }

  /** What goes wrong is logged and shown, never thrown. */
  async handleUri(uri: vscode.Uri): Promise<void> {
    this.#linked ??= import('./finding/ways/linkedIds.ts').then(({ LinkedIds }) => new LinkedIds(this.#app));
    await this.#told((await this.#linked).take(uri));
  }

  /** The links of a line that holds an id. */
  async terminalLinks({ line, terminal }: vscode.TerminalLinkContext): Promise<TerminalId[]> {
    return [...(await this.#terminals()).linksIn(line, terminal.name)];
  }

  /** What goes wrong is logged and shown, never thrown. */
  async handleTerminalLink(link: vscode.TerminalLink): Promise<void> {
    await this.#told((await this.#terminals()).follow(link as TerminalId));
  }

  #terminals(): Promise<TerminalIds> {
    this.#terminal ??= import('./adding/terminalIds.ts').then(
      ({ TerminalIds }) => new TerminalIds(this.#app, this.#view),
    );
    return this.#terminal;
  }

  #told(done: Promise<void>): Promise<void> {
    return done.catch((error: unknown) => showFailure(error, this.#app.log));
  }
}
