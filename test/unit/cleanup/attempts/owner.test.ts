import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../../src/cleanup/quota/clock.ts';
import { isOwnerAlive, thisProcess } from '../../../../src/cleanup/attempts/owner.ts';

const ownerUrl = new URL('../../../../src/cleanup/attempts/owner.ts', import.meta.url).href;
const isLinux = process.platform === 'linux';

describe('isOwnerAlive', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** A process that prints its own name and then waits to be ended. */
  async function otherProcess(): Promise<{ child: ChildProcess; name: string }> {
    const script = `import(${JSON.stringify(ownerUrl)}).then(({ thisProcess }) => console.log(thisProcess)); setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ['--no-warnings', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, name: text.toString().trim() };
  }

  it('is true for this process, and for no other that had its id', () => {
    assert.equal(isOwnerAlive(thisProcess), true);
    const [pid = '', start = '', , ...boot] = thisProcess.split(':');
    assert.equal(Number(pid), process.pid);
    assert.equal(boot.join(':'), systemClock().boot);
    assert.equal(isOwnerAlive([pid, start, 'another-nonce', ...boot].join(':')), false);
  });

  it('sees that another process lives, stopped or not, and that it ends', async () => {
    const { child, name } = await otherProcess();
    assert.equal(isOwnerAlive(name), true);
    child.kill('SIGSTOP');
    assert.equal(isOwnerAlive(name), true);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    assert.equal(isOwnerAlive(name), false);
  });

  it('is not fooled by a process that got the same id later', async () => {
    if (!isLinux) return;
    const { name } = await otherProcess();
    const [pid = '', start = '', ...rest] = name.split(':');
    assert.match(start, /^\d+$/);
    assert.equal(isOwnerAlive([pid, Number(start) - 1, ...rest].join(':')), false);
    assert.equal(isOwnerAlive([pid, '', ...rest].join(':')), true);
  });

  it('is false for a process of another boot or machine, even if its id and start are in use here', async () => {
    if (!isLinux) return;
    const { name } = await otherProcess();
    assert.equal(isOwnerAlive(name), true);
    const [pid = '', start = '', nonce = '', ...boot] = name.split(':');
    const [bootId = '', machine = ''] = boot.join(':').split('@');
    for (const other of [
      'another-boot',
      `another-boot@${machine}`,
      `${bootId}@another-machine`,
      '',
      bootId,
    ]) {
      assert.equal(isOwnerAlive([pid, start, nonce, other].join(':')), false, other);
      // Not even one whose start is unknown.
      assert.equal(isOwnerAlive([pid, '', nonce, other].join(':')), false, other);
    }
    // As an older version of the extension wrote it.
    assert.equal(isOwnerAlive([pid, start, nonce].join(':')), false);
  });

  it('sees that a zombie has ended', async () => {
    if (!isLinux) return;
    // A shell that becomes `tail` never collects the exit status of the child that it started before.
    const script = `"$0" --no-warnings -e 'import("${ownerUrl}").then(({ thisProcess }) => console.log(thisProcess))' & exec tail -f /dev/null`;
    const child = spawn('sh', ['-c', script, process.execPath], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    const name = text.toString().trim();
    const pid = name.split(':')[0] ?? '';
    const state = (): string => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
    // Nothing reports that a child became a zombie, so it is checked until it is one.
    while (state() !== 'Z') await new Promise(setImmediate);
    assert.equal(isOwnerAlive(name), false);
  });

  for (const nonsense of ['', ':', 'x:1:n', '-1:1:n', '0:1:n', '1.5:1:n', '99999999999:1:n', 'NaN::']) {
    it(`calls ${JSON.stringify(nonsense)} dead, of this boot or of none`, () => {
      assert.equal(isOwnerAlive(nonsense), false);
      assert.equal(isOwnerAlive(`${nonsense}:${systemClock().boot}`), false);
    });
  }

  it('is true for a process of another user', () => {
    // Process 1 always exists; if it may not be signalled, that alone shows it.
    assert.equal(isOwnerAlive(`1::nonce:${systemClock().boot}`), true);
  });
});
