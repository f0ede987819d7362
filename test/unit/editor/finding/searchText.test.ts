import assert from 'node:assert/strict';
import { counted, progressText, sizeText } from '../../../../src/editor/finding/searchText.ts';

describe('the text of a search', () => {
  it('tells files, size and ids so far', () => {
    assert.equal(
      progressText({ files: 1204, bytes: 36_190_000, ids: 17 }),
      '1,204 files, 36.1 MB, 17 ids so far',
    );
    assert.equal(progressText({ files: 1, bytes: 0, ids: 1 }), '1 file, 0 kB, 1 id so far');
  });

  for (const [bytes, text] of [
    [999, '0 kB'],
    [999_999, '999 kB'],
    [1_000_000, '1.0 MB'],
    [999_999_999, '999.9 MB'],
    [1_000_000_000, '1.0 GB'],
    [1_234_567_890_123, '1234.5 GB'],
  ] as const)
    it(`calls ${bytes} bytes ${text}`, () => {
      assert.equal(sizeText(bytes), text);
    });

  it('counts nothing in the plural', () => {
    assert.equal(counted(0, 'folder'), '0 folders');
  });
});
