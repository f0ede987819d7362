import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../host/cacheFolder.ts';
import { Obstacle } from '../process/obstacle.ts';

/** Only on Linux can a library be loaded before libc, which makes the disk fail. */
export const canDiskFail = process.platform === 'linux';

/**
 * The environment in which a process has a disk that fails on demand, only below `folder`. Builds the library if it is
 * not built yet; rejects with an `Obstacle` if there is no C compiler.
 */
export async function faultyDiskEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  const source = path.join(import.meta.dirname, 'faultyDisk.c');
  const version = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 12);
  const built = await cacheFolder(`faulty-disk-${process.arch}-${version}`, (into) => compile(source, into));
  return { ...process.env, LD_PRELOAD: path.join(built, library), FAULTY_DISK_FOLDER: folder };
}

const library = 'faultyDisk.so';

async function compile(source: string, into: string): Promise<void> {
  const to = path.join(into, library);
  const options = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-shared', '-fPIC', '-o', to, source, '-ldl'];
  await promisify(execFile)(process.env['CC'] ?? 'cc', options).catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    throw new Obstacle(`The library that makes a disk fail could not be built:\n${said}`, { cause: error });
  });
}
