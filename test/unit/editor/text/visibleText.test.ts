import assert from 'node:assert/strict';
import fc from 'fast-check';
import { visibleText } from '../../../../src/editor/text/visibleText.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe('visibleText', () => {
  const unseen: [what: string, code: number][] = [
    ['a null', 0x0],
    ['a tab', 0x9],
    ['a line feed', 0xa],
    ['a carriage return', 0xd],
    ['the escape of a terminal', 0x1b],
    ['delete', 0x7f],
    ['a C1 control', 0x9b],
    ['a soft hyphen', 0xad],
    ['a combining grapheme joiner', 0x34f],
    ['an Arabic letter mark', 0x61c],
    ['a Hangul filler, which counts as a letter', 0x3164],
    ['a half-width Hangul filler', 0xffa0],
    ['a Mongolian vowel separator', 0x180e],
    ['a zero-width space', 0x200b],
    ['a zero-width joiner', 0x200d],
    ['a right-to-left mark', 0x200f],
    ['a line separator', 0x2028],
    ['a paragraph separator', 0x2029],
    ['a right-to-left override', 0x202e],
    ['a word joiner', 0x2060],
    ['an isolate', 0x2067],
    ['the end of an isolate', 0x2069],
    ['a byte-order mark', 0xfeff],
    ['half of a surrogate pair', 0xd800],
    ['a tag', 0xe0041],
    ['a variation selector that can carry hidden bytes', 0xe0101],
  ];
  for (const [what, code] of unseen)
    it(`shows ${what}`, () => {
      const shown = `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
      assert.equal(visibleText(`a${String.fromCodePoint(code)}b`), `a${shown}b`);
    });

  for (const text of [
    '',
    'Shop, staging',
    'Käufer 2 – “Ümläute”',
    'магазин',
    '店铺',
    '🛒',
    '❤️',
    '__proto__',
  ])
    it(`leaves “${text}” as it is`, () => assert.equal(visibleText(text), text));

  it('cuts at 200 characters, with an ellipsis', () => {
    assert.equal(visibleText('x'.repeat(200)), 'x'.repeat(200));
    assert.equal(visibleText('x'.repeat(201)), `${'x'.repeat(199)}…`);
  });

  it('cuts no character in two', () => {
    assert.equal(visibleText('🛒'.repeat(5), 5), '🛒'.repeat(5));
    assert.equal(visibleText('🛒'.repeat(6), 5), `${'🛒'.repeat(4)}…`);
  });

  it(`is visible, bounded and stable for any text (FAST_CHECK_SEED=${seed})`, () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.integer({ min: 1, max: 50 }),
        (text, most) => {
          const shown = visibleText(text, most);
          assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          assert.ok(shown.length <= most * '<U+10FFFF>'.length);
          assert.equal(visibleText(shown, 1_000), shown);
        },
      ),
      { seed, numRuns: 1_000 },
    );
  });
});
