import * as vscode from 'vscode';
import { contextKeys } from '../../../contributions.ts';
import type { Records } from '../../app/app.ts';
import { titleOf, type StoredIntegrations } from '../../app/integration.ts';
import { filterText, isFiltered, type ListChoice } from './listFilter.ts';
import { emptyHead, headText, type CurrentFacts, type ListHead } from './headText.ts';
import type { ListRows } from './listRows.ts';

/** Everything that the view shows at one moment. */
export interface ViewReading {
  readonly records: Records;
  readonly reading: ListRows;
  readonly stored: StoredIntegrations;
  readonly choice: ListChoice;
  readonly titles: ReadonlyMap<string, string>;
  /** The text for an integration without a title. */
  readonly absent: string;
  /** Epoch ms. */
  readonly now: number;
}

type Keys = Readonly<
  Record<'hasIntegration' | 'isListUnusable' | 'isPaused' | 'isStopped' | 'isFiltered' | 'canUndo', boolean>
>;

/**
 * Sets the message, description and badge of the view, and the context keys of its menus. Each is assigned only if it
 * has changed, since VS Code redraws at each assignment.
 */
export class ViewHead {
  readonly #treeView: vscode.TreeView<unknown>;
  readonly #keys = new Map<string, boolean>();

  constructor(treeView: vscode.TreeView<unknown>) {
    this.#treeView = treeView;
  }

  /** Shows the head for `look`. Throws `DatabaseUnusable`; then nothing is changed. */
  show(look: ViewReading): void {
    const { records, choice } = look;
    const current = currentFacts(look);
    const keys: Keys = {
      hasIntegration: look.stored.currentId !== undefined,
      isListUnusable: false,
      isPaused: records.switches.isPaused(),
      isStopped: current?.stop !== undefined,
      isFiltered: isFiltered(choice.filter),
      canUndo: records.list.removedCount() > 0,
    };
    this.#assign(headOf(look, current), keys);
  }

  /** Shows that the list cannot be used: VS Code's welcome text says so. */
  showUnusable(stored: StoredIntegrations, { filter }: ListChoice): void {
    this.#assign(emptyHead, {
      hasIntegration: stored.currentId !== undefined,
      isListUnusable: true,
      isPaused: false,
      isStopped: false,
      isFiltered: isFiltered(filter),
      canUndo: false,
    });
  }

  #assign({ message, description, badge }: ListHead, keys: Keys): void {
    const view = this.#treeView;
    if ((view.message ?? '') !== message) view.message = message;
    if ((view.description ?? '') !== description) view.description = description;
    if (view.badge?.value !== badge?.value || view.badge?.tooltip !== badge?.tooltip) view.badge = badge;
    for (const name of Object.keys(keys) as (keyof Keys)[]) {
      if (this.#keys.get(name) === keys[name]) continue;
      this.#keys.set(name, keys[name]);
      void vscode.commands.executeCommand('setContext', contextKeys[name], keys[name]);
    }
  }
}

function currentFacts({ records, reading, stored }: ViewReading): CurrentFacts | undefined {
  const current = stored.integrations.find(({ id }) => id === stored.currentId);
  if (current === undefined) return undefined;
  const key = current.id;
  const queued = records.groups.counts({ integrations: [key] }).get('queue') ?? 0;
  return {
    title: titleOf(current),
    quota: records.book.quota(key),
    stop: records.switches.stopOf(key),
    lastAt: queued === 0 ? undefined : reading.expectations.slotAt(key, queued - 1),
  };
}

function headOf(
  { records, reading, stored, choice, titles, absent, now }: ViewReading,
  current: CurrentFacts | undefined,
): ListHead {
  const others = stored.integrations.filter(({ id }) => id !== stored.currentId);
  return headText({
    current,
    absent,
    othersStopped: others.filter((other) => records.switches.stopOf(other.id) !== undefined).map(titleOf),
    needsYou: records.groups.counts().get('needsYou') ?? 0,
    isPaused: records.switches.isPaused(),
    isEmpty: reading.outline.groups().length === 0,
    filter: filterText(choice.filter, (key) => titles.get(key) ?? absent),
    order: choice.order,
    now,
  });
}
