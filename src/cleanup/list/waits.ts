import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, type Entry, type EntryState } from './entry.ts';

// Each of these entries has cost a slot of the quota, so there are few; a list that was edited by hand must not cost
// more. The number is part of the statement: SQLite compiles a statement anew at each call if its LIMIT is bound.
const mostLookedAt = 500;

/** Which entries are due to be retried or looked up automatically. It only reads. */
export class Waits {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** The entries in one of these states whose wait is over, the longest overdue first. */
  due(integration: string, states: readonly EntryState[], nowMs: number): readonly Entry[] {
    return this.#waiting(integration)
      .filter((entry) => states.includes(entry.state) && mayGoOn(entry))
      .map((entry) => ({ entry, leftMs: leftMs(entry, nowMs) }))
      .filter((waiting) => waiting.leftMs <= 0)
      .sort((a, b) => a.leftMs - b.leftMs)
      .map(({ entry }) => entry);
  }

  /** The integrations with an entry that waits to be retried or looked up. */
  integrations(): readonly string[] {
    return this.#database
      .all('SELECT DISTINCT integration FROM list_entries WHERE wait_until_ms IS NOT NULL')
      .map((row) => String(row['integration']));
  }

  /** Ms until the next entry of an integration is due, 0 if one is; undefined if none waits. */
  nextInMs(integration: string, nowMs: number): number | undefined {
    const left = this.#waiting(integration)
      .filter(mayGoOn)
      .map((entry) => Math.max(0, leftMs(entry, nowMs)));
    return left.length === 0 ? undefined : Math.min(...left);
  }

  /** Ms until this entry is due, 0 if it is; undefined if it is not retried or looked up automatically. */
  leftOf(entry: Entry, nowMs: number): number | undefined {
    return entry.waitUntilMs === undefined || !mayGoOn(entry) ? undefined : Math.max(0, leftMs(entry, nowMs));
  }

  #waiting(integration: string): readonly Entry[] {
    return this.#database
      .all(
        `SELECT * FROM current_entries WHERE integration = ? AND wait_until_ms IS NOT NULL LIMIT ${mostLookedAt}`,
        integration,
      )
      .map(entryOf);
  }
}

/** Ms until an entry's wait is over, 0 or less if it is. `nowMs` is a reading of the database's clock. */
export function leftMs({ waitUntilMs }: Entry, nowMs: number): number {
  return waitUntilMs === undefined ? Number.POSITIVE_INFINITY : waitUntilMs - nowMs;
}

// A look-up changes nothing at Veriff, so entries on hold are looked up too.
function mayGoOn({ state, heldAt }: Entry): boolean {
  return state !== 'blocked' || heldAt === undefined;
}
