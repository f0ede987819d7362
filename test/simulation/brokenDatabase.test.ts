import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { DatabaseUnusable } from '../../src/cleanup/database/databaseUnusable.ts';
import { markerOf } from '../../src/cleanup/database/databaseMarker.ts';
import { Runner, type RunnerRecords } from '../../src/cleanup/runner/runner.ts';
import { EntryGroups } from '../../src/cleanup/list/entryGroups.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import { Integrations } from '../../src/cleanup/integrations/integrations.ts';
import { markOf } from '../../src/cleanup/list/listMark.ts';
import {
  freshFolder,
  HandClock,
  integration,
  madeUpIntegration,
  minuteMs,
  sessionNumber,
  storeMadeUp,
} from '../support/cleanup/cleanupWorkshop.ts';
import { HandTimers } from '../support/cleanup/handTimers.ts';
import { ScriptedVeriff } from '../support/cleanup/scriptedVeriff.ts';
import { SeededChance } from '../support/random/seededChance.ts';

const pageSize = 4096;
const entryCount = 400;

describe('a list file that cannot be used', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof freshFolder>;
  let list: string;
  let clock: HandClock;
  let timers: HandTimers;
  let veriff: ScriptedVeriff;
  let problems: string[];
  let database: CleanupDatabase | undefined;
  let runner: Runner;

  beforeEach(() => {
    folder = freshFolder();
    list = folder.path('cleanup.sqlite');
    clock = new HandClock();
    timers = new HandTimers(clock);
    veriff = new ScriptedVeriff(clock);
    [problems, database] = [[], undefined];
    fill();
    runner = new Runner({
      clock: clock.read,
      startTimer: timers.start,
      records,
      ready: () => Promise.resolve([integration]),
      readMeans: () => Promise.resolve({ integration: madeUpIntegration(), mark: markOf(opened()) }),
      network: veriff.network,
      owner: 'a window',
      isOwnerAlive: () => true,
      tell: (event) => {
        if (event.kind === 'trouble') problems.push(problemOf(event.error));
      },
    });
  });
  afterEach(() => {
    runner.dispose();
    database?.close();
    folder.remove();
  });

  /** Hundreds of confirmed entries: a runner that can open the list would send the first ones at once. */
  function fill(): void {
    const made = CleanupDatabase.open(list);
    const sessions = Array.from({ length: entryCount }, (_, number) => ({
      sessionId: sessionNumber(number),
    }));
    storeMadeUp(made, madeUpIntegration());
    new CleanupList(made).agree(madeUpIntegration(), sessions, clock.wallAt);
    made.close();
  }

  function opened(): CleanupDatabase {
    database ??= CleanupDatabase.open(list);
    return database;
  }

  function records(): RunnerRecords {
    const database = opened();
    const ports = { clock: clock.read, owner: 'a window', isOwnerAlive: () => true, chance: () => 0.5 };
    return {
      list: new CleanupList(database),
      groups: new EntryGroups(database),
      switches: new Switches(database),
      book: new AttemptBook(database, ports),
      integrations: new Integrations(database),
    };
  }

  /** Lets the runner try for some minutes: it reports the problem each time, sends nothing, and changes no byte. */
  async function assertLeftAlone(problem: string): Promise<void> {
    const before = readFileSync(list);
    runner.wake();
    await timers.pass(2 * minuteMs);
    assert.ok(problems.length > 0);
    assert.deepEqual([...new Set(problems)], [problem]);
    assert.deepEqual(veriff.requests, []);
    assert.ok(readFileSync(list).equals(before));
  }

  describe('because another process holds it', () => {
    let holder: ChildProcess;
    afterEach(() => holder.kill('SIGKILL'));

    async function holdWith(sql: string): Promise<void> {
      const script = `const database = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(list)});
        database.exec(${JSON.stringify(sql)});
        process.stdout.write('held');
        process.stdin.resume();`;
      const child = spawn(process.execPath, ['--no-warnings', '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      holder = child;
      await once(child.stdout, 'data');
    }

    it('is reported as locked; the runner continues by itself when it is free', async () => {
      await holdWith('BEGIN EXCLUSIVE');
      // SQLite itself waits for two seconds each time.
      runner.wake();
      await timers.pass(0);
      assert.deepEqual([problems, veriff.requests], [['locked'], []]);
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
      await timers.pass(2 * minuteMs);
      assert.equal(veriff.requests.length, 5);
    });

    it('cannot even be opened if the process holds it in exclusive mode', async () => {
      await holdWith('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      assert.throws(records, (error) => problemOf(error) === 'locked');
      assert.deepEqual(veriff.requests, []);
    });
  });

  describe('because only a part of it was written', () => {
    async function assertCutLeftAlone(bytes: number): Promise<void> {
      truncateSync(list, bytes);
      // SQLite treats a file of one byte as empty.
      await assertLeftAlone(bytes <= 1 ? 'missing' : 'damaged').catch((error: unknown) => {
        throw new Error(`Cut after ${bytes} bytes.`, { cause: error });
      });
    }

    /** Uses a fresh copy of the whole list for each cut, because the runner keeps what it has opened. */
    async function eachCut(cuts: readonly number[]): Promise<void> {
      copyFileSync(list, folder.path('whole'));
      for (const bytes of cuts) {
        copyFileSync(folder.path('whole'), list);
        [problems, database] = [[], undefined];
        await assertCutLeftAlone(bytes);
      }
    }

    it('is left alone if it ends after any of its pages', async () => {
      const pages = readFileSync(list).length / pageSize;
      assert.ok(pages > 20);
      await eachCut(Array.from({ length: pages }, (_, page) => page * pageSize));
    });

    it('is left alone if it ends after any byte', async () => {
      const seed = Number(process.env['CUT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
      console.log(`        CUT_SEED=${seed}`);
      const chance = new SeededChance(seed);
      const size = readFileSync(list).length;
      await eachCut([1, size - 1, ...Array.from({ length: 60 }, () => chance.whole(1, size - 1))]);
    });
  });

  it('is left alone if a newer version has made it', async () => {
    const made = CleanupDatabase.open(list);
    made.run('PRAGMA user_version = 999');
    made.close();
    await assertLeftAlone('newer');
    assert.deepEqual(readdirSync(folder.path('.')).sort(), ['cleanup.sqlite', 'cleanup.sqlite.made']);
  });

  it('is left alone if another file is in its place', async () => {
    writeFileSync(list, readFileSync(markerOf(list)));
    await assertLeftAlone('damaged');
  });
});

function problemOf(error: unknown): string {
  return error instanceof DatabaseUnusable ? error.problem : String(error);
}
