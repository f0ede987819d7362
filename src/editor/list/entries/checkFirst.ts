import * as vscode from 'vscode';
import { isOwnerAlive, thisProcess } from '../../../cleanup/attempts/owner.ts';
import type { Entry } from '../../../cleanup/list/entry.ts';
import { checkList, type CheckProgress, type CheckResults } from '../../../cleanup/runner/checkList.ts';
import { commands } from '../../../contributions.ts';
import type { App } from '../../app/app.ts';
import { entriesOn } from '../../app/entriesOn.ts';
import { inParts } from '../../app/inParts.ts';
import { lookUpEntry } from '../../app/lookUp.ts';
import { showResult } from '../../app/messages.ts';
import { withProgress } from '../../app/progress.ts';
import { startTimer } from '../../app/startTimer.ts';
import { timeText } from '../../text/timeText.ts';
import type { CleanupView } from '../view/cleanupView.ts';
import { checkText } from '../../text/checkText.ts';
import { chosenEntries } from './chosenEntries.ts';
import { whyNotLookedUp } from './eligibility.ts';

/**
 * "Check First": looks all listed or the selected entries up, at the pace of all look-ups, with progress and Cancel. After
 * a restart, the first window continues.
 */
export class CheckFirst implements vscode.Disposable {
  readonly #app: App;
  readonly #subscription: vscode.Disposable;
  readonly #ended = new AbortController();
  #isRunning = false;

  constructor(app: App) {
    this.#app = app;
    this.#subscription = app.onDidWake(() => this.#continue());
  }

  /** Looks up the entries of the passed or selected rows, else all that are listed. */
  async start(view: CleanupView, args: readonly unknown[]): Promise<void> {
    const count = await this.#want(view, args);
    if (count === undefined) return;
    if (count === 0) {
      showResult('info', 'Nothing was checked: no session is listed.', this.#app.log);
      return;
    }
    if (this.#isRunning) return;
    const { switches } = this.#app.records();
    if (switches.mayLookUp(thisProcess, isOwnerAlive)) this.#run();
    else showResult('info', 'Another window is checking sessions, and goes on with these.', this.#app.log);
  }

  dispose(): void {
    this.#ended.abort();
    this.#subscription.dispose();
  }

  async #want(view: CleanupView, args: readonly unknown[]): Promise<number | undefined> {
    const entries: Entry[] = [];
    if (args.length > 0 || view.selectedRows.length > 0) {
      const wish = { title: 'Check First', done: 'checked', offered: [], whyNot: whyNotLookedUp };
      const chosen = await chosenEntries(this.#app, view, args, wish);
      if (chosen === undefined) return undefined;
      entries.push(...chosen.eligible);
    } else for await (const part of entriesOn(this.#app, 'listed', {})) entries.push(...part);
    await inParts(entries, (part) => this.#app.records().wantedLookUps.add(part));
    return entries.length;
  }

  /** Goes on with what an ended window has left. */
  #continue(): void {
    if (this.#isRunning || this.#ended.signal.aborted) return;
    try {
      const { wantedLookUps, switches } = this.#app.records();
      if (wantedLookUps.count() > 0 && switches.mayLookUp(thisProcess, isOwnerAlive)) this.#run();
    } catch {
      // Whoever reads the list next is told what is wrong with it.
    }
  }

  #run(): void {
    this.#isRunning = true;
    void withProgress('Checking sessions', (signal, progress) => this.#check(signal, progress))
      .then(
        (results) => this.#tell(results),
        (error: unknown) => {
          if (!this.#ended.signal.aborted) this.#app.log.failure('the check of the list ended early', error);
        },
      )
      .then(() => (this.#isRunning = false));
  }

  async #check(
    cancelled: AbortSignal,
    progress: vscode.Progress<{ message?: string }>,
  ): Promise<CheckResults> {
    const app = this.#app;
    const { integrations } = await app.store.read();
    const stored = new Map(integrations.map((each) => [each.id, each]));
    const results = await checkList(
      {
        wanted: () => app.records().wantedLookUps,
        lookUp: async (entry, signal) => {
          const integration = stored.get(entry.integration);
          return integration && lookUpEntry(app, integration, entry, signal);
        },
        restMs: () => app.pace.restMs(),
        startTimer,
        tell: (reached) => progress.report({ message: progressText(reached) }),
      },
      AbortSignal.any([cancelled, this.#ended.signal]),
    );
    if (cancelled.aborted) app.records().wantedLookUps.clear();
    return results;
  }

  #tell(results: CheckResults): void {
    if (this.#ended.signal.aborted) return;
    this.#app.wake();
    const { tone, text } = checkText(results);
    this.#app.log.event(text);
    showResult(tone, text, this.#app.log, [
      {
        title: 'Delete Listed Sessions…',
        run: () => vscode.commands.executeCommand(commands.startCleanup),
      },
    ]);
  }
}

function progressText({ done, left, restMs }: CheckProgress): string {
  const now = Date.now();
  return restMs > 0
    ? `Veriff limits look-ups; continues at ${timeText(now + restMs, now)}`
    : `${done} done, ${left} left`;
}
