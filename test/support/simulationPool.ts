import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Work, WorkDone } from './simulationWork.ts';

/** As many workers as the machine has cores, which do what they are given in its order. */
export class SimulationPool {
  readonly #workers: readonly Worker[];
  readonly #idle: Worker[];
  readonly #waiting: (() => void)[] = [];

  constructor() {
    this.#workers = Array.from(
      { length: availableParallelism() },
      () => new Worker(new URL('simulationWorker.ts', import.meta.url), { execArgv: ['--no-warnings'] }),
    );
    this.#idle = [...this.#workers];
  }

  /** Rejects where the worker throws: that is a mistake in the simulation itself. */
  async do(work: Work): Promise<WorkDone> {
    const worker = await this.#take();
    try {
      return await new Promise<WorkDone>((resolve, reject) => {
        worker.removeAllListeners();
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage(work);
      });
    } finally {
      this.#idle.push(worker);
      this.#waiting.shift()?.();
    }
  }

  /** Runs `count` worlds in pieces small enough to keep all workers busy, and tells of each piece that is done. */
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

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #take(): Promise<Worker> {
    for (;;) {
      const worker = this.#idle.shift();
      if (worker !== undefined) return worker;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

const worldsInPiece = 20;
