import * as vscode from 'vscode';
import { findSessionIds, idAt, type FoundId } from '../../sessions/scan/findSessionIds.ts';
import { chosenFrom, withoutRepeats, type ChosenSession } from './chosenSession.ts';
import { surroundingLength, surroundingsOf } from './lines.ts';
import { tableContext } from './tableContext.ts';
import type { TextSource } from './textSource.ts';

/** The sessions in the selections or, for an empty selection, the one under the cursor. */
export function sessionsUnderCursors(editor: vscode.TextEditor): readonly ChosenSession[] {
  return withoutRepeats(editor.selections.flatMap((selection) => sessionsIn(editor.document, selection)));
}

/** All session ids of the document, each once, in the order of their lines. */
export function sessionsInDocument(document: vscode.TextDocument): readonly ChosenSession[] {
  const sourceAt = sourceIn(document, 0);
  return withoutRepeats(findSessionIds(document.getText()).map((found) => chosenFrom(found, sourceAt)));
}

/**
 * The texts that `sessionsUnderCursors` searches, for any number of selections of any length: each with the text around
 * it, in which only the ids that a selection touches are meant. `length` is the number of characters of all these
 * texts.
 */
export function textsUnderCursors({ document, selections }: vscode.TextEditor): {
  readonly texts: readonly TextSource[];
  readonly length: number;
} {
  const uri = sourceUriOf(document);
  const context = tableContext(document);
  let length = 0;
  const texts = neighbourhoods(document, selections).map((spans) => {
    const { text, base } = around(document, spans[0]?.start ?? 0, Math.max(...spans.map(({ end }) => end)));
    length += text.length;
    const isMeant = (found: FoundId): boolean =>
      spans.some((span) => isTouched(found, { start: span.start - base, end: span.end - base }));
    const { line: firstLine, character: firstColumn } = document.positionAt(base);
    const name = vscode.workspace.asRelativePath(document.uri);
    return {
      pieces: [text],
      name,
      firstLine,
      firstColumn,
      context,
      isMeant,
      ...(uri !== undefined && { uri }),
    };
  });
  return { texts, length };
}

/** The URI under which a document can be opened again; undefined if it exists only in its editor. */
export function sourceUriOf({ uri }: vscode.TextDocument): string | undefined {
  return ['untitled', 'output', 'veriff-cleanup-plan'].includes(uri.scheme) ? undefined : uri.toString();
}

/** The selected texts, for a check against stored keys. */
export function selectedTexts(editor: vscode.TextEditor): readonly string[] {
  return editor.selections
    .map((selection) => editor.document.getText(selection))
    .filter((text) => text !== '');
}

function sessionsIn(document: vscode.TextDocument, selection: vscode.Selection): readonly ChosenSession[] {
  const { start, end } = spanOf(document, selection);
  const { text, base } = around(document, start, end);
  const sourceAt = sourceIn(document, base);
  const context = tableContext(document);
  const touched = selection.isEmpty
    ? [idAt(text, start - base, context)].filter((found) => found !== undefined)
    : findSessionIds(text, context).filter((found) =>
        isTouched(found, { start: start - base, end: end - base }),
      );
  return touched.map((found) => chosenFrom(found, sourceAt));
}

/** Offsets of a selection; equal for a cursor. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function spanOf(document: vscode.TextDocument, { start, end }: vscode.Selection): Span {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

/** A partly selected id counts as a whole one, like an id with the cursor in it. */
function isTouched(found: FoundId, { start, end }: Span): boolean {
  return start === end ? found.start <= start && found.end >= start : found.start < end && found.end > start;
}

/** The selections in groups of close ones, so that no text is searched twice. */
function neighbourhoods(
  document: vscode.TextDocument,
  selections: readonly vscode.Selection[],
): readonly (readonly Span[])[] {
  const groups: Span[][] = [];
  let reach = Number.NEGATIVE_INFINITY;
  const spans = selections.map((selection) => spanOf(document, selection));
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.start - surroundingLength > reach) groups.push([]);
    groups.at(-1)?.push(span);
    reach = Math.max(reach, span.end + surroundingLength);
  }
  return groups;
}

/** The text between two offsets with the text around it, and the offset at which that begins. */
function around(
  document: vscode.TextDocument,
  start: number,
  end: number,
): { readonly text: string; readonly base: number } {
  const { first, last } = surroundingsOf(document, document.positionAt(start), document.positionAt(end));
  const base = document.offsetAt(new vscode.Position(first.line, first.character));
  const text = document.getText(new vscode.Range(first.line, first.character, last.line, last.character));
  return { text, base };
}

function sourceIn(
  document: vscode.TextDocument,
  base: number,
): (offset: number) => { uri: string; line: number } {
  return (offset) => ({ uri: document.uri.toString(), line: document.positionAt(base + offset).line });
}
