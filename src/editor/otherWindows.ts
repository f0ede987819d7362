import type * as vscode from 'vscode';
import type { Desk } from './desk.ts';

// What another window does is seen at once while the list is looked at, and soon where only the status bar shows it.
const visibleMs = 1000;
const hiddenMs = 30_000;

/**
 * Notices what other windows write to the database, and that time has passed: slots come free by themselves.
 * While the view is hidden it wakes up twice a minute and reads; it never writes.
 */
export class OtherWindows implements vscode.Disposable {
  readonly #desk: Desk;
  readonly #treeView: vscode.TreeView<unknown>;
  readonly #subscription: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #seenVersion: number | undefined;
  #shownAtMs = 0;

  constructor(desk: Desk, treeView: vscode.TreeView<unknown>) {
    this.#desk = desk;
    this.#treeView = treeView;
    this.#subscription = treeView.onDidChangeVisibility(() => this.#schedule());
    this.#schedule();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), this.#treeView.visible ? visibleMs : hiddenMs);
  }

  #look(): void {
    const version = this.#version();
    const nowMs = this.#desk.clock().monotonicMs;
    if (version !== this.#seenVersion || nowMs - this.#shownAtMs >= hiddenMs) {
      this.#seenVersion = version;
      this.#shownAtMs = nowMs;
      this.#desk.changed();
    }
    this.#schedule();
  }

  // A database that cannot be read is reported by whoever needs it; here it is only another state to show.
  #version(): number | undefined {
    try {
      return this.#desk.dataVersion();
    } catch {
      return undefined;
    }
  }
}
