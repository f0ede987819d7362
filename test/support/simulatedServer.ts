import { veriffLimits } from '../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../src/veriff/outcome.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { dayMs, hourMs, outcomeOf, secondMs } from './cleanupWorkshop.ts';
import type { SeededChance } from './seededChance.ts';
import { calmAnswer, deletionFault, lookUpFault, routeOf, type Route } from './simulatedFaults.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

/** One DELETE as the server counted it, by its own clock. */
export interface CountedRequest {
  readonly countedAt: number;
  readonly sessionId: SessionId | undefined;
  readonly sender: 'us' | 'others';
}

/** What comes back; `evaluatedMs` is the true moment at which the server looked. */
export type Answering<T> = (outcome: T, evaluatedMs: number) => void;

/**
 * Veriff as the simulation has it: it counts each request somewhere between its arrival and its answer, and refuses
 * what is over its limits to the millisecond.
 */
export class SimulatedServer {
  readonly log: CountedRequest[] = [];
  /** How many sessions it deleted for us. */
  deletions = 0;
  /** How often it refused because a limit was used up. */
  refusals = 0;
  /** No faults any more: it answers everything, soon. */
  isCalm = false;
  readonly #sessions = new Set<SessionId>();
  /** Until when (true ms) a session is in progress and cannot be deleted. */
  readonly #inProgressUntilMs = new Map<SessionId, number>();
  readonly #machine: SimulatedMachine;
  readonly #chance: SeededChance;
  readonly #offsetMs: number;
  readonly #dateShare: number;
  readonly #countsRefused: boolean;
  /** When what it counted came, by its own clock, for its own limits. */
  readonly #used: number[] = [];

  constructor(machine: SimulatedMachine, chance: SeededChance, sessions: readonly SessionId[]) {
    this.#machine = machine;
    this.#chance = chance;
    this.#offsetMs = chance.between(-hourMs, hourMs);
    this.#dateShare = chance.pick([0, 0.8, 0.8, 0.8, 0.8, 0.8, 1, 1, 1, 1]);
    this.#countsRefused = chance.happens(0.5);
    for (const session of sessions) {
      if (chance.happens(0.05)) continue;
      this.#sessions.add(session);
      if (chance.happens(0.2)) this.#inProgressUntilMs.set(session, chance.between(0, 80) * hourMs);
    }
  }

