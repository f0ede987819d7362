import assert from 'node:assert/strict';
import { nextUuid } from '../../../../src/sessions/scan/uuidSearch.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';

describe('nextUuid', () => {
  it('finds one at any offset, and only if it lies between the two', () => {
    for (const filler of [' ', '-', 'a', 'a-', '\xff'])
      for (let before = 0; before < 80; before += 1) {
        const start = before * filler.length;
        const bytes = Buffer.from(`${filler.repeat(before)}${id}${filler.repeat(50)}`, 'latin1');
        const end = start + id.length;
        // Hex before an id is part of its first digits, as for an expression that reads from the left.
        assert.equal(nextUuid(bytes, 0, bytes.length), start, `${before} × ${filler}`);
        assert.equal(nextUuid(bytes, start, end), start);
        assert.equal(nextUuid(bytes, start + 1, bytes.length), bytes.length);
        assert.equal(nextUuid(bytes, 0, end - 1), end - 1);
      }
  });

  it('takes each hex digit in each place, and nothing else', () => {
    for (let byte = 0; byte < 256; byte += 1)
      for (let at = 0; at < id.length; at += 1) {
        const bytes = Buffer.from(id);
        bytes[at] = byte;
        const isOne = id[at] === '-' ? byte === 45 : /[\dA-Fa-f]/.test(String.fromCharCode(byte));
        assert.equal(nextUuid(bytes, 0, bytes.length) === 0, isOne, `${byte} at ${at}`);
      }
  });
});
