import assert from 'node:assert/strict';
import { sizeText } from '../../../../src/sessions/files/sizeText.ts';

describe('sizeText', () => {
  for (const [bytes, text] of [
    [999, '0 kB'],
    [999_999, '999 kB'],
    [1_000_000, '1 MB'],
    [50_000_000, '50 MB'],
    [999_999_999, '999.9 MB'],
    [1_000_000_000, '1 GB'],
    [1_234_567_890_123, '1234.5 GB'],
  ] as const)
    it(`writes ${bytes} bytes as ${text}`, () => {
      assert.equal(sizeText(bytes), text);
    });
});
