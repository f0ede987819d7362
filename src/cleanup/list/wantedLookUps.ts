import type { CleanupDatabase } from '../database/database.ts';
import { entryOf, type Entry, type EntryRef } from './entry.ts';

/**
 * The entries that the user wants to have looked up, in the order of the list. They stay wanted over restarts, until they
 * were looked up or the user cancels. All methods throw `DatabaseUnusable` if the file fails.
 */
export class WantedLookUps {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  add(entries: readonly EntryRef[]): void {
    this.#database.run(
      `INSERT INTO wanted_look_ups SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO UPDATE
         SET session_id = excluded.session_id`,
      JSON.stringify(entries.map(({ id, sessionId }) => [id, sessionId])),
    );
  }

  /** Up to `most` of them that are on the list and not being sent, in the order of their numbers. */
  next(most: number): readonly Entry[] {
    return this.#database
      .all(
        `SELECT entry.* FROM wanted_look_ups AS wanted JOIN current_entries AS entry
           ON entry.id = wanted.entry_id AND entry.session_id = wanted.session_id
         WHERE entry.state <> 'sending' ORDER BY wanted.entry_id LIMIT ?`,
        most,
      )
      .map(entryOf);
  }

  /** How many are wanted; removed entries may be among them. */
  count(): number {
    return Number(this.#database.get('SELECT count(*) AS n FROM wanted_look_ups')?.['n']);
  }

  end(entry: EntryRef): void {
    this.#database.run('DELETE FROM wanted_look_ups WHERE entry_id = ?', entry.id);
  }

  /** Ends those of one integration but for the entries with these ids. Returns how many. */
  endOf(integration: string, except: readonly number[]): number {
    return this.#database.run(
      `DELETE FROM wanted_look_ups WHERE entry_id IN (SELECT id FROM list_entries WHERE integration = ?)
         AND entry_id NOT IN (SELECT value FROM json_each(?))`,
      integration,
      JSON.stringify(except),
    ).changes;
  }

  /** Ends all. */
  clear(): void {
    this.#database.run('DELETE FROM wanted_look_ups');
  }
}
