import type { DatabaseProblem } from '../../../src/cleanup/database/databaseUnusable.ts';
import type { DiskError, DiskReport, FaultExtent } from './faultyDisk.ts';

/**
 * Which call of which scenario fails, how, and for how long; `at` counts from 1, and 0 is a disk that is well. `life`
 * and `illDisk`: `FaultyDiskScenario`; `listGone`: `openWhereListIsGone`.
 */
export interface Fault {
  readonly scenario: 'life' | 'illDisk' | 'listGone';
  readonly at: number;
  readonly error: DiskError;
  readonly extent: FaultExtent;
}

/** What a scenario came to. */
export interface ScenarioVerdict {
  readonly fault: Fault;
  readonly disk: DiskReport;
  /** Sentences; none if every promise was kept. */
  readonly broken: readonly string[];
  readonly problems: readonly DatabaseProblem[];
  readonly requests: number;
}

/** Whether a problem is what can be known of this fault. */
export function isFitting(problem: DatabaseProblem, { error, extent }: Fault, disk: DiskReport): boolean {
  // If a page cannot be read at all, SQLite calls the file damaged, as the disk itself has said EIO.
  if (problem === 'damaged') return error === 'EIO' && (extent === 'all' || disk.firstFailed === 'pread');
  // If the memory that windows share cannot be set up, SQLite takes it that others are doing so.
  if (problem === 'locked' && extent !== 'once') return true;
  return fitting[error].includes(problem);
}

// SQLite tells why it cannot open a file, or read or write it, but seldom the system's reason: for what cannot be
// opened, “not writable” is all that is known, and for a lock that fails with any other error, an error of the disk.
const fitting: Readonly<Record<DiskError, readonly DatabaseProblem[]>> = {
  ENOSPC: ['diskFull', 'diskError', 'notWritable'],
  EIO: ['diskError', 'notWritable'],
  EROFS: ['notWritable', 'diskError'],
  EBUSY: ['locked', 'diskError', 'notWritable'],
};
