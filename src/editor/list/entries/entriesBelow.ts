import { entriesOn } from '../../app/entriesOn.ts';
import type { Entry, Shelf } from '../../../cleanup/list/entry.ts';
import { Places } from '../../../cleanup/list/positions.ts';
import type { App } from '../../app/app.ts';
import type { GroupName, ListChoice } from '../view/listFilter.ts';
import { isListNode, type GroupNode, type PageNode } from '../view/listRows.ts';
import { ListGroups } from '../view/listGroups.ts';

/** A group or a page of the list, which stands for all entries below it. */
export type EntriesAbove = Pick<GroupNode, 'kind' | 'name'> | Pick<PageNode, 'kind' | 'name' | 'from'>;

/** Whether a value that a command was handed over is the row that the view has made of a group or page. */
export function isAboveEntries(value: unknown): value is EntriesAbove {
  return isListNode(value) && value.kind !== 'entry';
}

const shelvesBelow: Readonly<Record<Exclude<GroupName, 'nextUp'>, readonly Shelf[]>> = {
  needsYou: ['needsYou'],
  sending: ['sending'],
  waiting: ['queue', 'later'],
  held: ['held'],
  listed: ['listed'],
  done: ['done'],
};

/**
 * The entries below a group or page that the filter lets through, those that are not shown included, with turns of the
 * event loop between. Throws `DatabaseUnusable`.
 */
export async function* entriesBelow(
  app: App,
  above: EntriesAbove,
  choice: ListChoice,
): AsyncGenerator<readonly Entry[], void> {
  const { integrations } = await app.store.read();
  const records = app.records();
  const stored = new Set(integrations.map(({ id }) => id));
  const outline = new ListGroups({ ...records, places: new Places(records.database), stored }, choice);
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
  for (const shelf of shelvesBelow[above.name])
    for await (const part of entriesOn(app, shelf, choice.filter))
      yield part.filter(({ id }) => !isNext.has(id));
}
