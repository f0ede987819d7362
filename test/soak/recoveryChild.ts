// A process that is killed in the middle of a long write: it creates a list of 100,000 entries with a long history,
// leaves a request unanswered, and begins to add as many entries again in one transaction. Its argument is the list's
// path.
import { writeSync } from 'node:fs';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { systemClock } from '../../src/cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { markOf } from '../../src/cleanup/list/listMark.ts';
import { thisProcess } from '../../src/cleanup/attempts/owner.ts';
import {
  dayMs,
  integration,
  madeUpIntegration,
  outcomeOf,
  sessionNumber,
  storeMadeUp,
} from '../support/cleanup/cleanupWorkshop.ts';

const entryCount = 100_000;
const partSize = 1000;
const pastCount = 3000;

const database = CleanupDatabase.open(process.argv[2] ?? '');
const list = new CleanupList(database);
const ports = { clock: systemClock, owner: thisProcess, isOwnerAlive: () => true, chance: () => 0 };
const book = new AttemptBook(database, ports);
const stored = madeUpIntegration();
storeMadeUp(database, stored);
const sessions = (from: number, count: number): { sessionId: ReturnType<typeof sessionNumber> }[] =>
  Array.from({ length: count }, (_, index) => ({ sessionId: sessionNumber(from + index) }));

for (let from = 0; from < entryCount; from += partSize) {
  const part = sessions(from, partSize);
  if (from % (5 * partSize) === 0) list.add(integration, part, Date.now());
  else list.agree(stored, part, Date.now());
}
book.recordElsewhere('another', pastCount, dayMs);
const means = { integration: stored, mark: markOf(database) };
const first = book.reserveNext(means);
if (first.kind === 'reserved') book.record(first.reservation, outcomeOf(200), 1);
const second = book.reserveNext(means);
if (second.kind !== 'reserved') throw new Error(`Expected a slot, got ${second.kind}.`);
database.transaction(() => {
  for (const [index, { sessionId }] of sessions(entryCount, entryCount).entries()) {
    database.run(
      "INSERT INTO list_entries (integration, session_id, state, added_at, changed_at) VALUES (?, ?, 'listed', 1, 1)",
      integration,
      sessionId,
    );
    if (index === entryCount / 2) writeSync(1, 'in the middle\n');
  }
  writeSync(1, 'too late\n');
});
