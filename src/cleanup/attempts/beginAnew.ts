import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../quota/clock.ts';
import { CleanupDatabase } from '../database/database.ts';
import { DatabaseUnusable } from '../database/databaseUnusable.ts';
import { witnessOf, writeWitness } from '../database/databaseMarker.ts';
import { PassedTime } from '../quota/passedTime.ts';

// SQLite's own names for what belongs to a database: its write-ahead log and the memory that windows share.
const companions = ['', '-wal', '-shm'] as const;

/**
 * Begins a new list in the place of one that cannot be used, which is kept beside it. To be called only if the
 * user has said so. As nobody knows what was sent, no slot of any integration's quota is free until the longest window
 * has passed. Returns the path of what was kept, or undefined if nothing was there. Throws the system's error or
 * `DatabaseUnusable`; then the old list is in its place, or kept, and the new one is not there.
 */
export function beginAnew(path: string, clock: Clock): string | undefined {
  mkdirSync(dirname(path), { recursive: true });
  // A damaged list that was made before there were witnesses has none: stopped halfway, it would be a first start.
  writeWitness(path);
  const kept = freeName(`${path}.kept`);
  let isKept = false;
  for (const companion of companions) {
    if (!existsSync(path + companion)) continue;
    renameSync(path + companion, kept + companion);
    isKept = true;
  }
  // Made under another name: whatever stops it halfway, no list without that mark stands in the place.
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
  rmSync(witnessOf(fresh), { force: true });
  return isKept ? kept : undefined;
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let number = 2; companions.some((companion) => existsSync(name + companion)); number += 1)
    name = `${wanted}-${number}`;
  return name;
}
