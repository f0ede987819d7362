import { byPlace } from '../../../cleanup/list/positions.ts';
import type { AttemptBook } from '../../../cleanup/attempts/attemptBook.ts';
import type { Entry, EntryGroup } from '../../../cleanup/list/entry.ts';
import type { Positions } from '../../../cleanup/list/positions.ts';
import type { EntryFilter, EntryGroups } from '../../../cleanup/list/entryGroups.ts';
import { groupNames, type GroupName, type ListChoice } from './listFilter.ts';

/** How many entries are shown directly below a group; if there are more, each page has this many. */
export const pageSize = 200;
// Even if an integration may send a thousand an hour, "Next up" stays short.
const mostNextUp = 20;

export interface OutlineSources {
  readonly groups: Pick<EntryGroups, 'counts' | 'integrationsOn' | 'page' | 'matching'>;
  readonly positions: Pick<Positions, 'hasUnchecked' | 'uncheckedPages'>;
  readonly book: Pick<AttemptBook, 'limits'>;
  /** The ids of the integrations whose credentials are stored here; nothing is sent for others. */
  readonly stored: ReadonlySet<string>;
}

export interface GroupOutline {
  readonly name: GroupName;
  readonly count: number;
}

const entryGroupsByName: Readonly<Record<Exclude<GroupName, 'nextUp' | 'waiting'>, EntryGroup>> = {
  needsYou: 'needsYou',
  sending: 'sending',
  held: 'held',
  listed: 'listed',
  notFound: 'notFound',
  done: 'done',
};

/**
 * The groups of the list at one moment, with the chosen filter and order. It reads counts and the next entries, and the
 * rest only on demand. All methods throw `DatabaseUnusable` if the file fails.
 */
export class ListGroups {
  readonly #sources: OutlineSources;
  readonly #choice: ListChoice;
  readonly #filter: EntryFilter;
  #nextUp: readonly Entry[] | undefined;
  #counts: ReadonlyMap<EntryGroup, number> | undefined;
  #uncheckedPages: ReadonlySet<number> | undefined;

  constructor(sources: OutlineSources, choice: ListChoice) {
    this.#sources = sources;
    this.#choice = choice;
    const { integrations, text } = choice.filter;
    this.#filter = { ...(integrations && { integrations }), ...(text !== undefined && { text }) };
  }

  /** The groups that are not empty, in order. */
  groups(): readonly GroupOutline[] {
    const chosen = this.#choice.filter.groups ?? groupNames;
    return groupNames
      .filter((name) => chosen.includes(name))
      .map((name) => ({ name, count: this.count(name) }))
      .filter(({ count }) => count > 0);
  }

  /** The number of entries in a group. */
  count(name: GroupName): number {
    if (name === 'nextUp') return this.#next().length;
    return name === 'waiting' ? this.#queuedCount() + this.#on('later') : this.#on(entryGroupsByName[name]);
  }

  /** Up to `most` entries of a group, starting at index `from` (from 0). */
  entries(name: GroupName, from: number, most = pageSize): readonly Entry[] {
    const { groups } = this.#sources;
    const { order } = this.#choice;
    if (name === 'nextUp') return this.#next().slice(from, from + most);
    if (name !== 'waiting') return groups.page(entryGroupsByName[name], this.#filter, order, from, most);
    // Queued entries first, then those that are retried or looked up again.
    const queued = this.#queuedCount();
    const except = this.#next().map(({ id }) => id);
    const first = from < queued ? groups.page('queue', { ...this.#filter, except }, order, from, most) : [];
    if (first.length === most) return first;
    return [
      ...first,
      ...groups.page('later', this.#filter, order, Math.max(0, from - queued), most - first.length),
    ];
  }

  /** Whether all listed entries are checked, in the whole group or in one page (`page` counts from 0). */
  isChecked(page?: number): boolean {
    const { positions } = this.#sources;
    if (page === undefined) return !positions.hasUnchecked(this.#filter);
    this.#uncheckedPages ??= positions.uncheckedPages(this.#filter, this.#choice.order, pageSize);
    return !this.#uncheckedPages.has(page);
  }

  #on(group: EntryGroup): number {
    this.#counts ??= this.#sources.groups.counts(this.#filter);
    return this.#counts.get(group) ?? 0;
  }

  #queuedCount(): number {
    return Math.max(0, this.#on('queue') - this.#next().length);
  }

  /** The entries of "Next up": for each integration, as many as its tightest limit allows at once. */
  #next(): readonly Entry[] {
    this.#nextUp ??= this.#readNext();
    return this.#nextUp;
  }

  #readNext(): readonly Entry[] {
    if (this.#on('queue') === 0) return [];
    const { groups, book, stored } = this.#sources;
    const { integrations = groups.integrationsOn(['queue']), text } = this.#filter;
    const first = integrations
      .filter((integration) => stored.has(integration))
      .flatMap((integration) => {
        const most = Math.min(mostNextUp, ...book.limits(integration).map(({ count }) => count));
        return groups.page('queue', { integrations: [integration] }, 'place', 0, most);
      })
      .sort(byPlace);
    if (text === undefined) return first;
    const matching = new Set(
      groups.matching(
        first.map(({ id }) => id),
        { text },
      ),
    );
    return first.filter(({ id }) => matching.has(id));
  }
}
