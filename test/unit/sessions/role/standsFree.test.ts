import assert from 'node:assert/strict';
import { standsFree, startsFree } from '../../../../src/sessions/role/standsFree.ts';

describe('standsFree', () => {
  // The word in brackets is the one that is checked.
  const cases: readonly (readonly [string, boolean])[] = [
    ['[word]', true],
    [' [word] ', true],
    ['a[word]', false],
    ['9[word]', false],
    ['[word]Z', false],
    ['_[word]_', true],
    ['é[word]é', true],
    ['-[word]-', true],
    ['x-[word]-x', true],
    ['ab1-[word]', false],
    ['[word]-1', false],
    ['face-[word]-face', true],
    ['abcdefab-[word]', false],
    ['[word]-ABCDEFAB', false],
    ['[word]-0123x', true],
    ['x0123-[word]', true],
    ['[word]--0', true],
    ['%2F[word]', true],
    ['%2[word]', false],
    ['%GG[word]', false],
    ['\\t[word]', true],
    ['\\x[word]', false],
    ['\\u00e9[word]', true],
    ['\\u0e9[word]', false],
    ['\u001b[31m[word]', true],
    ['[31m[word]', false],
    [`${'a1'.repeat(5000)}-[word]`, false],
  ];
  for (const [marked, expected] of cases) {
    it(`${marked.length > 80 ? 'a very long run of hex' : JSON.stringify(marked)}: ${String(expected)}`, () => {
      const start = marked.lastIndexOf('[');
      const text = marked.replace('[word]', 'word');
      assert.equal(standsFree(text, start, start + 4), expected);
    });
  }
});

describe('startsFree', () => {
  it('checks only the left side', () => {
    assert.equal(startsFree('word9', 0), true);
    assert.equal(startsFree('9word', 1), false);
    assert.equal(startsFree('', 0), true);
  });
});
