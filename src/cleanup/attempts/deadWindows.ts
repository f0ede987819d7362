import { elapsedAtLeastMs, hasRebooted, type Clock } from '../quota/clock.ts';
import type { CleanupDatabase, Row } from '../database/database.ts';
import { lookUpWaitMs, setEntryState, setEntryWait } from '../list/entryState.ts';
import type { IsOwnerAlive } from './owner.ts';

// Twice the time that an answer may take: what a dead window has sent has been counted by then.
const deadRequestMs = 60_000;
// A process id that is in use again must not block for ever where the system does not tell its start.
const longestRequestMs = 24 * 60 * 60_000;

/**
 * The requests of windows that ended before their answer was written down. Such a request may have left at the
 * last moment: its entry becomes `unknown`, and nothing else is sent until it can't be on its way any more.
 */
export class DeadWindows {
  readonly #database: CleanupDatabase;
  readonly #clock: Clock;
  readonly #isOwnerAlive: IsOwnerAlive;

  constructor(database: CleanupDatabase, clock: Clock, isOwnerAlive: IsOwnerAlive) {
    this.#database = database;
    this.#clock = clock;
    this.#isOwnerAlive = isOwnerAlive;
  }

  /** Whether `settle` would find something to write. */
  leftSomething(integration: string): boolean {
    return this.#openAttempts(integration).some((row) => !this.#isAlive(row));
  }

  /** Notes what is seen dead, and settles what was seen dead a minute ago. To be called inside a transaction. */
  settle(integration: string): void {
    const now = this.#clock();
    for (const row of this.#openAttempts(integration)) {
      if (this.#isAlive(row)) continue;
      const id = Number(row['id']);
      const seenDead = row['seen_dead_uptime_ms'];
      if (typeof seenDead !== 'number') {
        this.#database.run('UPDATE attempts SET seen_dead_uptime_ms = ? WHERE id = ?', now.uptimeMs, id);
        if (row['entry_id'] === null) continue;
        const entryId = Number(row['entry_id']);
        setEntryState(this.#database, entryId, 'unknown', 'windowEnded', now.wallAt);
        const wait = { forMs: lookUpWaitMs(0), fromUptimeMs: now.uptimeMs };
        setEntryWait(this.#database, entryId, wait);
      } else if (elapsedAtLeastMs(seenDead, now.uptimeMs) >= deadRequestMs) {
        this.#database.run(
          `UPDATE attempts SET settled_at = ?, settled_uptime_ms = ?, outcome = 'unknown', reason = 'windowEnded' WHERE id = ?`,
          Math.round(now.wallAt),
          now.uptimeMs,
          id,
        );
      }
    }
  }

  #isAlive(row: Row): boolean {
    const reservedUptimeMs = Number(row['reserved_uptime_ms']);
    const { uptimeMs } = this.#clock();
    // No process outlives a reboot.
    if (hasRebooted(reservedUptimeMs, uptimeMs) || uptimeMs - reservedUptimeMs > longestRequestMs)
      return false;
    return row['seen_dead_uptime_ms'] === null && this.#isOwnerAlive(String(row['owner']));
  }

  #openAttempts(integration: string): readonly Row[] {
    return this.#database.all(
      'SELECT * FROM attempts WHERE integration = ? AND settled_uptime_ms IS NULL',
      integration,
    );
  }
}
