import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { KeptMark } from '../../src/cleanup/attempts/keptMark.ts';
import { Integrations } from '../../src/cleanup/integrations/integrations.ts';
import { IntegrationSecrets } from '../../src/cleanup/integrations/integrationSecrets.ts';
import { sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import { atProcessEnd } from '../support/process/processEnd.ts';
import { SeededChance } from '../support/random/seededChance.ts';
import { childBundle } from './childBundle.ts';
import { HurriedTime, hurry } from './hurriedTime.ts';
import { Notes } from './notes.ts';
import { FileSecrets } from './fileSecrets.ts';
import { soakDraft, soakKey } from './soakIntegrations.ts';
import type { Arm, ServerOrder, ServerReport, WindowOrder } from './soakMessages.ts';
import { Supervisor, type Mishaps, type Toll } from './supervisor.ts';

/** One run: an arm, its size, and what happens to its windows. */
export interface RunPlan {
  readonly arm: Arm;
  readonly windows: number;
  readonly integrations: number;
  readonly confirmedEach: number;
  readonly forMs: number;
  readonly mishaps: Mishaps;
}

/** Everything that is known after a run, to be judged. */
export interface RunRecord {
  readonly plan: RunPlan;
  readonly notes: Notes;
  readonly server: ServerReport;
  readonly toll: Toll;
  /** The database, opened again after the requests of dead windows have been settled; the caller closes it. */
  readonly database: CleanupDatabase;
  /** The names of integrations in which a request without an answer still keeps all others from leaving. */
  readonly blocked: readonly string[];
  readonly remove: () => void;
}

/** Runs windows, each in its own process, on one database and one server, and collects what is to be judged. */
export async function runSoak(plan: RunPlan, seed: number): Promise<RunRecord> {
  const folder = mkdtempSync(path.join(tmpdir(), 'veriff-soak-'));
  const forget = atProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    forget();
  };
  const chance = new SeededChance(seed);
  const startedNs = process.hrtime.bigint();
  const notes = new Notes();
  const [server, ports] = await startServer({ startedNs: String(startedNs), seed });
  const secrets = path.join(folder, 'secrets');
  mkdirSync(secrets);
  const order = {
    ...{ path: path.join(folder, 'cleanup.sqlite'), secrets, ports, startedNs: String(startedNs) },
    ...{ arm: plan.arm, integrations: plan.integrations },
  };
  await fill(order, plan.confirmedEach, notes);
  const bundle = await childBundle(folder, 'soakWindow.ts');
  const supervisor = new Supervisor(bundle, order, plan.mishaps, chance, (message) => notes.take(message));
  await supervisor.run(plan.windows, plan.forMs);
  const { database, blocked } = await settleTheDead(order.path, plan, startedNs);
  const report = await endServer(server);
  return { plan, notes, server: report, toll: supervisor.toll, database, blocked, remove };
}

type RunOrder = Omit<WindowOrder, 'seed' | 'firstNumber' | 'freeze'>;

/** Stores the integrations of a run, each with sessions that are agreed to. */
async function fill(
  { path: databasePath, secrets: folder, ports, startedNs, integrations: count }: RunOrder,
  confirmedEach: number,
  notes: Notes,
): Promise<void> {
  const database = CleanupDatabase.open(databasePath);
  const clock = new HurriedTime(BigInt(startedNs)).clock(() => 0);
  const files = new FileSecrets(folder);
  const integrations = new Integrations(database);
  const secrets = new IntegrationSecrets({
    secrets: files,
    records: () => ({ database, integrations }),
    now: Date.now,
  });
  const mark = new KeptMark({ secrets: files, database: () => database, clock });
  // Without the mark, all agreements would end.
  await mark.bringUpToDate();
  for (let index = 0; index < count; index += 1) {
    const draft = soakDraft(soakKey(index), ports[index % 2] ?? 0, index % 3 === 0 ? 'LIVE' : 'TEST');
    const stored = await secrets.add(draft);
    if (stored.kind !== 'stored') throw new Error(`An integration was not stored: ${stored.kind}.`);
    const sessionIds = Array.from({ length: confirmedEach }, (_, number) =>
      sessionNumber(index * confirmedEach + number),
    );
    const { apiKey, baseUrl } = draft;
    const { id } = stored.row;
    const name = `filled ${index}`;
    const act = { kind: 'agree', integration: id, apiKey, baseUrl, sessionIds } as const;
    notes.take({ kind: 'begins', name, atMs: 0, act });
    const sessions = sessionIds.map((sessionId) => ({ sessionId }));
    new CleanupList(database).agree({ ...draft, id }, sessions, Date.now());
    notes.take({ kind: 'done', name, atMs: 0, sessionIds });
  }
  const verdict = await mark.bringUpToDate();
  if (verdict !== 'same') throw new Error(`The mark of a new list is ${verdict}.`);
  database.close();
}

/** One last window: notes which windows are dead, and settles their requests a hurried minute later. */
async function settleTheDead(
  databasePath: string,
  plan: RunPlan,
  startedNs: bigint,
): Promise<Pick<RunRecord, 'database' | 'blocked'>> {
  const database = CleanupDatabase.open(databasePath);
  const book = new AttemptBook(database, {
    clock: new HurriedTime(startedNs).clock(() => 0),
    owner: 'the last',
    isOwnerAlive: () => false,
    chance: () => 0,
    limits: plan.arm.limits,
  });
  book.recover();
  await wait(61_000 / hurry);
  const integrations = new Integrations(database).all();
  const blocked = integrations.filter(({ id }) => book.quota(id).inFlight).map(({ name }) => name);
  return { database, blocked };
}

async function startServer(order: ServerOrder): Promise<[ChildProcess, readonly [number, number]]> {
  const server = fork(path.join(import.meta.dirname, 'soakServer.ts'), { execArgv: ['--no-warnings'] });
  atProcessEnd(() => server.kill('SIGKILL'));
  server.send(order);
  const [{ ports }] = (await once(server, 'message')) as [{ ports: [number, number] }];
  return [server, ports];
}

async function endServer(server: ChildProcess): Promise<ServerReport> {
  server.send('report');
  const [report] = (await once(server, 'message')) as [ServerReport];
  server.kill('SIGKILL');
  return report;
}
