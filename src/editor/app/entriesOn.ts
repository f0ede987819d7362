import type { Entry, Shelf } from '../../cleanup/list/entry.ts';
import type { EntryFilter } from '../../cleanup/list/entryGroups.ts';
import { nextTurn } from '../../sessions/scan/turns.ts';
import type { App } from './app.ts';

// So many are read at once; more would be felt.
const readAtOnce = 500;

/**
 * All entries of a group that the filter lets through, part by part, with turns of the event loop between. They are
 * read by their places and not by their number in the group: that changes while others come and go. Throws
 * `DatabaseUnusable`.
 */
export async function* entriesOn(
  app: App,
  shelf: Shelf,
  { integrations, text }: EntryFilter,
): AsyncGenerator<readonly Entry[], void> {
  for (const integration of integrations ?? app.records().shelves.integrationsOn([shelf])) {
    let last: Entry | undefined;
    do {
      const { shelves } = app.records();
      const part: readonly Entry[] = shelves.after(shelf, integration, last, readAtOnce);
      const ids = part.map(({ id }) => id);
      const matching = text === undefined ? undefined : new Set(shelves.matching(ids, { text }));
      yield matching === undefined ? part : part.filter(({ id }) => matching.has(id));
      await nextTurn();
      last = part.at(-1);
    } while (last !== undefined);
  }
}
