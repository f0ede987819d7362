import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import { lookAheadMs, type Network } from '../../../src/cleanup/runner/runner.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { dayMs, hourMs, outcomeOf, secondMs, sessionNumber } from '../cleanup/cleanupWorkshop.ts';
import { SeededChance } from '../random/seededChance.ts';
import { earliest } from './simulatedDrain.ts';
import { LoneRunner } from './loneRunner.ts';
import { SimulatedMachine } from './simulatedMachine.ts';

/** What becomes of look-ups: `none`: the runner makes none, as before it looked first; `failing`: none is answered. */
export type LookUps = 'answered' | 'failing' | 'hanging' | 'none';

/** How one list was worked off. */
export interface SlotUse {
  /** DELETEs that the server counted. */
  readonly slots: number;
  readonly deletions: number;
  /** Sessions that could have been deleted at the end. */
  readonly left: number;
  /** When (ms) the last deletable session was deleted, and the earliest moment for so many deletions. */
  readonly lastMs: number;
  readonly earliestMs: number;
  readonly refusals: number;
  readonly lookUps: number;
}

type Status = 'approved' | 'submitted' | 'notKnown';

/** A session's status, which may change once. */
interface Session {
  readonly before: Status;
  readonly after: Status;
  readonly changesAtMs: number;
}

/**
 * Whether looking first wastes no slot and no time: 1.02 slots for a deletion at most, the last one at the earliest moment,
 * nothing deletable left, no 429; and without answers no later than without look-ups, but for one that hangs.
 */
export function wastesNothing(uses: Readonly<Record<LookUps, SlotUse>>): boolean {
  const { answered, failing, hanging, none } = uses;
  return (
    answered.slots <= 1.02 * answered.deletions &&
    answered.lastMs - answered.earliestMs <= lookAheadMs &&
    answered.left === 0 &&
    Object.values(uses).every(({ refusals }) => refusals === 0) &&
    failing.lastMs <= none.lastMs &&
    hanging.lastMs - none.lastMs <= lookAheadMs &&
    none.slots > 1.02 * none.deletions
  );
}

/**
 * Works off a list of `count` confirmed sessions in random order: 60 % can be deleted, 15 % are submitted, 15 % are not
 * known, and 10 % change while they wait. It ends when nothing that can be deleted is left.
 */
export async function useOfSlots(seed: number, count: number, lookUps: LookUps): Promise<SlotUse> {
  const machine = new SimulatedMachine('exact', 100 * hourMs);
  const database = CleanupDatabase.open(':memory:');
  const server = new StatusServer(machine, sessionsOf(new SeededChance(seed), count), lookUps);
  const runner = new LoneRunner(machine, database, 'the only one', server, {
    looksFirst: lookUps !== 'none',
  });
  runner.confirm(count);
  machine.planInside(0, () => runner.wake());
  // Long enough for each arm: most of the slots are lost if nothing is looked up first.
  const days = ((lookUps === 'answered' ? 1 : 4) * count) / 10;
  await machine.run(days * dayMs, () => runner.rearm());
  runner.end();
  database.close();
  return server.use();
}

function sessionsOf(chance: SeededChance, count: number): ReadonlyMap<SessionId, Session> {
  const changes: readonly (readonly [Status, Status])[] = [
    ['submitted', 'approved'],
    ['approved', 'submitted'],
    ['approved', 'notKnown'],
  ];
  const kinds = Array.from({ length: count }, (_, index): readonly [Status, Status] => {
    const share = index / count;
    if (share < 0.6) return ['approved', 'approved'];
    if (share < 0.75) return ['submitted', 'submitted'];
    return share < 0.9 ? ['notKnown', 'notKnown'] : chance.pick(changes);
  });
  // In random order.
  const order = kinds.map((kind) => ({ kind, at: chance.next() })).toSorted((a, b) => a.at - b.at);
  return new Map(
    order.map(({ kind: [before, after] }, index) => [
      sessionNumber(index),
      { before, after, changesAtMs: chance.between(0, (count / 40) * dayMs) },
    ]),
  );
}

/** A server that knows each session's status, answers at once, and keeps the limits to the millisecond. */
class StatusServer implements Network {
  readonly #machine: SimulatedMachine;
  readonly #sessions: ReadonlyMap<SessionId, Session>;
  readonly #lookUps: LookUps;
  readonly #deleted = new Set<SessionId>();
  readonly #deletedMs: number[] = [];
  readonly #countedMs: number[] = [];
  #refusals = 0;
  #lookedUp = 0;

  constructor(machine: SimulatedMachine, sessions: ReadonlyMap<SessionId, Session>, lookUps: LookUps) {
    this.#machine = machine;
    this.#sessions = sessions;
    this.#lookUps = lookUps;
  }

  readonly send = (_: unknown, sessionId: SessionId): Promise<DeletionOutcome> => {
    const { nowMs } = this.#machine;
    const isOver = veriffLimits.some(
      ({ count, windowMs }) => nowMs - (this.#countedMs.at(-count) ?? -Infinity) < windowMs,
    );
    if (isOver) {
      this.#refusals += 1;
      return Promise.resolve(outcomeOf(429, this.#facts()));
    }
    this.#countedMs.push(nowMs);
    const status = this.#statusOf(sessionId);
    if (status !== 'approved')
      return Promise.resolve(outcomeOf(status === 'submitted' ? 400 : 404, this.#facts()));
    this.#deleted.add(sessionId);
    this.#deletedMs.push(nowMs);
    return Promise.resolve(outcomeOf(200, this.#facts()));
  };

  readonly lookUp = (_: unknown, sessionId: SessionId, signal?: AbortSignal): Promise<LookUpOutcome> => {
    this.#lookedUp += 1;
    // Only look-ups before a deletion can be given up; the others are answered.
    if (signal !== undefined && this.#lookUps === 'failing')
      return Promise.resolve({ kind: 'unknown', reason: 'serverError' });
    if (signal !== undefined && this.#lookUps === 'hanging')
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'unknown', reason: 'cancelled' })),
      );
    const status = this.#statusOf(sessionId);
    const answer = {
      status: status === 'notKnown' ? 404 : 200,
      signature: 'valid',
      ...this.#facts(),
    } as const;
    return Promise.resolve(
      status === 'notKnown' ? { kind: 'notFound', answer } : { kind: 'found', sessionStatus: status, answer },
    );
  };

  readonly askTime = (): Promise<LookUpOutcome> =>
    Promise.resolve({ kind: 'found', answer: { status: 200, signature: 'valid', ...this.#facts() } });

  use(): SlotUse {
    return {
      slots: this.#countedMs.length,
      deletions: this.#deletedMs.length,
      left: [...this.#sessions.keys()].filter((id) => this.#statusOf(id) === 'approved').length,
      lastMs: this.#deletedMs.at(-1) ?? NaN,
      earliestMs: earliest(this.#deletedMs.length).at(-1) ?? NaN,
      refusals: this.#refusals,
      lookUps: this.#lookedUp,
    };
  }

  #statusOf(sessionId: SessionId): Status {
    const session = this.#sessions.get(sessionId);
    if (session === undefined || this.#deleted.has(sessionId)) return 'notKnown';
    return this.#machine.nowMs < session.changesAtMs ? session.before : session.after;
  }

  /** Its time in whole seconds, as in `Date` (epoch ms). */
  #facts(): { readonly serverAt: number } {
    return { serverAt: Math.floor(this.#machine.trueAt(0) / secondMs) * secondMs };
  }
}
