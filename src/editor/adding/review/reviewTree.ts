import * as vscode from 'vscode';
import { commands, views } from '../../../contributions.ts';
import type { Review } from './review.ts';
import { reviewNodes, rowsBelow, type ReviewNode } from './reviewNodes.ts';
import { headText } from './reviewText.ts';

/**
 * The view "Review", for more ids than a pick list can show: sources with their ids below them, and checkboxes. It only
 * renders the review it is given, and only the visible rows.
 */
export class ReviewTree implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<ReviewNode | undefined>();
  readonly #treeView: vscode.TreeView<ReviewNode>;
  readonly #subscriptions: readonly vscode.Disposable[];
  /** One object for each row during a review: VS Code identifies rows by their object. */
  readonly #nodes = new Map<string, ReviewNode>();
  readonly #parents = new Map<string, ReviewNode | undefined>();
  #review: Review | undefined;
  /** The number of reviews shown so far. */
  #number = 0;

  /** `onChange` is called after the user has changed a choice. */
  constructor(onChange: () => void) {
    this.#treeView = vscode.window.createTreeView<ReviewNode>(views.review, {
      showCollapseAll: true,
      // A source's checkbox must not check rows that are hidden.
      manageCheckboxStateManually: true,
      treeDataProvider: {
        onDidChangeTreeData: this.#changed.event,
        getChildren: (node) => this.#children(node),
        // VS Code remembers collapsed rows by id. The number keeps a row collapsed in one review from being so in the
        // next.
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

  get selection(): readonly ReviewNode[] {
    return this.#treeView.selection;
  }

  /** Shows the current state of a review; `title` is that of the integration whose list the ids would be added to. */
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
