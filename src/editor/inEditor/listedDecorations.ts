import * as vscode from 'vscode';
import { entriesOfSessions } from '../../cleanup/list/sessionEntries.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { App } from '../app/app.ts';
import { RefreshPace } from '../app/refreshPace.ts';
import { startTimer } from '../app/startTimer.ts';
import { isUserDocument } from '../input/userDocuments.ts';
import { idsOnLines, type IdOnLine } from '../input/lines.ts';
import { markOf, type Mark } from './listedStates.ts';
import { rangeOf } from '../input/rangeOf.ts';

// VS Code itself stops colouring documents of more lines.
const mostLines = 300_000;

/**
 * Marks ids that are deleted or scheduled in the visible lines of visible editors: the cost does not depend on
 * the length of the document, and there is none without visible editors. Changes made in other windows are shown when
 * this window gets the focus, if nothing notices them earlier.
 */
export class ListedDecorations implements vscode.Disposable {
  readonly #app: App;
  readonly #types: Readonly<Record<Mark, vscode.TextEditorDecorationType>>;
  readonly #pace: RefreshPace;
  readonly #subscriptions: readonly vscode.Disposable[];
  #decorated = new Set<vscode.TextEditor>();
  #isDisposed = false;

  constructor(app: App) {
    this.#app = app;
    this.#types = {
      done: decorationType({ textDecoration: 'line-through', opacity: '0.6' }),
      scheduled: decorationType({
        borderWidth: '0 0 1px 0',
        borderStyle: 'dashed',
        borderColor: new vscode.ThemeColor('textLink.foreground'),
      }),
    };
    const now = (): number => app.clock().monotonicMs;
    this.#pace = new RefreshPace({ now, startTimer, look: () => Promise.resolve(this.#look()) });
    const { window, workspace } = vscode;
    this.#subscriptions = [
      app.onDidChange(() => this.#pace.request()),
      window.onDidChangeVisibleTextEditors(() => this.#pace.request()),
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#request(textEditor.document)),
      workspace.onDidChangeTextDocument(({ document }) => this.#request(document)),
      window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#pace.request();
      }),
    ];
    this.#pace.request();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#pace.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    // Disposing a type removes its decorations.
    for (const type of Object.values(this.#types)) type.dispose();
  }

  #request(document: vscode.TextDocument): void {
    if (!isUserDocument(document)) return;
    if (vscode.window.visibleTextEditors.some((editor) => editor.document === document)) this.#pace.request();
  }

  #look(): number {
    const startedMs = performance.now();
    if (!this.#isDisposed) this.#decorate();
    return performance.now() - startedMs;
  }

  #decorate(): void {
    const seen = new Map(
      vscode.window.visibleTextEditors
        .filter(({ document }) => isUserDocument(document) && document.lineCount <= mostLines)
        .map((editor) => [editor, idsInSight(editor)]),
    );
    const marks = this.#marks([...new Set([...seen.values()].flat().map(({ id }) => id))]);
    const decorated = new Set<vscode.TextEditor>();
    for (const editor of vscode.window.visibleTextEditors) {
      const found = (seen.get(editor) ?? []).filter(({ id }) => marks.has(id));
      if (found.length > 0) decorated.add(editor);
      else if (!this.#decorated.has(editor)) continue;
      for (const mark of ['done', 'scheduled'] as const)
        editor.setDecorations(
          this.#types[mark],
          found.filter(({ id }) => marks.get(id) === mark).map(rangeOf),
        );
    }
    this.#decorated = decorated;
  }

  /** The marks by session; none if the list cannot be read, which the view reports. */
  #marks(ids: readonly SessionId[]): ReadonlyMap<SessionId, Mark> {
    if (ids.length === 0) return new Map();
    try {
      const entries = entriesOfSessions(this.#app.records().database, ids);
      const bySession = Map.groupBy(entries, ({ sessionId }) => sessionId);
      return new Map(
        [...bySession].flatMap(([id, own]) => {
          const mark = markOf(own);
          return mark === undefined ? [] : [[id, mark]];
        }),
      );
    } catch {
      return new Map();
    }
  }
}

function idsInSight({ document, visibleRanges }: vscode.TextEditor): readonly IdOnLine[] {
  return visibleRanges.flatMap(({ start, end }) => idsOnLines(document, start.line, end.line) ?? []);
}

function decorationType(options: vscode.DecorationRenderOptions): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    ...options,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
