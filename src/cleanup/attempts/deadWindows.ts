import type { CleanupDatabase, Row } from '../database/database.ts';
import { followReplacement } from '../integrations/takeAlong.ts';
import { lookUpWaitMs, setEntryState, setEntryWait } from '../list/entryState.ts';
import type { IsOwnerAlive } from './owner.ts';

// Twice the time limit of an answer: by then Veriff has counted whatever an ended window sent.
const deadRequestMs = 60_000;
// If the system does not report when a process started, a reused process id must not block the queue forever.
const longestRequestMs = 24 * 60 * 60_000;

/**
 * Settles the requests of windows that ended before their answer was recorded. Such a request may have been sent at the
 * last moment: its entry becomes `unknown`, and nothing else is sent until the request can no longer be in flight.
 */
export class DeadWindows {
  readonly #database: CleanupDatabase;
  readonly #isOwnerAlive: IsOwnerAlive;

  constructor(database: CleanupDatabase, isOwnerAlive: IsOwnerAlive) {
    this.#database = database;
    this.#isOwnerAlive = isOwnerAlive;
  }

  /** Whether `settle` would write anything. `nowMs` is a reading of the database's clock. */
  leftSomething(nowMs: number): boolean {
    return this.#openAttempts().some(
      (row) => !this.#isAlive(row, nowMs) && (row['seen_dead_ms'] === null || isOver(row, nowMs)),
    );
  }

  /**
   * Marks the open attempts of ended windows, and settles those marked a minute ago. `at` is epoch ms. Call inside a
   * transaction.
   */
  settle(nowMs: number, at: number): void {
    for (const row of this.#openAttempts()) {
      if (this.#isAlive(row, nowMs)) continue;
      const id = Number(row['id']);
      if (row['seen_dead_ms'] === null) {
        this.#database.run('UPDATE deletion_attempts SET seen_dead_ms = ? WHERE id = ?', nowMs, id);
        this.#letEntryBeLookedUp(row, nowMs, at);
      } else if (isOver(row, nowMs)) {
        this.#database.run(
          `UPDATE deletion_attempts SET settled_at = ?, settled_ms = ?, outcome = 'unknown', reason = 'windowEnded' WHERE id = ?`,
          Math.round(at),
          nowMs,
          id,
        );
      }
    }
  }

  #letEntryBeLookedUp({ entry_id: entry }: Row, nowMs: number, at: number): void {
    if (typeof entry !== 'number') return;
    setEntryState(this.#database, entry, 'unknown', 'windowEnded', at);
    setEntryWait(this.#database, entry, nowMs + lookUpWaitMs(0));
    followReplacement(this.#database, entry, at);
  }

  #isAlive(row: Row, nowMs: number): boolean {
    if (nowMs - Number(row['reserved_ms']) > longestRequestMs) return false;
    return row['seen_dead_ms'] === null && this.#isOwnerAlive(String(row['owner']));
  }

  #openAttempts(): readonly Row[] {
    return this.#database.all('SELECT * FROM deletion_attempts WHERE settled_ms IS NULL');
  }
}

function isOver(row: Row, nowMs: number): boolean {
  return nowMs - Number(row['seen_dead_ms']) >= deadRequestMs;
}
