import { numberText } from '../../text/countText.ts';
import * as vscode from 'vscode';
import type { Entry } from '../../../cleanup/list/entry.ts';
import { entriesOfSessions } from '../../../cleanup/list/sessionEntries.ts';
import { contextKeys, views } from '../../../contributions.ts';
import type { Found } from '../../../sessions/scan/findings.ts';
import type { SessionId } from '../../../veriff/sessionId.ts';
import { listChosen, addTarget, type AddTarget } from '../listing/addToList.ts';
import { showSource } from '../../app/showSource.ts';
import type { App } from '../../app/app.ts';
import { titleOf } from '../../app/integration.ts';
import { showFailure, showResult } from '../../app/messages.ts';
import { Review } from './review.ts';
import type { ReviewMark, ReviewRole, ReviewRow } from './reviewRows.ts';
import { ReviewTree } from './reviewTree.ts';
import type { ReviewNode } from './reviewNodes.ts';
import { pickReviewed } from './reviewPick.ts';
import { nothingText, roleTitles } from './reviewText.ts';

// A longer pick list is hard to read, and cannot collapse files.
const mostPicked = 100;

/** Options of a new review. */
export interface ReviewOptions {
  /** Whether it is shown in the view even if it is small, because more ids may be added one by one. */
  readonly inView?: boolean;
}

/** The review of this window. Found ids are kept here until the user has chosen which of them to add to the list. */
export class Reviews implements vscode.Disposable {
  readonly #app: App;
  #tree: ReviewTree | undefined;
  /** The review that is shown in the view. */
  #open: Review | undefined;
  /** The id of the integration that each review was last shown for. */
  readonly #shownFor = new WeakMap<Review, string>();
  #isDisposed = false;

  constructor(app: App) {
    this.#app = app;
  }

