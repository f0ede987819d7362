import type { AttemptBook } from '../../../cleanup/attempts/attemptBook.ts';
import type { EntryGroup } from '../../../cleanup/list/entry.ts';
import type { Positions } from '../../../cleanup/list/positions.ts';
import type { EntryGroups } from '../../../cleanup/list/entryGroups.ts';
import type { Switches } from '../../../cleanup/attempts/switches.ts';
import { isOwnRow, ownRow, type EntryNode } from '../../input/commandArguments.ts';
import { entryText } from './entryText.ts';
import { Expectations } from './expectations.ts';
import type { GroupName, ListChoice } from './listFilter.ts';
import { ListGroups, pageSize } from './listGroups.ts';
import { groupText, pageText, type RowText } from './rowText.ts';

/** The row of an entry. */
export interface ShownEntry extends EntryNode {
  readonly id: string;
  readonly row: RowText;
}

/** The row of a group. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly name: GroupName;
  readonly row: RowText;
}

/** The row of a page, for a group with more than one. */
export interface PageNode {
  readonly kind: 'page';
  readonly id: string;
  readonly name: GroupName;
  /** The index of its first entry in the group, from 0. */
  readonly from: number;
  readonly row: RowText;
}

/** One row of the list. Its id stays the same while it represents the same. */
export type ListNode = ShownEntry | GroupNode | PageNode;

export interface ListSources {
  readonly groups: EntryGroups;
  readonly positions: Positions;
  readonly book: AttemptBook;
  readonly switches: Switches;
  /** The titles of the stored integrations, by id. */
  readonly titles: ReadonlyMap<string, string>;
  /** The text for all other integrations. */
  readonly absent: string;
  /** Epoch ms. */
  readonly now: number;
}

/** All groups; if one of them has an entry, the list is not empty. */
export const everyGroup: readonly EntryGroup[] = [
  'needsYou',
  'sending',
  'queue',
  'later',
  'held',
  'listed',
  'notFound',
  'done',
];

/** The rows of the list at one moment, read on demand. All methods throw `DatabaseUnusable` if the file fails. */
export class ListRows {
  readonly outline: ListGroups;
  readonly expectations: Expectations;
  readonly #sources: ListSources;
  #isMixed: boolean | undefined;

  constructor(sources: ListSources, choice: ListChoice) {
    const { titles } = sources;
    const stored = new Set(titles.keys());
    this.#sources = sources;
    this.outline = new ListGroups({ ...sources, stored }, choice);
    this.expectations = new Expectations({ ...sources, stored });
  }

  /** The rows below a row, or (undefined) the groups. */
  children(parent: ListNode | undefined): readonly ListNode[] {
    switch (parent?.kind) {
      case undefined:
        return this.#groups();
      case 'group': {
        const count = this.outline.count(parent.name);
        return count > pageSize ? this.#pages(parent.name, count) : this.#entries(parent.name, 0);
      }
      case 'page':
        return this.#entries(parent.name, parent.from);
      case 'entry':
        return [];
    }
  }

  #groups(): readonly GroupNode[] {
    return this.outline.groups().map(({ name, count }) =>
      ownRow({
        kind: 'group',
        id: `group:${name}`,
        name,
        row: groupText(name, count, name === 'listed' ? this.outline.isChecked() : undefined),
      }),
    );
  }

  #pages(name: GroupName, total: number): readonly PageNode[] {
    return Array.from({ length: Math.ceil(total / pageSize) }, (_, page) => {
      const from = page * pageSize;
      const count = Math.min(pageSize, total - from);
      const isChecked = name === 'listed' ? this.outline.isChecked(page) : undefined;
      const row = pageText(name, from, count, total, isChecked);
      return ownRow({ kind: 'page', id: `page:${name}:${from}`, name, from, row });
    });
  }

  #entries(name: GroupName, from: number): readonly ShownEntry[] {
    const { titles, absent, now, groups } = this.#sources;
    const entries = this.outline.entries(name, from);
    const expected = this.expectations.of(entries);
    this.#isMixed ??= groups.integrationsOn(everyGroup).length > 1;
    return entries.map((entry) => {
      const title = titles.get(entry.integration);
      const expectation = expected.get(entry.id);
      const row = entryText(entry, {
        now,
        integration: title ?? absent,
        namesIntegration: this.#isMixed === true || title === undefined,
        ...(expectation !== undefined && { expectation }),
      });
      return ownRow({ kind: 'entry', id: `entry:${entry.id}`, entry, row });
    });
  }
}

/** Whether a command's argument is a row that the view made. */
export function isListNode(value: unknown): value is ListNode {
  return isOwnRow(value);
}
