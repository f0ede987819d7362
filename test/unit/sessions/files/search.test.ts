import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Finding, Found } from '../../../../src/sessions/scan/findings.ts';
import { FoundSoFar } from '../../../../src/sessions/files/foundSoFar.ts';
import { localFiles } from '../../../../src/sessions/files/localFiles.ts';
import { scanLocalFile } from '../../../../src/sessions/files/scanLocalFile.ts';
import {
  search,
  type ScanSource,
  type SearchOptions,
  type SearchProgress,
} from '../../../../src/sessions/files/search.ts';
import { Turns } from '../../../../src/sessions/scan/turns.ts';
import { walk, type WalkStep } from '../../../../src/sessions/files/walk.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

const digits = Array.from({ length: 10 }, (_, index) => String(index));
const never = new Promise<never>(() => undefined);

function finding(id: number): Finding {
  return { id: sessionNumber(id), role: 'session', reason: 'made up', line: 0, column: 0, count: 1 };
}

async function* filesNamed(...names: readonly string[]): AsyncGenerator<WalkStep, void> {
  for (const name of names) yield await Promise.resolve({ kind: 'file', place: `/${name}`, name });
}

function options(more: Partial<SearchOptions> = {}): SearchOptions {
  const signal = new AbortController().signal;
  return { uriOf: (place) => `file://${place}`, signal, grace: () => Promise.resolve(), ...more };
}

const names = ({ sources }: Found): readonly string[] => sources.map(({ name }) => name);

