import { canDiskFail } from '../support/disk/faultyDiskLibrary.ts';
import { runWithFaults, tallyLine } from '../support/disk/faultyDiskRun.ts';

/** Lets each call to the file system fail, one per run, with each error: once, and from that call on. */
export async function soakFaults(): Promise<readonly string[]> {
  if (!canDiskFail) {
    console.log('  Only on Linux a library can be put before libc: left out.');
    return [];
  }
  const every = { first: 1, stride: 1 };
  const tallies = [
    ...(await runWithFaults('life', 'once', every)),
    ...(await runWithFaults('life', 'lasting', every)),
    ...(await runWithFaults('illDisk', 'lasting', { first: 1, stride: 1_000_000 })),
    ...(await runWithFaults('listGone', 'once', every)),
  ];
  for (const tally of tallies) console.log(`  ${tallyLine(tally)}`);
  const sum = (of: (tally: (typeof tallies)[number]) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  console.log(`  ${sum(({ faults }) => faults)} runs, ${sum(({ failedCalls }) => failedCalls)} calls failed`);
  return tallies.flatMap(({ broken }) => broken);
}
