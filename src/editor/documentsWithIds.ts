// Named, unlike elsewhere: bundled, a namespace import copies the whole API once more, and this is the activation path.
import { commands, workspace } from 'vscode';
import type * as vscode from 'vscode';
import { contextKeys } from '../contributions.ts';
import { holdsSessionId } from '../sessions/scan/findSessionIds.ts';

// Typing goes on meanwhile; a menu is opened later than this.
const settleMs = 150;

/**
 * Keeps a context key with the paths of the open documents that hold a session id, for the editor's context menu.
 * Paths, since one document has another URI in the window than in a remote extension host. The document is asked
 * when it opens and changes, not the cursor: the menu is evaluated before the event of a click that moves the
 * cursor arrives.
 */
export class DocumentsWithIds implements vscode.Disposable {
  readonly #holding = new Set<vscode.TextDocument>();
  readonly #timers = new Map<vscode.TextDocument, NodeJS.Timeout>();
  readonly #arrival: NodeJS.Immediate;
  #disposables: readonly vscode.Disposable[] = [];

  constructor() {
    // Not while VS Code waits for the activation: nobody opens a menu within a turn of the event loop.
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
    // Output channels are documents as well, and the log would wake this up with each of its own lines.
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
    // `resourcePath` has the system's own form for a file on disk, and the URI's path for everything else.
    const paths = [...this.#holding].flatMap(({ uri }) => [uri.fsPath, uri.path]);
    void commands.executeCommand('setContext', contextKeys.documentsWithIds, [...new Set(paths)]);
  }
}
