import type { Dirent, Stats } from 'node:fs';
import { constants, open, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileTree, FolderEntry, PlaceTarget } from './fileTree.ts';

// Converting this many names takes less than a millisecond.
const namesAtOnce = 1024;

/** The files of this machine, by their paths. */
export const localFiles: FileTree = {
  // The default of each system. On another kind of file system, at worst a few ignored files are searched.
  isCaseSensitive: process.platform !== 'win32' && process.platform !== 'darwin',

  async *list(folder) {
    const opened = await opendir(folder, { bufferSize: namesAtOnce });
    let entries: FolderEntry[] = [];
    // Leaving the loop early closes the folder.
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
  // Some file systems do not report the kind.
  return isOther ? 'other' : 'unknown';
}

function targetKindOf(stats: Stats): PlaceTarget['kind'] {
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
}

async function readSmallFile(place: string, mostBytes: number): Promise<Uint8Array | undefined> {
  // Without O_NONBLOCK, opening a pipe would wait forever and could not be cancelled.
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
