import assert from 'node:assert/strict';
import { globOf } from '../../../../src/sessions/files/glob.ts';

describe('a glob', () => {
  const cases: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
    ['**/.git', ['.git', 'a/.git', 'a/b/.git'], ['.gitignore', 'a/.git/config', '.git2']],
    ['**/node_modules', ['node_modules', 'x/node_modules'], ['node_modules2', 'my_node_modules']],
    ['build', ['build'], ['a/build', 'build/a', 'builds']],
    ['*.log', ['a.log', '.log'], ['a/b.log', 'a.logs']],
    ['**/*.log', ['a.log', 'a/b.log'], ['a.log/b']],
    ['logs/**', ['logs', 'logs/a', 'logs/a/b'], ['log', 'logs2', 'a/logs']],
    ['logs/**/*.txt', ['logs/a.txt', 'logs/b/c/a.txt'], ['a.txt', 'logs/a.txt/b']],
    ['**/a/**/b', ['a/b', 'x/a/y/z/b'], ['a', 'b', 'ab']],
    ['**', ['a', 'a/b'], []],
    ['?.txt', ['a.txt', 'é.txt'], ['.txt', 'ab.txt']],
    ['[a-c]x[!0-9]', ['bxy'], ['dxy', 'ax5']],
    ['[]]', [']'], ['[', 'a']],
    ['[', ['['], ['a']],
    ['{a,b}/*.{js,{c,m}ts}', ['a/x.js', 'b/y.cts', 'a/z.mts'], ['c/x.js', 'a/x.ts']],
    ['{a/**,**/b}', ['a/x/y', 'c/b'], ['c/a']],
    ['{a,b', ['{a,b'], ['a', 'b']],
    ['a+(b).$', ['a+(b).$'], ['ab', 'aab']],
    ['', [''], ['a']],
  ];
  for (const [pattern, yes, no] of cases)
    it(`reads ${JSON.stringify(pattern)}`, () => {
      const glob = globOf(pattern);
      assert.ok(glob);
      assert.deepEqual([...yes, ...no].filter(glob), yes);
    });

  it('is undefined if its braces give too many alternatives', () => {
    assert.equal(globOf('{a,b}'.repeat(20)), undefined);
    assert.equal(globOf(`{${'a,'.repeat(300)}}`), undefined);
  });

  it('is matched in time proportional to both lengths, even if it is hostile', () => {
    const hostile = globOf(`${'*a'.repeat(200)}b`);
    assert.ok(hostile);
    assert.equal(hostile('a'.repeat(255)), false);
    const deep = globOf(`${'**/a/'.repeat(200)}b`);
    assert.ok(deep);
    assert.equal(deep('a/'.repeat(2000)), false);
  });
});
