import assert from 'node:assert/strict';
import { sessionNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { progressText, searchLines } from '../../../../../src/editor/adding/search/searchText.ts';

describe('the texts of a search', () => {
  it('say how many files, bytes and ids there are so far', () => {
    assert.equal(
      progressText({ files: 1204, bytes: 36_190_000, ids: 17 }),
      '1,204 files, 36.1 MB, 17 ids so far',
    );
    assert.equal(progressText({ files: 1, bytes: 0, ids: 1 }), '1 file, 0 kB, 1 id so far');
  });

  it('say in the log how much was searched, what was not read, and why', () => {
    const reached = { files: 3, bytes: 2_000_000, ids: 9 };
    const finding = {
      id: sessionNumber(1),
      role: 'session',
      reason: '',
      line: 0,
      column: 0,
      count: 7,
    } as const;
    const skipped = [
      { name: 'a.png', reason: 'no text' },
      { name: 'b.png', reason: 'no text', count: 1201 },
    ];
    assert.deepEqual(
      searchLines({ sources: [{ name: 'a', findings: [finding] }], skipped, isCancelled: true }, reached),
      [
        'looked for session ids: 3 files, 2 MB · 1 id in 1 file · cancelled before the end',
        'not read, or not to its end: a.png (no text)',
        'not read, or not to its end: b.png (no text) and 1,200 more',
      ],
    );
    assert.deepEqual(
      searchLines({ sources: [], skipped: [], isCancelled: false }, { files: 0, bytes: 0, ids: 0 }),
      ['looked for session ids: 0 files, 0 kB · 0 ids in 0 files'],
    );
  });
});
