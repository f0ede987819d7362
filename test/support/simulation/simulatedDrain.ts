import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { marginMs, veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import { tickMs } from '../../../src/cleanup/runner/runner.ts';
import { hourMs } from '../cleanup/cleanupWorkshop.ts';
import { LoneRunner } from './loneRunner.ts';
import { SimulatedMachine } from './simulatedMachine.ts';
import { StrictServer } from './strictServer.ts';

/** How a list of `count` entries drained on an empty history, compared with the earliest possible times. */
export interface Drain {
  readonly count: number;
  /** The time of the last deletion over its earliest possible time; 1 if they are equal. */
  readonly ratio: number;
  /** The largest difference (ms) of a deletion from its earliest possible time. */
  readonly mostOffMs: number;
  /** How often the server, which keeps the limits to the millisecond, refused. */
  readonly refusals: number;
}

/** Drains `count` entries with one window and a server that answers at once. */
export async function drain(count: number): Promise<Drain> {
  const { leftMs, refusals } = await leavings(count);
  const bestMs = earliest(count);
  const [last = NaN, bestLast = NaN] = [leftMs.at(-1), bestMs.at(-1)];
  const off = bestMs.map((at, index) => Math.abs((leftMs[index] ?? Infinity) - at));
  return { count, ratio: last === bestLast ? 1 : last / bestLast, mostOffMs: Math.max(...off), refusals };
}

/** Whether a list drained as fast as the limits allow, each of its deletions within one tick. */
export function isBest({ ratio, mostOffMs, refusals }: Drain): boolean {
  return ratio.toFixed(3) === '1.000' && mostOffMs <= tickMs && refusals === 0;
}

/**
 * The earliest times (ms) of `count` deletions, by brute force: each is the first moment at which no span of a limit's
 * window plus the margin would hold more than the limit allows.
 */
export function earliest(count: number): readonly number[] {
  const chosen: number[] = [];
  const spans = veriffLimits.map((limit) => ({ most: limit.count, spanMs: limit.windowMs + marginMs }));
  while (chosen.length < count) {
    const last = chosen.at(-1) ?? 0;
    const moments = [last, ...chosen.slice(-20).flatMap((at) => spans.map(({ spanMs }) => at + spanMs))];
    const isFree = (at: number): boolean =>
      at >= last &&
      spans.every(({ most, spanMs }) => chosen.filter((one) => at - one < spanMs).length < most);
    chosen.push(Math.min(...moments.filter(isFree)));
  }
  return chosen;
}

async function leavings(count: number): Promise<{ leftMs: readonly number[]; refusals: number }> {
  const machine = new SimulatedMachine('exact', 100 * hourMs);
  const database = CleanupDatabase.open(':memory:');
  const server = new StrictServer(machine);
  const runner = new LoneRunner(machine, database, 'the only one', server);
  runner.confirm(count);
  machine.planInside(0, () => runner.wake());
  // Twice the time that it can take, so that a drain that stands still ends as well.
  await machine.run(2 * (earliest(count).at(-1) ?? 0) + hourMs, () => runner.rearm());
  runner.end();
  database.close();
  return { leftMs: server.deletedMs, refusals: server.refusals };
}
