import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CleanupDatabase } from './database.ts';

// Children before parents: an attempt refers to its entry.
const tables = [
  'attempts',
  'entries',
  'removed_entries',
  'entry_counts',
  'server_times',
  'integrations',
] as const;

/**
 * Erases everything that the database at `path` holds, from its pages and its write-ahead log as well, and the
 * copies that were kept before migrations and beside a new list. The rate limit forgets with it. Throws `DatabaseUnusable`.
 */
export function forgetAll(database: CleanupDatabase, path: string): void {
  database.transaction(() => {
    for (const table of [...tables, 'switches']) database.run(`DELETE FROM ${table}`);
  });
  // Deleted rows stay readable in free pages and in the log until both are written anew.
  database.run('VACUUM');
  database.all('PRAGMA wal_checkpoint(TRUNCATE)');
  for (const copy of copiesOf(path)) rmSync(copy, { force: true });
}

/** Erases the list and the attempts of one integration. For the sandbox alone: it can forget them as well. */
export function forgetIntegration(database: CleanupDatabase, integration: string): void {
  database.transaction(() => {
    for (const table of tables) database.run(`DELETE FROM ${table} WHERE integration = ?`, integration);
  });
}

function copiesOf(path: string): readonly string[] {
  const name = basename(path);
  return readdirSync(dirname(path))
    .filter(
      (file) => (file.startsWith(`${name}.v`) && file.endsWith('.bak')) || file.startsWith(`${name}.kept`),
    )
    .map((file) => join(dirname(path), file));
}
