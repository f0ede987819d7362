import { entriesOn } from '../../app/entriesOn.ts';
import type { Entry, EntryGroup } from '../../../cleanup/list/entry.ts';
import { Positions } from '../../../cleanup/list/positions.ts';
import type { App } from '../../app/app.ts';
import type { GroupName, ListChoice } from '../view/listFilter.ts';
import { isListNode, type GroupNode, type PageNode } from '../view/listRows.ts';
import { ListGroups } from '../view/listGroups.ts';

/** A group or a page of the list, for all entries below it. */
export type EntriesAbove = Pick<GroupNode, 'kind' | 'name'> | Pick<PageNode, 'kind' | 'name' | 'from'>;

/** Whether a command's argument is the row of a group or page that the view made. */
export function isAboveEntries(value: unknown): value is EntriesAbove {
  return isListNode(value) && value.kind !== 'entry';
}

const groupsBelow: Readonly<Record<Exclude<GroupName, 'nextUp'>, readonly EntryGroup[]>> = {
  needsYou: ['needsYou'],
  sending: ['sending'],
  waiting: ['queue', 'later'],
  held: ['held'],
  listed: ['listed'],
  notFound: ['notFound'],
  done: ['done'],
};

/**
 * The entries below a group or page that pass the filter, including those that are not shown, with turns of the event
 * loop in between. Throws `DatabaseUnusable`.
 */
export async function* entriesBelow(
  app: App,
  above: EntriesAbove,
  choice: ListChoice,
): AsyncGenerator<readonly Entry[], void> {
  const { integrations } = await app.store.read();
  const records = app.records();
  const stored = new Set(integrations.map(({ id }) => id));
  const outline = new ListGroups({ ...records, positions: new Positions(records.database), stored }, choice);
  if (above.kind === 'page') {
    yield outline.entries(above.name, above.from);
    return;
  }
  const nextUp = outline.entries('nextUp', 0);
  if (above.name === 'nextUp') {
    yield nextUp;
    return;
  }
  const isNext = new Set(nextUp.map(({ id }) => id));
  for (const group of groupsBelow[above.name])
    for await (const part of entriesOn(app, group, choice.filter))
      yield part.filter(({ id }) => !isNext.has(id));
}
