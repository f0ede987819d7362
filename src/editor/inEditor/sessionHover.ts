import * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import { isStoredSecret, titleOf, type StoredIntegrations } from '../app/integration.ts';
import { sourceUriOf } from '../input/sessionsInEditor.ts';
import { hoverCommands, hoverText } from './hoverText.ts';
import { rangeOf } from '../input/rangeOf.ts';
import { idAtPosition, type IdOnLine } from '../input/lines.ts';
import { statesInLists } from './statesInLists.ts';

/** The hover over ids in all documents. If the list cannot be read, there is no hover; the view reports the error. */
export class SessionHover implements vscode.HoverProvider {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const found = idAtPosition(document, position);
    if (found === undefined) return undefined;
    try {
      const stored = await this.#app.store.read();
      // A stored key is not a session, and must not be put into a link.
      if (isStoredSecret(found.id, stored.integrations)) return undefined;
      return this.#hover(found, stored, sourceUriOf(document));
    } catch {
      return undefined;
    }
  }

  #hover(found: IdOnLine, stored: StoredIntegrations, uri: string | undefined): vscode.Hover {
    const current = stored.integrations.find(({ id }) => id === stored.currentId);
    const text = new vscode.MarkdownString(
      hoverText({
        found,
        source: uri === undefined ? undefined : { uri, line: found.line },
        states: statesInLists(this.#app, stored, [found.id]).get(found.id) ?? [],
        current: current && { key: current.id, title: titleOf(current) },
      }),
    );
    text.isTrusted = { enabledCommands: hoverCommands };
    return new vscode.Hover(text, rangeOf(found));
  }
}
