import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CleanupDatabase } from './database.ts';

// Children before parents: an attempt refers to its entry, an entry to its consent.
const tables = [
  'deletion_attempts',
  'wanted_look_ups',
  'list_entries',
  'removed_entries',
  'entry_counts',
  'consents',
  'agreements',
  'integrations',
  'old_integrations',
  'quota_keys',
  'inherited_pasts',
  'server_dates',
  'clock',
  'marks',
  'switches',
] as const;

/**
 * Erases everything in the database at `path`, in its free pages and its write-ahead log too, and the copies that were
 * made before migrations and when a new list was started. The record of used slots is erased with it. Throws
 * `DatabaseUnusable`.
 */
export function forgetAll(database: CleanupDatabase, path: string): void {
  database.transaction(() => {
    database.run("UPDATE list_entries SET consent = NULL, state = 'listed' WHERE consent IS NOT NULL");
    for (const table of tables) database.run(`DELETE FROM ${table}`);
    // From here on it is another list, so that references to entries of the old one are no longer valid.
    database.run('UPDATE list SET id = lower(hex(randomblob(16))), generation = 0, unknown_past_ms = NULL');
  });
  // Deleted rows stay readable in free pages and in the log until both are rewritten.
  database.run('VACUUM');
  database.all('PRAGMA wal_checkpoint(TRUNCATE)');
  for (const copy of copiesOf(path)) rmSync(copy, { force: true });
}

function copiesOf(path: string): readonly string[] {
  const name = basename(path);
  return readdirSync(dirname(path))
    .filter(
      (file) => (file.startsWith(`${name}.v`) && file.endsWith('.bak')) || file.startsWith(`${name}.kept`),
    )
    .map((file) => join(dirname(path), file));
}
