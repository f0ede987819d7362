import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { scanFile } from '../../../../src/sessions/files/scanFile.ts';
import { scanBytes } from '../../../../src/sessions/scan/scanInTurns.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

const line = (number: number): string => `sessionId: ${sessionNumber(number)}\n`;
const megabyte = 1_000_000;
/** A text with one id per megabyte, so that no two are in the same chunk. */
const spread = (count: number): string =>
  Array.from({ length: count }, (_, number) => line(number).padEnd(megabyte, '.')).join('');

describe('scanFile', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'scan-file-'));
    file = path.join(folder, 'file');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const endingOf = async (place: string): Promise<string> => (await scanFile(place)).ending;

  it('finds the ids of a file of several chunks, and reports its progress', async () => {
    writeFileSync(file, spread(4));
    const told: number[] = [];
    const scan = await scanFile(file, { onProgress: ({ bytes }) => told.push(bytes) });
    assert.deepEqual([scan.ending, scan.bytes, scan.size], ['whole', 4 * megabyte, 4 * megabyte]);
    assert.deepEqual(
      scan.findings.map(({ id, offset }) => [id, offset]),
      [0, 1, 2, 3].map((number) => [sessionNumber(number), number * megabyte + 11]),
    );
    assert.equal(told.at(-1), 4 * megabyte);
    assert.ok(told.length > 8);
  });

  it('finds nothing in an empty file', async () => {
    writeFileSync(file, '');
    const scan = await scanFile(file);
    assert.deepEqual([scan.ending, scan.bytes, scan.findings], ['whole', 0, []]);
  });

  it('follows a link to a file', async () => {
    writeFileSync(file, line(1));
    symlinkSync(file, path.join(folder, 'link'));
    assert.equal((await scanFile(path.join(folder, 'link'))).findings.length, 1);
  });

  it('refuses folders, pipes and devices, and does not wait for them', async () => {
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    symlinkSync(path.join(folder, 'pipe'), path.join(folder, 'link'));
    assert.equal(await endingOf(folder), 'notAFile');
    assert.equal(await endingOf(path.join(folder, 'pipe')), 'notAFile');
    assert.equal(await endingOf(path.join(folder, 'link')), 'notAFile');
    assert.equal(await endingOf('/dev/zero'), 'notAFile');
    assert.equal(await endingOf('/dev/tty'), 'notAFile');
  });

  it('distinguishes files that are missing, forbidden or unreadable', async function () {
    assert.equal(await endingOf(file), 'missing');
    writeFileSync(file, line(1));
    assert.equal(await endingOf(path.join(file, 'below')), 'missing');
    symlinkSync('circle', path.join(folder, 'circle'));
    assert.equal(await endingOf(path.join(folder, 'circle')), 'unreadable');
    chmodSync(file, 0);
    // Root may read everything.
    assert.equal(await endingOf(file), process.getuid?.() === 0 ? 'whole' : 'forbidden');
  });

  it('reads a growing file only up to its first size', async () => {
    writeFileSync(file, spread(2));
    const scan = await scanFile(file, { onProgress: () => appendFileSync(file, line(9)) });
    assert.deepEqual([scan.ending, scan.bytes, scan.findings.length], ['whole', 2 * megabyte, 2]);
  });

  it('keeps what it found if a file shrinks or is removed', async () => {
    writeFileSync(file, spread(4));
    const shrunk = await scanFile(file, { onProgress: () => truncateSync(file, 100) });
    assert.equal(shrunk.ending, 'shrunk');
    assert.equal(shrunk.findings[0]?.id, sessionNumber(0));
    assert.ok(shrunk.bytes < shrunk.size);

    writeFileSync(file, spread(4));
    const removed = await scanFile(file, { onProgress: () => rmSync(file, { force: true }) });
    assert.deepEqual([removed.ending, removed.findings.length], ['whole', 4]);
  });

  it('ends when it is aborted, and keeps what it found', async () => {
    writeFileSync(file, spread(8));
    const controller = new AbortController();
    const scan = await scanFile(file, {
      signal: controller.signal,
      onProgress: ({ ids }) => {
        if (ids === 2) controller.abort();
      },
    });
    assert.equal(scan.ending, 'cancelled');
    assert.equal(scan.findings.length, 2);
    assert.ok(scan.bytes < 3 * megabyte);
    const never = await scanFile(file, { signal: AbortSignal.abort() });
    assert.deepEqual([never.ending, never.bytes, never.size], ['cancelled', 0, 0]);
  });

  it('skips a file that begins like a binary one, if skipsBinary is set', async () => {
    writeFileSync(file, Buffer.concat([Buffer.alloc(5000), Buffer.from(spread(3))]));
    const skipped = await scanFile(file, { skipsBinary: true });
    assert.deepEqual([skipped.ending, skipped.findings], ['binary', []]);
    assert.ok(skipped.bytes < megabyte);
    assert.equal((await scanFile(file)).findings.length, 3);
    writeFileSync(file, Buffer.alloc(20));
    assert.equal((await scanFile(file, { skipsBinary: true })).ending, 'binary');
  });

  it('lets other tasks run while it reads', async () => {
    writeFileSync(file, spread(12));
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await scanFile(file);
    clearImmediate(next);
    // The file has 46 chunks, and after each the event loop takes at least one turn.
    assert.ok(turns >= 40, `${turns} turns`);
  });
});

describe('scanBytes', () => {
  it('finds the ids in bytes in memory, and reports the end', async () => {
    const bytes = Buffer.from(spread(2));
    const whole = await scanBytes(bytes);
    assert.deepEqual([whole.ending, whole.bytes, whole.findings.length], ['whole', bytes.length, 2]);
    const cancelled = await scanBytes(bytes, { signal: AbortSignal.abort() });
    assert.deepEqual([cancelled.ending, cancelled.bytes], ['cancelled', 0]);
    const binary = await scanBytes(Buffer.alloc(megabyte), { skipsBinary: true });
    assert.equal(binary.ending, 'binary');
  });
});
