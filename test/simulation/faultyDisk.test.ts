import assert from 'node:assert/strict';
import { canDiskFail } from '../support/disk/faultyDiskLibrary.ts';
import { runWithFaults, tallyLine, type FaultTally } from '../support/disk/faultyDiskRun.ts';

// Every call fails in `npm run soak -- faults`; here one in so many, another one each time.
const stride = 11;

// Pending tests are forbidden: if no library can be put before libc, there is no such suite.
if (canDiskFail)
  describe('a disk that fails at any call', function () {
    this.timeout(300_000);
    const first = Number(process.env['FAULT_OFFSET'] ?? 1 + Math.floor(Math.random() * stride));
    before(() => console.log(`      FAULT_OFFSET=${first} (every ${stride}th call from this one on)`));

    function judge(tallies: readonly FaultTally[], leastFaults: number): void {
      for (const tally of tallies) console.log(`      ${tallyLine(tally)}`);
      for (const { broken } of tallies) assert.deepEqual(broken, []);
      // A scenario that asks nothing of the disk would keep every promise too.
      for (const { faults } of tallies) assert.ok(faults >= leastFaults);
    }

    it('once: nothing is lost or sent twice, the limits hold, and it goes on by itself', async () => {
      judge(await runWithFaults('life', 'once', { first, stride }), 100);
    });

    it('and goes on failing: the same, once the disk is well', async () => {
      judge(await runWithFaults('life', 'lasting', { first, stride }), 100);
    });

    it('and is ill from the start: nothing is sent or changed, and it goes on by itself later', async () => {
      // One run with a fault, and one on a disk that is well, since nobody makes that many calls.
      judge(await runWithFaults('illDisk', 'lasting', { first: 1, stride: 1_000_000 }), 1);
    });

    it('never makes a list that was deleted look like a first start', async () => {
      judge(await runWithFaults('listGone', 'once', { first: 1, stride: 1 }), 2);
    });
  });
