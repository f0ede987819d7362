// A process that works on a list until it is killed: it reports each act before it begins and after it is done. It may
// kill itself at a point within an act. Its order comes on standard input.
import { readSync, writeSync } from 'node:fs';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { Integrations } from '../../src/cleanup/integrations/integrations.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import { madeUpIntegration, sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import { faultyDisk } from '../support/disk/faultyDisk.ts';
import { SeededChance } from '../support/random/seededChance.ts';
import type { KillPoint, PersistenceMessage, PersistenceOrder } from './persistenceMessages.ts';
import { actKinds, undoneAtOnce, type Act } from './persistenceModel.ts';

const sessionCount = 60;
const withoutNumbers: readonly string[] = ['cancel', 'endUndo', 'undo', 'edit', 'pause', 'resume'];
const order = readOrder();
const chance = new SeededChance(order.seed);
let visits = 0;

if (order.kill?.point === 'diskCall') faultyDisk.killAt(order.kill.nth);
const database = CleanupDatabase.open(order.path);
const list = new CleanupList(database);
const switches = new Switches(database);
const integrations = new Integrations(database);
const draft = madeUpIntegration();
watchPoints();
if (integrations.living().length === 0) act({ kind: 'store', numbers: [] });
for (;;) act(drawAct());

function act(drawn: Act): void {
  tell({ kind: 'begins', act: drawn });
  try {
    perform(drawn);
  } catch (error) {
    tell({ kind: 'failed', error: String(error) });
  }
  meet('beforeAcknowledgement');
  tell({ kind: 'done' });
}

function readOrder(): PersistenceOrder {
  const bytes = Buffer.alloc(4096);
  return JSON.parse(bytes.toString('utf8', 0, readSync(0, bytes))) as PersistenceOrder;
}

function tell(message: PersistenceMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

/** Calls the points within a transaction, on this one connection only. */
function watchPoints(): void {
  const transaction = database.transaction.bind(database);
  const run = database.run.bind(database);
  let statements: number | undefined;
  database.run = (sql, ...values) => {
    const result = run(sql, ...values);
    if (statements !== undefined) {
      statements += 1;
      meet(`afterStatement${statements}` as KillPoint);
    }
    return result;
  };
  database.transaction = (work) => {
    meet('beforeBegin');
    const result = transaction(() => {
      meet('afterBegin');
      statements = 0;
      const made = work();
      statements = undefined;
      meet('beforeCommit');
      return made;
    });
    meet('afterCommit');
    return result;
  };
}

function meet(point: KillPoint): void {
  if (order.kill?.point !== point) return;
  visits += 1;
  if (visits === order.kill.nth) process.kill(process.pid, 'SIGKILL');
}

function drawAct(): Act {
  const kind = chance.pick([...actKinds, 'add', 'confirm', 'confirm'] as const);
  const numbers = Array.from({ length: chance.whole(1, 6) }, () => chance.whole(0, sessionCount - 1));
  return { kind, numbers: withoutNumbers.includes(kind) ? [] : [...new Set(numbers)] };
}

function perform({ kind, numbers }: Act): void {
  if (kind === 'store') return void integrations.add(draft, 0);
  const sessions = numbers.map((number) => ({ sessionId: sessionNumber(number) }));
  const [stored] = integrations.living();
  if (stored === undefined) throw new Error('No integration lives.');
  const entries = sessions.flatMap(({ sessionId }) => list.find(stored.id, sessionId) ?? []);
  const at = Date.now();
  switch (kind) {
    case 'add':
      return void list.add(stored.id, sessions, at);
    case 'confirm':
      return void list.agree(stored, sessions, at);
    case 'cancel':
      return void list.cancel(Number(database.get('SELECT max(id) AS id FROM agreements')?.['id'] ?? 0), at);
    case 'remove':
      return void list.remove(entries, at);
    case 'endUndo':
      return list.endUndo();
    case 'undo':
      return void list.undoRemoval(undoneAtOnce);
    case 'hold':
      return void list.hold(entries, 'a note', at);
    case 'release':
      return void list.release(entries);
    case 'check':
      return list.setChecked(entries, true);
    case 'uncheck':
      return list.setChecked(entries, false);
    case 'edit':
      return void integrations.change(
        stored.id,
        { ...draft, kind: stored.kind === 'TEST' ? 'LIVE' : 'TEST' },
        at,
      );
    case 'pause':
      return switches.pause();
    case 'resume':
      return switches.resume();
  }
}
