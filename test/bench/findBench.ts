import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { exclusionsOf } from '../../src/sessions/files/exclusion.ts';
import type { Found } from '../../src/sessions/scan/findings.ts';
import { localFiles } from '../../src/sessions/files/localFiles.ts';
import { scanLocalFile } from '../../src/sessions/files/scanLocalFile.ts';
import { search } from '../../src/sessions/files/search.ts';
import { Turns } from '../../src/sessions/scan/turns.ts';
import { walk } from '../../src/sessions/files/walk.ts';
import { sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import { temporaryFolder } from '../support/disk/temporaryFolder.ts';
import type { Finding } from './finding.ts';
import { spreadOf } from './spread.ts';

const fileCount = 20_000;
const runs = 5;

/**
 * Measures how fast a workspace is searched, compared with a program that only reads every file of it, and how long the
 * search holds the event loop.
 */
export async function measureFind(): Promise<readonly Finding[]> {
  const folder = await workspace();
  await searched(folder);
  const searches: Sample[] = [];
  const readings: Sample[] = [];
  for (let run = 0; run < runs; run += 1) {
    searches.push(
      await measured(async () => {
        const { sources } = await searched(folder);
        if (sources.length !== fileCount / 100)
          throw new Error(`${sources.length} files with ids were found.`);
      }),
    );
    readings.push(await measured(() => readAll(folder)));
  }
  const ratio = spreadOf(searches.map(({ tookMs }, run) => tookMs / (readings[run]?.tookMs ?? 0))).median;
  const searchMs = spreadOf(searches.map(({ tookMs }) => tookMs)).median;
  const lagsOf = (samples: readonly Sample[]): readonly number[] => samples.map(({ lagMs }) => lagMs);
  return [
    {
      name: 'find.workspace',
      what: `Finding ids in ${fileCount.toLocaleString('en')} files, against reading them`,
      value: ratio,
      unit: 'times',
      detail: `${Math.round((fileCount / searchMs) * 1000).toLocaleString('en')} files/s, with .gitignore files and exclusions`,
    },
    {
      name: 'find.lag',
      what: 'Longest time for which others waited meanwhile',
      value: spreadOf(lagsOf(searches)).median,
      unit: 'ms',
      aim: { sign: '≤', bound: 50 },
      // Both take turns, so that other load on the machine hits both alike.
      detail: `median of ${runs} runs; at most ${Math.max(...lagsOf(searches)).toFixed(1)} ms, while only reading ${Math.max(...lagsOf(readings)).toFixed(1)} ms`,
    },
  ];
}

interface Sample {
  readonly tookMs: number;
  /** The longest time for which the event loop was held. */
  readonly lagMs: number;
}

async function measured(work: () => Promise<void>): Promise<Sample> {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const began = performance.now();
  await work();
  const tookMs = performance.now() - began;
  lag.disable();
  return { tookMs, lagMs: lag.max / 1e6 };
}

/** Sources and logs of usual sizes, in nested folders. */
async function workspace(): Promise<string> {
  const folder = await temporaryFolder('bench-find');
  const text = 'const answer = await fetch(`${base}/v1/decisions`); // one-two-three, as usual\n'.repeat(40);
  writeFileSync(path.join(folder, '.gitignore'), '*.tmp\n/dist/\nbuild-*/\n');
  for (let index = 0; index < fileCount; index += 1) {
    const inner = path.join(folder, `part-${index % 20}`, `folder-${index % 400}`);
    if (index < 400) mkdirSync(inner, { recursive: true });
    const id = index % 100 === 0 ? `sessionId: ${sessionNumber(index)}\n` : '';
    writeFileSync(path.join(inner, `${index}.ts`), text + id);
  }
  return folder;
}

function searched(folder: string): Promise<Found> {
  const exclusions = exclusionsOf({ '**/.git': true, '**/node_modules': true, '**/*.code-search': true });
  const { signal } = new AbortController();
  const root = { anchor: folder, path: [], label: '', exclusions };
  const options = { turns: new Turns(), usesIgnoreFiles: true, followsLinks: true, signal };
  const uriOf = (place: string): string => `file://${place}`;
  return search(walk(localFiles, [root], options), scanLocalFile, {
    signal,
    uriOf,
    grace: () => Promise.resolve(),
  });
}

/** The least that any search needs: every file read once, as many at a time as in the search. */
async function readAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).values();
  const work = async (): Promise<void> => {
    for (const { parentPath, name } of files) await readFile(path.join(parentPath, name));
  };
  await Promise.all([work(), work(), work(), work()]);
}
