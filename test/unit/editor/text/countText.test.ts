import assert from 'node:assert/strict';
import { countText } from '../../../../src/editor/text/countText.ts';

describe('countText', () => {
  it('uses singular or plural', () => {
    assert.equal(countText(1, 'session'), '1 session');
    assert.equal(countText(2000, 'session'), '2,000 sessions');
    assert.equal(countText(0, 'folder'), '0 folders');
    assert.equal(countText(0, 'file or folder', 'files and folders'), '0 files and folders');
  });
});
