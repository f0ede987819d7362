import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { atProcessEnd } from '../process/processEnd.ts';
import type { LookUps, SlotUse } from './simulatedSlots.ts';
import type { Work, WorkDone } from './simulationWork.ts';

const worldsInPiece = 20;

/**
 * As many processes as the machine has cores, which do pieces of work in their order. No threads: SQLite in several
 * threads of one process waits for the same locks, which takes a third longer.
 */
export class SimulationPool {
  readonly #workers: readonly ChildProcess[];
  readonly #idle: ChildProcess[];
  readonly #waiting: (() => void)[] = [];
  readonly #forgetEnd: () => void;

  constructor() {
    this.#workers = Array.from({ length: availableParallelism() }, () =>
      fork(fileURLToPath(new URL('simulationWorker.ts', import.meta.url)), {
        // Each process has a core to itself, so extra threads for garbage collection would only take another one's.
        execArgv: ['--no-warnings', '--single-threaded-gc', '--max-semi-space-size=64'],
        serialization: 'advanced',
      }),
    );
    this.#idle = [...this.#workers];
    this.#forgetEnd = atProcessEnd(() => {
      for (const worker of this.#workers) worker.kill('SIGKILL');
    });
  }

  /** Rejects if the worker ends: that is a bug in the simulation itself, and the worker has printed it. */
  async do(work: Work): Promise<WorkDone> {
    const worker = await this.#take();
    const ended = new AbortController();
    try {
      worker.send(work);
      const [done] = (await Promise.race([
        once(worker, 'message', { signal: ended.signal }),
        once(worker, 'exit', { signal: ended.signal }).then(() => {
          throw new Error(`A worker ended at ${JSON.stringify(work)}.`);
        }),
      ])) as [WorkDone];
      return done;
    } finally {
      ended.abort();
      this.#idle.push(worker);
      this.#waiting.shift()?.();
    }
  }

  /** Runs `count` worlds in pieces small enough to keep all workers busy, and reports each finished piece. */
  async runWorlds(
    kind: 'worlds' | 'wronglyDead',
    first: number,
    count: number,
    tell: (done: WorkDone) => void,
  ): Promise<void> {
    const pieces = Array.from(
      { length: Math.ceil(count / worldsInPiece) },
      (_, index) => index * worldsInPiece,
    );
    await Promise.all(
      pieces.map(async (from) =>
        tell(await this.do({ kind, first: first + from, count: Math.min(worldsInPiece, count - from) })),
      ),
    );
  }

  /** Works off one list with each kind of look-ups. */
  async runSlots(first: number, count: number): Promise<Readonly<Record<LookUps, SlotUse>>> {
    const run = async (lookUps: LookUps): Promise<SlotUse> => {
      const { slots } = await this.do({ kind: 'slots', first, count, lookUps });
      if (slots === undefined) throw new Error('The list was not worked off.');
      return slots;
    };
    const [answered, failing, hanging, none] = await Promise.all([
      run('answered'),
      run('failing'),
      run('hanging'),
      run('none'),
    ]);
    return { answered, failing, hanging, none };
  }

  async close(): Promise<void> {
    this.#forgetEnd();
    await Promise.all(
      this.#workers.map(async (worker) => {
        const exited =
          worker.exitCode === null && worker.signalCode === null ? once(worker, 'exit') : undefined;
        worker.kill('SIGKILL');
        await exited;
      }),
    );
  }

  async #take(): Promise<ChildProcess> {
    for (;;) {
      const worker = this.#idle.shift();
      if (worker !== undefined) return worker;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
