import type { CleanupDatabase } from '../database/database.ts';
import type { IsOwnerAlive } from './owner.ts';
import type { Limit } from '../quota/quota.ts';

/** The answer after which an integration sends nothing more by itself: every further one would be the same. */
export type StopReason = 'unauthorised' | 'forbidden';

/**
 * What all windows keep to: whether the list is paused, which integrations are stopped, and what Veriff granted them.
 */
export class Switches {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** Whether the user has paused the list; then nothing leaves by itself, in any window. */
  isPaused(): boolean {
    return this.#value('paused') !== undefined;
  }

  /** Pauses the list; when this returns, no lost write-ahead log takes it back. */
  pause(): void {
    this.#database.durably(() => {
      this.#database.run("DELETE FROM switches WHERE name = 'paused'");
      this.#set('paused', 'yes');
    });
  }

  /** Ends the pause, and every stop: who goes on has read why it stood still. */
  resume(): void {
    this.#database.transaction(() => {
      this.#database.run("DELETE FROM switches WHERE name = 'paused'");
      this.#database.run('UPDATE integrations SET stopped = NULL WHERE stopped IS NOT NULL');
    });
  }

  /** Why an integration is stopped; undefined if it is not. */
  stopOf(integration: string): StopReason | undefined {
    const row = this.#database.get('SELECT stopped FROM integrations WHERE id = ?', integration);
    return (row?.['stopped'] ?? undefined) as StopReason | undefined;
  }

  /**
   * Stops a living integration, or (undefined) lets it go on. Writes only if that is a change; returns whether it
   * was.
   */
  setStop(integration: string, reason: StopReason | undefined): boolean {
    if (this.stopOf(integration) === reason) return false;
    const { changes } = this.#database.run(
      'UPDATE integrations SET stopped = ? WHERE id = ? AND ended_at IS NULL',
      reason ?? null,
      integration,
    );
    return changes > 0;
  }

  /**
   * The hash of an integration's API key, by which the rate limit is counted. What version 2 of the schema has left
   * of an integration that is not stored any more is counted by its old name.
   */
  keyHashOf(integration: string): string {
    const row = this.#database.get('SELECT key_hash FROM integrations WHERE id = ?', integration);
    return row === undefined ? integration : String(row['key_hash']);
  }

  /** The limits that Veriff granted an API key; undefined if its documented ones hold. */
  limitsOfKey(keyHash: string): readonly Limit[] | undefined {
    const row = this.#database.get('SELECT limits FROM quota_keys WHERE key_hash = ?', keyHash);
    return typeof row?.['limits'] === 'string' ? (JSON.parse(row['limits']) as readonly Limit[]) : undefined;
  }

  /** Notes the limits that Veriff granted an integration's API key; undefined goes back to the documented ones. */
  setLimits(integration: string, limits: readonly Limit[] | undefined): void {
    this.#database.run(
      `INSERT INTO quota_keys (key_hash, limits) VALUES (?, ?)
       ON CONFLICT (key_hash) DO UPDATE SET limits = excluded.limits`,
      this.keyHashOf(integration),
      limits === undefined ? null : JSON.stringify(limits),
    );
  }

  /**
   * Whether this window is the one to say that the list goes on: the first since all windows before it have ended. Of
   * several that ask, one gets true.
   */
  mayAnnounce(owner: string, isOwnerAlive: IsOwnerAlive): boolean {
    return this.#database.transaction(() => {
      const last = this.#value('announcedBy');
      if (last !== undefined && last !== owner && isOwnerAlive(last)) return false;
      this.#set('announcedBy', owner);
      return last !== owner;
    });
  }

  #value(name: string): string | undefined {
    const row = this.#database.get('SELECT value FROM switches WHERE name = ?', name);
    return row && String(row['value']);
  }

  #set(name: string, value: string): void {
    this.#database.run(
      'INSERT INTO switches VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }
}
