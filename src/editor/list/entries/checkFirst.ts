import * as vscode from 'vscode';
import { isOwnerAlive, thisProcess } from '../../../cleanup/attempts/owner.ts';
import type { Entry } from '../../../cleanup/list/entry.ts';
import { commands } from '../../../contributions.ts';
import { endsLookUps, type LookUpOutcome } from '../../../veriff/outcome.ts';
import type { App } from '../../app/app.ts';
import { entriesOn } from '../../app/entriesOn.ts';
import { inParts } from '../../app/inParts.ts';
import type { Integration } from '../../app/integration.ts';
import { lookUpEntry } from '../../app/lookUp.ts';
import { showResult } from '../../app/messages.ts';
import { withProgress } from '../../app/progress.ts';
import { startTimer } from '../../app/startTimer.ts';
import { timeText } from '../../text/timeText.ts';
import type { CleanupView } from '../view/cleanupView.ts';
import { checkText } from '../../text/checkText.ts';
import { chosenEntries } from './chosenEntries.ts';
import { whyNotLookedUp } from './eligibility.ts';

/** As many as may be out at once, see `LookUpPace`. */
const mostAtOnce = 4;

/**
 * "Check First": looks all listed or the selected entries up, at the pace of all look-ups, with progress and Cancel. After
 * a restart, the first window continues.
 */
export class CheckFirst implements vscode.Disposable {
  readonly #app: App;
  readonly #subscription: vscode.Disposable;
  readonly #out = new Set<number>();
  #round: Round | undefined;
  #isDisposed = false;

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
    if (this.#round !== undefined) return;
    const { switches } = this.#app.records();
    if (switches.mayLookUp(thisProcess, isOwnerAlive)) this.#run();
    else showResult('info', 'Another window is checking sessions, and goes on with these.', this.#app.log);
  }

  dispose(): void {
    this.#isDisposed = true;
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
    if (this.#round !== undefined || this.#isDisposed) return;
    try {
      const { wantedLookUps, switches } = this.#app.records();
      if (wantedLookUps.count() > 0 && switches.mayLookUp(thisProcess, isOwnerAlive)) this.#run();
    } catch {
      // Whoever reads the list next is told what is wrong with it.
    }
  }

  #run(): void {
    const round = new Round();
    this.#round = round;
    void withProgress('Checking sessions', (signal, progress) => this.#work(round, signal, progress))
      .then(
        () => this.#tell(round),
        (error: unknown) => {
          if (!this.#isDisposed) this.#app.log.failure('the check of the list ended early', error);
        },
      )
      .then(() => (this.#round = undefined));
  }

  async #work(
    round: Round,
    signal: AbortSignal,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
  ): Promise<void> {
    const { integrations } = await this.#app.store.read();
    const stored = new Map(integrations.map((each) => [each.id, each]));
    await Promise.all(
      Array.from({ length: mostAtOnce }, async () => {
        while (!signal.aborted && !this.#isDisposed) {
          if (await this.#rest(signal, progress)) continue;
          const entry = this.#take();
          if (entry === undefined) return;
          await this.#lookUp(round, stored.get(entry.integration), entry, signal);
          this.#out.delete(entry.id);
          const left = this.#app.records().wantedLookUps.count();
          progress.report({ message: `${round.outcomes.length} done, ${left} left` });
        }
      }),
    );
    round.isCancelled = signal.aborted;
    if (signal.aborted) this.#app.records().wantedLookUps.clear();
  }

  /** Waits while Veriff limits look-ups; returns whether it did. */
  async #rest(signal: AbortSignal, progress: vscode.Progress<{ message?: string }>): Promise<boolean> {
    const restMs = this.#app.pace.restMs();
    if (restMs === 0) return false;
    const now = Date.now();
    progress.report({ message: `Veriff limits look-ups; continues at ${timeText(now + restMs, now)}` });
    await new Promise<void>((resolve) => {
      const stop = startTimer(Math.min(restMs, longestPauseMs), resolve);
      const end = (): void => {
        stop();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
    });
    return true;
  }

  #take(): Entry | undefined {
    const { wantedLookUps } = this.#app.records();
    const entry = wantedLookUps.next(mostAtOnce + 1).find(({ id }) => !this.#out.has(id));
    if (entry !== undefined) this.#out.add(entry.id);
    return entry;
  }

  async #lookUp(
    round: Round,
    integration: Integration | undefined,
    entry: Entry,
    signal: AbortSignal,
  ): Promise<void> {
    const { wantedLookUps } = this.#app.records();
    if (integration === undefined) {
      round.notStored += wantedLookUps.endOf(entry.integration);
      return;
    }
    const outcome = await lookUpEntry(this.#app, integration, entry, signal);
    if (signal.aborted || isLimited(outcome)) return;
    this.#app.records().wantedLookUps.end(entry);
    round.outcomes.push(outcome);
    // An entry that has left the list or moved to another integration was not asked about.
    const isOfEntry = outcome.kind === 'notSent' && outcome.reason === 'cancelled';
    if (endsLookUps(outcome) && !isOfEntry)
      round.notAsked += this.#app.records().wantedLookUps.endOf(entry.integration);
  }

  #tell(round: Round): void {
    if (this.#isDisposed) return;
    this.#app.wake();
    const { tone, text } = checkText(round);
    this.#app.log.event(text);
    showResult(tone, text, this.#app.log, [
      {
        title: 'Delete Listed Sessions…',
        run: () => vscode.commands.executeCommand(commands.startCleanup),
      },
    ]);
  }
}

// No timer is trusted for longer than a minute.
const longestPauseMs = 60_000;

/** Veriff limits look-ups: the entry stays wanted. */
function isLimited(outcome: LookUpOutcome): boolean {
  return outcome.kind === 'limited' || (outcome.kind === 'notSent' && outcome.reason === 'lookUpsLimited');
}

/** The results of one round. */
class Round {
  readonly outcomes: LookUpOutcome[] = [];
  /** How many were not asked for, since their integration is not stored here, or after an answer that all would get. */
  notStored = 0;
  notAsked = 0;
  isCancelled = false;
}
