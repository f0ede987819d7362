import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import { sessionNumber } from '../support/cleanupWorkshop.ts';
import { atProcessEnd } from '../support/processEnd.ts';
import { SeededChance } from '../support/seededChance.ts';
import { childBundle } from './childBundle.ts';
import { HurriedTime, hurry } from './hurriedTime.ts';
import { Notes } from './notes.ts';
import type { Arm, ServerOrder, ServerReport } from './soakMessages.ts';
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
  readonly integrations: readonly string[];
  readonly notes: Notes;
  readonly server: ServerReport;
  readonly toll: Toll;
  /** The database, opened once more after the dead have been settled; the caller closes it. */
  readonly database: CleanupDatabase;
  /** Integrations for which a request that is out still keeps all others from leaving. */
  readonly blocked: readonly string[];
  readonly remove: () => void;
}

/** Runs windows, each a process of its own, on one database and one server, and gathers what there is to judge. */
export async function runSoak(plan: RunPlan, seed: number): Promise<RunRecord> {
  const folder = mkdtempSync(path.join(tmpdir(), 'veriff-soak-'));
  const forget = atProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    forget();
  };
  const chance = new SeededChance(seed);
  const startedNs = process.hrtime.bigint();
  const integrations = Array.from({ length: plan.integrations }, (_, index) => `integration-${index}`);
  const notes = new Notes();
  const databasePath = path.join(folder, 'cleanup.sqlite');
  fill(databasePath, plan, integrations, notes);
  const bundle = await childBundle(folder, 'soakWindow.ts');
  const [server, port] = await startServer({ startedNs: String(startedNs), seed });
  const order = { path: databasePath, port, startedNs: String(startedNs), arm: plan.arm, integrations };
  const supervisor = new Supervisor(bundle, order, plan.mishaps, chance, (message) => notes.take(message));
  await supervisor.run(plan.windows, plan.forMs);
  const { database, blocked } = await settleTheDead(databasePath, integrations, startedNs);
  const report = await endServer(server);
  return { plan, integrations, notes, server: report, toll: supervisor.toll, database, blocked, remove };
}

function fill(databasePath: string, plan: RunPlan, integrations: readonly string[], notes: Notes): void {
  const database = CleanupDatabase.open(databasePath);
  const list = new CleanupList(database);
  integrations.forEach((integration, index) => {
    new Switches(database).setLimits(integration, plan.arm.limits);
    const ids = Array.from({ length: plan.confirmedEach }, (_, number) =>
      sessionNumber(index * plan.confirmedEach + number),
    );
    list.confirm(
      integration,
      ids.map((sessionId) => ({ sessionId })),
      Date.now(),
    );
    notes.take({ kind: 'confirming', sessionIds: ids });
    notes.take({ kind: 'confirmed', sessionIds: ids });
  });
  database.close();
}

/** One last window: notes who is dead, and a hurried minute later settles what they left behind. */
async function settleTheDead(
  databasePath: string,
  integrations: readonly string[],
  startedNs: bigint,
): Promise<{ database: CleanupDatabase; blocked: readonly string[] }> {
  const database = CleanupDatabase.open(databasePath);
  const clock = new HurriedTime(startedNs).clock(() => 0);
  const book = new AttemptBook(database, {
    clock,
    owner: 'the last',
    isOwnerAlive: () => false,
    chance: () => 0,
  });
  for (const integration of integrations) book.recover(integration);
  await wait(61_000 / hurry);
  const blocked = integrations.filter((integration) => book.quota(integration).inFlight);
  return { database, blocked };
}

async function startServer(order: ServerOrder): Promise<[ChildProcess, number]> {
  const server = fork(path.join(import.meta.dirname, 'soakServer.ts'), { execArgv: ['--no-warnings'] });
  atProcessEnd(() => server.kill('SIGKILL'));
  server.send(order);
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  return [server, port];
}

async function endServer(server: ChildProcess): Promise<ServerReport> {
  server.send('report');
  const [report] = (await once(server, 'message')) as [ServerReport];
  server.kill('SIGKILL');
  return report;
}
