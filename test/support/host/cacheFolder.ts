import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The folder `name` in this project's cache, outside the checkout. If it is missing, `fill` gets an empty folder, which
 * gets the name only after it is complete: so an interrupted or failed `fill` leaves nothing that looks like a result,
 * and if two processes fill at once, one result stays. Rejects as `fill` does.
 */
export async function cacheFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheRoot();
  const folder = path.join(root, name);
  if (existsSync(folder)) return folder;

  await mkdir(root, { recursive: true });
  await removeLeftovers(root);
  const partial = await mkdtemp(path.join(root, `${name}${partialMark}`));
  try {
    await fill(partial);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!isTaken(error) || !existsSync(folder)) throw error;
  }
  return folder;
}

const partialMark = '.partial-';

/** Longer than any `fill` takes, so that the unfinished work of another process is never removed. */
const leftoverAfterMs = 24 * 60 * 60 * 1000;

function cacheRoot(): string {
  const { XDG_CACHE_HOME: cacheHome } = process.env;
  // The XDG specification says that relative paths are ignored.
  const base =
    cacheHome !== undefined && path.isAbsolute(cacheHome) ? cacheHome : path.join(homedir(), '.cache');
  return path.join(base, 'veriff-session-cleanup');
}

async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.includes(partialMark)) continue;
    const folder = path.join(root, name);
    // Another process may be removing it at this moment.
    const modifiedAt = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - modifiedAt > leftoverAfterMs) await rm(folder, { recursive: true, force: true });
  }
}

/** Whether a rename failed because its target is a folder that is not empty. */
function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}
