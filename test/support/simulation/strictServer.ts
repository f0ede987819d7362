import { veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import type { Network } from '../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import { outcomeOf, secondMs } from '../cleanup/cleanupWorkshop.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

/** A server that answers at once, sends its time, and refuses what exceeds the limits to the millisecond. */
export class StrictServer implements Network {
  /** When (true ms) it deleted. */
  readonly deletedMs: number[] = [];
  refusals = 0;
  /** Answers for the next requests, instead of the server's own. */
  readonly instead: DeletionOutcome[] = [];
  readonly #machine: SimulatedMachine;

  constructor(machine: SimulatedMachine) {
    this.#machine = machine;
  }

  readonly send = (): Promise<DeletionOutcome> => {
    const { nowMs } = this.#machine;
    const instead = this.instead.shift();
    if (instead !== undefined) return Promise.resolve(instead);
    const isRefused = veriffLimits.some(
      ({ count, windowMs }) => nowMs - (this.deletedMs.at(-count) ?? -Infinity) < windowMs,
    );
    if (isRefused) this.refusals += 1;
    else this.deletedMs.push(nowMs);
    return Promise.resolve(outcomeOf(isRefused ? 429 : 200, { serverAt: this.now() }));
  };

  readonly lookUp = (): Promise<LookUpOutcome> => this.askTime();

  readonly askTime = (): Promise<LookUpOutcome> =>
    Promise.resolve({
      kind: 'found',
      answer: { status: 200, signature: 'valid', serverAt: this.now() },
    });

  /** Its time in whole seconds, as in `Date` (epoch ms). */
  now(): number {
    return Math.floor(this.#machine.trueAt(0) / secondMs) * secondMs;
  }
}
