import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, type Entry } from './entry.ts';
import { ageMs, type KnownTime } from '../quota/quota.ts';

// Each of them has cost a slot of the quota, so they are few; a list that was edited by hand must not cost more. The
// number stands in the statement: SQLite compiles one anew at each call where its LIMIT is bound.
const mostLookedAt = 500;

/** What is tried or looked up again by itself, once it has waited long enough. It only reads. */
export class Waits {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** The entries in this state that have waited long enough, those first that have waited longest past their time. */
  due(integration: string, state: 'blocked' | 'unknown', now: KnownTime): readonly Entry[] {
    return this.#waiting(integration)
      .filter((entry) => entry.state === state && mayGoOn(entry))
      .map((entry) => ({ entry, leftMs: leftMs(entry, now) }))
      .filter((waiting) => waiting.leftMs <= 0)
      .sort((a, b) => a.leftMs - b.leftMs)
      .map(({ entry }) => entry);
  }

  /** Ms until the next of an integration's entries is due, 0 where one is; undefined where none waits. */
  nextInMs(integration: string, now: KnownTime): number | undefined {
    const left = this.#waiting(integration)
      .filter(mayGoOn)
      .map((entry) => Math.max(0, leftMs(entry, now)));
    return left.length === 0 ? undefined : Math.min(...left);
  }

  /** Ms until this entry is due, 0 where it is; undefined where it is not tried or looked up again by itself. */
  leftOf(entry: Entry, now: KnownTime): number | undefined {
    return entry.wait === undefined || !mayGoOn(entry) ? undefined : Math.max(0, leftMs(entry, now));
  }

  #waiting(integration: string): readonly Entry[] {
    return this.#database
      .all(
        `SELECT * FROM entries WHERE integration = ? AND wait_ms IS NOT NULL LIMIT ${mostLookedAt}`,
        integration,
      )
      .map(entryOf);
  }
}

/** Ms that an entry still waits, as far as is known of the time; not above 0 where it has waited long enough. */
export function leftMs({ wait }: Entry, now: KnownTime): number {
  if (wait === undefined) return Number.POSITIVE_INFINITY;
  const { forMs, fromUptimeMs, fromServerAt } = wait;
  return (
    forMs -
    ageMs({ uptimeMs: fromUptimeMs, ...(fromServerAt !== undefined && { serverAt: fromServerAt }) }, now)
  );
}

// A look-up changes nothing at Veriff, so what is on hold is looked up all the same.
function mayGoOn({ state, heldAt }: Entry): boolean {
  return state === 'unknown' || heldAt === undefined;
}
