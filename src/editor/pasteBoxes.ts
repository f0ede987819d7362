import * as vscode from 'vscode';
import { contextKeys } from '../contributions.ts';

/**
 * The untitled documents that were opened to paste session ids into. A context key holds their paths, for the button
 * in the editor's title.
 */
export class PasteBoxes implements vscode.Disposable {
  readonly #boxes = new Set<vscode.TextDocument>();
  readonly #subscription = vscode.workspace.onDidCloseTextDocument((document) => {
    // A document that is given another language says that it closes as well, and is none the less open.
    if (document.isClosed && this.#boxes.delete(document)) this.#publish();
  });

  /** Opens an empty one, and shows it. */
  async open(): Promise<vscode.TextDocument> {
    // With a language of its own: VS Code does not guess another one then, while somebody pastes.
    const box = await vscode.workspace.openTextDocument({ language: 'plaintext', content: '' });
    this.#boxes.add(box);
    this.#publish();
    await vscode.window.showTextDocument(box, { preview: false });
    return box;
  }

  /** The box that is meant by the URI that a menu hands over or, where it hands over none, by the active editor. */
  find(handedOver: unknown): vscode.TextDocument | undefined {
    const uri = handedOver instanceof vscode.Uri ? handedOver : vscode.window.activeTextEditor?.document.uri;
    return uri && [...this.#boxes].find((box) => box.uri.toString() === uri.toString());
  }

  /** Closes a box, if nothing was typed since it had this version; it is emptied first, so that nobody is asked to save. */
  async close(box: vscode.TextDocument, version: number): Promise<void> {
    if (box.isClosed || box.version !== version) return;
    const edit = new vscode.WorkspaceEdit();
    edit.delete(box.uri, new vscode.Range(0, 0, box.lineCount, 0));
    if (!(await vscode.workspace.applyEdit(edit))) return;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(
      tabs.filter(
        ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === box.uri.toString(),
      ),
    );
    // VS Code keeps a document that nobody sees any more for minutes before it says that it is closed.
    this.#boxes.delete(box);
    this.#publish();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#boxes.clear();
    this.#publish();
  }

  #publish(): void {
    // `resourcePath` has the system's own form for a file on disk, and the URI's path for everything else.
    const paths = [...this.#boxes].flatMap(({ uri }) => [uri.fsPath, uri.path]);
    void vscode.commands.executeCommand('setContext', contextKeys.pasteBoxes, [...new Set(paths)]);
  }
}
