import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, type Entry } from './entry.ts';

// Each of them has cost a slot of the quota, so they are few; a list that was edited by hand must not cost more. The
// number stands in the statement: SQLite compiles one anew at each call if its LIMIT is bound.
const mostLookedAt = 500;

/** What is tried or looked up again by itself, once it has waited long enough. It only reads. */
export class Waits {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** The entries in this state that have waited long enough, those first that have waited longest past their time. */
  due(integration: string, state: 'blocked' | 'unknown', nowMs: number): readonly Entry[] {
    return this.#waiting(integration)
      .filter((entry) => entry.state === state && mayGoOn(entry))
      .map((entry) => ({ entry, leftMs: leftMs(entry, nowMs) }))
      .filter((waiting) => waiting.leftMs <= 0)
      .sort((a, b) => a.leftMs - b.leftMs)
      .map(({ entry }) => entry);
  }

  /** Ms until the next of an integration's entries is due, 0 if one is; undefined if none waits. */
  nextInMs(integration: string, nowMs: number): number | undefined {
    const left = this.#waiting(integration)
      .filter(mayGoOn)
      .map((entry) => Math.max(0, leftMs(entry, nowMs)));
    return left.length === 0 ? undefined : Math.min(...left);
  }

  /** Ms until this entry is due, 0 if it is; undefined if it is not tried or looked up again by itself. */
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

/** Ms that an entry still waits; not above 0 if it has waited long enough. `nowMs` is a reading of the clock. */
export function leftMs({ waitUntilMs }: Entry, nowMs: number): number {
  return waitUntilMs === undefined ? Number.POSITIVE_INFINITY : waitUntilMs - nowMs;
}

// A look-up changes nothing at Veriff, so what is on hold is looked up all the same.
function mayGoOn({ state, heldAt }: Entry): boolean {
  return state === 'unknown' || heldAt === undefined;
}
