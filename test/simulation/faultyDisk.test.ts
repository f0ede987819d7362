import assert from 'node:assert/strict';
import { canDiskFail } from '../support/disk/faultyDiskLibrary.ts';
import { runWithFaults, tallyLine, type FaultTally } from '../support/disk/faultyDiskRun.ts';

// Here only one call in so many fails, starting at a random one; `npm run soak -- faults` lets each call fail.
const stride = 11;

// Pending tests are forbidden, so there is no suite on systems on which no library can be loaded before libc.
if (canDiskFail)
  describe('a disk that fails at any call', function () {
    this.timeout(300_000);
    const first = Number(process.env['FAULT_OFFSET'] ?? 1 + Math.floor(Math.random() * stride));
    before(() => console.log(`      FAULT_OFFSET=${first} (every ${stride}th call from this one on)`));

    function judge(tallies: readonly FaultTally[], leastFaults: number): void {
      for (const tally of tallies) console.log(`      ${tallyLine(tally)}`);
      for (const { broken } of tallies) assert.deepEqual(broken, []);
      // A scenario that never uses the disk would keep every promise too.
      for (const { faults } of tallies) assert.ok(faults >= leastFaults);
    }

    it('fails once: nothing is lost or sent twice, the limits hold, and the runner continues by itself', async () => {
      judge(await runWithFaults('life', 'once', { first, stride }), 100);
    });

    it('keeps failing: the same holds after the disk works again', async () => {
      judge(await runWithFaults('life', 'lasting', { first, stride }), 100);
    });

    it('fails from the start: nothing is sent or changed, and the runner continues by itself later', async () => {
      // The stride is larger than the number of calls: one run with a fault, and one on a disk that works.
      judge(await runWithFaults('illDisk', 'lasting', { first: 1, stride: 1_000_000 }), 1);
    });

    it('never makes a deleted list look like a first start', async () => {
      judge(await runWithFaults('listGone', 'once', { first: 1, stride: 1 }), 2);
    });
  });
