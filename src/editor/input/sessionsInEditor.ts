import * as vscode from 'vscode';
import { findSessionIds, idAt, type FoundId } from '../../sessions/scan/findSessionIds.ts';
import { chosenFrom, withoutRepeats, type ChosenSession } from './chosenSession.ts';
import { tableContext } from './tableContext.ts';
import type { TextSource } from './textSource.ts';

// What stands around an id tells its role, and a session URL's token is a few kB long; more text changes nothing.
const surroundings = 16_384;

/** The sessions that the selections hold or, if a selection is empty, that the cursor stands on. */
export function sessionsUnderCursors(editor: vscode.TextEditor): readonly ChosenSession[] {
  return withoutRepeats(editor.selections.flatMap((selection) => sessionsIn(editor.document, selection)));
}

/** Every session id of the document, once each, in the order of their lines. */
export function sessionsInDocument(document: vscode.TextDocument): readonly ChosenSession[] {
  const sourceAt = sourceIn(document, 0);
  return withoutRepeats(findSessionIds(document.getText()).map((found) => chosenFrom(found, sourceAt)));
}

/**
 * What `sessionsUnderCursors` looks at, for any number of selections of any length: the texts around them, in which
 * only what they touch is meant, and how many characters these have in all.
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

/** Where a document can be found again by what is on the list; undefined if it goes with its editor. */
export function sourceUriOf({ uri }: vscode.TextDocument): string | undefined {
  return ['untitled', 'output', 'veriff-cleanup-plan'].includes(uri.scheme) ? undefined : uri.toString();
}

/** The selected texts that are no more than white space around something, for a check against stored secrets. */
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

/** Offsets of a selection; both are the same if it is a cursor. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function spanOf(document: vscode.TextDocument, { start, end }: vscode.Selection): Span {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

/** Half of an id selected means the whole id, as a cursor in it does. */
function isTouched(found: FoundId, { start, end }: Span): boolean {
  return start === end ? found.start <= start && found.end >= start : found.start < end && found.end > start;
}

/** The selections in groups, so that no text is looked through twice because two of them stand close together. */
function neighbourhoods(
  document: vscode.TextDocument,
  selections: readonly vscode.Selection[],
): readonly (readonly Span[])[] {
  const groups: Span[][] = [];
  let reach = Number.NEGATIVE_INFINITY;
  const spans = selections.map((selection) => spanOf(document, selection));
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    if (span.start - surroundings > reach) groups.push([]);
    groups.at(-1)?.push(span);
    reach = Math.max(reach, span.end + surroundings);
  }
  return groups;
}

/** The text between two offsets with what stands around it, and the offset where that begins. */
function around(
  document: vscode.TextDocument,
  start: number,
  end: number,
): { readonly text: string; readonly base: number } {
  // No position is between the two characters of a line end: what is given for one there begins in front of them.
  const first = document.positionAt(Math.max(0, start - surroundings));
  const text = document.getText(new vscode.Range(first, document.positionAt(end + surroundings)));
  return { text, base: document.offsetAt(first) };
}

function sourceIn(
  document: vscode.TextDocument,
  base: number,
): (offset: number) => { uri: string; line: number } {
  return (offset) => ({ uri: document.uri.toString(), line: document.positionAt(base + offset).line });
}
