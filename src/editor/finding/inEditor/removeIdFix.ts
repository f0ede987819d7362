import * as vscode from 'vscode';
import { entriesOfSessions } from '../../../cleanup/list/sessionEntries.ts';
import type { App } from '../../app/app.ts';
import { isOfUser } from '../../input/userDocuments.ts';
import { idsOnLines, stretchAround, type IdOnLine } from '../../input/lines.ts';
import { markOf } from '../../inEditor/listedStates.ts';
import { removalOf } from './removal.ts';
import { rangeOf } from '../../input/rangeOf.ts';

// VS Code asks at each move of the cursor; who has selected a page wants something else.
const mostLines = 50;
const mostFixes = 10;

/** The title of the quick fix; several at one place are told apart by their ids. */
export const removeIdTitle = 'Remove deleted session id';

/**
 * The quick fix that takes an id out of a file where all that the list knows of it is that it is deleted or gone. It is
 * offered only where the rest of the file stays what it was.
 */
export class RemoveIdFix implements vscode.CodeActionProvider {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    if (!isOfUser(document) || range.end.line - range.start.line >= mostLines) return [];
    const found = idsOnLines(document, range.start.line, range.end.line) ?? [];
    const touched = found.filter((id) => rangeOf(id).intersection(range) !== undefined);
    const fixes = this.#doneOnes(touched).flatMap((id) => {
      const removed = removedRange(document, id);
      return removed === undefined ? [] : [{ id, removed }];
    });
    return fixes.slice(0, mostFixes).map(({ id, removed }) => {
      const title = fixes.length === 1 ? removeIdTitle : `${removeIdTitle} ${id.id.slice(0, 8)}…`;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.delete(document.uri, removed);
      return action;
    });
  }

  #doneOnes(found: readonly IdOnLine[]): readonly IdOnLine[] {
    if (found.length === 0) return [];
    try {
      const { database } = this.#app.records();
      const entries = entriesOfSessions(database, [...new Set(found.map(({ id }) => id))]);
      const bySession = Map.groupBy(entries, ({ sessionId }) => sessionId);
      return found.filter(({ id }) => markOf(bySession.get(id) ?? []) === 'done');
    } catch {
      // The view tells that the list cannot be read; nothing is known to be deleted then.
      return [];
    }
  }
}

function removedRange(document: vscode.TextDocument, found: IdOnLine): vscode.Range | undefined {
  const { start, end } = rangeOf(found);
  const stretch = stretchAround(document, start, end);
  const span = removalOf(stretch, { start: stretch.from, end: stretch.to });
  if (span === undefined) return undefined;
  const [from, to] = [stretch.placeAt(span.start), stretch.placeAt(span.end)];
  return new vscode.Range(from.line, from.character, to.line, to.character);
}
