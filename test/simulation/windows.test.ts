import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { freshFolder } from '../support/cleanup/cleanupWorkshop.ts';
import { SeededChance } from '../support/random/seededChance.ts';
import { hurriedClock, startWindow } from '../support/process/startWindow.ts';

const windowCount = 10;

describe('ten windows, each in its own process, on one database file', function () {
  this.timeout(120_000);
  let folder: ReturnType<typeof freshFolder>;
  let server: Server;
  let windows: ChildProcess[];
  let arrived: string[];
  let deleted: Set<string>;
  let reported: string[];
  let meet: (request: IncomingMessage, moment: 'before' | 'after') => void;

  beforeEach(async () => {
    folder = freshFolder();
    [arrived, deleted, reported] = [[], new Set(), []];
    meet = () => undefined;
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    windows = await Promise.all(Array.from({ length: windowCount }, startWindow));
    for (const window of windows)
      window.on('message', (result: { sessionId: string; outcome: string }) => {
        if (result.outcome === 'deleted') reported.push(result.sessionId);
      });
  });
  afterEach(() => {
    for (const window of windows) window.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    folder.remove();
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const sessionId = request.url?.split('/').at(-1) ?? '';
    arrived.push(sessionId);
    meet(request, 'before');
    setTimeout(() => {
      deleted.add(sessionId);
      meet(request, 'after');
      response.end('{}');
    }, 5);
  }

  /** Lets every window delete three sessions of its own, all at once, in a folder that does not exist yet. */
  async function runAll(clockFactor: number): Promise<{ path: string; clockStartedAt: number }> {
    const path = folder.path('storage/cleanup.sqlite');
    const clockStartedAt = Date.now();
    const { port } = server.address() as AddressInfo;
    const ended = windows.map((window) => once(window, 'exit'));
    windows.forEach((window, index) => {
      const sessions = [index * 3, index * 3 + 1, index * 3 + 2];
      window.send({ path, port, sessions, clockFactor, clockStartedAt });
    });
    await Promise.all(ended);
    return { path, clockStartedAt };
  }

  function idsIn(database: CleanupDatabase, state: string): unknown[] {
    return database
      .all('SELECT session_id FROM list_entries WHERE state = ? ORDER BY 1', state)
      .map((row) => row['session_id']);
  }

  it('send five requests in all, and lose nothing', async () => {
    const { path } = await runAll(1);
    assert.deepEqual(
      windows.map((window) => window.exitCode),
      windows.map(() => 0),
    );
    assert.equal(arrived.length, 5);
    assert.equal(new Set(arrived).size, 5);
    const database = CleanupDatabase.open(path);
    try {
      assert.deepEqual(idsIn(database, 'deleted'), arrived.toSorted());
      assert.deepEqual(reported.toSorted(), arrived.toSorted());
      assert.equal(idsIn(database, 'confirmed').length, 3 * windowCount - 5);
      assert.equal(database.get('PRAGMA integrity_check')?.['integrity_check'], 'ok');
    } finally {
      database.close();
    }
  });

  it('send at most five even if they are killed at any moment, and report nothing as deleted that was not', async () => {
    const seed = Number(process.env['SIMULATION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`      SIMULATION_SEED=${seed} (which windows are killed; when is up to the system)`);
    const chance = new SeededChance(seed);
    let killed = 0;
    const kill = (window: ChildProcess | undefined): void => {
      if (killed < 5 && window?.kill('SIGKILL') === true) killed += 1;
    };
    meet = (request) => {
      const sender = windows.find((window) => window.pid === Number(request.headers['x-pid']));
      if (chance.happens(0.3)) kill(sender);
      if (chance.happens(0.2)) kill(chance.pick(windows));
    };
    // At least one window dies while its request is out, so that the others have to detect it.
    const first = once(server, 'request').then(([request]) => {
      const pid = Number((request as IncomingMessage).headers['x-pid']);
      kill(windows.find((window) => window.pid === pid));
    });
    const clockFactor = 40;
    const { path, clockStartedAt } = await runAll(clockFactor);
    await first;

    assert.ok(killed > 0);
    assert.ok(arrived.length >= 1 && arrived.length <= 5, `${arrived.length} requests arrived`);
    assert.equal(new Set(arrived).size, arrived.length);
    for (const id of reported) assert.ok(deleted.has(id));
    const database = CleanupDatabase.open(path);
    try {
      const book = new AttemptBook(database, {
        clock: hurriedClock(clockFactor, clockStartedAt),
        owner: 'the test',
        isOwnerAlive: () => false,
        chance: Math.random,
      });
      book.recover();
      const called = idsIn(database, 'deleted');
      for (const id of called) assert.ok(deleted.has(String(id)));
      for (const id of reported) assert.ok(called.includes(id));
      // What has reached the server must no longer be waiting.
      const waiting = idsIn(database, 'confirmed');
      for (const id of arrived) assert.ok(!waiting.includes(id));
      assert.deepEqual(idsIn(database, 'sending'), []);
      assert.equal(database.get('PRAGMA integrity_check')?.['integrity_check'], 'ok');
    } finally {
      database.close();
    }
  });
});
