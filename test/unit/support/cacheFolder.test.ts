import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../support/host/cacheFolder.ts';
import { temporaryFolder } from '../../support/disk/temporaryFolder.ts';

describe('cacheFolder', () => {
  const { XDG_CACHE_HOME: before } = process.env;
  let root = '';

  beforeEach(async () => {
    const base = await temporaryFolder('cache');
    process.env['XDG_CACHE_HOME'] = base;
    root = path.join(base, 'veriff-session-cleanup');
  });

  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });

  const fillWith =
    (text: string) =>
    (folder: string): Promise<void> =>
      writeFile(path.join(folder, 'file'), text);

  it('fills a missing folder once', async () => {
    const folder = await cacheFolder('thing', fillWith('first'));
    assert.equal(folder, path.join(root, 'thing'));
    assert.equal(await cacheFolder('thing', () => assert.fail('filled again')), folder);
    assert.equal(await readFile(path.join(folder, 'file'), 'utf8'), 'first');
  });

  it('leaves nothing of a failed run, and fills again the next time', async () => {
    const half = async (folder: string): Promise<void> => {
      await fillWith('half')(folder);
      throw new Error('interrupted');
    };
    await assert.rejects(cacheFolder('thing', half), /interrupted/);
    assert.deepEqual(await readdir(root), []);
    await cacheFolder('thing', fillWith('whole'));
    assert.equal(await readFile(path.join(root, 'thing', 'file'), 'utf8'), 'whole');
  });

  it('does not show a folder that is still being filled', async () => {
    await cacheFolder('thing', async (folder) => {
      await fillWith('part')(folder);
      assert.ok(!(await readdir(root)).includes('thing'));
    });
  });

  it('keeps one complete result of two runs at once', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow = cacheFolder('thing', async (folder) => {
      await gate;
      await fillWith('slow')(folder);
    });
    assert.equal(await cacheFolder('thing', fillWith('fast')), path.join(root, 'thing'));
    open();
    assert.equal(await slow, path.join(root, 'thing'));
    assert.deepEqual(await readdir(root), ['thing']);
    assert.equal(await readFile(path.join(root, 'thing', 'file'), 'utf8'), 'fast');
  });

  it('removes what a killed run left a day ago, and nothing that may be in use', async () => {
    await mkdir(path.join(root, 'old.partial-x'), { recursive: true });
    await mkdir(path.join(root, 'new.partial-x'));
    await mkdir(path.join(root, 'done'));
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const name of ['old.partial-x', 'done']) await utimes(path.join(root, name), longAgo, longAgo);
    await cacheFolder('thing', fillWith('x'));
    assert.deepEqual((await readdir(root)).sort(), ['done', 'new.partial-x', 'thing']);
  });
});
