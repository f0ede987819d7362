import type { CleanupDatabase } from '../database/database.ts';
import type { IsOwnerAlive } from './owner.ts';
import type { Limit } from '../quota/quota.ts';

/**
 * The answer after which an integration sends nothing more automatically, since every further answer would be the same.
 * `forbidden`: a 403 to a DELETE; a look-up tells whether deletion is `notEnabled` or all `accessRefused`.
 */
export type StopReason = 'unauthorised' | 'forbidden' | 'notEnabled' | 'accessRefused';

/**
 * The state that all windows share: whether the list is paused, which integrations are stopped, and the limits that
 * Veriff granted.
 */
export class Switches {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** Whether the user has paused the list; then no window reserves a slot. */
  isPaused(): boolean {
    return this.#value('paused') !== undefined;
  }

  /** Pauses the list. Once this returns, the pause survives a lost write-ahead log. */
  pause(): void {
    this.#database.durably(() => {
      this.#database.run("DELETE FROM switches WHERE name = 'paused'");
      this.#set('paused', 'yes');
    });
  }

  /** Ends the pause and every stop: a user who resumes has read why the list stopped. */
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
   * Stops a living integration, or lets it continue if `reason` is undefined. Writes only if that changes something;
   * returns whether it did.
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
   * The hash of an integration's API key, by which the rate limit is counted. If only version 2 of the schema knew the
   * integration, it is the name that version gave it.
   */
  keyHashOf(integration: string): string {
    const row = this.#database.get('SELECT key_hash FROM integrations WHERE id = ?', integration);
    return row === undefined ? integration : String(row['key_hash']);
  }

  /** The limits that Veriff granted to an API key; undefined if the documented ones apply. */
  limitsOfKey(keyHash: string): readonly Limit[] | undefined {
    const row = this.#database.get('SELECT limits FROM quota_keys WHERE key_hash = ?', keyHash);
    return typeof row?.['limits'] === 'string' ? (JSON.parse(row['limits']) as readonly Limit[]) : undefined;
  }

  /** Records the limits that Veriff granted to an integration's API key; undefined restores the documented ones. */
  setLimits(integration: string, limits: readonly Limit[] | undefined): void {
    this.#database.run(
      `INSERT INTO quota_keys (key_hash, limits) VALUES (?, ?)
       ON CONFLICT (key_hash) DO UPDATE SET limits = excluded.limits`,
      this.keyHashOf(integration),
      limits === undefined ? null : JSON.stringify(limits),
    );
  }

  /**
   * Whether this window should announce that the list resumes: it is the first one since all earlier windows have
   * ended. If several windows ask, one gets true.
   */
  mayAnnounce(owner: string, isOwnerAlive: IsOwnerAlive): boolean {
    return this.#database.transaction(() => {
      const last = this.#value('announcedBy');
      return this.#take('announcedBy', owner, isOwnerAlive) && last !== owner;
    });
  }

  /** Whether this window looks up what the user wants to have looked up: no other living window does. */
  mayLookUp(owner: string, isOwnerAlive: IsOwnerAlive): boolean {
    return this.#database.transaction(() => this.#take('lookUpsBy', owner, isOwnerAlive));
  }

  /** Makes this window the owner of a task unless another living window is. Returns whether it is now. */
  #take(name: string, owner: string, isOwnerAlive: IsOwnerAlive): boolean {
    const last = this.#value(name);
    if (last !== undefined && last !== owner && isOwnerAlive(last)) return false;
    this.#set(name, owner);
    return true;
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
