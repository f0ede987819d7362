import type { AttemptBook } from '../../cleanup/attempts/attemptBook.ts';
import type { CleanupDatabase } from '../../cleanup/database/database.ts';
import type { Entry } from '../../cleanup/list/entry.ts';
import { Positions } from '../../cleanup/list/positions.ts';
import { entriesOfSessions } from '../../cleanup/list/sessionEntries.ts';
import type { Switches } from '../../cleanup/attempts/switches.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import { entryText } from '../list/view/entryText.ts';
import { Expectations } from '../list/view/expectations.ts';

export interface StateSources {
  readonly database: CleanupDatabase;
  readonly book: AttemptBook;
  readonly switches: Switches;
  /** The titles of the stored integrations, by id. */
  readonly titles: ReadonlyMap<string, string>;
  /** The text for all other integrations. */
  readonly absent: string;
  /** Epoch ms. */
  readonly now: number;
}

/** The state of one session on the list of one integration, in the words of the cleanup view. */
export interface ListedState {
  readonly entry: Entry;
  /** The title of its integration. */
  readonly integration: string;
  /** Its state, and when it will be or was sent. */
  readonly text: string;
  /** The other lines of the view's tooltip. */
  readonly details: readonly string[];
}

/**
 * The states of these sessions on the lists of all integrations, by session, in the order in which they were listed.
 * Sessions that are on no list are absent. Throws `DatabaseUnusable`.
 */
export function listedStates(
  sources: StateSources,
  sessionIds: readonly SessionId[],
): ReadonlyMap<SessionId, readonly ListedState[]> {
  const { database, titles, absent, now } = sources;
  const entries = entriesOfSessions(database, sessionIds).toSorted((a, b) => a.id - b.id);
  const expected = new Expectations({
    ...sources,
    positions: new Positions(database),
    stored: new Set(titles.keys()),
  }).of(entries);
  const states = entries.map((entry): ListedState => {
    const integration = titles.get(entry.integration) ?? absent;
    const expectation = expected.get(entry.id);
    const { tooltip } = entryText(entry, {
      now,
      integration,
      namesIntegration: false,
      ...(expectation !== undefined && { expectation }),
    });
    // The lines of the tooltip: id, state, integration, and details.
    const [, text = '', , ...details] = tooltip.split('\n');
    return { entry, integration, text, details };
  });
  return Map.groupBy(states, ({ entry }) => entry.sessionId);
}

export type Mark = 'done' | 'scheduled';

/**
 * The mark of a session with these entries: `scheduled` if one of them will be sent, retried or looked up
 * automatically, `done` if all of them are deleted; undefined if there are none, or if one waits for the user.
 */
export function markOf(entries: readonly Pick<Entry, 'group'>[]): Mark | undefined {
  if (entries.some(({ group }) => group === 'queue' || group === 'sending' || group === 'later'))
    return 'scheduled';
  return entries.length > 0 && entries.every(({ group }) => group === 'done') ? 'done' : undefined;
}
