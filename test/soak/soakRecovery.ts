import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { systemClock } from '../../src/cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import type { EntryGroup } from '../../src/cleanup/list/entry.ts';
import { EntryGroups } from '../../src/cleanup/list/entryGroups.ts';
import { integration } from '../support/cleanup/cleanupWorkshop.ts';
import { atProcessEnd } from '../support/process/processEnd.ts';
import { childBundle } from './childBundle.ts';
import { judgePages } from './fileJudge.ts';

const aimMs = 1000;
const rounds = 5;
const pageSize = 200;
const entryCount = 100_000;
const groups: readonly EntryGroup[] = ['needsYou', 'sending', 'queue', 'later', 'held', 'listed', 'done'];

/** What the first read of a recovered list found, and how long it took from opening the list. */
interface Reading {
  readonly tookMs: number;
  readonly broken: readonly string[];
}

/**
 * Measures how long a list of 100,000 takes from opening to its first page after a kill in the middle of a long write.
 */
export async function soakRecovery(): Promise<readonly string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'veriff-soak-'));
  const forget = atProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  const killed = path.join(folder, 'killed.sqlite');
  await killInTheMiddle(await childBundle(folder, 'recoveryChild.ts'), killed);
  const logBytes = statSync(`${killed}-wal`).size;
  const readings = Array.from({ length: rounds }, (_, round) =>
    readAnew(killed, path.join(folder, `${round}.sqlite`)),
  );
  const times = readings.map(({ tookMs }) => Math.round(tookMs)).sort((a, b) => a - b);
  const [worstMs = Infinity] = times.slice(-1);
  console.log(
    `  ${entryCount.toLocaleString('en')} entries, ${(logBytes / 1e6).toFixed(1)} MB of log left by the killed process, ` +
      `one request left out\n  from opening to the first pages and the quota: ${times.join(', ')} ms (aim: at most ${aimMs} ms)`,
  );
  rmSync(folder, { recursive: true, force: true });
  forget();
  const broken = readings.flatMap((reading) => reading.broken);
  return worstMs > aimMs ? [...broken, `It took ${worstMs} ms.`] : broken;
}

async function killInTheMiddle(bundle: string, list: string): Promise<void> {
  const child = spawn(process.execPath, ['--no-warnings', bundle, list], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const [said] = (await Promise.race([once(child.stdout, 'data'), exit])) as [unknown];
  child.kill('SIGKILL');
  await exit;
  if (String(said) !== 'in the middle\n') throw new Error('The process ended before it could be killed.');
}

/** Opens a copy of the files that the killed process left, and reads what the view reads first. */
function readAnew(killed: string, copy: string): Reading {
  for (const companion of ['', '-wal', '-shm', '.made'])
    if (existsSync(killed + companion)) copyFileSync(killed + companion, copy + companion);
  const startedMs = performance.now();
  const database = CleanupDatabase.open(copy);
  const ports = { clock: systemClock, owner: 'a new window', isOwnerAlive: () => false, chance: () => 0 };
  const book = new AttemptBook(database, ports);
  const view = new EntryGroups(database);
  const counts = view.counts();
  const quota = book.quota(integration);
  for (const group of groups) view.page(group, {}, 'place', 0, pageSize);
  book.schedule(integration).at(pageSize - 1);
  const tookMs = performance.now() - startedMs;
  const broken = [...judgePages(database)];
  const after = view.counts();
  if ((counts.get('sending') ?? 0) !== 1) broken.push('No request had been left out.');
  if ((after.get('later') ?? 0) !== 1 || after.has('sending'))
    broken.push('What was left out is not looked up.');
  if (!quota.inFlight) broken.push('What was left out does not count as out.');
  const entries = [...after.values()].reduce((sum, n) => sum + n, 0);
  if (entries !== entryCount) broken.push(`${entries} entries are on the list.`);
  database.close();
  return { tookMs, broken };
}
