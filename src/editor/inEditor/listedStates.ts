import type { AttemptBook } from '../../cleanup/attempts/attemptBook.ts';
import type { CleanupDatabase } from '../../cleanup/database/database.ts';
import type { Entry } from '../../cleanup/list/entry.ts';
import { Places } from '../../cleanup/list/positions.ts';
import { entriesOfSessions } from '../../cleanup/list/sessionEntries.ts';
import type { Switches } from '../../cleanup/attempts/switches.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import { entryText } from '../list/view/entryText.ts';
import { Expectations } from '../list/view/expectations.ts';

/** What the states are read from. */
export interface StateSources {
  readonly database: CleanupDatabase;
  readonly book: AttemptBook;
  readonly switches: Switches;
  /** What the stored integrations are called, by their hashes. */
  readonly titles: ReadonlyMap<string, string>;
  /** What any other integration is called. */
  readonly absent: string;
  /** Epoch ms. */
  readonly now: number;
}

/** One session on the list of one integration, in the words of the cleanup view. */
export interface ListedState {
  readonly entry: Entry;
  /** What its integration is called. */
  readonly integration: string;
  /** Its state, and when it goes or went. */
  readonly text: string;
  /** What else the view's tooltip says. */
  readonly details: readonly string[];
}

/**
 * How these sessions stand on the lists of all integrations, by session; absent if they are on none. Those that
 * came onto the list first are first. Throws `DatabaseUnusable`.
 */
export function listedStates(
  sources: StateSources,
  sessionIds: readonly SessionId[],
): ReadonlyMap<SessionId, readonly ListedState[]> {
  const { database, titles, absent, now } = sources;
  const entries = entriesOfSessions(database, sessionIds).toSorted((a, b) => a.id - b.id);
  const expected = new Expectations({
    ...sources,
    places: new Places(database),
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
    // The view's tooltip: the id, the state, the integration, and what else there is to say.
    const [, text = '', , ...details] = tooltip.split('\n');
    return { entry, integration, text, details };
  });
  return Map.groupBy(states, ({ entry }) => entry.sessionId);
}

/** What an id is marked as in an editor. */
export type Mark = 'done' | 'scheduled';

/**
 * The mark of a session with these entries: `scheduled` if one of them is sent, tried or looked up again by itself,
 * `done` if all of them are deleted or gone; undefined if there is none, or one that waits for the user.
 */
export function markOf(entries: readonly Pick<Entry, 'shelf'>[]): Mark | undefined {
  if (entries.some(({ shelf }) => shelf === 'queue' || shelf === 'sending' || shelf === 'later'))
    return 'scheduled';
  return entries.length > 0 && entries.every(({ shelf }) => shelf === 'done') ? 'done' : undefined;
}
