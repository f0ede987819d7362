import assert from 'node:assert/strict';
import { lensText } from '../../../../../src/editor/finding/inEditor/lensText.ts';

describe('a lens', () => {
  it('says state and integration, and makes no icon of either', () => {
    assert.equal(
      lensText({ text: 'deleted 14:05', integration: 'Shop (TEST)' }),
      'deleted 14:05 · Shop (TEST)',
    );
    assert.equal(lensText({ text: '$(trash)$(x)', integration: '$(y)' }), '$ (trash)$ (x) · $ (y)');
  });
});
