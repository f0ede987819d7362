import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventually } from '../process/eventually.ts';

/** A folder for the files of a test, and the editors that show them. */
export class EditorFolder {
  readonly path = mkdtempSync(path.join(realpathSync(tmpdir()), 'veriff-editors-'));

  /** Writes a file, and returns its URI. */
  write(name: string, content: string | Uint8Array): vscode.Uri {
    const file = path.join(this.path, name);
    writeFileSync(file, content);
    return vscode.Uri.file(file);
  }

  /**
   * Shows a text in an editor that becomes the active one; in a file, because an untitled document asks before it
   * closes.
   */
  async show(content: string, name = 'sample.txt'): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(this.write(name, content));
    const editor = await vscode.window.showTextDocument(document);
    await eventually('the editor is the active one', () => vscode.window.activeTextEditor === editor);
    return editor;
  }

  /** Closes all editors, without a question, and removes the files. */
  async close(): Promise<void> {
    for (const document of vscode.workspace.textDocuments)
      if (document.isUntitled && !document.isClosed) await discard(document);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await eventually('every editor is closed', () => {
      return vscode.window.visibleTextEditors.every(({ document }) => document.uri.scheme !== 'file');
    });
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Selects, and waits until VS Code has drawn it: earlier changes reach the extension host late. */
export async function select(
  editor: vscode.TextEditor,
  ...selections: readonly vscode.Selection[]
): Promise<void> {
  await eventually('the selection is drawn', async () => {
    editor.selections = selections;
    // The answer to this arrives after everything that the window had to report.
    await vscode.commands.executeCommand('setContext', 'veriffCleanup.test', 1);
    return (
      editor.selections.length === selections.length &&
      editor.selections.every((selection, index) => selections[index]?.isEqual(selection))
    );
  });
}

/** Moves the cursor to a position. */
export async function pointAt(editor: vscode.TextEditor, line: number, character: number): Promise<void> {
  await select(editor, new vscode.Selection(line, character, line, character));
}

async function discard(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}
