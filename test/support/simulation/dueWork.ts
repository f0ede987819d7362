import type { CleanupDatabase, Row } from '../../../src/cleanup/database/database.ts';
import { tickMs } from '../../../src/cleanup/runner/runner.ts';
import { dayMs, hourMs, minuteMs } from '../cleanup/cleanupWorkshop.ts';

/** What the windows of a machine can know: the rows of their database, its clock, and which windows live. */
export interface Knowledge {
  readonly database: () => CleanupDatabase;
  /** The ms that have certainly passed, by the clock of the database. */
  readonly readingMs: () => number;
  readonly isOwnerAlive: (owner: string) => boolean;
}

/** Checks that everything leaves within two ticks after it is due. */
export class DueWatch {
  readonly #knowledge: Knowledge;
  readonly #nowMs: () => number;
  readonly #note: (sentence: string) => void;
  /** When (true ms) something will be due, by integration, by what was known after the last change. */
  #due: readonly Due[] = [];

  constructor(knowledge: Knowledge, nowMs: () => number, note: (sentence: string) => void) {
    this.#knowledge = knowledge;
    this.#nowMs = nowMs;
    this.#note = note;
    this.look();
  }

  /** Call it after each change of the list or the attempts; a request that leaves is such a change. */
  look(): void {
    const nowMs = this.#nowMs();
    for (const { what, atMs } of this.#due)
      if (nowMs - atMs > 2 * tickMs) this.#note(`a ${what} was due ${nowMs - atMs} ms ago`);
    const due = new DueWork(this.#knowledge);
    this.#due = due.integrations().flatMap((id) => [
      { what: 'deletion', atMs: nowMs + due.deletionInMs(id) },
      { what: 'look-up', atMs: nowMs + due.lookUpInMs(id) },
    ]);
  }
}

interface Due {
  readonly what: string;
  readonly atMs: number;
}

const marginMs = minuteMs;
const windows = [
  { most: 5, windowMs: hourMs },
  { most: 10, windowMs: dayMs },
] as const;

/**
 * When work is due, computed from the design by brute force and without code of the product. All spans are Infinity if
 * nothing waits for time alone.
 */
class DueWork {
  readonly #database: CleanupDatabase;
  readonly #nowMs: number;
  readonly #isOwnerAlive: (owner: string) => boolean;

  constructor({ database, readingMs, isOwnerAlive }: Knowledge) {
    this.#database = database();
    this.#nowMs = readingMs();
    this.#isOwnerAlive = isOwnerAlive;
  }

  /** The integrations for which something may leave; an answer may have stopped others. */
  integrations(): readonly string[] {
    return this.#database
      .all('SELECT id FROM integrations WHERE ended_at IS NULL AND stopped IS NULL')
      .map((row) => String(row['id']));
  }

  deletionInMs(id: string): number {
    const isConfirmed = this.#database.get(
      "SELECT 1 FROM list_entries WHERE integration = ? AND state = 'confirmed' AND held_at IS NULL",
      id,
    );
    const readyInMs = isConfirmed === undefined ? this.#leastWaitMs(id, 'blocked') : 0;
    return Math.max(readyInMs, this.#slotInMs(id));
  }

  lookUpInMs(id: string): number {
    return this.#leastWaitMs(id, 'unknown');
  }

  #leastWaitMs(id: string, state: string): number {
    const waits = this.#database
      .all(
        'SELECT wait_until_ms FROM list_entries WHERE integration = ? AND state = ? AND wait_until_ms IS NOT NULL',
        id,
        state,
      )
      .map((row) => Math.max(0, Number(row['wait_until_ms']) - this.#nowMs));
    return Math.min(Infinity, ...waits);
  }

  /**
   * Ms until fewer than 5 requests are younger than an hour, fewer than 10 younger than a day, and no 429 parks any
   * more.
   */
  #slotInMs(id: string): number {
    const attempts = this.#attemptsOf(id);
    const open = attempts.find((row) => row['settled_ms'] === null);
    // Nothing leaves before an unanswered request ends; one of a dead window ends a minute after the window was seen
    // dead.
    if (open !== undefined && this.#isOwnerAlive(String(open['owner']))) return Infinity;
    if (open !== undefined) return minuteMs - (this.#nowMs - Number(open['seen_dead_ms'] ?? this.#nowMs));
    const ages = attempts.map((row) => this.#nowMs - Number(row['settled_ms']));
    const unknownPast = this.#database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'];
    const unknownAge = typeof unknownPast === 'number' ? this.#nowMs - unknownPast : Infinity;
    const youngestFirst = ages.toSorted((a, b) => a - b);
    const rooms = windows.map(({ most, windowMs }) => {
      const age = Math.min(youngestFirst[most - 1] ?? Infinity, unknownAge);
      return windowMs + marginMs - age;
    });
    const parks = attempts.map((row, index) => Number(row['park_ms'] ?? 0) - (ages[index] ?? 0));
    return Math.max(0, ...rooms, ...parks);
  }

  /** The attempts that count for the API key of an integration: its own, and those of the keys that it replaced. */
  #attemptsOf(id: string): readonly Row[] {
    return this.#database.all(
      `WITH mine AS (SELECT key_hash FROM integrations WHERE id = ?),
         counted AS (SELECT key_hash, 1e18 AS last FROM mine
           UNION ALL SELECT from_key_hash, last_attempt FROM inherited_pasts WHERE key_hash IN (SELECT key_hash FROM mine))
       SELECT owner, settled_ms, seen_dead_ms, park_ms FROM deletion_attempts AS attempt
       JOIN counted ON counted.key_hash = attempt.key_hash AND attempt.id <= counted.last
       WHERE coalesce(outcome, '') <> 'notSent'`,
      id,
    );
  }
}
