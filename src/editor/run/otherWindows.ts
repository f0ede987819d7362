import type * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import type { CleanupRun } from './cleanupRun.ts';
import { startTimer } from '../app/startTimer.ts';

// While the list is visible, changes of other windows are shown after this time at most.
const visibleMs = 1000;
// Time alone changes what is shown. A little less than the runner's half minute, because a timer may fire early.
const agedMs = 29_000;

/**
 * Refreshes the view when another window has written to the database, and when time has passed, because slots become
 * free. While the view is hidden it has no timer and checks at each turn of the runner. It never writes.
 */
export class OtherWindows implements vscode.Disposable {
  readonly #app: App;
  readonly #treeView: vscode.TreeView<unknown>;
  readonly #subscriptions: readonly vscode.Disposable[];
  #stopTimer: (() => void) | undefined;
  #seenVersion: number | undefined;
  #shownAtMs: number;

  constructor(app: App, run: CleanupRun, treeView: vscode.TreeView<unknown>) {
    this.#app = app;
    this.#treeView = treeView;
    this.#shownAtMs = app.clock().monotonicMs;
    this.#subscriptions = [
      treeView.onDidChangeVisibility(() => this.#schedule()),
      run.onTurn(() => this.#look()),
    ];
    this.#schedule();
  }

  dispose(): void {
    this.#stopTimer?.();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #schedule(): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#treeView.visible
      ? startTimer(visibleMs, () => {
          this.#look();
          this.#schedule();
        })
      : undefined;
  }

  #look(): void {
    const version = this.#version();
    const nowMs = this.#app.clock().monotonicMs;
    if (version === this.#seenVersion && nowMs - this.#shownAtMs < agedMs) return;
    this.#seenVersion = version;
    this.#shownAtMs = nowMs;
    this.#app.changed();
  }

  // A database that cannot be read is reported by the command that needs it; here it only counts as another version.
  #version(): number | undefined {
    try {
      return this.#app.dataVersion();
    } catch {
      return undefined;
    }
  }
}
