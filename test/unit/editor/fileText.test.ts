import assert from 'node:assert/strict';
import { textOfBytes } from '../../../src/editor/fileText.ts';

/** The text as UTF-16 with its mark, the low byte first or last. */
function utf16(text: string, order: 'le' | 'be'): Uint8Array {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

const read = (bytes: Uint8Array): string | undefined => {
  const pieces = textOfBytes(bytes);
  return pieces && [...pieces].join('');
};

describe('textOfBytes', () => {
  const texts: Readonly<Record<string, string>> = {
    'an empty file': '',
    'one letter': 'a',
    'line ends of all kinds': 'a\r\nb\rc\n',
    'letters of all lengths': 'aé編🙂'.repeat(20_000),
    'letters of all lengths, shifted by a byte': `a${'é編🙂'.repeat(20_000)}`,
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`reads ${what} as UTF-8, with and without a mark`, () => {
      assert.equal(read(Buffer.from(text)), text);
      assert.equal(read(Buffer.from(`\uFEFF${text}`)), text);
    });

    it(`reads ${what} as UTF-16 in either order`, () => {
      assert.equal(read(utf16(text, 'le')), text);
      assert.equal(read(utf16(text, 'be')), text);
    });
  }

  it('takes a file with a NUL for no text, unless a mark says what it is', () => {
    assert.equal(read(Buffer.from('a\0b')), undefined);
    assert.equal(read(Buffer.concat([Buffer.alloc(60_000, 'a'), Buffer.from('\0')])), undefined);
    assert.equal(read(Buffer.from('a\0b\0')), undefined);
    assert.equal(read(utf16('a', 'le')), 'a');
  });

  it('reads around bytes that are no UTF-8', () => {
    assert.equal(read(Buffer.from([0x61, 0xff, 0xe9, 0x62])), 'a\uFFFD\uFFFDb');
    assert.equal(read(Buffer.from([0x61, 0xf0, 0x9f])), 'a\uFFFD');
  });

  it('gives pieces that are soon read', () => {
    const pieces = textOfBytes(Buffer.alloc(1_000_000, 'a'));
    assert.ok(pieces);
    assert.ok([...pieces].every(({ length }) => length <= 16_384));
  });
});
