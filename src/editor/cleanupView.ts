import * as vscode from 'vscode';
import type { Entry } from '../cleanup/cleanupList.ts';
import type { EntryState } from '../cleanup/entryState.ts';
import { DatabaseUnusable } from '../cleanup/database.ts';
import { rowKinds } from '../contributions.ts';
import type { Desk } from './desk.ts';
import { integrationKey, titleOf, type Integration } from './integration.ts';
import { quotaBadge } from './quotaText.ts';
import { entryRow } from './entryRow.ts';

interface Group {
  readonly kind: 'group';
  readonly title: string;
  readonly states: readonly EntryState[];
  readonly count: number;
  readonly integration: Integration;
}

/** One row of an entry, as commands get it. */
export interface EntryNode {
  readonly kind: 'entry';
  readonly entry: Entry;
  /** When it may be sent, in epoch ms; for entries that wait. */
  readonly expectedAt?: number;
}

type Node = Group | EntryNode;

const groups: readonly Pick<Group, 'title' | 'states'>[] = [
  { title: 'Needs you', states: ['unknown', 'failed', 'blocked'] },
  { title: 'Sending', states: ['sending'] },
  { title: 'Waiting', states: ['confirmed'] },
  { title: 'Listed', states: ['listed'] },
  { title: 'Done', states: ['deleted', 'gone'] },
];

// More rows than anybody reads; the list itself keeps them all.
const mostRows = 200;

/** The tree "Cleanup List": the current integration's entries by what they ask of the user. It only reads. */
export class CleanupView implements vscode.TreeDataProvider<unknown>, vscode.Disposable {
  readonly #desk: Desk;
  readonly #treeView: vscode.TreeView<unknown>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(desk: Desk, treeView: vscode.TreeView<unknown>) {
    this.#desk = desk;
    this.#treeView = treeView;
    this.#subscription = desk.onDidChange(() => this.#changed.fire(undefined));
  }

  async getChildren(node?: unknown): Promise<Node[]> {
    try {
      return node === undefined ? await this.#groups() : this.#entries(node as Group);
    } catch (error) {
      if (!(error instanceof DatabaseUnusable)) throw error;
      this.#head('The cleanup list cannot be used: nothing is sent. See the log (“Veriff: Show Log”).', '');
      this.#desk.log.problem(error.message);
      return [];
    }
  }

  getTreeItem(node: unknown): vscode.TreeItem {
    const shown = node as Node;
    if (shown.kind === 'group') return groupItem(shown);
    const row = entryRow(shown.entry, Date.now(), shown.expectedAt);
    const item = new vscode.TreeItem(row.label);
    item.id = `entry:${shown.entry.id}`;
    item.description = row.description;
    item.tooltip = row.tooltip;
    item.iconPath = new vscode.ThemeIcon(
      row.icon,
      row.color === undefined ? undefined : new vscode.ThemeColor(row.color),
    );
    item.contextValue = shown.entry.state === 'sending' ? rowKinds.sendingEntry : rowKinds.entry;
    item.accessibilityInformation = { label: row.spoken };
    return item;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #groups(): Promise<Node[]> {
    const integration = await this.#desk.store.current();
    if (integration === undefined) {
      this.#head('', '');
      return [];
    }
    const { list, book } = this.#desk.records();
    const key = integrationKey(integration);
    const counts = list.counts(key);
    const state = `${titleOf(integration)} · ${quotaBadge(book.quota(key))}`;
    // The description is cut first where the sidebar is narrow; with an empty list the welcome text stands here.
    this.#head(counts.size > 0 ? state : '', state);
    return groups
      .map(({ title, states }) => ({
        kind: 'group' as const,
        title,
        states,
        integration,
        count: states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0),
      }))
      .filter(({ count }) => count > 0);
  }

  #entries({ states, integration }: Group): Node[] {
    const { list, book } = this.#desk.records();
    const key = integrationKey(integration);
    const entries = list.inStates(key, states, mostRows);
    if (!states.includes('confirmed')) return entries.map((entry) => ({ kind: 'entry', entry }));
    // Those that wait go in the order in which they were put on the list.
    const waiting = entries.toSorted((a, b) => a.id - b.id);
    const forecast = book.forecast(key, waiting.length);
    return waiting.map((entry, index) => ({
      kind: 'entry',
      entry,
      expectedAt: Date.now() + (forecast[index] ?? 0),
    }));
  }

  /** Each assignment is drawn anew, so nothing is assigned twice. */
  #head(message: string, description: string): void {
    if (this.#treeView.message !== message) this.#treeView.message = message;
    if (this.#treeView.description !== description) this.#treeView.description = description;
  }
}

/** Whether a value that a command was handed over is a row of an entry; any extension may hand over anything. */
export function isEntryNode(value: unknown): value is EntryNode {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('entry' in value)) return false;
  const { kind, entry } = value;
  if (kind !== 'entry' || typeof entry !== 'object' || entry === null) return false;
  return (
    'id' in entry &&
    typeof entry.id === 'number' &&
    'sessionId' in entry &&
    typeof entry.sessionId === 'string'
  );
}

function groupItem({ title, count, states }: Group): vscode.TreeItem {
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group:${states.join()}`;
  item.description = String(count);
  item.accessibilityInformation = { label: `${title}, ${count} ${count === 1 ? 'session' : 'sessions'}` };
  return item;
}
