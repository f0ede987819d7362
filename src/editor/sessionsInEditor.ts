import * as vscode from 'vscode';
import { findSessionIds, idAt } from '../sessions/findSessionIds.ts';
import { chosenFrom, withoutRepeats, type ChosenSession } from './chosenSession.ts';

// What stands around an id tells its role, and a session URL's token is a few kB long; more text changes nothing.
const surroundings = 16_384;

/** The sessions that the selections hold or, where a selection is empty, that the cursor stands on. */
export function sessionsUnderCursors(editor: vscode.TextEditor): readonly ChosenSession[] {
  return withoutRepeats(editor.selections.flatMap((selection) => sessionsIn(editor.document, selection)));
}

/** Every session id of the document, once each, in the order of their lines. */
export function sessionsInDocument(document: vscode.TextDocument): readonly ChosenSession[] {
  const sourceAt = sourceIn(document, 0);
  return withoutRepeats(findSessionIds(document.getText()).map((found) => chosenFrom(found, sourceAt)));
}

/** The selected texts that are no more than white space around something, for a check against stored secrets. */
export function selectedTexts(editor: vscode.TextEditor): readonly string[] {
  return editor.selections
    .map((selection) => editor.document.getText(selection))
    .filter((text) => text !== '');
}

function sessionsIn(document: vscode.TextDocument, selection: vscode.Selection): readonly ChosenSession[] {
  const start = document.offsetAt(selection.start);
  const end = document.offsetAt(selection.end);
  const base = Math.max(0, start - surroundings);
  const text = document.getText(
    new vscode.Range(document.positionAt(base), document.positionAt(end + surroundings)),
  );
  const sourceAt = sourceIn(document, base);
  // Half of an id selected means the whole id, as a cursor in it does.
  const touched = selection.isEmpty
    ? [idAt(text, start - base)].filter((found) => found !== undefined)
    : findSessionIds(text).filter((found) => found.start < end - base && found.end > start - base);
  return touched.map((found) => chosenFrom(found, sourceAt));
}

function sourceIn(
  document: vscode.TextDocument,
  base: number,
): (offset: number) => { uri: string; line: number } {
  return (offset) => ({ uri: document.uri.toString(), line: document.positionAt(base + offset).line });
}
