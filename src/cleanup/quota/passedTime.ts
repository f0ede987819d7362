import type { CleanupDatabase, Row } from '../database/database.ts';
import { isSameBoot, type Clock, type Moment } from './clock.ts';

const datesNeeded = 3;
// `Date` is in whole seconds: the answer may have left up to one second after it.
const dateRoundingMs = 1000;
// Restarting a machine or moving to another one takes longer than this, so whatever is written in the new boot has a
// later reading than the end of the boot before.
const leastStartMs = 1;

/**
 * The database's clock: the ms that have passed for certain since it was created. Within a boot of the machine it
 * follows the uptime alone. Between two boots it advances by the smaller of the spans that the wall clock and the dates
 * of Veriff's signed answers give, and not at all until both are known.
 */
export class PassedTime {
  readonly #database: Pick<CleanupDatabase, 'get' | 'all' | 'run'>;
  readonly #clock: Clock;

  constructor(database: Pick<CleanupDatabase, 'get' | 'all' | 'run'>, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The current reading; writes nothing. */
  now(): number {
    const row = this.#database.get('SELECT * FROM clock');
    return row === undefined ? 0 : readingAt(row, this.#clock());
  }

  /** Whether the stored reading is from another boot of the machine: until it is moved on, the clock stands still. */
  isOfOtherBoot(): boolean {
    const row = this.#database.get('SELECT * FROM clock');
    return row !== undefined && !isSameBoot(momentOf(row), this.#clock());
  }

  /** Moves the stored reading on to this moment and returns it. Call first in a transaction. */
  advance(): number {
    const now = this.#clock();
    const row = this.#database.get('SELECT * FROM clock');
    if (row === undefined) return this.#keep(0, now);
    const kept = momentOf(row);
    if (!isSameBoot(kept, now)) {
      this.#leaveBoot(row);
      return this.#keep(Number(row['passed_ms']) + leastStartMs, now);
    }
    // If the uptime goes back a little and then forward again, that span must not be counted twice.
    const uptimeMs = Math.max(kept.uptimeMs, now.uptimeMs);
    return this.#keep(readingAt(row, now), { ...now, uptimeMs });
  }

  /**
   * Takes the `Date` (epoch ms, whole seconds) of a validly signed answer from this host. Returns the new reading. Call
   * inside a transaction.
   */
  hear(host: string, dateAt: number): number {
    const now = this.#clock();
    const passedMs = this.advance();
    const row = this.#database.get('SELECT * FROM server_dates WHERE host = ?', host);
    const offsets = [...offsetsOf(row), dateAt - now.uptimeMs].slice(-datesNeeded);
    this.#database.run(
      `INSERT INTO server_dates (host, offsets) VALUES (?, ?)
       ON CONFLICT (host) DO UPDATE SET offsets = excluded.offsets`,
      host,
      JSON.stringify(offsets),
    );
    const anchorMs = row?.['anchor_passed_ms'];
    if (offsets.length < datesNeeded || row === undefined || typeof anchorMs !== 'number') return passedMs;
    const byWallMs = now.wallAt - Number(row['anchor_wall_at']);
    const byDatesMs = Math.min(...offsets) + now.uptimeMs - Number(row['anchor_server_at']) - dateRoundingMs;
    const missedMs = anchorMs + Math.min(byWallMs, byDatesMs) - passedMs;
    if (missedMs > 0) this.#addMissed(missedMs, anchorMs);
    // Only the first three dates count: if more were tried, sooner or later three would be wrong in the same way as the
    // wall clock.
    this.#database.run('UPDATE server_dates SET anchor_passed_ms = NULL WHERE host = ?', host);
    return passedMs + Math.max(0, missedMs);
  }

  /** Whether another date from this host may help: there are fewer than three since the machine started. */
  wantsDate(host: string): boolean {
    if (this.isOfOtherBoot()) return true;
    const row = this.#database.get('SELECT * FROM server_dates WHERE host = ?', host);
    return offsetsOf(row).length < datesNeeded;
  }

  #leaveBoot(row: Row): void {
    for (const server of this.#database.all('SELECT * FROM server_dates')) {
      const offsets = offsetsOf(server);
      if (offsets.length === datesNeeded)
        this.#database.run(
          'UPDATE server_dates SET anchor_passed_ms = ?, anchor_wall_at = ?, anchor_server_at = ? WHERE host = ?',
          Number(row['passed_ms']),
          Number(row['wall_at']),
          Math.max(...offsets) + Number(row['uptime_ms']),
          String(server['host']),
        );
    }
    this.#database.run("UPDATE server_dates SET offsets = '[]'");
  }

  /**
   * Moves the reading on by time that passed unnoticed since the anchor. Everything written since then moves along: it
   * is unknown how much of that time came before it, so none of that time may make it older.
   */
  #addMissed(missedMs: number, anchorMs: number): void {
    this.#database.run('UPDATE clock SET passed_ms = passed_ms + ?', missedMs);
    // An entry waits from the answer to its last request, or from the moment when an ended window's request was
    // noticed.
    this.#database.run(
      `UPDATE list_entries SET wait_until_ms = wait_until_ms + ?1 WHERE wait_until_ms IS NOT NULL AND
         (SELECT max(max(reserved_ms, coalesce(settled_ms, reserved_ms))) FROM deletion_attempts WHERE entry_id = list_entries.id) > ?2`,
      missedMs,
      anchorMs,
    );
    this.#database.run(
      `UPDATE deletion_attempts SET reserved_ms = reserved_ms + ?1, seen_dead_ms = seen_dead_ms + ?1,
         settled_ms = settled_ms + ?1 WHERE max(reserved_ms, coalesce(settled_ms, reserved_ms)) > ?2`,
      missedMs,
      anchorMs,
    );
    this.#database.run(
      'UPDATE list SET unknown_past_ms = unknown_past_ms + ?1 WHERE unknown_past_ms > ?2',
      missedMs,
      anchorMs,
    );
  }

  #keep(passedMs: number, { boot, uptimeMs, wallAt }: Moment): number {
    this.#database.run(
      `INSERT INTO clock VALUES (1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET passed_ms = excluded.passed_ms,
         boot = excluded.boot, uptime_ms = excluded.uptime_ms, wall_at = excluded.wall_at`,
      passedMs,
      boot,
      uptimeMs,
      wallAt,
    );
    return passedMs;
  }
}

function readingAt(row: Row, now: Moment): number {
  const passedMs = Number(row['passed_ms']);
  if (!isSameBoot(momentOf(row), now)) return passedMs;
  return passedMs + Math.max(0, now.uptimeMs - Number(row['uptime_ms']));
}

function momentOf(row: Row): Pick<Moment, 'wallAt' | 'uptimeMs' | 'boot'> {
  return {
    wallAt: Number(row['wall_at']),
    uptimeMs: Number(row['uptime_ms']),
    boot: String(row['boot']),
  };
}

function offsetsOf(row: Row | undefined): readonly number[] {
  return row === undefined ? [] : (JSON.parse(String(row['offsets'])) as readonly number[]);
}
