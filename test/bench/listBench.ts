import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CleanupList, type NewEntry } from '../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { inParts } from '../../src/editor/app/inParts.ts';
import { integration, sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import { atProcessEnd } from '../support/process/processEnd.ts';
import { projectRoot } from '../support/projectRoot.ts';
import type { Finding } from './finding.ts';
import { measureIdle } from './idleBench.ts';
import { measureListInHost } from './listInHostBench.ts';
import { spreadOf } from './spread.ts';

const entryCount = 100_000;
const rounds = 5;

/** Measures what a long list costs: adding to it, keeping it idle, and its effect inside VS Code. */
export async function measureList(): Promise<readonly Finding[]> {
  return [...(await measureAdding()), ...(await measureIdle()), ...(await measureListInHost())];
}

/**
 * Measures adding 100,000 sessions as the editor does, in parts that are each durable, against plain SQLite: the same
 * rows, by the same prepared statement, into a table whose only key keeps a session from being listed twice; once in
 * the same number of parts, once in a single transaction.
 */
async function measureAdding(): Promise<readonly Finding[]> {
  // In random order, as real ids are: so the writes hit pages all over the index.
  const ids = shuffled(Array.from({ length: entryCount }, (_, index) => sessionNumber(index * 7919)));
  const sessions = ids.map((sessionId) => ({ sessionId, source: { uri: 'file:///shop/ids.csv', line: 1 } }));
  const samples = { ours: [] as number[], parts: [] as number[], whole: [] as number[] };
  let longestPartMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const folder = diskFolder();
    let partCount = 0;
    samples.ours.push(
      await timed(async () => {
        const database = CleanupDatabase.open(path.join(folder, 'ours.sqlite'));
        const list = new CleanupList(database);
        await inParts(sessions, (part) => {
          const startedMs = performance.now();
          list.add(integration, part, 1);
          longestPartMs = Math.max(longestPartMs, performance.now() - startedMs);
          partCount += 1;
        });
        database.close();
      }),
    );
    const size = Math.ceil(entryCount / partCount);
    samples.parts.push(await timed(() => insertBare(path.join(folder, 'parts.sqlite'), sessions, size)));
    samples.whole.push(
      await timed(() => insertBare(path.join(folder, 'whole.sqlite'), sessions, entryCount)),
    );
    rmSync(folder, { recursive: true, force: true });
  }
  const [ours, parts, whole] = [spreadOf(samples.ours), spreadOf(samples.parts), spreadOf(samples.whole)];
  const detail = (bare: number): string =>
    `medians ${ours.median.toFixed(0)} against ${bare.toFixed(0)} ms, ${rounds} rounds; longest part ${longestPartMs.toFixed(1)} ms`;
  const aim = { sign: '≤', bound: 3 } as const;
  return [
    {
      name: 'list.adding.parts.ratio',
      what: 'adding 100,000 / bare inserts, as many transactions',
      value: ours.median / parts.median,
      unit: 'times',
      aim,
      detail: detail(parts.median),
    },
    {
      name: 'list.adding.whole.ratio',
      what: 'adding 100,000 / bare inserts, one transaction',
      value: ours.median / whole.median,
      unit: 'times',
      aim,
      detail: detail(whole.median),
    },
  ];
}

function insertBare(file: string, sessions: readonly Required<Omit<NewEntry, 'seen'>>[], size: number): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(
    `CREATE TABLE entries (id INTEGER PRIMARY KEY AUTOINCREMENT, integration TEXT NOT NULL, session_id TEXT NOT NULL,
       state TEXT NOT NULL, source_uri TEXT, source_line INTEGER, added_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
       UNIQUE (integration, session_id)) STRICT`,
  );
  const insert = database.prepare(
    `INSERT INTO entries (integration, session_id, state, source_uri, source_line, added_at, changed_at)
     VALUES (?, ?, 'listed', ?, ?, ?, ?)`,
  );
  for (let from = 0; from < sessions.length; from += size) {
    database.exec('BEGIN IMMEDIATE');
    for (const { sessionId, source } of sessions.slice(from, from + size))
      insert.run(integration, sessionId, source.uri, source.line, 1, 1);
    database.exec('COMMIT');
  }
  database.close();
}

async function timed(work: () => void | Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** The order is the same in every run. */
function shuffled<T>(things: readonly T[]): readonly T[] {
  const stride = 61_803;
  return things
    .map((_, index) => things[(index * stride) % things.length])
    .filter((thing) => thing !== undefined);
}

/** A new folder in the checkout's output: the system's temporary folder may be in memory only. */
function diskFolder(): string {
  const out = path.join(projectRoot, 'out');
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(path.join(out, 'bench-'));
  atProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
