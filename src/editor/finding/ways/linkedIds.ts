import type { Reviews } from '../../adding/review/reviews.ts';
import * as vscode from 'vscode';
import type { Found } from '../../../sessions/findings.ts';
import type { SessionId } from '../../../veriff/sessionId.ts';
import { listingTarget } from '../../adding/listing/addToList.ts';
import type { App } from '../../app/app.ts';
import { titleOf } from '../../app/integration.ts';
import { showResult } from '../../app/messages.ts';
import { countText } from '../../adding/review/reviewText.ts';
import { readAddLink } from './addLink.ts';

/**
 * What `vscode://…/add?id=…` does. Anybody can write such a link and lure somebody onto it, so it leads to a question,
 * then into the review, and there its ids are not chosen: a link is no witness that they are sessions. It never lists
 * anything by itself, and cannot delete.
 */
export class LinkedIds {
  readonly #app: App;
  readonly #reviews: Reviews;
  #isAsking = false;

  constructor(app: App, reviews: Reviews) {
    this.#app = app;
    this.#reviews = reviews;
  }

  /** Asks whether the ids of a link go into the review; throws what SecretStorage and the database throw. */
  async take({ path, query }: Pick<vscode.Uri, 'path' | 'query'>): Promise<void> {
    // A page that opens one link after the other must not pile up questions.
    if (this.#isAsking) {
      this.#app.log.event('a link was left alone: another one is being asked about');
      return;
    }
    this.#isAsking = true;
    try {
      await this.#ask(path, query);
    } finally {
      this.#isAsking = false;
    }
  }

  async #ask(path: string, query: string): Promise<void> {
    const link = readAddLink(path, query);
    if (link.kind === 'refused') {
      this.#refuse(link.why);
      return;
    }
    const target = await listingTarget(this.#app);
    if (target === undefined) return;
    const ids = link.ids.filter((id) => !target.keys.has(id));
    const keys = link.ids.length - ids.length;
    if (ids.length === 0) {
      this.#refuse('the link names a stored key, and no session id');
      return;
    }
    const leftOut = [
      ...(keys === 0 ? [] : [`${countText(keys, 'stored key')} left out.`]),
      ...(link.foreign === 0
        ? []
        : [`${countText(link.foreign, 'text')} that ${link.foreign === 1 ? 'is' : 'are'} no id left out.`]),
    ];
    const agreed = await vscode.window.showInformationMessage(
      `Review ${countText(ids.length, 'id')} that a link names?`,
      {
        modal: true,
        detail: [
          `A link has opened VS Code to add to the list of ${titleOf(target.integration)}. If you do not know where it comes from, cancel.`,
          'Nothing is listed before you choose it in the review, and nothing is deleted before you confirm that.',
          ...leftOut,
        ].join('\n'),
      },
      'Review',
    );
    if (agreed === 'Review') await this.#reviews.review(foundInLink(ids));
  }

  #refuse(why: string): void {
    showResult('warning', `Nothing was added: ${why}.`, this.#app.log);
  }
}

function foundInLink(ids: readonly SessionId[]): Found {
  const findings = ids.map((id, line) => ({
    id,
    role: 'unknown' as const,
    reason: '',
    line,
    column: 0,
    count: 1,
  }));
  return { sources: [{ name: 'a link', findings }], skipped: [], isCancelled: false };
}
