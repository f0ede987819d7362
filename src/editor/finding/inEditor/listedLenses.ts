import * as vscode from 'vscode';
import { commands } from '../../../contributions.ts';
import { findInPieces, type PlacedId } from '../../../sessions/findInPieces.ts';
import type { App } from '../../app/app.ts';
import { isStoredSecret } from '../../app/integration.ts';
import { isOfUser } from '../../input/userDocuments.ts';
import { showListCommand } from '../../inEditor/hoverText.ts';
import { lensText } from './lensText.ts';
import { statesAtDesk } from '../../inEditor/statesAtDesk.ts';

// VS Code asks for all lenses of a document anew after each change, however few of them can be seen.
const mostLines = 10_000;
const mostLenses = 500;

/** Above each line with ids, how they stand on the list. For those who have switched it on. */
export class ListedLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #app: App;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(app: App) {
    this.#app = app;
    this.#subscription = app.onDidChange(() => this.#changed.fire());
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    if (!isOfUser(document) || document.lineCount > mostLines) return [];
    const found = await idsOf(document, token);
    if (token.isCancellationRequested) return [];
    try {
      return await this.#lenses(found);
    } catch {
      // The view tells what keeps the list or the credentials from being read.
      return [];
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #lenses(found: readonly PlacedId[]): Promise<vscode.CodeLens[]> {
    const stored = await this.#app.store.read();
    const ids = found.filter(({ id }) => !isStoredSecret(id, stored.integrations));
    const states = statesAtDesk(this.#app, stored, [...new Set(ids.map(({ id }) => id))]);
    return ids.flatMap(({ id, role, line }): vscode.CodeLens[] => {
      const range = new vscode.Range(line, 0, line, 0);
      const own = states.get(id) ?? [];
      if (own.length > 0)
        return own.map(
          (state) => new vscode.CodeLens(range, { title: lensText(state), command: showListCommand }),
        );
      if (role !== 'session' || stored.currentId === undefined) return [];
      const add = { title: 'Add to Veriff Cleanup List', command: commands.addToList, arguments: [id] };
      return [new vscode.CodeLens(range, add)];
    });
  }
}

/** The ids of a document, once a line each, with turns for others. */
async function idsOf(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<readonly PlacedId[]> {
  const found = new Map<string, PlacedId>();
  for (const part of findInPieces([document.getText()])) {
    for (const id of part) found.set(`${id.line} ${id.id}`, id);
    if (found.size >= mostLenses || token.isCancellationRequested) break;
    await new Promise(setImmediate);
  }
  return [...found.values()].slice(0, mostLenses);
}
