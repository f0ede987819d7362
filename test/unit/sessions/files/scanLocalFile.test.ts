import assert from 'node:assert/strict';
import { sourceScanOf } from '../../../../src/sessions/files/scanLocalFile.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

const whole = {
  findings: [
    { id: sessionNumber(1), role: 'unknown', reason: '', line: 0, column: 0, count: 1, offset: 0 },
  ] as const,
  bytes: 10,
  ending: 'whole',
  placesDropped: 0,
  looksBinary: false,
} as const;

describe('what the scan of a file is to a search', () => {
  it('is nothing to be told if it was read to its end, or cancelled by the search itself', () => {
    const { findings, bytes } = whole;
    assert.deepEqual(sourceScanOf(whole), { findings, bytes });
    assert.deepEqual(sourceScanOf({ ...whole, ending: 'cancelled' }), { findings, bytes });
  });

  for (const [ending, problem] of [
    ['shrunk', 'became shorter while it was read'],
    ['notAFile', 'a device or pipe'],
    ['missing', 'is not there any more'],
    ['forbidden', 'no permission to read it'],
    ['unreadable', 'cannot be read to its end'],
  ] as const)
    it(`keeps what was read before it ended as ${ending}`, () => {
      const { findings, bytes } = whole;
      assert.deepEqual(sourceScanOf({ ...whole, ending }), { findings, bytes, problem });
    });

  it('says that it cannot be read if nothing was', () => {
    const scan = sourceScanOf({ ...whole, findings: [], bytes: 0, ending: 'unreadable' });
    assert.equal(scan.problem, 'cannot be read');
  });

  it('takes nothing out of what is no text, however short it is', () => {
    for (const ending of ['whole', 'binary'] as const)
      assert.deepEqual(sourceScanOf({ ...whole, ending, looksBinary: true }), {
        findings: [],
        bytes: 10,
        problem: 'no text',
      });
  });

  it('says where ids were left out', () => {
    const { problem } = sourceScanOf({ ...whole, placesDropped: 3 });
    assert.equal(problem, 'holds more ids than are kept of one file');
  });
});
