import * as vscode from 'vscode';
import { DatabaseUnusable } from '../../cleanup/database/databaseUnusable.ts';
import type { StopReason } from '../../cleanup/attempts/switches.ts';
import { stateAfter } from '../../cleanup/list/entryState.ts';
import type { QuotaState } from '../../cleanup/quota/quota.ts';
import type { RunnerEvent } from '../../cleanup/runner/runner.ts';
import { commands, views } from '../../contributions.ts';
import type { App } from '../app/app.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import { actionFor, showFailure, showResult, type MessageAction } from '../app/messages.ts';
import { stopText } from '../text/outcomeText.ts';
import { resumedText } from './runText.ts';

/**
 * Reports what the runner does: each answer in the log, progress in the view, and a message only if the user has to do
 * something.
 */
export class RunReport implements vscode.Disposable {
  readonly #app: App;
  /** Functions that end the progress of a request that is out, by integration. */
  readonly #progress = new Map<string, () => void>();
  /** The last reported problem, so that a disk that stays full does not fill the log. */
  #lastTrouble: string | undefined;
  #troubleTurns = 0;
  readonly #lastNotSent = new Map<string, string>();

  constructor(app: App) {
    this.#app = app;
  }

  tell(event: Exclude<RunnerEvent, { kind: 'turn' }>): void {
    void this.#report(event).catch((error: unknown) => this.#app.log.failure('a report failed', error));
  }

  dispose(): void {
    for (const end of this.#progress.values()) end();
    this.#progress.clear();
  }

  async #report(event: Exclude<RunnerEvent, { kind: 'turn' }>): Promise<void> {
    if (event.kind === 'trouble') {
      this.#trouble(event.error);
      return;
    }
    this.#lastTrouble = undefined;
    if (event.kind === 'sending') this.#showProgress(event.integration.id);
    if (event.kind === 'sent') this.#endProgress(event.integration.id);
    this.#app.changed();
    if (event.kind === 'resumed') return this.#resumed(event.waiting);
    if (event.kind === 'unsendable') {
      this.#unsendable(event.waiting);
      return;
    }
    if (event.kind === 'rolledBack' || event.kind === 'noneKept') {
      this.#app.tellMark(event.kind);
      return;
    }
    // With the integration that the request was made with, even if it was removed meanwhile.
    const { integration } = event;
    if (event.kind === 'sent') this.#sent(integration, event, this.#app.shownQuota(integration.id));
    if (event.kind === 'stopped') this.#stopped(integration, event.reason);
  }

  #sent(
    integration: Integration,
    { sessionId, result }: Extract<RunnerEvent, { kind: 'sent' }>,
    quota: QuotaState | undefined,
  ): void {
    const { log } = this.#app;
    const { outcome, durationMs, recordError } = result;
    // Logged once: a day offline must not write a line every half minute.
    const notSent = outcome.kind === 'notSent' ? outcome.reason : undefined;
    if (notSent === undefined || this.#lastNotSent.get(integration.id) !== notSent) {
      log.deletion({ integration, sessionId, outcome, durationMs, quota });
    }
    if (notSent === undefined) this.#lastNotSent.delete(integration.id);
    else this.#lastNotSent.set(integration.id, notSent);
    if (recordError !== undefined) log.failure('the answer could not be recorded', recordError);
    if (stateAfter(outcome) === 'confirmed') return;
    this.#allDone(integration);
  }

  /** Shows one message when the last session of the queue has been answered. */
  #allDone(integration: Integration): void {
    const { groups } = this.#app.records();
    const counts = groups.counts({ integrations: [integration.id] });
    if (counts.has('queue') || counts.has('sending') || counts.has('later')) return;
    this.#app.log.event(
      `nothing waits any more · ${titleOf(integration)} · ${counts.get('done') ?? 0} done, ${counts.get('needsYou') ?? 0} need you`,
    );
  }

  #stopped(integration: Integration, reason: StopReason): void {
    const { text, nextStep } = stopText(reason);
    const message = `${titleOf(integration)}: ${text}`;
    this.#app.log.problem(message);
    const actions: MessageAction[] = [
      actionFor(nextStep, integration),
      {
        title: 'Resume Cleanup',
        run: () => vscode.commands.executeCommand(commands.resumeCleanup),
      },
    ];
    showResult('error', message, this.#app.log, actions);
  }

  async #resumed(waiting: number): Promise<void> {
    const text = await resumedText(this.#app, waiting);
    this.#app.log.event(text);
    showResult('info', text, this.#app.log, [
      { title: 'Pause', run: () => vscode.commands.executeCommand(commands.pauseCleanup) },
    ]);
  }

  #unsendable(waiting: number): void {
    const what = waiting === 1 ? 'One confirmed session waits' : `${waiting} confirmed sessions wait`;
    const text = `${what} for an integration whose keys are not stored here, so nothing is sent for it. Was the system’s keyring not there when VS Code started? Unlock it and restart VS Code, or add the integration again with the same base URL and API key.`;
    this.#app.log.problem(text);
    showResult('warning', text, this.#app.log, [
      { title: 'Add Integration…', run: () => vscode.commands.executeCommand(commands.addIntegration) },
    ]);
  }

  #trouble(error: unknown): void {
    // The window is closing, so nothing is reported.
    if (error instanceof vscode.CancellationError) return;
    const name = error instanceof DatabaseUnusable ? error.problem : String(error);
    this.#troubleTurns = name === this.#lastTrouble ? this.#troubleTurns + 1 : 1;
    this.#lastTrouble = name;
    if (this.#troubleTurns === 1) {
      this.#app.log.failure('the cleanup stands still, and nothing is sent', error);
      this.#app.changed();
    }
    // Shown at the second turn: a problem that is over after half a minute, such as another program's lock, needs no
    // message.
    if (this.#troubleTurns === 2) showFailure(error, this.#app.log);
  }

  #showProgress(integration: string): void {
    this.#endProgress(integration);
    void vscode.window.withProgress(
      { location: { viewId: views.list } },
      () => new Promise<void>((resolve) => this.#progress.set(integration, resolve)),
    );
  }

  #endProgress(integration: string): void {
    this.#progress.get(integration)?.();
    this.#progress.delete(integration);
  }
}
