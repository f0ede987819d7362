import type { Entry, EntryGroup } from '../../cleanup/list/entry.ts';
import type { EntryFilter } from '../../cleanup/list/entryGroups.ts';
import { nextTurn } from '../../sessions/scan/turns.ts';
import type { App } from './app.ts';

// The user would notice a larger read.
const readAtOnce = 500;

/**
 * All entries of a group that pass the filter, in parts, with turns of the event loop in between. Each part is read
 * from the last entry on, not by offset, because offsets change when entries are added or removed meanwhile. Throws
 * `DatabaseUnusable`.
 */
export async function* entriesOn(
  app: App,
  group: EntryGroup,
  { integrations, text }: EntryFilter,
): AsyncGenerator<readonly Entry[], void> {
  for (const integration of integrations ?? app.records().groups.integrationsOn([group])) {
    let last: Entry | undefined;
    do {
      const { groups } = app.records();
      const part: readonly Entry[] = groups.after(group, integration, last, readAtOnce);
      const ids = part.map(({ id }) => id);
      const matching = text === undefined ? undefined : new Set(groups.matching(ids, { text }));
      yield matching === undefined ? part : part.filter(({ id }) => matching.has(id));
      await nextTurn();
      last = part.at(-1);
    } while (last !== undefined);
  }
}
