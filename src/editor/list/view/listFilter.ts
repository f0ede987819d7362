import type { EntryOrder } from '../../../cleanup/list/entryGroups.ts';
import { visibleText } from '../../text/visibleText.ts';

/** The groups of the list, as the user sees them. */
export type GroupName =
  'needsYou' | 'sending' | 'nextUp' | 'waiting' | 'held' | 'listed' | 'notFound' | 'done';

/** The titles of the groups, in the order of the list. */
export const groupTitles: Readonly<Record<GroupName, string>> = {
  needsYou: 'Needs you',
  sending: 'Sending',
  nextUp: 'Next up',
  waiting: 'Waiting',
  held: 'On hold',
  listed: 'Listed',
  notFound: 'Not found',
  done: 'Done',
};

export const groupNames = Object.keys(groupTitles) as readonly GroupName[];

/** Which entries the view shows. An absent part does not restrict anything; lists and texts are never empty. */
export interface ListFilter {
  readonly groups?: readonly GroupName[];
  /** Ids of integrations. */
  readonly integrations?: readonly string[];
  /** Part of a session id, a source or a note. */
  readonly text?: string;
}

/** The filter and order that the user has chosen; kept until the window closes. */
export interface ListChoice {
  readonly filter: ListFilter;
  readonly order: EntryOrder;
}

export const everything: ListChoice = { filter: {}, order: 'place' };

/** The titles of the orders. */
export const orderTitles: Readonly<Record<EntryOrder, string>> = {
  place: 'As they go',
  added: 'Last added first',
  changed: 'Last changed first',
  source: 'By source',
  sessionId: 'By session id',
};

/** Whether the view may show less than the list contains. */
export function isFiltered({ groups, integrations, text }: ListFilter): boolean {
  return groups !== undefined || integrations !== undefined || text !== undefined;
}

/** The filter without one of its parts. */
export function without(filter: ListFilter, part: keyof ListFilter): ListFilter {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => name !== part));
}

/** The filter in words: “orders.json”, Waiting, Shop (TEST). Empty if nothing is filtered. */
export function filterText(
  { groups, integrations, text }: ListFilter,
  titleOf: (integration: string) => string,
): string {
  return [
    ...(text === undefined ? [] : [`“${visibleText(text, 40)}”`]),
    ...(groups === undefined ? [] : [groups.map((name) => groupTitles[name]).join(' or ')]),
    ...(integrations === undefined ? [] : [[...new Set(integrations.map(titleOf))].join(' or ')]),
  ].join(', ');
}
