import type * as vscode from 'vscode';
import { isOwnerAlive, thisProcess } from '../../cleanup/attempts/owner.ts';
import { Runner, type RunnerEvent } from '../../cleanup/runner/runner.ts';
import { deleteSession } from '../../veriff/client.ts';
import type { App } from '../app/app.ts';
import { type Integration } from '../app/integration.ts';
import { lookUp } from '../app/lookUp.ts';
import { randomSessionId } from '../../veriff/sessionId.ts';
import { RunReport } from './runReport.ts';
import { startTimer } from '../app/startTimer.ts';

/** The runner of this window, with the app's credentials, network and clock; its events go to `RunReport`. */
export class CleanupRun implements vscode.Disposable {
  readonly #app: App;
  readonly #runner: Runner;
  readonly #listeners = new Set<() => void>();
  readonly #report: RunReport;
  readonly #subscription: vscode.Disposable;

  constructor(app: App) {
    this.#app = app;
    this.#report = new RunReport(app);
    this.#runner = new Runner({
      clock: app.clock,
      startTimer,
      owner: thisProcess,
      isOwnerAlive,
      records: () => app.records(),
      ready: async () => (await app.store.read()).integrations.map(({ id }) => id),
      readMeans: (integration) => app.store.readMeans(integration),
      network: {
        send: (integration, sessionId, signal) => deleteSession(integration, sessionId, app.client, signal),
        lookUp: (integration, sessionId, signal) => lookUp(app, integration, sessionId, 'look-up', signal),
        askTime: (integration) =>
          lookUp(app, integration, randomSessionId(), 'server time asked with a random id'),
      },
      tell: (event) => this.#tell(event),
    });
    this.#subscription = app.onDidWake(() => this.#runner.wake());
  }

  /** Runs `work`, which sends what the user waits for; meanwhile the runner starts no requests of this integration. */
  inForeground<T>(integration: Integration, work: () => Promise<T>): Promise<T> {
    return this.#runner.inForeground(integration.id, work);
  }

  /**
   * Calls `listener` at each turn of the runner, at least every half minute. In an idle window there may be no other
   * timer.
   */
  onTurn(listener: () => void): vscode.Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Starts nothing more, and resolves when the last answer has been written to the database. */
  end(): Promise<void> {
    return this.#runner.end();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#runner.dispose();
    this.#report.dispose();
    this.#listeners.clear();
  }

  #tell(event: RunnerEvent): void {
    if (event.kind !== 'turn') return this.#report.tell(event);
    for (const listener of this.#listeners) listener();
    // The runner does this for integrations that exist; an unwritten answer may belong to one that has ended.
    try {
      this.#app.writeAnswers();
    } catch {
      // The same error stops the runner, which reports it.
    }
  }
}
