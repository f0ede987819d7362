import {
  groupNames,
  groupTitles,
  orderTitles,
  without,
  type GroupName,
  type ListFilter,
} from './listFilter.ts';
import type { EntryOrder } from '../../../cleanup/list/entryGroups.ts';

/** One item of a list with checkboxes. */
export interface FilterChoice<Value> {
  readonly label: string;
  readonly description: string;
  /** Whether it is shown now. */
  readonly picked: boolean;
  readonly value: Value;
}

/** The groups to choose from, each with its number of sessions; all are checked if there is no filter. */
export function groupChoices(
  { groups }: ListFilter,
  countOf: (name: GroupName) => number,
): readonly FilterChoice<GroupName>[] {
  return groupNames.map((name) => ({
    label: groupTitles[name],
    description: String(countOf(name)),
    picked: groups === undefined || groups.includes(name),
    value: name,
  }));
}

/**
 * The integrations to choose from: each stored one (by id, with its title), and all others on the list as a single
 * choice called `absent`, since the user could not tell them apart.
 */
export function integrationChoices(
  { integrations }: ListFilter,
  titles: ReadonlyMap<string, string>,
  onList: readonly string[],
  absent: string,
): readonly FilterChoice<readonly string[]>[] {
  const others = onList.filter((key) => !titles.has(key));
  const known = [...titles].map(([key, label]) => ({ label, value: [key] }));
  return [...known, ...(others.length === 0 ? [] : [{ label: absent, value: others }])].map((choice) => ({
    ...choice,
    description: choice.value.some((key) => onList.includes(key)) ? '' : 'nothing on the list',
    picked: integrations === undefined || choice.value.some((key) => integrations.includes(key)),
  }));
}

/** The filter with these groups; choosing none or all of them removes the filter for groups. */
export function withGroups(filter: ListFilter, groups: readonly GroupName[]): ListFilter {
  const others = without(filter, 'groups');
  return groups.length === 0 || groups.length === groupNames.length ? others : { ...others, groups };
}

/**
 * The filter with these choices of integrations out of `offered`; choosing none or all removes the filter for
 * integrations.
 */
export function withIntegrations(
  filter: ListFilter,
  chosen: readonly (readonly string[])[],
  offered: number,
): ListFilter {
  const others = without(filter, 'integrations');
  return chosen.length === 0 || chosen.length === offered
    ? others
    : { ...others, integrations: chosen.flat() };
}

/** The filter with this text, without the spaces around it; an empty text removes the filter for text. */
export function withText(filter: ListFilter, typed: string): ListFilter {
  const text = typed.trim();
  const others = without(filter, 'text');
  return text === '' ? others : { ...others, text };
}

/** The order with this title; undefined if there is none. */
export function orderCalled(title: string): EntryOrder | undefined {
  return (Object.keys(orderTitles) as EntryOrder[]).find((order) => orderTitles[order] === title);
}
