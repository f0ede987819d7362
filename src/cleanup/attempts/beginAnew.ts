import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../quota/clock.ts';
import { CleanupDatabase } from '../database/database.ts';
import { DatabaseUnusable } from '../database/databaseUnusable.ts';
import { markerOf, writeMarker } from '../database/databaseMarker.ts';
import { PassedTime } from '../quota/passedTime.ts';

// The suffixes of the files of one SQLite database: the file itself, its write-ahead log and its shared memory.
const companions = ['', '-wal', '-shm'] as const;

/**
 * Replaces a list that cannot be used by a new one, and keeps the old files beside it. Call only if the user asked for
 * it. Since it is unknown what was sent before, no integration has a free slot until the longest window has passed.
 * Returns the path of the kept file, or undefined if there was none. Throws the system's error or `DatabaseUnusable`;
 * then the old list is at its path or at the kept one, and there is no new list.
 */
export function beginAnew(path: string, clock: Clock): string | undefined {
  mkdirSync(dirname(path), { recursive: true });
  // A damaged list may be older than marker files. If this stops halfway and there is no marker file, the next start
  // would be taken for a first start.
  writeMarker(path);
  const kept = freeName(`${path}.kept`);
  let isKept = false;
  for (const companion of companions) {
    if (!existsSync(path + companion)) continue;
    renameSync(path + companion, kept + companion);
    isKept = true;
  }
  // Created under another name, so that if this stops halfway, no list without `unknown_past_ms` is at the path.
  const fresh = `${path}.new`;
  for (const companion of [...companions, '.made']) rmSync(fresh + companion, { force: true });
  const database = CleanupDatabase.open(fresh);
  try {
    database.transaction(() => {
      const nowMs = new PassedTime(database, clock).advance();
      database.run('UPDATE list SET unknown_past_ms = ?', nowMs);
    });
    database.all('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  if (existsSync(path)) throw new DatabaseUnusable('locked');
  renameSync(fresh, path);
  rmSync(markerOf(fresh), { force: true });
  return isKept ? kept : undefined;
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let number = 2; companions.some((companion) => existsSync(name + companion)); number += 1)
    name = `${wanted}-${number}`;
  return name;
}