  /**
   * Shows found ids for the user to choose from, and adds those that are accepted. If a review is open in the view,
   * they are added to that one. True only if the user accepted in the pick list and all chosen ids were listed.
   */
  async review(found: Found, { inView = false }: ReviewOptions = {}): Promise<boolean> {
    const target = await addTarget(this.#app);
    if (target === undefined) return false;
    if (found.sources.every(({ findings }) => findings.length === 0)) {
      this.#tellNothing(found);
      return false;
    }
    const review = this.#open ?? new Review();
    await review.add(found, target.keys);
    await this.#mark(review, target);
    const rows = review.groups.reduce(
      (sum, { sessions, others }) => sum + sessions.rows.length + others.rows.length,
      0,
    );
    // If a review is open in the view, its ids must not be lost: what is found now is added to it.
    const isMuch = inView || this.#open !== undefined || rows > mostPicked;
    const answer = isMuch
      ? 'inView'
      : await pickReviewed(review, titleOf(target.integration), (row) => void this.openSource(row));
    if (answer === 'inView') await this.#showInView(review, target);
    return answer === 'accepted' && (await this.#list(review));
  }

  /**
   * "Add to the List": lists the chosen ids with their sources, and closes the review if all of them could be listed.
   */
  async add(): Promise<void> {
    if (this.#open === undefined) return this.#tellNoReview();
    if (this.#open.chosenCount === 0) {
      showResult('info', 'Nothing was added: nothing is chosen in the review.', this.#app.log);
      return;
    }
    const review = this.#open;
    if (await this.#list(review)) this.#close(review);
    else await this.#refresh();
  }

  /** "Discard Review": lists nothing. A button in the message opens the review again. */
  async discard(): Promise<void> {
    const review = this.#open;
    if (review === undefined) return this.#tellNoReview();
    this.#close(review);
    const text = `The review is discarded: none of its ${numberText(review.size)} ids was added.`;
    const again = { title: 'Review Again', run: () => this.#reopen(review) };
    showResult('info', text, this.#app.log, [again]);
    return Promise.resolve();
  }

  /** "Select All". */
  async chooseAll(): Promise<void> {
    if (this.#open === undefined) return this.#tellNoReview();
    await this.#open.chooseAll();
    await this.#refresh();
  }

  /** "Select None". */
  async chooseNone(): Promise<void> {
    if (this.#open === undefined) return this.#tellNoReview();
    await this.#open.chooseNone();
    await this.#refresh();
  }

  /** "Filter Review…": by the roles of ids. Escape changes nothing. */
  async filter(): Promise<void> {
    const review = this.#open;
    if (review === undefined) return this.#tellNoReview();
    const choices = (Object.keys(roleTitles) as ReviewRole[])
      .filter((role) => review.countOf(role) > 0)
      .map((role) => ({
        label: roleTitles[role],
        description: numberText(review.countOf(role)),
        picked: review.filter?.has(role) ?? true,
        role,
      }));
    const picked = await vscode.window.showQuickPick(choices, {
      title: 'Filter the Review',
      placeHolder: 'What should the review show? What it hides stays as it is chosen.',
      canPickMany: true,
    });
    if (picked === undefined) return;
    const isAll = picked.length === 0 || picked.length === choices.length;
    review.filter = isAll ? undefined : new Set(picked.map(({ role }) => role));
    await this.#refresh();
  }

  /** "Open Source": of the given row, or of the selected one. */
  async open([handedOver]: readonly unknown[]): Promise<void> {
    const node = (handedOver ?? this.#tree?.selection[0]) as ReviewNode | undefined;
    if (node?.kind === 'row') return this.openSource(node.row);
    showResult('info', 'Nothing was opened: select an id in the review first.', this.#app.log);
  }

  /** Shows the source of a row without taking the focus. */
  async openSource({ of, line, column, section }: ReviewRow): Promise<void> {
    const { uri } = section.group;
    if (uri === undefined) return;
    const problem =
      of === undefined
        ? await showPlace(uri, line, column)
        : await showSource(of.id, { uri, line }, { preserveFocus: true });
    if (problem !== undefined) showResult('warning', problem, this.#app.log);
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#open !== undefined) this.#close(this.#open);
    this.#tree?.dispose();
  }

  /** Lists the chosen ids of a review. True if all of them could be listed. */
  async #list(review: Review): Promise<boolean> {
    const target = await addTarget(this.#app);
    if (target === undefined) return false;
    if (this.#shownFor.get(review) === target.integration.id)
      return listChosen(this.#app, target, await review.chosen());
    // A choice made for one integration, perhaps a TEST one, must not be used for another.
    await this.#mark(review, target);
    await this.#showInView(review, target);
    const text = `Nothing was added: the current integration is ${titleOf(target.integration)} by now. The review shows what its list has; add once more.`;
    showResult('warning', text, this.#app.log);
    return false;
  }

  async #mark(review: Review, { integration }: AddTarget): Promise<void> {
    const key = integration.id;
    await review.mark((ids) => this.#marksOf(key, ids));
    this.#shownFor.set(review, key);
  }

  #marksOf(integration: string, ids: readonly SessionId[]): ReadonlyMap<SessionId, ReviewMark> {
    const entries = entriesOfSessions(this.#app.records().database, ids);
    const here = entries.filter((entry) => entry.integration === integration);
    return new Map(here.map((entry) => [entry.sessionId, markOf(entry)]));
  }

  #showInView(review: Review, target: AddTarget): Promise<void> {
    if (this.#isDisposed) return Promise.resolve();
    this.#open = review;
    this.#tree ??= new ReviewTree(() => void this.#refresh());
    this.#tree.show(review, titleOf(target.integration));
    return this.#reveal();
  }

  async #reveal(): Promise<void> {
    await vscode.commands.executeCommand('setContext', contextKeys.isReviewOpen, true);
    await vscode.commands.executeCommand(`${views.review}.focus`);
  }

  async #reopen(review: Review): Promise<void> {
    try {
      // Another review may have been opened meanwhile, and must not be replaced.
      if (this.#open !== undefined) return;
      const target = await addTarget(this.#app);
      if (target === undefined) return;
      await this.#mark(review, target);
      await this.#showInView(review, target);
    } catch (error) {
      showFailure(error, this.#app.log);
    }
  }

  /** Shows the current state of the open review. */
  async #refresh(): Promise<void> {
    try {
      const target = await addTarget(this.#app);
      // Checked after the wait: the review may have been closed or replaced meanwhile.
      if (target !== undefined && this.#open !== undefined)
        this.#tree?.show(this.#open, titleOf(target.integration));
    } catch (error) {
      showFailure(error, this.#app.log);
    }
  }

  #close(review: Review): void {
    if (this.#open !== review) return;
    this.#open = undefined;
    this.#tree?.clear();
    void vscode.commands.executeCommand('setContext', contextKeys.isReviewOpen, false);
  }

  #tellNothing({ skipped, isCancelled }: Found): void {
    showResult('warning', nothingText({ skipped, isCut: isCancelled }), this.#app.log);
  }

  #tellNoReview(): Promise<void> {
    showResult('info', 'No review is open: “Find Session IDs…” opens one.', this.#app.log);
    return Promise.resolve();
  }
}

function markOf({ state, heldAt }: Entry): ReviewMark {
  if (state === 'deleted' || state === 'notFound') return state;
  return heldAt === undefined ? 'listed' : 'held';
}

async function showPlace(uri: string, line: number, column: number): Promise<string | undefined> {
  const place = new vscode.Position(line, column);
  try {
    const options = { selection: new vscode.Range(place, place), preview: true, preserveFocus: true };
    await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), options);
    return undefined;
  } catch {
    // Deleted, not a text, or too large. VS Code's own error text does not help the user.
    return 'Nothing was opened: the file cannot be shown as a text.';
  }
}
