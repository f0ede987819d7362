import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { IgnoreRules } from '../../../../src/sessions/files/ignoreRules.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const none = new IgnoreRules(true);
const hasGit = spawnSync('git', ['--version']).status === 0;

describe('the rules of .gitignore files', () => {
  it('ignore nothing if there are none', () => {
    assert.equal(none.ignores('a'), false);
    assert.equal(none.within('', '# nothing\n\n').ignores('a/'), false);
  });

  it('are read as git reads them', () => {
    const rules = none.within('', '*.log\r\n!keep.log\r\n/top\r\nfolder/\r\n');
    for (const path of ['a.log', 'x/a.log', 'top', 'folder/', 'x/folder/'])
      assert.ok(rules.ignores(path), path);
    for (const path of ['keep.log', 'x/top', 'folder', 'x/folder', 'A.LOG'])
      assert.ok(!rules.ignores(path), path);
  });

  it('distinguish upper and lower case if the file system does', () => {
    assert.equal(none.within('', '*.log').ignores('A.LOG'), false);
    assert.equal(new IgnoreRules(false).within('', '*.log').ignores('A.LOG'), true);
    assert.equal(new IgnoreRules(false).within('', 'x').within('b/', '*.log').ignores('b/A.LOG'), true);
  });

  it('come from the innermost file that has one for the path', () => {
    const outer = none.within('', '*.log\nsecret.txt\n');
    const inner = outer.within('a/', '!*.log\n').within('a/b/', 'x.log\n');
    assert.equal(inner.ignores('a/b/y.log'), false);
    assert.equal(inner.ignores('a/b/x.log'), true);
    assert.equal(inner.ignores('a/b/secret.txt'), true);
  });

  it('still apply inside a folder that an inner file includes again', () => {
    const outer = none.within('', 'b*/\n*.log\n');
    const inner = outer.within('a/', '!b[[]1]/\n!/b\\[1\\]/\n');
    assert.equal(inner.ignores('a/b[1]/'), false);
    const within = inner.within('a/b[1]/');
    assert.equal(within.ignores('a/b[1]/x.txt'), false);
    assert.equal(within.ignores('a/b[1]/x.log'), true);
  });

  it('apply to more paths than are cached', () => {
    const rules = new IgnoreRules(false).within('', '*.LOG');
    for (let index = 0; index < 25_000; index += 1) {
      if (!rules.ignores(`${index}.log`) || rules.ignores(`${index}.txt`)) assert.fail(String(index));
    }
  });

  it('leave out lines that could take seconds to match, and keep the others', () => {
    const rules = none.within('', `${'*a'.repeat(30)}b\n${'**/a/'.repeat(30)}b\n*.log\n*_*_*.txt`);
    assert.equal(rules.ignores('a'.repeat(255)), false);
    assert.equal(rules.ignores('a/'.repeat(255)), false);
    assert.equal(rules.ignores('x.log'), true);
    assert.equal(rules.ignores('a_b_c.txt'), true);
  });

  describe('compared with git', () => {
    const checkProperty = propertyCheck(60);
    let folder: string;
    before(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'ignore-rules-'));
      if (hasGit) execFileSync('git', ['init', '-q'], { cwd: folder });
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('ignore what git ignores, at every level', () => {
      if (!hasGit) return;
      const name = fc.constantFrom('a', 'b', 'c.log');
      const line = fc
        .tuple(
          fc.constantFrom('', '', '!'),
          fc.constantFrom('', '/', '**/'),
          fc.array(fc.oneof(name, fc.constantFrom('*', '*.log', '?', '[ab]')), {
            minLength: 1,
            maxLength: 2,
          }),
          fc.constantFrom('', '/'),
        )
        .map(([not, start, parts, end]) => not + start + parts.join('/') + end);
      const file = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
      checkProperty(
        fc.property(file, file, file, (top, inA, inAB) => {
          const texts: Readonly<Record<string, string>> = { '': top, 'a/': inA, 'a/b/': inAB };
          rmSync(path.join(folder, 'a'), { recursive: true, force: true });
          mkdirSync(path.join(folder, 'a', 'b', 'a'), { recursive: true });
          for (const [at, text] of Object.entries(texts))
            writeFileSync(path.join(folder, at, '.gitignore'), text);
          assert.deepEqual(seenByRules(texts), seenByGit(folder));
        }),
      );
    });
  });
});

const tree = [
  'a/',
  'a/a',
  'a/b/',
  'a/b/a/',
  'a/b/a/a',
  'a/b/a/c.log',
  'a/b/b',
  'a/b/c.log',
  'a/c.log',
  'b',
  'c.log',
];

/** The files of the tree that a walk with the rules lists. */
function seenByRules(texts: Readonly<Record<string, string>>): readonly string[] {
  const seen: string[] = [];
  const visit = (folder: string, outer: IgnoreRules): void => {
    const rules = outer.within(folder, texts[folder]);
    for (const each of tree) {
      const own = each.slice(folder.length);
      if (!each.startsWith(folder) || !/^[^/]+\/?$/.test(own) || rules.ignores(each)) continue;
      if (each.endsWith('/')) visit(each, rules);
      else seen.push(each);
    }
  };
  visit('', none);
  return seen.sort();
}

function seenByGit(folder: string): readonly string[] {
  for (const each of tree) if (!each.endsWith('/')) writeFileSync(path.join(folder, each), '');
  const list = execFileSync('git', ['ls-files', '-o', '--exclude-per-directory=.gitignore'], { cwd: folder });
  return list
    .toString()
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('.gitignore'))
    .sort();
}