describe('a search', () => {
  it('returns the findings of each file with its URI, in the order of the walk', async () => {
    const waits: (() => void)[] = [];
    const scan: ScanSource = async (place) => {
      // The first file is not finished before the last one is read.
      if (place === '/0') await new Promise<void>((resolve) => waits.push(resolve));
      if (place === '/9') waits[0]?.();
      return { findings: place === '/5' ? [] : [finding(Number(place.slice(1)))], bytes: 1 };
    };
    const found = await search(filesNamed(...digits), scan, options());
    assert.deepEqual(
      names(found),
      digits.filter((digit) => digit !== '5'),
    );
    assert.deepEqual(found.sources[1], { uri: 'file:///1', name: '1', findings: [finding(1)] });
    assert.deepEqual([found.skipped, found.isCancelled], [[], false]);
  });

  it('leaves the URI out if the source cannot be opened again', async () => {
    const scan: ScanSource = () => Promise.resolve({ findings: [finding(1)], bytes: 1 });
    const { sources } = await search(filesNamed('a'), scan, options({ uriOf: () => undefined }));
    assert.deepEqual(sources, [{ name: 'a', findings: [finding(1)] }]);
  });

  it('reads four files at once and no more', async () => {
    let [now, most] = [0, 0];
    const scan: ScanSource = async () => {
      most = Math.max(most, (now += 1));
      await new Promise(setImmediate);
      now -= 1;
      return { findings: [], bytes: 0 };
    };
    await search(filesNamed(...digits), scan, options());
    assert.equal(most, 4);
  });

  it('reports what was not read and why, and keeps what was read before', async () => {
    async function* steps(): AsyncGenerator<WalkStep, void> {
      yield { kind: 'skipped', name: 'pipe', reason: 'a device or pipe' };
      yield* filesNamed('a');
    }
    const scan: ScanSource = () =>
      Promise.resolve({ findings: [finding(1)], bytes: 1, problem: 'cannot be read to its end' });
    const { sources, skipped } = await search(steps(), scan, options());
    assert.equal(sources.length, 1);
    assert.deepEqual(skipped, [
      { name: 'pipe', reason: 'a device or pipe' },
      { name: 'a', reason: 'cannot be read to its end' },
    ]);
  });

  it('reports its progress, within a file as well, and never goes back', async () => {
    const told: SearchProgress[] = [];
    const scan: ScanSource = async (_place, _signal, onProgress) => {
      onProgress({ bytes: 50, ids: 1 });
      await new Promise(setImmediate);
      onProgress({ bytes: 100, ids: 2 });
      return { findings: [finding(1), finding(2)], bytes: 100 };
    };
    await search(filesNamed('a', 'b'), scan, options({ onProgress: (progress) => void told.push(progress) }));
    assert.deepEqual(told[0], { files: 0, bytes: 50, ids: 1 });
    assert.deepEqual(told.at(-1), { files: 2, bytes: 200, ids: 4 });
    for (const [index, { bytes, ids }] of told.entries()) {
      const before = told[index - 1];
      assert.ok(before === undefined || (bytes >= before.bytes && ids >= before.ids));
    }
  });

  it('continues after a file that causes an error', async () => {
    const scan: ScanSource = (place) =>
      place === '/1'
        ? Promise.reject(new Error('made up'))
        : Promise.resolve({ findings: [finding(1)], bytes: 1 });
    const found = await search(filesNamed('0', '1', '2'), scan, options());
    assert.deepEqual(names(found), ['0', '2']);
    assert.deepEqual(found.skipped, [{ name: '1', reason: 'could not be looked through' }]);
  });

  it('reads a file only up to the limit, keeps what it found, and reports the file', async () => {
    const scan: ScanSource = (_place, signal, onProgress) => {
      let bytes = 0;
      while (bytes < 100_000_000 && !signal.aborted) {
        bytes += 1_000_000;
        onProgress({ bytes, ids: 1 });
      }
      return Promise.resolve({ findings: [finding(1)], bytes });
    };
    const { sources, skipped } = await search(filesNamed('a'), scan, options({ largestFileBytes: 5e6 }));
    assert.equal(sources.length, 1);
    assert.deepEqual(skipped, [{ name: 'a', reason: 'larger than 5 MB: read only up to there' }]);
    const whole = await search(filesNamed('a'), scan, options({ largestFileBytes: 1e8 }));
    assert.deepEqual(whole.skipped, []);
  });

  it('ends at the limit of ids, and aborts the files that are being read', async () => {
    const aborted: string[] = [];
    const scan: ScanSource = async (place, signal) => {
      if (place === '/0')
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      if (signal.aborted) aborted.push(place);
      return { findings: [finding(Number(place.slice(1)))], bytes: 1 };
    };
    const found = await search(filesNamed(...digits), scan, options({ found: new FoundSoFar(3) }));
    assert.deepEqual(names(found), ['1', '2', '3']);
    assert.deepEqual(aborted, ['/0']);
    assert.equal(found.isCancelled, false);
    assert.ok(found.skipped.some(({ reason }) => reason === 'the search ends at 3 ids'));
  });

  describe('that is aborted', () => {
    it('keeps what was found, also in the files that were being read', async () => {
      const controller = new AbortController();
      const scan: ScanSource = async (place, signal) => {
        if (place === '/5') controller.abort();
        const isLong = Number(place.slice(1)) > 3;
        if (isLong && !signal.aborted)
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return { findings: [finding(Number(place.slice(1)))], bytes: 1 };
      };
      const grace = (): Promise<void> => new Promise(setImmediate);
      const found = await search(filesNamed(...digits), scan, options({ signal: controller.signal, grace }));
      assert.deepEqual(names(found).slice(0, 6), digits.slice(0, 6));
      assert.ok(names(found).length < 9);
      assert.equal(found.isCancelled, true);
    });

    it('ends even if a file or a folder never answers, and ignores later results', async () => {
      const controller = new AbortController();
      let answer: () => void = () => undefined;
      const told: SearchProgress[] = [];
      const scan: ScanSource = async (place) => {
        if (place === '/1') await never;
        if (place === '/2') await new Promise<void>((resolve) => (answer = resolve));
        if (place === '/3') controller.abort();
        return { findings: [finding(1)], bytes: 1 };
      };
      async function* steps(): AsyncGenerator<WalkStep, void> {
        yield* filesNamed(...digits.slice(0, 4));
        await never;
      }
      const found = await search(
        steps(),
        scan,
        options({ signal: controller.signal, onProgress: (progress) => void told.push(progress) }),
      );
      const before = [names(found), told.length];
      assert.deepEqual(names(found), ['0', '3']);
      answer();
      await new Promise(setImmediate);
      assert.deepEqual([names(found), told.length], before);
    });

    it('reads nothing if it was aborted before', async () => {
      const scan: ScanSource = () => assert.fail('nothing is to be read');
      const found = await search(filesNamed('a'), scan, options({ signal: AbortSignal.abort() }));
      assert.deepEqual(found, { sources: [], skipped: [], isCancelled: true });
    });
  });

  describe('of this machine’s files', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'search-test-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const at = (name: string): string => path.join(folder, name);
    const write = (name: string, content: string | Buffer): void => writeFileSync(at(name), content);

    /** Searches the folder; `scan` replaces the reading of single files. */
    async function searched(scan: ScanSource = scanLocalFile): Promise<Found> {
      const root = { anchor: folder, path: [], label: '', exclusions: [] };
      const walking = { turns: new Turns(), usesIgnoreFiles: true, followsLinks: true };
      return search(walk(localFiles, [root], walking), scan, options());
    }

    it('finds ids in text of every encoding, and skips binary files', async () => {
      const text = `\n{"sessionId":"${sessionNumber(1)}"}\n`;
      write('1.txt', text);
      write('2.txt', `\uFEFF${text}`);
      write('3.txt', Buffer.from(`\uFEFF${text}`, 'utf16le'));
      write('4.txt', Buffer.from(text, 'utf16le'));
      write('5.txt', Buffer.from(`é${text}`, 'latin1'));
      write('6.bin', Buffer.concat([Buffer.from([0, 1, 2, 0, 0, 9]), Buffer.from(text)]));
      write('7.empty', '');
      const found = await searched();
      assert.deepEqual(names(found), ['1.txt', '2.txt', '3.txt', '4.txt', '5.txt']);
      for (const { findings } of found.sources)
        assert.deepEqual(
          findings.map(({ id, line, role }) => [id, line, role]),
          [[sessionNumber(1), 1, 'session']],
        );
      assert.deepEqual(found.skipped, [{ name: '6.bin', reason: 'no text' }]);
    });

    it('continues after files that are removed, shrink, grow, or become a pipe or a folder while it reads', async () => {
      const id = `sessionId=${sessionNumber(1)}\n`;
      for (const name of ['1', '2', '3', '4', '5', '6']) write(name, id.repeat(20_000));
      symlinkSync('/proc/self/mem', at('7'));
      const change: Readonly<Record<string, () => void>> = {
        1: () => rmSync(at('1')),
        2: () => {
          rmSync(at('2'));
          execFileSync('mkfifo', [at('2')]);
        },
        3: () => {
          rmSync(at('3'));
          symlinkSync(folder, at('3'));
        },
      };
      const whileReading: Readonly<Record<string, () => void>> = {
        4: () => truncateSync(at('4'), 300_000),
        5: () => appendFileSync(at('5'), id.repeat(20_000)),
        6: () => rmSync(at('6'), { force: true }),
      };
      const found = await searched((place, signal, onProgress) => {
        const name = path.basename(place);
        change[name]?.();
        return scanLocalFile(place, signal, (progress) => {
          whileReading[name]?.();
          onProgress(progress);
        });
      });
      assert.deepEqual(names(found), ['4', '5', '6']);
      assert.deepEqual(
        found.skipped.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        [
          { name: '1', reason: 'is not there any more' },
          { name: '2', reason: 'a device or pipe' },
          { name: '3', reason: 'a device or pipe' },
          { name: '4', reason: 'became shorter while it was read' },
          ...(process.platform === 'linux'
            ? []
            : [{ name: '7', reason: 'a symbolic link that leads nowhere' }]),
        ],
      );
      const count = (index: number): number => found.sources[index]?.findings[0]?.count ?? 0;
      assert.ok(count(0) < 20_000);
      assert.ok(count(1) >= 20_000);
      assert.equal(count(2), 20_000);
    });
  });
});
