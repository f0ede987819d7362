import { nextTurn } from '../../sessions/scan/turns.ts';
import * as vscode from 'vscode';
import type { EntrySource } from '../../cleanup/list/entry.ts';
import { findInPieces } from '../../sessions/scan/findInPieces.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import { visibleText } from '../text/visibleText.ts';

/**
 * Shows the place where an id was found in a preview editor, with the id selected. If it cannot be found any more,
 * shows as much as there is and returns what to tell the user.
 */
export async function showSource(
  sessionId: SessionId,
  source: EntrySource,
  { preserveFocus }: { readonly preserveFocus: boolean },
): Promise<string | undefined> {
  const uri = uriOf(source);
  if (uri === undefined) return 'Nothing was opened: the list holds no address where a document could be.';
  const name = visibleText(uri.path.slice(uri.path.lastIndexOf('/') + 1), 60);
  if (uri.scheme === 'untitled')
    return `Nothing was opened: ${name} was never saved, so nobody can go back to it.`;
  const document = await documentAt(uri);
  if (document === undefined) return notOpenedText(uri, name);
  const found = await findAgain(document, sessionId, source.line);
  const line = Math.min(source.line, document.lineCount - 1);
  const selection = found ?? document.lineAt(Math.max(0, line)).range;
  await vscode.window.showTextDocument(document, { selection, preview: true, preserveFocus });
  if (found !== undefined) return undefined;
  return source.line >= document.lineCount
    ? `${name} has changed since: it has no line ${source.line + 1} any more, and does not hold the id.`
    : `${name} has changed since: it does not hold the id any more. It stood on line ${source.line + 1}.`;
}

function uriOf({ uri }: EntrySource): vscode.Uri | undefined {
  try {
    return vscode.Uri.parse(uri, true);
  } catch {
    return undefined;
  }
}

async function documentAt(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    // Deleted, not a text, too large, or of an unknown scheme; `notOpenedText` tells the user.
    return undefined;
  }
}

async function notOpenedText(uri: vscode.Uri, name: string): Promise<string> {
  const isThere = await vscode.workspace.fs.stat(uri).then(
    () => true,
    (error: unknown) => !(error instanceof vscode.FileSystemError && error.code === 'FileNotFound'),
  );
  return isThere
    ? `Nothing was opened: ${name} cannot be shown as a text (${visibleText(uri.scheme, 40)}).`
    : `Nothing was opened: ${name} is not there any more.`;
}

/** The position of the id: on the given line, or on the nearest one if lines were added or removed. */
async function findAgain(
  document: vscode.TextDocument,
  sessionId: SessionId,
  line: number,
): Promise<vscode.Range | undefined> {
  let nearest: { readonly start: number; readonly end: number; readonly distance: number } | undefined;
  for (const ids of findInPieces([document.getText()])) {
    for (const { id, start, end, line: foundAt } of ids) {
      if (id !== sessionId) continue;
      const distance = Math.abs(foundAt - line);
      if (nearest === undefined || distance < nearest.distance) nearest = { start, end, distance };
    }
    if (nearest?.distance === 0) break;
    await nextTurn();
  }
  return nearest && new vscode.Range(document.positionAt(nearest.start), document.positionAt(nearest.end));
}
