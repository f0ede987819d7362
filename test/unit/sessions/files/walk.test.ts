import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exclusionsOf } from '../../../../src/sessions/files/exclusion.ts';
import type { FileTree } from '../../../../src/sessions/files/fileTree.ts';
import { localFiles } from '../../../../src/sessions/files/localFiles.ts';
import { Turns } from '../../../../src/sessions/scan/turns.ts';
import { walk, type WalkOptions, type WalkRoot } from '../../../../src/sessions/files/walk.ts';
import { brokenTree, systemError } from '../../../support/sessions/brokenTree.ts';

describe('a walk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'walk-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (...names: readonly string[]): string => path.join(folder, ...names);
  const write = (...files: readonly string[]): void => {
    for (const file of files) {
      mkdirSync(path.dirname(at(file)), { recursive: true });
      writeFileSync(at(file), '');
    }
  };

  /** A root inside the test's folder. */
  function root(names = '', more: Partial<WalkRoot> = {}): WalkRoot {
    const parts = names === '' ? [] : names.split('/');
    return { anchor: folder, path: parts, label: '', exclusions: [], ...more };
  }

  interface Walked {
    readonly files: readonly string[];
    readonly skipped: readonly string[];
  }

  async function walked(
    roots: readonly WalkRoot[] = [root()],
    options: Partial<WalkOptions> & { tree?: FileTree } = {},
  ): Promise<Walked> {
    const [files, skipped]: [string[], string[]] = [[], []];
    const all = { turns: new Turns(), usesIgnoreFiles: true, followsLinks: true, ...options };
    for await (const step of walk(options.tree ?? localFiles, roots, all)) {
      if (step.kind === 'skipped') skipped.push(`${step.name}: ${step.reason}`);
      else {
        files.push(step.name);
        assert.ok(step.place.startsWith(path.dirname(folder)), step.place);
      }
    }
    return { files, skipped };
  }

  it('lists every file in the order of names, subfolders after files', async () => {
    write('b.txt', 'a/z.txt', 'a/b/c.txt', 'c/d.txt', 'a.txt');
    mkdirSync(at('empty'));
    assert.deepEqual(await walked(), {
      files: ['a.txt', 'b.txt', 'a/z.txt', 'a/b/c.txt', 'c/d.txt'],
      skipped: [],
    });
  });

  it('lists files with unusual names', async () => {
    const names = ['with space', 'new\nline', '#hash', '!not', '...', '-rf', 'ünïcode', '*', '.hidden'];
    write(...names, '.gitignore');
    const { files } = await walked();
    assert.deepEqual([...files].sort(), [...names, '.gitignore'].sort());
  });

  it('names files by the label and the path from the anchor', async () => {
    write('src/a.txt');
    assert.deepEqual((await walked([root('src', { label: 'shop' })])).files, ['shop/src/a.txt']);
    const missing = root('', { anchor: at('none') });
    assert.deepEqual(await walked([missing]), {
      files: [],
      skipped: [`${at('none')}: is not there any more`],
    });
  });

  describe('with exclusions', () => {
    it('leaves out excluded files, and excluded folders with everything in them', async () => {
      write('a.js', 'a.ts', 'b.js', 'node_modules/x/a.txt', 'src/node_modules/a.txt', 'src/b.txt');
      const exclusions = exclusionsOf({ '**/node_modules': true, '**/*.js': { when: '$(basename).ts' } });
      assert.deepEqual((await walked([root('', { exclusions })])).files, ['a.ts', 'b.js', 'src/b.txt']);
    });

    it('lists roots even if they are excluded', async () => {
      write('out/a.txt', 'out/b/c.txt', 'd.txt');
      const exclusions = exclusionsOf({ out: true, 'd.txt': true, 'out/b': true });
      const { files } = await walked([root('out', { exclusions }), root('d.txt', { exclusions })]);
      assert.deepEqual(files, ['d.txt', 'out/a.txt']);
    });

    it('leaves out excluded links', async () => {
      write('a.txt');
      symlinkSync('/', at('everything'));
      const exclusions = exclusionsOf({ everything: true });
      assert.deepEqual(await walked([root('', { exclusions })]), { files: ['a.txt'], skipped: [] });
    });
  });

  describe('with ignore files', () => {
    beforeEach(() => write('a.log', 'a/a.log', 'a/keep/a.log', 'dist/a.txt', 'a/dist', 'b.txt'));

    it('applies them at every level', async () => {
      writeFileSync(at('.gitignore'), '*.log\ndist/\n');
      writeFileSync(at('a/keep/.gitignore'), '!a.log\n');
      const { files } = await walked();
      assert.deepEqual(files, ['.gitignore', 'b.txt', 'a/dist', 'a/keep/.gitignore', 'a/keep/a.log']);
    });

    it('applies those between the anchor and the root as well', async () => {
      writeFileSync(at('.gitignore'), '*.log\n');
      assert.deepEqual((await walked([root('a')])).files, ['a/dist']);
    });

    it('does not apply those above the root if they would ignore the root itself', async () => {
      writeFileSync(at('.gitignore'), 'dist/\n*.txt\n');
      assert.deepEqual((await walked([root('dist')])).files, ['dist/a.txt']);
    });

    it('does not apply those above a repository to the repository', async () => {
      writeFileSync(at('.gitignore'), '*.log\n');
      mkdirSync(at('a/.git'));
      assert.deepEqual((await walked([root('a')])).files, ['a/a.log', 'a/dist', 'a/keep/a.log']);
    });

    it('does not read them if usesIgnoreFiles is false', async () => {
      writeFileSync(at('.gitignore'), '*\n');
      const { files } = await walked([root()], { usesIgnoreFiles: false });
      assert.equal(files.length, 7);
    });

    it('does not apply one that is a folder, a pipe, too large or unreadable', async () => {
      mkdirSync(at('.gitignore'));
      execFileSync('mkfifo', [at('a/.gitignore')]);
      writeFileSync(at('a/keep/.gitignore'), `*\n${'#'.repeat(256 * 1024)}`);
      writeFileSync(at('dist/.gitignore'), '*\n');
      const tree = brokenTree((call, place) => {
        if (call === 'readSmall' && place === at('dist/.gitignore')) throw systemError('EACCES');
      });
      const { files, skipped } = await walked([root()], { tree });
      assert.equal(files.length, 8);
      assert.deepEqual(skipped, ['a/.gitignore: a device or pipe']);
    });
  });

  describe('with links', () => {
    it('ends if they form a circle', async () => {
      write('a/b/c.txt');
      symlinkSync('..', at('a/b/up'));
      symlinkSync('.', at('a/self'));
      symlinkSync(folder, at('a/b/top'));
      symlinkSync('me', at('me'));
      assert.deepEqual(await walked(), {
        files: ['a/b/c.txt'],
        skipped: ['me: a symbolic link that leads nowhere'],
      });
    });

    it('ends if they lead to a folder above the root', async () => {
      write('top/in/a.txt', 'top/beside/b.txt', 'top/c.txt');
      symlinkSync(at('top'), at('top/in/above'));
      const { files, skipped } = await walked([root('in', { anchor: at('top') })]);
      assert.deepEqual([...files].sort(), ['in/a.txt', 'in/above/beside/b.txt', 'in/above/c.txt']);
      assert.deepEqual(skipped, []);
    });

    it('lists a file outside the root once, even if several lead to it', async () => {
      write('in/a.txt', 'out/x/b.txt', 'out/c.txt');
      symlinkSync(at('out/x'), at('in/1x'));
      symlinkSync(at('out'), at('in/2out'));
      symlinkSync(at('out'), at('in/3out'));
      symlinkSync(at('out/c.txt'), at('in/4c.txt'));
      symlinkSync(at('in/a.txt'), at('in/5a.txt'));
      const { files } = await walked([root('in')]);
      // The targets of the other links are inside the root or inside the folder that 2out leads to.
      assert.deepEqual(files, ['in/a.txt', 'in/1x/b.txt', 'in/2out/c.txt']);
    });

    it('follows only a root if followsLinks is false', async () => {
      write('in/a.txt', 'out/b.txt');
      symlinkSync(at('out'), at('in/out'));
      assert.deepEqual(await walked([root('in')], { followsLinks: false }), {
        files: ['in/a.txt'],
        skipped: [],
      });
      assert.deepEqual((await walked([root('in/out')], { followsLinks: false })).files, ['in/out/b.txt']);
    });

    it('does not enter a folder whose real place is unknown', async () => {
      write('in/a.txt', 'out/b.txt');
      symlinkSync(at('out'), at('in/out'));
      symlinkSync(at('out/b.txt'), at('in/b.txt'));
      const tree: FileTree = {
        ...localFiles,
        follow: async (place) => ({ kind: (await localFiles.follow(place)).kind }),
      };
      assert.deepEqual(await walked([root('in')], { tree }), {
        files: ['in/a.txt', 'in/b.txt'],
        skipped: ['in/out: a symbolic link to a folder'],
      });
    });
  });

  it('lists a file once if roots overlap', async () => {
    write('a/b/c.txt', 'a/d.txt', 'e.txt');
    linkSync(at('e.txt'), at('a/e.txt'));
    const roots = [root('a/d.txt'), root(), root('a'), root('a/b'), root('a'), root('a/d.txt')];
    const { files } = await walked(roots);
    assert.deepEqual(files, ['a/d.txt', 'e.txt', 'a/e.txt', 'a/b/c.txt']);
  });

  it('reports pipes, sockets and devices, and opens none of them', async () => {
    write('a.txt');
    execFileSync('mkfifo', [at('pipe'), at('named')]);
    symlinkSync('/dev/zero', at('zero'));
    symlinkSync('pipe', at('to pipe'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
    try {
      const { files, skipped } = await walked([root('named'), root()]);
      assert.deepEqual(files, ['a.txt']);
      const names = ['named', 'named', 'pipe', 'socket', 'to pipe', 'zero'];
      assert.deepEqual(
        skipped,
        names.map((name) => `${name}: a device or pipe`),
      );
    } finally {
      server.close();
    }
  });

  describe('with errors', () => {
    beforeEach(() => write('a/1.txt', 'b/2.txt', 'c/3.txt'));

    for (const [code, reason] of [
      ['EACCES', 'no permission to read it'],
      ['EIO', 'the disk reported an error'],
      ['ENOENT', 'is not there any more'],
      ['ENOTDIR', 'is no folder any more'],
      ['EMFILE', 'too many files are open'],
    ] as const)
      it(`continues after a folder that fails with ${code}`, async () => {
        const tree = brokenTree((call, place) => {
          if (call === 'list' && path.basename(place) === 'b') throw systemError(code);
        });
        assert.deepEqual(await walked([root()], { tree }), {
          files: ['a/1.txt', 'c/3.txt'],
          skipped: [`b: ${reason}`],
        });
      });

    it('reports a folder that it has no permission to read', async () => {
      chmodSync(at('b'), 0);
      const { skipped } = await walked();
      chmodSync(at('b'), 0o700);
      // Root may read everything.
      assert.deepEqual(skipped, process.getuid?.() === 0 ? [] : ['b: no permission to read it']);
    });

    it('continues after folders that are removed during the walk', async () => {
      const tree = brokenTree((call, place) => {
        if (call === 'list' && path.basename(place) === 'a') rmSync(at('b'), { recursive: true });
        if (call === 'list' && path.basename(place) === 'c') rmSync(folder, { recursive: true });
      });
      assert.deepEqual(await walked([root()], { tree }), {
        files: ['a/1.txt'],
        skipped: ['b: is not there any more', 'c: is not there any more'],
      });
    });

    it('reports a link whose target cannot be read', async () => {
      symlinkSync('a', at('link'));
      const tree = brokenTree((call, place) => {
        if (call === 'follow' && path.basename(place) === 'link') throw systemError('EACCES');
      });
      assert.deepEqual((await walked([root()], { tree })).skipped, ['link: no permission to read it']);
    });

    it('finds out the kind of an entry if the folder does not report it', async () => {
      const tree: FileTree = {
        ...localFiles,
        async *list(place) {
          for await (const entries of localFiles.list(place))
            yield entries.map(({ name }) => ({ name, kind: 'unknown' as const }));
        },
      };
      writeFileSync(at('.gitignore'), 'b/\n');
      assert.deepEqual((await walked([root()], { tree })).files, ['.gitignore', 'a/1.txt', 'c/3.txt']);
    });

    it('keeps the entries that a folder listed before it failed', async () => {
      const tree: FileTree = {
        ...localFiles,
        async *list(place) {
          yield* localFiles.list(place);
          if (place === at('a')) throw systemError('EIO');
        },
      };
      const { files, skipped } = await walked([root()], { tree });
      assert.deepEqual(files, ['a/1.txt', 'b/2.txt', 'c/3.txt']);
      assert.deepEqual(skipped, ['a: the disk reported an error']);
    });

    it('ends if a provider lists a folder inside itself without end', async () => {
      const tree: FileTree = {
        ...localFiles,
        follow: () => Promise.resolve({ kind: 'folder' }),
        list: async function* () {
          await Promise.resolve();
          yield [{ name: 'again', kind: 'folder' }];
        },
      };
      const { files, skipped } = await walked([root()], { tree });
      assert.deepEqual(files, []);
      assert.equal(skipped.length, 1);
      assert.match(skipped[0] ?? '', /^again\/again.*: lies too deep$/);
    });
  });

  it('ends at once if it is aborted at any step', async () => {
    write(...['a', 'b', 'c'].flatMap((name) => [`${name}/1.txt`, `${name}/2.txt`]));
    writeFileSync(at('.gitignore'), '2.txt');
    symlinkSync(at('a'), at('link'));
    let calls = 0;
    await walked([root()], { tree: brokenTree(() => void (calls += 1)) });
    assert.ok(calls > 5);
    for (let call = 1; call <= calls; call += 1) {
      const controller = new AbortController();
      let count = 0;
      const tree = brokenTree(() => {
        assert.ok(!controller.signal.aborted, 'nothing more is asked for');
        count += 1;
        if (count === call) controller.abort();
      });
      await walked([root()], { tree, signal: controller.signal });
      assert.equal(count, call);
    }
  });

  it('lets other tasks run, even in a large folder', async () => {
    mkdirSync(at('many'));
    for (let index = 0; index < 3000; index += 1) writeFileSync(at('many', String(index)), '');
    let [now, turns] = [0, 0];
    let immediate = setImmediate(count);
    function count(): void {
      turns += 1;
      immediate = setImmediate(count);
    }
    // On this clock every look takes a millisecond, so only a few files may be listed in one turn.
    const options = { turns: new Turns(() => (now += 1)), usesIgnoreFiles: true, followsLinks: true };
    const metInTurn = new Map<number, number>();
    for await (const step of walk(localFiles, [root('many')], options)) {
      assert.equal(step.kind, 'file');
      metInTurn.set(turns, (metInTurn.get(turns) ?? 0) + 1);
    }
    clearImmediate(immediate);
    assert.equal(
      [...metInTurn.values()].reduce((sum, met) => sum + met, 0),
      3000,
    );
    assert.ok(Math.max(...metInTurn.values()) < 20, String(Math.max(...metInTurn.values())));
  });
});
