import { existsSync, statSync, writeFileSync } from 'node:fs';

/**
 * The file that says that the database at `path` was made, so that one that was deleted or emptied is not taken for a
 * first start: that would call every slot of the quota free.
 */
export function witnessOf(path: string): string {
  return `${path}.made`;
}

/** Writes the witness of the database at `path` if there is none yet. Throws the system's error. */
export function writeWitness(path: string): void {
  const text = 'The cleanup list of Session Cleanup for Veriff stands beside this file.\n';
  if (!existsSync(witnessOf(path))) writeFileSync(witnessOf(path), text);
}

/**
 * Which file stands at a path; '' if none does, or one of less than two bytes: SQLite takes that for an empty one and
 * would begin a list in it.
 */
export function fileAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined || stat.size < 2n ? '' : `${stat.dev}:${stat.ino}`;
}

/**
 * Which files make up the database at a path: itself, its write-ahead log and its shared memory; '' for one that is
 * not there.
 */
export function filesOf(path: string): readonly string[] {
  return [fileAt(path), companionAt(`${path}-wal`), companionAt(`${path}-shm`)];
}

// A write-ahead log is empty after all of it was written into the database.
function companionAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
}
