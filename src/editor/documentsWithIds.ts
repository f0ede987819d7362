// Named imports here only: esbuild bundles a namespace import as another copy of the whole API, and this code runs at
// activation.
import { commands, workspace } from 'vscode';
import type * as vscode from 'vscode';
import { contextKeys } from '../contributions.ts';
import { holdsSessionId } from '../sessions/scan/holdsSessionId.ts';

// Waits for a pause in typing; the user opens a menu later than this.
const settleMs = 150;

/**
 * Keeps a context key with the paths of the open documents that contain a session id, for the editor's context menu.
 * Paths, since a document's URI differs between the window and a remote extension host. Documents are checked when they
 * open and change, not when the cursor moves: the menu is evaluated before the event of the click that moves the cursor
 * arrives.
 */
export class DocumentsWithIds implements vscode.Disposable {
  readonly #holding = new Set<vscode.TextDocument>();
  readonly #timers = new Map<vscode.TextDocument, NodeJS.Timeout>();
  readonly #arrival: NodeJS.Immediate;
  #disposables: readonly vscode.Disposable[] = [];

  constructor() {
    // After the activation, so as not to delay it; no menu is opened that early.
    this.#arrival = setImmediate(() => this.#arrive());
  }

  #arrive(): void {
    this.#disposables = [
      workspace.onDidOpenTextDocument((document) => this.#lookAt(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => this.#lookAt(document, settleMs)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    ];
    for (const document of workspace.textDocuments) this.#lookAt(document, 0);
  }

  dispose(): void {
    clearImmediate(this.#arrival);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
    this.#holding.clear();
    this.#publish();
  }

  #lookAt(document: vscode.TextDocument, inMs: number): void {
    // Output channels are documents as well, and each line of the log would start this again.
    if (document.uri.scheme === 'output') return;
    clearTimeout(this.#timers.get(document));
    this.#timers.set(
      document,
      setTimeout(() => {
        this.#timers.delete(document);
        this.#set(document, holdsSessionId(document.getText()));
      }, inMs),
    );
  }

  #forget(document: vscode.TextDocument): void {
    clearTimeout(this.#timers.get(document));
    this.#timers.delete(document);
    this.#set(document, false);
  }

  #set(document: vscode.TextDocument, isHolding: boolean): void {
    if (this.#holding.has(document) === isHolding) return;
    if (isHolding) this.#holding.add(document);
    else this.#holding.delete(document);
    this.#publish();
  }

  #publish(): void {
    // `resourcePath` is the system's path for a file on disk, and the URI's path for everything else.
    const paths = [...this.#holding].flatMap(({ uri }) => [uri.fsPath, uri.path]);
    void commands.executeCommand('setContext', contextKeys.documentsWithIds, [...new Set(paths)]);
  }
}
