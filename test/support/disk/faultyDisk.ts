import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** The errors that a faulty disk returns; a lock can also fail with `EBUSY`. */
export const diskErrors = ['ENOSPC', 'EIO', 'EROFS', 'EBUSY'] as const;
export type DiskError = (typeof diskErrors)[number];

/**
 * How long a disk fails: at one call, or from that call until it is healed. In the second case either the calls fail
 * that would change something (`writes`), or every call (`all`) except locks, which even a dying disk does not refuse.
 */
export type FaultExtent = 'once' | 'writes' | 'all';

/** What a faulty disk has counted since the last order to fail. */
export interface DiskReport {
  readonly calls: number;
  readonly failed: number;
  /** The name of the call that failed first, or `-`. */
  readonly firstFailed: string;
}

/** Orders to the disk of this process, which was started in a `faultyDiskEnvironment`. */
export const faultyDisk = {
  /** Counts from 0 again; the call with this number (from 1; 0: none) fails, and later ones according to `extent`. */
  fail: (at: number, error: DiskError, extent: FaultExtent): void =>
    void order(`fail/${at}/${constants.errno[error]}/${extent}`),
  /** Counts from 0 again; the process is killed in the call with this number. */
  killAt: (at: number): void => void order(`kill/${at}`),
  report: (): DiskReport => order('report'),
  /** Nothing fails any more, and nothing is counted. */
  heal: (): void => void order('well'),
};

function order(text: string): DiskReport {
  const [calls, failed, firstFailed = '-'] = readFileSync(`/faulty-disk/${text}`, 'utf8').split(' ');
  return { calls: Number(calls), failed: Number(failed), firstFailed };
}
