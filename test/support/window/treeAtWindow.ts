import * as vscode from 'vscode';
import { contextKeys, views } from '../../../src/contributions.ts';
import type { ListNode } from '../../../src/editor/list/view/listRows.ts';
import { eventually } from '../process/eventually.ts';
import { person } from './personAtWindow.ts';

/** The list's tree as VS Code asks for it, and when it fires. */
export class TreeAtWindow {
  readonly view: vscode.TreeView<unknown>;
  readonly provider: vscode.TreeDataProvider<unknown>;
  /** When the provider has told VS Code to request everything again (ms of `performance.now`). */
  readonly fired: number[] = [];
  readonly #ask: (parent: unknown) => vscode.ProviderResult<unknown[]>;
  /** The ids of the rows whose children VS Code has asked for. */
  readonly #asked = new Set<string>();

  /** The tree of the extension that is active now, made visible and filled. */
  static async opened(): Promise<TreeAtWindow> {
    const found = await eventually('the tree', () => [...person.trees][0]);
    const tree = new TreeAtWindow(...found);
    await tree.show();
    await eventually('VS Code has asked for all that can be seen', async () =>
      (await tree.#open()).every((id) => tree.#asked.has(id)),
    );
    await eventually('its menus know the list', () => person.contextKeys.has(contextKeys.isListUnusable));
    tree.fired.length = 0;
    return tree;
  }

  private constructor(view: vscode.TreeView<unknown>, provider: vscode.TreeDataProvider<unknown>) {
    this.view = view;
    this.provider = provider;
    this.#ask = provider.getChildren.bind(provider);
    provider.getChildren = (parent) => {
      this.#asked.add((parent as ListNode | undefined)?.id ?? '');
      return this.#ask(parent);
    };
    this.provider.onDidChangeTreeData?.((rows) => {
      if (rows !== undefined) throw new Error('Only a part is fired.');
      this.fired.push(performance.now());
    });
  }

  /** Resolves when something was fired. */
  async fires(): Promise<void> {
    await eventually('something is fired', () => this.fired.length > 0);
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${views.list}.focus`);
    await eventually('the view is seen', () => this.view.visible);
  }

  async hide(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await eventually('the view is hidden', () => !this.view.visible);
  }

  /** Whether exactly this row is selected; VS Code may have it as another object with the same id. */
  isSelected({ id }: ListNode): boolean {
    const [selected, ...others] = this.view.selection as readonly (ListNode | undefined)[];
    return selected?.id === id && others.length === 0;
  }

  async children(parent?: ListNode): Promise<readonly ListNode[]> {
    return ((await this.#ask(parent)) ?? []) as readonly ListNode[];
  }

  async item(node: ListNode): Promise<vscode.TreeItem> {
    return this.provider.getTreeItem(node);
  }

  /** The rows of open groups and pages, one line each, indented: label and description. */
  async drawn(parent?: ListNode, indent = ''): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const node of await this.children(parent)) {
      const { description, collapsibleState } = await this.item(node);
      lines.push(`${indent}${node.row.label} ${String(description)}`.trimEnd());
      if (collapsibleState === vscode.TreeItemCollapsibleState.Expanded)
        lines.push(...(await this.drawn(node, `${indent}  `)));
    }
    return lines;
  }

  /** The node with this id, searched in open groups and pages. */
  async node(id: string, parent?: ListNode): Promise<ListNode> {
    const found = await this.#find(id, parent);
    if (found === undefined) throw new Error(`There is no row ${id}.`);
    return found;
  }

  /** The ids of all open rows, and of the root. */
  async #open(parent?: ListNode): Promise<readonly string[]> {
    const ids = [parent?.id ?? ''];
    for (const node of await this.children(parent)) {
      const { collapsibleState } = await this.item(node);
      if (collapsibleState === vscode.TreeItemCollapsibleState.Expanded)
        ids.push(...(await this.#open(node)));
    }
    return ids;
  }

  async #find(id: string, parent: ListNode | undefined): Promise<ListNode | undefined> {
    for (const node of await this.children(parent)) {
      if (node.id === id) return node;
      const below = node.kind === 'entry' ? undefined : await this.#find(id, node);
      if (below !== undefined) return below;
    }
    return undefined;
  }
}
