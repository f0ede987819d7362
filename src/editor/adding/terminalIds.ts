import * as vscode from 'vscode';
import type { Entry } from '../../cleanup/list/entry.ts';
import { findSessionIds, type FoundId } from '../../sessions/scan/findSessionIds.ts';
import { chosenFrom, roleWarning } from '../input/chosenSession.ts';
import { addTarget } from './listing/addToList.ts';
import type { App } from '../app/app.ts';
import { titleOf } from '../app/integration.ts';
import { showResult } from '../app/messages.ts';
import type { Reviews } from './review/reviews.ts';
import { labelText } from './review/reviewText.ts';

/** An id in a terminal line. The line itself is not kept, since it may contain a token. */
export interface TerminalId extends vscode.TerminalLink {
  readonly found: FoundId;
  readonly terminal: string;
}

type Choice = vscode.QuickPickItem & { readonly run: () => unknown };

/** Links on the ids in a terminal's output, and their actions. */
export class TerminalIds {
  readonly #app: App;
  readonly #reviews: Reviews;
  readonly #showOnList: (sessionId: string) => unknown;

  constructor(app: App, reviews: Reviews, showOnList: (sessionId: string) => unknown) {
    this.#app = app;
    this.#reviews = reviews;
    this.#showOnList = showOnList;
  }

  /** The links of one line. The time is proportional to the length of the line. */
  linksIn(line: string, terminal: string): readonly TerminalId[] {
    return findSessionIds(line).map((found) => ({
      startIndex: found.start,
      length: found.end - found.start,
      tooltip: 'Show on the cleanup list, review or copy this Veriff session id',
      found,
      terminal,
    }));
  }

  /** Lets the user choose what to do with the id; throws what the database throws. */
  async follow({ found, terminal }: TerminalId): Promise<void> {
    const target = await addTarget(this.#app);
    if (target === undefined) return;
    const { id } = found;
    // Checked here and not in `linksIn`, so that the credentials are not read for each line that scrolls by.
    if (target.keys.has(id)) {
      showResult(
        'warning',
        'This is a stored API key or shared secret key, not a session id.',
        this.#app.log,
      );
      return;
    }
    const entry = this.#app.records().list.find(target.integration.id, id);
    const choice = await vscode.window.showQuickPick<Choice>(
      [
        entry === undefined
          ? this.#reviewChoice(found, terminal, titleOf(target.integration))
          : this.#showChoice(entry),
        { label: '$(copy) Copy', description: 'the id alone', run: () => vscode.env.clipboard.writeText(id) },
      ],
      { title: id, placeHolder: roleWarning(chosenFrom(found)) ?? 'Nothing is listed or deleted by this.' },
    );
    await choice?.run();
  }

  #showChoice({ sessionId, state }: Entry): Choice {
    return {
      label: '$(list-unordered) Show on the List',
      description: state,
      run: () => this.#showOnList(sessionId),
    };
  }

  #reviewChoice({ id, role, reason }: FoundId, terminal: string, title: string): Choice {
    const source = {
      name: `terminal “${labelText(terminal, 40)}”`,
      findings: [{ id, role, reason, line: 0, column: 0, count: 1 }],
    };
    return {
      label: '$(add) Add to the Review',
      description: `for the list of ${title}`,
      run: () =>
        this.#reviews.review({ sources: [source], skipped: [], isCancelled: false }, { inView: true }),
    };
  }
}
