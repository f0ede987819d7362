// One window as a process of its own, started by `startWindow`: it opens the database that all of them share, confirms
// its sessions, and deletes them over plain HTTP as fast as the book allows.
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { AttemptBook } from '../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { deleteEntry } from '../../../src/cleanup/attempts/deletion.ts';
import { isOwnerAlive, thisProcess } from '../../../src/cleanup/attempts/owner.ts';
import type { DeletionOutcome } from '../../../src/veriff/outcome.ts';
import { markOf } from '../../../src/cleanup/list/listMark.ts';
import { madeUpIntegration, outcomeOf, sessionNumber, storeMadeUp } from '../cleanup/cleanupWorkshop.ts';
import { hurriedClock, type WindowOrder } from './startWindow.ts';

const signal = new AbortController().signal;

process.send?.('ready');
process.once('message', (order: WindowOrder) => {
  void work(order).then(() => process.disconnect());
});

async function work({ path, port, sessions, clockFactor, clockStartedAt }: WindowOrder): Promise<void> {
  const database = CleanupDatabase.open(path);
  const clock = hurriedClock(clockFactor, clockStartedAt);
  const book = new AttemptBook(database, { clock, owner: thisProcess, isOwnerAlive, chance: Math.random });
  database.transaction(() => {
    const isStored = database.get('SELECT 1 FROM integrations') !== undefined;
    if (!isStored) storeMadeUp(database, madeUpIntegration());
  });
  const confirmed = new CleanupList(database).agree(
    madeUpIntegration(),
    sessions.map((number) => ({ sessionId: sessionNumber(number) })),
    Date.now(),
  );
  const ports = {
    readMeans: () => Promise.resolve({ integration: madeUpIntegration(), mark: markOf(database) }),
    send: (_: unknown, sessionId: string) => sendPlainly(port, sessionId),
    clock,
  };
  for (const entry of confirmed?.entries ?? []) {
    let result = await deleteEntry(book, entry, ports, signal);
    while (result.kind === 'busy' || result.kind === 'tooSlow') {
      // Windows can only find each other's changes by asking again.
      await wait(10);
      result = await deleteEntry(book, entry, ports, signal);
    }
    if (result.kind === 'sent') process.send?.({ sessionId: entry.sessionId, outcome: result.outcome.kind });
    if (result.kind === 'noSlot') break;
  }
  database.close();
}

/** A plain DELETE; anything but a 200 counts as an answer that cannot be believed. */
function sendPlainly(port: number, sessionId: string): Promise<DeletionOutcome> {
  return new Promise((resolve) => {
    const outgoing = request({
      port,
      host: '127.0.0.1',
      method: 'DELETE',
      path: `/v1/sessions/${sessionId}`,
    });
    outgoing.setHeader('X-Pid', process.pid);
    outgoing.on('error', () => resolve({ kind: 'unknown', reason: 'connectionLost' }));
    outgoing.on('response', (response) => {
      response.resume();
      response.on('close', () =>
        resolve(response.statusCode === 200 ? outcomeOf(200) : { kind: 'unknown', reason: 'serverError' }),
      );
    });
    outgoing.end();
  });
}
