import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

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

function order(text: string): DiskReport {
  const [calls, failed, firstFailed = '-'] = readFileSync(`/faulty-disk/${text}`, 'utf8').split(' ');
  return { calls: Number(calls), failed: Number(failed), firstFailed };
}
