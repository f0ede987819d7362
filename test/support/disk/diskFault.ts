import type { DatabaseProblem } from '../../../src/cleanup/database/databaseUnusable.ts';
import type { DiskError, DiskReport, FaultExtent } from './faultyDisk.ts';

/**
 * Which call of which scenario fails, how, and for how long; `at` counts from 1, and 0 means no fault. `life` and
 * `illDisk`: `FaultyDiskScenario`; `listGone`: `openWhereListIsGone`.
 */
export interface Fault {
  readonly scenario: 'life' | 'illDisk' | 'listGone';
  readonly at: number;
  readonly error: DiskError;
  readonly extent: FaultExtent;
}

export interface ScenarioVerdict {
  readonly fault: Fault;
  readonly disk: DiskReport;
  /** One sentence for each broken promise. */
  readonly broken: readonly string[];
  readonly problems: readonly DatabaseProblem[];
  readonly requests: number;
}

/** Whether the problem is a correct description of this fault, as far as it can be known. */
export function isFitting(problem: DatabaseProblem, { error, extent }: Fault, disk: DiskReport): boolean {
  // If a page cannot be read at all, SQLite reports the file as damaged, because the disk has returned EIO.
  if (problem === 'damaged') return error === 'EIO' && (extent === 'all' || disk.firstFailed === 'pread');
  // If the memory that windows share cannot be set up, SQLite assumes that another process is doing so.
  if (problem === 'locked' && extent !== 'once') return true;
  return fitting[error].includes(problem);
}

// SQLite says whether opening, reading or writing a file failed, but seldom the system's reason: a file that cannot be
// opened is only known to be “not writable”, and a lock that fails with any other error is an error of the disk.
const fitting: Readonly<Record<DiskError, readonly DatabaseProblem[]>> = {
  ENOSPC: ['diskFull', 'diskError', 'notWritable'],
  EIO: ['diskError', 'notWritable'],
  EROFS: ['notWritable', 'diskError'],
  EBUSY: ['locked', 'diskError', 'notWritable'],
};
