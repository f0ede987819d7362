import * as vscode from 'vscode';
import { contextKeys, views } from '../../../src/contributions.ts';
import type { ListNode } from '../../../src/editor/list/view/listRows.ts';
import { eventually } from '../process/eventually.ts';
import { person } from './personAtWindow.ts';

/** The ids of the rows that the provider has asked VS Code to redraw; undefined is everything. */
export interface Fired {
  readonly atMs: number;
  readonly ids: readonly string[] | undefined;
  readonly nodes: readonly ListNode[];
}

/** The list's tree as VS Code asks for it, and the events that it fires. */
export class TreeAtWindow {
  readonly view: vscode.TreeView<unknown>;
  readonly provider: vscode.TreeDataProvider<unknown>;
  readonly fired: Fired[] = [];
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
      const isAll = rows === undefined || rows === null;
      const nodes = (isAll ? [] : Array.isArray(rows) ? rows : [rows]) as readonly ListNode[];
      this.fired.push({ atMs: performance.now(), nodes, ids: isAll ? undefined : nodes.map(({ id }) => id) });
    });
  }

  /** What was fired, as soon as there are at least `count` events: the ids of the rows, undefined for everything. */
  async fires(count: number): Promise<readonly Fired['ids'][]> {
    await eventually(`${count} are fired`, () => this.fired.length >= count);
    return this.fired.map(({ ids }) => ids);
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${views.list}.focus`);
    await eventually('the view is seen', () => this.view.visible);
  }

  async hide(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await eventually('the view is hidden', () => !this.view.visible);
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
