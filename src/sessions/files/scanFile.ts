import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { ScanResult } from '../scan/scanner.ts';
import { ScanInTurns, type ScanOptions } from '../scan/scanInTurns.ts';

/**
 * How the reading of a file ended. `shrunk`: the file became shorter meanwhile, and was read to its new end.
 * `notAFile`: a folder, a device or a pipe. `unreadable`: any other error, possibly after a part was read. In every
 * case, the findings are those of the part that was read.
 */
export type FileEnding =
  'whole' | 'cancelled' | 'binary' | 'shrunk' | 'notAFile' | 'missing' | 'forbidden' | 'unreadable';

/** What was found in a file. */
export interface FileScan extends ScanResult {
  /** How many bytes were read. */
  readonly bytes: number;
  /** The file's size in bytes when it was opened; 0 if it was not opened. */
  readonly size: number;
  readonly ending: FileEnding;
}

/**
 * Finds the ids in a file of any size. It only reads, up to the size that the file had when it was opened, and follows
 * symbolic links. Never rejects: `ending` says what happened.
 */
export async function scanFile(path: string, options: ScanOptions = {}): Promise<FileScan> {
  const scan = new ScanInTurns(options);
  let size = 0;
  const read = async (): Promise<FileEnding> => {
    if (options.signal?.aborted === true) return 'cancelled';
    // Opening a device can have side effects, so the kind is checked first.
    if (!(await stat(path)).isFile()) return 'notAFile';
    const file = await open(path, openFlags);
    try {
      const stats = await file.stat();
      // The file may have been replaced since it was checked.
      if (!stats.isFile()) return 'notAFile';
      size = stats.size;
      return await readAll(file, size, scan);
    } finally {
      await file.close();
    }
  };
  const ending = await read().catch(endingOfError);
  return { ...(await scan.end(ending)), size };
}

// Without O_NONBLOCK, opening a pipe waits until something is written to it. On Windows both flags are undefined, which
// counts as 0.
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Reads one chunk while the previous one is searched. */
async function readAll(file: FileHandle, size: number, scan: ScanInTurns): Promise<FileEnding> {
  let [chunk, next] = [chunkAt(0, size), chunkAt(0, 0)];
  let reading = readAt(file, chunk, 0, size);
  for (let position = 0; position < size; [chunk, next] = [next, chunk]) {
    const count = await reading;
    if (count === 0) return 'shrunk';
    position += count;
    next = chunkAt(position, size, next);
    reading = readAt(file, next, position, size);
    // If the search ends early, this read may fail unobserved; without a handler, that would be an unhandled rejection.
    reading.catch(() => undefined);
    const ending = await scan.push(chunk.subarray(0, count));
    if (ending === undefined) continue;
    await reading.catch(() => undefined);
    return ending;
  }
  return 'whole';
}

async function readAt(file: FileHandle, chunk: Buffer, position: number, size: number): Promise<number> {
  const length = Math.min(chunk.length, size - position);
  return length <= 0 ? 0 : (await file.read(chunk, 0, length, position)).bytesRead;
}

/** A buffer for the chunk at the position: the old buffer, or a new one if that is too small. */
function chunkAt(position: number, size: number, old?: Buffer): Buffer {
  // Each read has a fixed cost, so large files are read in larger chunks.
  const length = Math.min(size - position, position < largeFrom ? chunkBytes : largeChunkBytes);
  return old !== undefined && old.length >= length ? old : Buffer.allocUnsafeSlow(length);
}

const chunkBytes = 262_144;
const largeFrom = 16 * 1024 * 1024;
const largeChunkBytes = 1024 * 1024;

function endingOfError(error: unknown): FileEnding {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
  if (code === 'EACCES' || code === 'EPERM') return 'forbidden';
  return code === 'EISDIR' ? 'notAFile' : 'unreadable';
}
