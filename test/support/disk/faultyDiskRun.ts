import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Fault, ScenarioVerdict } from './diskFault.ts';
import { diskErrors, type DiskError, type FaultExtent } from './faultyDisk.ts';

import { faultyDiskEnvironment } from './faultyDiskLibrary.ts';
import { atProcessEnd } from '../process/processEnd.ts';

/** Every `stride`-th call of the scenario fails, beginning with the call `first` (from 1). */
export interface Selection {
  readonly first: number;
  readonly stride: number;
}

/** The results of the runs with one error. */
export interface FaultTally {
  readonly error: DiskError;
  readonly extent: FaultExtent;
  /** The calls that the scenario makes on a disk that works. */
  readonly calls: number;
  /** The runs in which at least one call failed. */
  readonly faults: number;
  /** All calls that failed; more than one per run if the disk keeps failing. */
  readonly failedCalls: number;
  /** Which calls failed first, and how often. */
  readonly firstFailed: ReadonlyMap<string, number>;
  /** How often each problem was reported. */
  readonly problems: ReadonlyMap<string, number>;
  readonly broken: readonly string[];
}

/** A disk that keeps failing: a full or read-only one refuses every change, a dying one everything. */
export const lastingExtent: Readonly<Record<DiskError, FaultExtent>> = {
  ENOSPC: 'writes',
  EIO: 'all',
  EROFS: 'writes',
  EBUSY: 'writes',
};

// A scenario takes well below a tenth of a second, and SQLite waits two seconds for a lock.
const hangMs = 30_000;

/**
 * Runs the scenario once for each chosen call that fails, in one process for each error, two at a time. Rejects only if
 * the library cannot be built: a process that crashes or hangs counts as a broken promise.
 */
export async function runWithFaults(
  scenario: Fault['scenario'],
  extents: 'once' | 'lasting',
  selection: Selection,
): Promise<readonly FaultTally[]> {
  // A disk in memory if there is one: it gets the same calls, and they take no time.
  const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'veriff-faults-'));
  const forget = atProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  const env = await faultyDiskEnvironment(folder);
  const waiting = [...diskErrors];
  const tallies: FaultTally[] = [];
  const work = async (): Promise<void> => {
    for (let error = waiting.shift(); error !== undefined; error = waiting.shift()) {
      const extent = extents === 'once' ? 'once' : lastingExtent[error];
      tallies.push(await runError(env, { scenario, error, extent }, selection));
    }
  };
  await Promise.all([work(), work()]);
  rmSync(folder, { recursive: true, force: true });
  forget();
  return tallies;
}

async function runError(
  env: NodeJS.ProcessEnv,
  { scenario, error, extent }: Omit<Fault, 'at'>,
  { first, stride }: Selection,
): Promise<FaultTally> {
  const child = new ScenarioProcess(env);
  const [firstFailed, problems] = [new Map<string, number>(), new Map<string, number>()];
  const broken: string[] = [];
  let [calls, faults, failedCalls] = [0, 0, 0];
  try {
    for (let at = 0; ; at = at === 0 ? first : at + stride) {
      const verdict = await child.run({ scenario, at, error, extent });
      broken.push(
        ...verdict.broken.map(
          (sentence) => `${error}, ${extent}, call ${at} (${verdict.disk.firstFailed}): ${sentence}`,
        ),
      );
      for (const problem of verdict.problems) count(problems, problem);
      if (at === 0) calls = verdict.disk.calls;
      else if (verdict.disk.failed === 0) break;
      else faults += 1;
      failedCalls += verdict.disk.failed;
      if (verdict.disk.failed > 0) count(firstFailed, verdict.disk.firstFailed);
    }
  } catch (reason) {
    broken.push(String(reason));
  } finally {
    child.end();
  }
  return { error, extent, calls, faults, failedCalls, firstFailed, problems, broken };
}

/** The process in which scenarios run; it is started when it is first needed. */
class ScenarioProcess {
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Rejects, with the fault, if the process ends or does not answer. */
  async run(fault: Fault): Promise<ScenarioVerdict> {
    this.#child ??= await this.#start();
    const child = this.#child;
    const { promise, resolve, reject } = Promise.withResolvers<ScenarioVerdict>();
    const fail = (what: string): void => reject(new Error(`${JSON.stringify(fault)}: the process ${what}.`));
    const watch = setTimeout(() => fail('hangs'), hangMs);
    const exited = (code: number | null, signal: string | null): void =>
      fail(`ended by ${signal ?? code ?? '?'}`);
    child.once('message', resolve).once('exit', exited);
    child.send(fault);
    try {
      return await promise;
    } finally {
      clearTimeout(watch);
      child.off('message', resolve).off('exit', exited);
    }
  }

  end(): void {
    this.#child?.kill('SIGKILL');
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(path.join(import.meta.dirname, 'faultyDiskProcess.ts'), {
      env: this.#env,
      execArgv: ['--no-warnings'],
    });
    await once(child, 'message');
    return child;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** One tally in one line, for people to read. */
export function tallyLine({
  error,
  extent,
  calls,
  faults,
  failedCalls,
  firstFailed,
  problems,
}: FaultTally): string {
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([name, n]) => `${name} ${n}`).join(', ');
  const which = extent === 'once' ? 'once' : `${extent} from there on`;
  return (
    `${error}, ${which}: ${calls} calls, ${faults} runs with a fault, ${failedCalls} calls failed ` +
    `(${list(firstFailed)}); told: ${list(problems)}`
  );
}
