import assert from 'node:assert/strict';
import { byteKernel } from '../../../../src/sessions/scan/byteKernel.ts';
import { countByte } from '../../../../src/sessions/scan/countBytes.ts';
import { nextUuid } from '../../../../src/sessions/scan/uuidSearch.ts';
import { ScanText } from '../../../support/sessions/scanText.ts';
import { SeededChance } from '../../../support/random/seededChance.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe('the byte kernel', () => {
  // If it were missing, nothing below would be tested.
  const kernel = byteKernel();
  assert.ok(kernel);

  it(`finds and counts what is found and counted without it (FAST_CHECK_SEED=${seed})`, () => {
    const chance = new SeededChance(seed);
    const texts = new ScanText(chance);
    let found = 0;
    for (let run = 0; run < 20_000; run += 1) {
      const { bytes } = texts.encoded();
      const seen = kernel.load(bytes);
      const from = chance.whole(0, bytes.length);
      const to = chance.whole(from, bytes.length);
      const wanted = nextUuid(bytes, from, to);
      assert.equal(kernel.nextUuid(from, to), wanted, `run ${run}`);
      if (wanted < to) found += 1;
      const byte = chance.pick([10, 45, 97, 0]);
      const words = new Int32Array(
        Uint8Array.from({ length: 4 * Math.ceil(bytes.length / 4) }, (_, at) => bytes[at] ?? 0).buffer,
      );
      const count = bytes.subarray(from, to).reduce((sum, each) => sum + (each === byte ? 1 : 0), 0);
      assert.equal(kernel.count(byte, from, to), count, `run ${run}`);
      assert.equal(countByte(bytes, words, byte, from, to), count, `run ${run}`);
      if (bytes.includes(13)) assert.equal(seen.hasReturn, true);
      if (bytes.includes(74)) assert.equal(seen.hasJ, true);
      if (bytes.some((each) => each > 127)) assert.equal(seen.isAscii, false);
    }
    assert.ok(found > 2000, `${found} found`);
  });

  it('sees a byte at any place, and nothing if there is nothing', () => {
    for (const length of [1, 15, 16, 17, 100]) {
      kernel.load(new Uint8Array(length + 64));
      assert.deepEqual(kernel.load(new Uint8Array(length)), { hasReturn: false, hasJ: false, isAscii: true });
      for (let at = 0; at < length; at += 1)
        for (const byte of [13, 74, 128, 255]) {
          const bytes = new Uint8Array(length);
          bytes[at] = byte;
          const seen = kernel.load(bytes);
          assert.deepEqual([seen.hasReturn, seen.hasJ, seen.isAscii], [byte === 13, byte === 74, byte < 128]);
        }
    }
  });

  it('finds and counts in as much as it takes', () => {
    const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
    const bytes = Buffer.alloc(kernel.capacity, '-');
    bytes.write(id, kernel.capacity - id.length);
    kernel.load(bytes);
    assert.equal(kernel.nextUuid(0, bytes.length), kernel.capacity - id.length);
    assert.equal(kernel.nextUuid(0, bytes.length - 1), bytes.length - 1);
    assert.equal(kernel.count(45, 0, bytes.length), kernel.capacity - id.length + 4);
    assert.throws(() => kernel.load(Buffer.alloc(kernel.capacity + 65)));
  });
});
