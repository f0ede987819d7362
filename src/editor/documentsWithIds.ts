import * as vscode from 'vscode';
import { contextKeys } from '../contributions.ts';
import { holdsSessionId } from '../sessions/findSessionIds.ts';

// Typing goes on meanwhile; a menu is opened later than this.
const settleMs = 150;

/**
 * Keeps a context key with the URIs of the open documents that hold a session id, for the editor's context menu.
 * The document is asked when it opens and changes, not the cursor: the menu is evaluated before the event of a
 * click that moves the cursor arrives.
 */
export class DocumentsWithIds implements vscode.Disposable {
  readonly #holding = new Set<string>();
  readonly #timers = new Map<vscode.TextDocument, NodeJS.Timeout>();
  readonly #disposables: readonly vscode.Disposable[];

  constructor() {
    this.#disposables = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#lookAt(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#lookAt(document, settleMs)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    ];
    for (const document of vscode.workspace.textDocuments) this.#lookAt(document, 0);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
    this.#holding.clear();
    this.#publish();
  }

  #lookAt(document: vscode.TextDocument, inMs: number): void {
    // Output channels are documents as well, and the log would wake this up with each of its own lines.
    if (document.uri.scheme === 'output') return;
    clearTimeout(this.#timers.get(document));
    this.#timers.set(
      document,
      setTimeout(() => {
        this.#timers.delete(document);
        this.#set(document.uri.toString(), holdsSessionId(document.getText()));
      }, inMs),
    );
  }

  #forget(document: vscode.TextDocument): void {
    clearTimeout(this.#timers.get(document));
    this.#timers.delete(document);
    this.#set(document.uri.toString(), false);
  }

  #set(uri: string, isHolding: boolean): void {
    if (this.#holding.has(uri) === isHolding) return;
    if (isHolding) this.#holding.add(uri);
    else this.#holding.delete(uri);
    this.#publish();
  }

  #publish(): void {
    void vscode.commands.executeCommand('setContext', contextKeys.documentsWithIds, [...this.#holding]);
  }
}
