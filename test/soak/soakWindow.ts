// One window of the soak in its own process: the product's list, book, runner, secrets and client on a database that
// all windows share. Its order is its first argument; it reports on standard output.
import fetch from 'node-fetch';
import { isOwnerAlive, thisProcess } from '../../src/cleanup/attempts/owner.ts';
import { KeptMark } from '../../src/cleanup/attempts/keptMark.ts';
import type { RequestMeans } from '../../src/cleanup/attempts/reservation.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import { UnwrittenAnswers } from '../../src/cleanup/attempts/unwrittenAnswers.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { DatabaseUnusable } from '../../src/cleanup/database/databaseUnusable.ts';
import { Integrations } from '../../src/cleanup/integrations/integrations.ts';
import { IntegrationSecrets } from '../../src/cleanup/integrations/integrationSecrets.ts';
import { markKey } from '../../src/cleanup/integrations/secretKeys.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { EntryGroups } from '../../src/cleanup/list/entryGroups.ts';
import type { Clock } from '../../src/cleanup/quota/clock.ts';
import { Runner, type Network, type RunnerEvent } from '../../src/cleanup/runner/runner.ts';
import { deleteSession, lookUpSession, type ClientPorts } from '../../src/veriff/client.ts';
import { sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import { SeededChance } from '../support/random/seededChance.ts';
import { ActTeller } from './actTeller.ts';
import { FileSecrets } from './fileSecrets.ts';
import { Freezing, tell } from './freezing.ts';
import { HurriedTime, steppingWall } from './hurriedTime.ts';
import { SoakBook } from './soakBook.ts';
import { SoakKeeper } from './soakKeeper.ts';
import type { WindowOrder } from './soakMessages.ts';
import { SoakUser } from './soakUser.ts';

const order = JSON.parse(process.argv[2] ?? '') as WindowOrder;
const { arm } = order;
const chance = new SeededChance(order.seed);
const time = new HurriedTime(BigInt(order.startedNs));
const trueMs = (): number => time.trueMs();
const freezing = new Freezing(order.freeze, chance.next, trueMs);
// The wall clock steps in every arm; it may only affect the control arm that uses it as uptime.
const steppedClock = time.clock(steppingWall(Number(BigInt(order.startedNs) & 0xffffffn)));
const clock: Clock =
  arm.uptime === 'wall' ? () => ({ ...steppedClock(), uptimeMs: steppedClock().wallAt }) : steppedClock;
const isAlive = arm.owners === 'seenDead' ? (owner: string) => owner === thisProcess : isOwnerAlive;

const database = openOrEnd();
const soak = { arm, meet: freezing.meet, trueMs };
const book = new SoakBook(
  database,
  {
    ...{ clock, owner: thisProcess, isOwnerAlive: isAlive, chance: chance.next },
    ...{ limits: arm.limits, unwritten: new UnwrittenAnswers() },
  },
  soak,
);
const records = {
  ...{ list: new CleanupList(database), groups: new EntryGroups(database), switches: new Switches(database) },
  ...{ book, integrations: new Integrations(database) },
};
const files = new FileSecrets(order.secrets, chance.next, (key) => {
  if (key === markKey) freezing.meet('beforeMark');
});
const secrets = new IntegrationSecrets({
  secrets: files,
  records: () => ({ database, integrations: records.integrations }),
  now: () => clock().wallAt,
});
const mark = new KeptMark({ secrets: files, database: () => database, clock });
const network = networkOf();
const runner = new Runner({
  ...{ clock, network, readMeans, owner: thisProcess, isOwnerAlive: isAlive },
  startTimer: time.startTimer,
  records: () => records,
  ready: async () => (await secrets.read()).integrations.map(({ id }) => id),
  tell: hear,
});
const acts = new ActTeller(soak);
const user = new SoakUser({
  ...{ records, database, secrets, mark, runner, network, readMeans, clock, chance, acts },
  firstNumber: order.firstNumber,
});
const keeper = new SoakKeeper({ secrets, chance, acts, order });
tell({ kind: 'ready' });
void secrets.eraseEnded().catch(tellTrouble);
runner.wake();
for (const [act, longestMs] of [
  [() => user.act(), 400],
  [() => user.act(), 400],
  [() => user.act(), 400],
  [() => keeper.act(), 5000],
] as const)
  void goOn(act, longestMs);

function openOrEnd(): CleanupDatabase {
  try {
    return CleanupDatabase.open(order.path, { expected: 'existing' });
  } catch (error) {
    tellTrouble(error);
    return process.exit(1);
  }
}

/** Acts again and again until the process ends. */
async function goOn(act: () => Promise<unknown>, longestMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, chance.between(0, longestMs)));
  try {
    await act();
  } catch (error) {
    tellTrouble(error);
  }
  keepMark();
  runner.wake();
  void goOn(act, longestMs);
}

async function readMeans(id: string): Promise<RequestMeans | undefined> {
  const [integration, kept] = await Promise.all([secrets.readOne(id), mark.read()]);
  return integration && { integration, mark: kept, readAt: clock() };
}

/** What the editor does after each change. */
function keepMark(): void {
  mark.keepUp().then((verdict) => {
    if (verdict !== 'same') tell({ kind: 'trouble', problem: verdict });
  }, tellTrouble);
}

function networkOf(): Network {
  const client: ClientPorts = { fetch, startTimer: time.startTimer, now: () => clock().wallAt };
  const lookUp: Network['lookUp'] = (integration, sessionId) => {
    const answer = lookUpSession(integration, sessionId, client);
    freezeSoon('duringLookUp');
    return answer;
  };
  return {
    send: (integration, sessionId, signal) => {
      const token = book.leaving;
      const marked: ClientPorts['fetch'] = (url, init) =>
        fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), 'X-Soak': token } });
      const answer = deleteSession(integration, sessionId, { ...client, fetch: marked }, signal);
      freezeSoon('onTheWay');
      return answer;
    },
    lookUp,
    askTime: (integration) => lookUp(integration, sessionNumber(0xffffffffff)),
  };
}

/** A moment later, the request has left, and its answer may or may not have arrived. */
function freezeSoon(point: 'onTheWay' | 'duringLookUp'): void {
  setTimeout(() => freezing.meet(point), chance.between(0, 20));
}

function hear(event: RunnerEvent): void {
  if (event.kind !== 'turn') keepMark();
  if (event.kind === 'trouble') return tellTrouble(event.error);
  if (event.kind === 'rolledBack' || event.kind === 'noneKept')
    return tell({ kind: 'trouble', problem: event.kind });
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
