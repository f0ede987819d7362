import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cacheFolder.ts';
import { Obstacle } from './obstacle.ts';

/** The errors that a faulty disk gives; `EBUSY` is what a lock may give as well. */
export const diskErrors = ['ENOSPC', 'EIO', 'EROFS', 'EBUSY'] as const;
export type DiskError = (typeof diskErrors)[number];

/**
 * How long a disk fails: at one call, or from it on until it is told to be well, in those calls that would change
 * something (`writes`) or in every call (`all`) but for locks, which no dying disk refuses.
 */
export type FaultExtent = 'once' | 'writes' | 'all';

/** What a faulty disk has seen since it was last told to fail. */
export interface DiskReport {
  readonly calls: number;
  readonly failed: number;
  /** The name of the call that failed first, or `-`. */
  readonly firstFailed: string;
}

/** A disk can be made to fail only where a library can be put before libc. */
export const canDiskFail = process.platform === 'linux';

/**
 * The environment in which a process has a disk that fails on demand, below `folder` alone. Builds the library where
 * it is not built yet; rejects with an `Obstacle` where there is no C compiler.
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

/** Orders to the disk of this process, which was started in a `faultyDiskEnvironment`. */
export const faultyDisk = {
  /** Counts from 0 again; the call with this number (from 1; 0: none) fails, and later ones as `extent` has it. */
  fail: (at: number, error: DiskError, extent: FaultExtent): void =>
    void order(`fail/${at}/${constants.errno[error]}/${extent}`),
  /** Counts from 0 again; the process is killed in the call with this number. */
  killAt: (at: number): void => void order(`kill/${at}`),
  report: (): DiskReport => order('report'),
  /** Nothing fails any more, and nothing is counted. */
  heal: (): void => void order('well'),
};

const library = 'faultyDisk.so';

async function compile(source: string, into: string): Promise<void> {
  const to = path.join(into, library);
  const options = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-shared', '-fPIC', '-o', to, source, '-ldl'];
  await promisify(execFile)(process.env['CC'] ?? 'cc', options).catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    throw new Obstacle(`The library that makes a disk fail could not be built:\n${said}`, { cause: error });
  });
}

function order(text: string): DiskReport {
  const [calls, failed, firstFailed = '-'] = readFileSync(`/faulty-disk/${text}`, 'utf8').split(' ');
  return { calls: Number(calls), failed: Number(failed), firstFailed };
}
