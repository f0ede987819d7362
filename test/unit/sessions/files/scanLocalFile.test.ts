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

describe('sourceScanOf', () => {
  it('reports no problem if the file was read to its end or the search was cancelled', () => {
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
    it(`keeps what was found before the ending ${ending}, and reports the problem`, () => {
      const { findings, bytes } = whole;
      assert.deepEqual(sourceScanOf({ ...whole, ending }), { findings, bytes, problem });
    });

  it('reports a file of which nothing could be read', () => {
    const scan = sourceScanOf({ ...whole, findings: [], bytes: 0, ending: 'unreadable' });
    assert.equal(scan.problem, 'cannot be read');
  });

  it('drops the findings of a binary file, even if it was read to its end', () => {
    for (const ending of ['whole', 'binary'] as const)
      assert.deepEqual(sourceScanOf({ ...whole, ending, looksBinary: true }), {
        findings: [],
        bytes: 10,
        problem: 'no text',
      });
  });

  it('reports that ids were left out', () => {
    const { problem } = sourceScanOf({ ...whole, placesDropped: 3 });
    assert.equal(problem, 'holds more ids than are kept of one file');
  });
});
