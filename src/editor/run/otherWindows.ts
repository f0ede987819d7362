import type * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import type { CleanupRun } from './cleanupRun.ts';
import { startTimer } from '../app/startTimer.ts';

// What another window does is seen at once while the list is looked at.
const visibleMs = 1000;
// Time alone changes what is shown. A little less than the runner's half minute, which a timer may cut short.
const agedMs = 29_000;

/**
 * Notices what other windows write to the database, and that time has passed: slots come free by themselves. While the
 * view is hidden it has no timer of its own and looks when the runner does; it never writes.
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

  // A database that cannot be read is reported by whoever needs it; here it is only another state to show.
  #version(): number | undefined {
    try {
      return this.#app.dataVersion();
    } catch {
      return undefined;
    }
  }
}