  /** Takes a DELETE that leaves the machine now. Returns the ms after which it is through with it at the latest. */
  receiveDeletion(sessionId: SessionId, answer: Answering<DeletionOutcome>): number {
    const route = this.isCalm ? calmAnswer(this.#chance) : routeOf(this.#chance);
    const fault = this.isCalm ? undefined : deletionFault(this.#chance);
    if (fault?.arrives === false) {
      this.#machine.planOutside(route.answerMs, () => answer(fault.outcome, this.#machine.nowMs));
      return 0;
    }
    // No answer at all, and the work is done late: even after the other side has given up.
    const doneMs = fault?.lateMs === undefined ? route.doneMs : route.arrivalMs + fault.lateMs;
    this.#machine.planOutside(doneMs, () => {
      const mayDelete = fault?.mayDelete ?? true;
      const outcome = this.#delete(sessionId, mayDelete, route);
      if (fault?.lateMs !== undefined) return;
      const evaluatedMs = this.#machine.nowMs;
      const told = fault === undefined ? outcome : dated(fault.outcome, this.#facts(route));
      this.#machine.planOutside(route.answerMs - doneMs, () => answer(told, evaluatedMs));
    });
    return doneMs;
  }

  /** Takes a look-up that leaves the machine now. */
  receiveLookUp(sessionId: SessionId, answer: Answering<LookUpOutcome>): void {
    const route = this.isCalm ? calmAnswer(this.#chance) : routeOf(this.#chance);
    const fault = this.isCalm ? undefined : lookUpFault(this.#chance);
    if (fault === 'noAnswer') return;
    this.#machine.planOutside(route.doneMs, () => {
      const evaluatedMs = this.#machine.nowMs;
      const facts = this.#facts(route);
      const told = fault === undefined ? this.#lookUp(sessionId, facts) : dated(fault, facts);
      this.#machine.planOutside(route.answerMs - route.doneMs, () => answer(told, evaluatedMs));
    });
  }

  /** Somebody else deletes a session with the same key, or (undefined) one that nobody here knows of. */
  deleteForOthers(sessionId: SessionId | undefined): void {
    if (this.#count(sessionId, 'others') && sessionId !== undefined) this.#sessions.delete(sessionId);
  }

  /** The time that it tells whoever asks; undefined where it does not always tell. */
  toldAt(): number | undefined {
    return this.#dateShare < 1 ? undefined : Math.floor(this.#now() / secondMs) * secondMs;
  }

  /** Whether the session is there. */
  has(sessionId: SessionId): boolean {
    return this.#sessions.has(sessionId);
  }

  #delete(sessionId: SessionId, mayDelete: boolean, route: Route): DeletionOutcome {
    const facts = this.#facts(route);
    if (!this.#count(sessionId, 'us')) {
      this.refusals += 1;
      return outcomeOf(429, {
        ...facts,
        ...(this.#chance.happens(0.5) && { retryAfterMs: this.#freeInMs() }),
      });
    }
    if (!this.has(sessionId)) return outcomeOf(404, facts);
    if ((this.#inProgressUntilMs.get(sessionId) ?? 0) > this.#machine.nowMs) return outcomeOf(400, facts);
    if (mayDelete) {
      this.#sessions.delete(sessionId);
      this.deletions += 1;
    }
    return outcomeOf(200, facts);
  }

  #lookUp(sessionId: SessionId, facts: { serverAt?: number }): LookUpOutcome {
    const answer = { status: this.has(sessionId) ? 200 : 404, signature: 'valid', ...facts } as const;
    if (!this.has(sessionId)) return { kind: 'gone', answer };
    const isOver = (this.#inProgressUntilMs.get(sessionId) ?? 0) <= this.#machine.nowMs;
    return { kind: 'found', sessionStatus: isOver ? 'approved' : 'started', answer };
  }

  /** Counts a DELETE that has arrived; false where a limit is used up, and it is refused. */
  #count(sessionId: SessionId | undefined, sender: 'us' | 'others'): boolean {
    const countedAt = this.#now();
    const isRefused = veriffLimits.some(({ count, windowMs }) => {
      const before = this.#used.at(-count);
      return before !== undefined && countedAt - before < windowMs;
    });
    this.log.push({ countedAt, sessionId, sender });
    if (!isRefused || this.#countsRefused) this.#used.push(countedAt);
    return !isRefused;
  }

  /** For a `Retry-After`: whole seconds until no limit is used up any more. */
  #freeInMs(): number {
    const now = this.#now();
    const waits = veriffLimits.map(
      ({ count, windowMs }) => (this.#used.at(-count) ?? -Infinity) + windowMs - now,
    );
    return Math.ceil(Math.max(0, ...waits) / secondMs) * secondMs;
  }

  /** The `Date` header of an answer that is written between now and its arrival: whole seconds of the server's clock. */
  #facts({ doneMs, answerMs }: Route): { serverAt?: number } {
    if (!this.#chance.happens(this.#dateShare)) return {};
    const writtenAt = this.#now() + this.#chance.next() * (answerMs - doneMs);
    return { serverAt: Math.floor(writtenAt / secondMs) * secondMs };
  }

  #now(): number {
    return this.#machine.trueAt(this.#offsetMs);
  }
}

/** The outcome with the server's date in it, where it is one of an answer; in one that is not to be believed, a lie. */
function dated<T extends DeletionOutcome | LookUpOutcome>(outcome: T, facts: { serverAt?: number }): T {
  if (!('answer' in outcome) || facts.serverAt === undefined) return outcome;
  const serverAt = outcome.kind === 'unknown' ? facts.serverAt + 20 * dayMs : facts.serverAt;
  return { ...outcome, answer: { ...outcome.answer, serverAt } };
}
