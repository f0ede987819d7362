import type { Dirent, Stats } from 'node:fs';
import { constants, open, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileTree, FolderEntry, PlaceTarget } from './fileTree.ts';

// So many names of a folder come at once; to make them into objects takes less than a millisecond.
const namesAtOnce = 1024;

/** The files of this machine, by their paths. */
export const localFiles: FileTree = {
  // By what is usual: the file system of a folder may be another one, where a pattern then ignores one file too few.
  isCaseSensitive: process.platform !== 'win32' && process.platform !== 'darwin',

  async *list(folder) {
    const opened = await opendir(folder, { bufferSize: namesAtOnce });
    let entries: FolderEntry[] = [];
    // Left early, the loop closes the folder.
    for await (const entry of opened) {
      if (entries.push({ name: entry.name, kind: kindOf(entry) }) < namesAtOnce) continue;
      yield entries;
      entries = [];
    }
    yield entries;
  },

  async follow(place) {
    const [stats, realPlace] = await Promise.all([stat(place), realpath(place)]);
    return { kind: targetKindOf(stats), realPlace };
  },

  readSmall: readSmallFile,
  within: (folder, name) => path.join(folder, name),

  isWithin(place, folder) {
    return place === folder || place.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
  },
};

function kindOf(entry: Dirent): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  const isOther = entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice();
  // Some file systems name no kinds.
  return isOther ? 'other' : 'unknown';
}

function targetKindOf(stats: Stats): PlaceTarget['kind'] {
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
}

async function readSmallFile(place: string, mostBytes: number): Promise<Uint8Array | undefined> {
  // A pipe in the place of a file would otherwise be waited for, and nothing could end that.
  const file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return undefined;
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) return bytes.subarray(0, length);
      length += bytesRead;
    }
    return undefined;
  } finally {
    await file.close();
  }
}
