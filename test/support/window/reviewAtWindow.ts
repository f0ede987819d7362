import * as vscode from 'vscode';
import { contextKeys, views } from '../../../src/contributions.ts';
import type { ReviewNode } from '../../../src/editor/adding/review/reviewNodes.ts';
import { eventually } from '../process/eventually.ts';
import { person } from './personAtWindow.ts';

/** The view "Review" as VS Code asks for it. */
export class ReviewAtWindow {
  readonly view: vscode.TreeView<unknown>;
  readonly #provider: vscode.TreeDataProvider<unknown>;

  /** Waits until the view is shown. */
  static async opened(): Promise<ReviewAtWindow> {
    // The first tree is the list's, which exists from the start.
    const [view, provider] = await eventually('the review', () => [...person.trees][1]);
    await eventually('the review is seen', () => isReviewOpen() && view.visible);
    return new ReviewAtWindow(view, provider);
  }

  private constructor(view: vscode.TreeView<unknown>, provider: vscode.TreeDataProvider<unknown>) {
    this.view = view;
    this.#provider = provider;
  }

  async children(parent?: ReviewNode): Promise<readonly ReviewNode[]> {
    return ((await this.#provider.getChildren(parent)) ?? []) as readonly ReviewNode[];
  }

  /** The row at a path of labels. */
  async row(...labels: readonly string[]): Promise<ReviewNode> {
    let found: ReviewNode | undefined;
    for (const label of labels) {
      const rows = await this.children(found);
      found = rows.find((node) => node.label === label);
      if (found === undefined)
        throw new Error(`No row ${label} among ${rows.map((row) => row.label).join(', ')}`);
    }
    if (found === undefined) throw new Error('No row was asked for.');
    return found;
  }

  async item(node: ReviewNode): Promise<vscode.TreeItem> {
    return this.#provider.getTreeItem(node);
  }

  /** The open rows, one line each, indented: label, description, and the state of the checkbox. */
  async drawn(parent?: ReviewNode, indent = ''): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const node of await this.children(parent)) {
      const { description, collapsibleState, checkboxState } = await this.item(node);
      const state = typeof checkboxState === 'object' ? checkboxState.state : checkboxState;
      const box = state === undefined ? '' : state === vscode.TreeItemCheckboxState.Checked ? '[x] ' : '[ ] ';
      lines.push(`${indent}${box}${node.label} ${String(description)}`.trimEnd());
      if (collapsibleState === vscode.TreeItemCollapsibleState.Expanded)
        lines.push(...(await this.drawn(node, `${indent}  `)));
    }
    return lines;
  }

  /** Clicks on the checkbox of a row, and waits until that is stored. */
  async ticks(isChecked: boolean, ...labels: readonly string[]): Promise<void> {
    const node = await this.row(...labels);
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    const before = this.view.message;
    person.onTickIn(views.review).fire({ items: [[node, isChecked ? Checked : Unchecked]] });
    await eventually('the choice is counted', () => this.view.message !== before);
  }
}

export function isReviewOpen(): boolean {
  return person.contextKeys.get(contextKeys.isReviewOpen) === true;
}
