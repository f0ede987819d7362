import type { CleanupDatabase, Row } from '../database/database.ts';
import { followReplacement } from '../integrations/takeAlong.ts';
import { lookUpWaitMs, setEntryState, setEntryWait } from '../list/entryState.ts';
import type { IsOwnerAlive } from './owner.ts';

// Twice the time that an answer may take: what a dead window has sent has been counted by then.
const deadRequestMs = 60_000;
// A process id that is in use again must not block for ever if the system does not tell its start.
const longestRequestMs = 24 * 60 * 60_000;

/**
 * The requests of windows that ended before their answer was written down. Such a request may have left at the
 * last moment: its entry becomes `unknown`, and nothing else is sent until it can't be on its way any more.
 */
export class DeadWindows {
  readonly #database: CleanupDatabase;
  readonly #isOwnerAlive: IsOwnerAlive;

  constructor(database: CleanupDatabase, isOwnerAlive: IsOwnerAlive) {
    this.#database = database;
    this.#isOwnerAlive = isOwnerAlive;
  }

  /** Whether `settle` would find something to write. `nowMs` is a reading of the clock. */
  leftSomething(nowMs: number): boolean {
    return this.#openAttempts().some(
      (row) => !this.#isAlive(row, nowMs) && (row['seen_dead_ms'] === null || isOver(row, nowMs)),
    );
  }

  /** Notes what is seen dead, and settles what was seen dead a minute ago; `at` is epoch ms. Inside a transaction. */
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
