// One window of the soak, a process of its own: the real list, book, runner and client on the database that all of them
// share. Its order is its first argument; what it tells goes to its standard output.
import fetch from 'node-fetch';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import type { Clock } from '../../src/cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { DatabaseUnusable } from '../../src/cleanup/database/databaseUnusable.ts';
import { isOwnerAlive, thisProcess } from '../../src/cleanup/attempts/owner.ts';
import { Runner, type RunnerEvent, type Sender } from '../../src/cleanup/runner/runner.ts';
import { Shelves } from '../../src/cleanup/list/shelves.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import { deleteSession, lookUpSession, type ClientPorts } from '../../src/veriff/client.ts';
import type { Credentials } from '../../src/veriff/credentials.ts';
import { sessionNumber } from '../support/cleanupWorkshop.ts';
import { SeededChance } from '../support/seededChance.ts';
import { Freezing, tell } from './freezing.ts';
import { HurriedTime, steppingWall } from './hurriedTime.ts';
import { SoakBook } from './soakBook.ts';
import type { WindowOrder } from './soakMessages.ts';

const order = JSON.parse(process.argv[2] ?? '') as WindowOrder;
const { arm } = order;
const chance = new SeededChance(order.seed);
const time = new HurriedTime(BigInt(order.startedNs));
const freezing = new Freezing(order.freeze, chance.next, () => time.trueMs());
// The wall clock steps in every arm: nothing but the control arm that believes it may notice.
const steppedClock = time.clock(steppingWall(Number(BigInt(order.startedNs) & 0xffffffn)));
const clock: Clock =
  arm.uptime === 'wall' ? () => ({ ...steppedClock(), uptimeMs: steppedClock().wallAt }) : steppedClock;
const isAlive = arm.owners === 'seenDead' ? (owner: string) => owner === thisProcess : isOwnerAlive;
const client: ClientPorts = { fetch, startTimer: time.startTimer, now: () => clock().wallAt };

const database = openOrEnd();
const records = {
  list: new CleanupList(database),
  shelves: new Shelves(database),
  switches: new Switches(database),
  book: new SoakBook(
    database,
    { clock, owner: thisProcess, isOwnerAlive: isAlive, chance: chance.next },
    arm,
    freezing.meet,
  ),
};
const senders = order.integrations.map(senderOf);
const runner = new Runner({
  clock,
  startTimer: time.startTimer,
  owner: thisProcess,
  isOwnerAlive: isAlive,
  records: () => records,
  senders: () => Promise.resolve(senders),
  tell: hear,
});
tell({ kind: 'ready' });
runner.wake();
let nextNumber = order.firstNumber;
act();

function openOrEnd(): CleanupDatabase {
  try {
    return CleanupDatabase.open(order.path);
  } catch (error) {
    tellTrouble(error);
    return process.exit(1);
  }
}

/** What its user does every now and then: confirms a session or two, and puts one on the list alone. */
function act(): void {
  const ids = [nextNumber, nextNumber + 1].map(sessionNumber);
  const listed = sessionNumber(nextNumber + 2);
  nextNumber += 3;
  const integration = chance.pick(order.integrations);
  try {
    tell({ kind: 'confirming', sessionIds: ids });
    records.list.confirm(
      integration,
      ids.map((sessionId) => ({ sessionId })),
      clock().wallAt,
    );
    tell({ kind: 'confirmed', sessionIds: ids });
    records.list.add(integration, [{ sessionId: listed }], clock().wallAt);
    tell({ kind: 'added', sessionIds: [listed] });
  } catch (error) {
    tellTrouble(error);
  }
  runner.wake();
  setTimeout(act, chance.between(500, 1500));
}

function senderOf(integration: string): Sender {
  const credentials: Credentials = {
    baseUrl: `http://127.0.0.1:${order.port}`,
    apiKey: integration,
    sharedSecretKeys: ['made-up-shared-secret'],
  };
  const lookUp = (sessionId: Parameters<Sender['lookUp']>[0]): ReturnType<Sender['lookUp']> => {
    const answer = lookUpSession(credentials, sessionId, client);
    freezeSoon('duringLookUp');
    return answer;
  };
  return {
    integration,
    send: (sessionId, signal) => {
      const answer = deleteSession(credentials, sessionId, client, signal);
      freezeSoon('onTheWay');
      return answer;
    },
    lookUp,
    askTime: () => lookUp(sessionNumber(0xffffffffff)),
  };
}

/** A moment later the request has left, and its answer has come or has not. */
function freezeSoon(point: 'onTheWay' | 'duringLookUp'): void {
  setTimeout(() => freezing.meet(point), chance.between(0, 20));
}

function hear(event: RunnerEvent): void {
  if (event.kind === 'trouble') return tellTrouble(event.error);
  if (event.kind === 'lookedUp') return tell({ kind: 'lookedUp' });
  if (event.kind !== 'sent') return;
  const { outcome, recordError } = event.result;
  if (recordError !== undefined) tellTrouble(recordError);
  const isRecorded = recordError === undefined;
  tell({ kind: 'sent', sessionId: event.sessionId, outcome: outcome.kind, isRecorded });
}

function tellTrouble(error: unknown): void {
  const problem = error instanceof DatabaseUnusable ? error.problem : String(error);
  tell({ kind: 'trouble', problem });
}
