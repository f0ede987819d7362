import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { migrations } from '../../../src/cleanup/database/migrations.ts';
import type { EntryState } from '../../../src/cleanup/list/entry.ts';
import { freshFolder, integration, sessionNumber } from './cleanupWorkshop.ts';
import { everyState } from './entryInState.ts';

/**
 * A database with version 2 of the schema, in a folder of its own, and the databases that are made from it by updates.
 */
export class SecondVersion {
  readonly folder = freshFolder();
  readonly path = this.folder.path('list.sqlite');
  /** The database as a window has it that still runs older code. */
  readonly old = CleanupDatabase.open(this.path, { migrations: migrations.slice(0, 2) });
  readonly #opened: CleanupDatabase[] = [this.old];

  /** Opens it as the newest version. */
  update(): CleanupDatabase {
    return this.keep(CleanupDatabase.open(this.path));
  }

  /** Closes this database together with the others. */
  keep(database: CleanupDatabase): CleanupDatabase {
    this.#opened.push(database);
    return database;
  }

  /** An entry in this state, whose session has the number of the state; returns its id. */
  entry(state: EntryState, columns: Record<string, string | number> = {}): number {
    return this.#insert('entries', {
      integration,
      session_id: sessionNumber(everyState.indexOf(state)),
      state: state === 'notFound' ? 'gone' : state,
      added_at: 100,
      changed_at: 1000,
      ...(state !== 'listed' && { confirmed_at: 900 }),
      ...columns,
    });
  }

  /** An attempt of a window that has ended; returns its id. */
  attempt(columns: Record<string, string | number | null> = {}): number {
    return this.#insert('attempts', {
      integration,
      session_id: sessionNumber(1),
      owner: 'a window that has ended',
      reserved_at: 500,
      reserved_uptime_ms: 5e9,
      ...columns,
    });
  }

  remove(): void {
    for (const database of this.#opened) database.close();
    this.folder.remove();
  }

  #insert(table: string, columns: Record<string, string | number | null>): number {
    const names = Object.keys(columns);
    const marks = names.map(() => '?').join(', ');
    return this.old.run(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks})`,
      ...Object.values(columns),
    ).rowId;
  }
}
