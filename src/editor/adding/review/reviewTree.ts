import * as vscode from 'vscode';
import { commands, views } from '../../../contributions.ts';
import type { Review } from './review.ts';
import { reviewNodes, rowsBelow, type ReviewNode } from './reviewNodes.ts';
import { headText } from './reviewText.ts';

/**
 * The view "Review", for what is too much for a pick list: sources, and below them what was found there, with
 * checkboxes. It only shows what it is given, and of that only what can be seen.
 */
export class ReviewTree implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<ReviewNode | undefined>();
  readonly #treeView: vscode.TreeView<ReviewNode>;
  readonly #subscriptions: readonly vscode.Disposable[];
  /** One object for each row as long as the review lasts: VS Code knows rows by it. */
  readonly #nodes = new Map<string, ReviewNode>();
  readonly #parents = new Map<string, ReviewNode | undefined>();
  #review: Review | undefined;
  /** Counts the reviews that were shown. */
  #number = 0;

  /** `onChange` is called after the user has chosen something else. */
  constructor(onChange: () => void) {
    this.#treeView = vscode.window.createTreeView<ReviewNode>(views.review, {
      showCollapseAll: true,
      // A source's checkbox must not check what it does not show.
      manageCheckboxStateManually: true,
      treeDataProvider: {
        onDidChangeTreeData: this.#changed.event,
        getChildren: (node) => this.#children(node),
        // VS Code remembers what was closed by the id: what the user closed in one review would be closed in the next.
        getTreeItem: (node) => reviewItem(node, `${this.#number}:${node.id}`),
        getParent: (node) => this.#parents.get(node.id),
      },
    });
    this.#subscriptions = [
      this.#changed,
      this.#treeView,
      this.#treeView.onDidChangeCheckboxState(({ items }) => void this.#check(items).then(onChange)),
    ];
  }

  /** The rows that are selected. */
  get selection(): readonly ReviewNode[] {
    return this.#treeView.selection;
  }

  /** Shows a review as it is now; `title` is that of the integration whose list it would go to. */
  show(review: Review, title: string): void {
    if (review !== this.#review) {
      this.#forget();
      this.#number += 1;
    }
    this.#review = review;
    this.#treeView.description = `for ${title}`;
    this.#treeView.message = headText(review);
    this.#changed.fire(undefined);
  }

  /** Shows nothing any more. */
  clear(): void {
    this.#forget();
    this.#treeView.message = '';
    this.#changed.fire(undefined);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#forget();
  }

  #forget(): void {
    this.#review = undefined;
    this.#nodes.clear();
    this.#parents.clear();
  }

  #children(parent: ReviewNode | undefined): ReviewNode[] {
    if (this.#review === undefined) return [];
    return reviewNodes(this.#review, parent).map((node) => {
      const known = this.#nodes.get(node.id);
      if (known !== undefined) return Object.assign(known, node);
      this.#nodes.set(node.id, node);
      this.#parents.set(node.id, parent);
      return node;
    });
  }

  async #check(items: readonly (readonly [ReviewNode, vscode.TreeItemCheckboxState])[]): Promise<void> {
    const review = this.#review;
    if (review === undefined) return;
    for (const [node, state] of items)
      await review.choose(rowsBelow(review, node), state === vscode.TreeItemCheckboxState.Checked);
  }
}

function reviewItem(node: ReviewNode, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, collapsibleState(node));
  item.id = id;
  item.description = node.description;
  item.tooltip = node.tooltip;
  item.accessibilityInformation = { label: node.spoken };
  if (node.icon !== undefined) item.iconPath = new vscode.ThemeIcon(node.icon);
  if (node.checkbox !== undefined)
    item.checkboxState = {
      state: node.checkbox.isChecked
        ? vscode.TreeItemCheckboxState.Checked
        : vscode.TreeItemCheckboxState.Unchecked,
      tooltip: node.checkbox.spoken,
      accessibilityInformation: { label: node.checkbox.spoken },
    };
  if (node.kind === 'add') item.command = { command: commands.addReviewed, title: node.label };
  if (node.kind === 'row' && node.row.section.group.uri !== undefined)
    item.command = { command: commands.openReviewed, title: 'Open Source', arguments: [node] };
  return item;
}

function collapsibleState({ isOpen }: ReviewNode): vscode.TreeItemCollapsibleState {
  if (isOpen === undefined) return vscode.TreeItemCollapsibleState.None;
  return isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
