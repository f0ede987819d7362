import { existsSync, statSync, writeFileSync } from 'node:fs';

/**
 * The path of the marker file, which says that the database at `path` was created. Without it, a database that was
 * deleted or emptied would be taken for a first start, and every slot of the quota for free.
 */
export function markerOf(path: string): string {
  return `${path}.made`;
}

/** Writes the marker file of the database at `path` if there is none yet. Throws the system's error. */
export function writeMarker(path: string): void {
  const text = 'The cleanup list of Session Cleanup for Veriff stands beside this file.\n';
  if (!existsSync(markerOf(path))) writeFileSync(markerOf(path), text);
}

/**
 * Identifies the file at a path by device and inode; '' if there is none, or one of less than two bytes: SQLite takes
 * that for an empty database and would create a list in it.
 */
export function fileAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined || stat.size < 2n ? '' : `${stat.dev}:${stat.ino}`;
}

/**
 * Identifies the files of the database at a path: itself, its write-ahead log and its shared memory; '' for one that
 * does not exist.
 */
export function filesOf(path: string): readonly string[] {
  return [fileAt(path), companionAt(`${path}-wal`), companionAt(`${path}-shm`)];
}

// The write-ahead log is empty once all of it was moved into the database, so its size does not matter.
function companionAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
}
