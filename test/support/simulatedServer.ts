import type { DeletionOutcome } from '../../src/veriff/outcome.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { hourMs, minuteMs, outcomeOf, secondMs } from './cleanupWorkshop.ts';
import type { SeededChance } from './seededChance.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

/** One DELETE as the server counted it, by its own clock. */
export interface CountedRequest {
  readonly countedAt: number;
  readonly sessionId: SessionId;
}

/** What comes back of a request: an outcome after so many ms, or never anything. */
export interface Reaction {
  readonly outcome: DeletionOutcome | undefined;
  readonly afterMs: number;
  /** When the server is through with it at the latest. */
  readonly doneAfterMs: number;
}

/** Veriff as the simulation has it: it counts each request somewhere between its arrival and its answer. */
export class SimulatedServer {
  readonly log: CountedRequest[] = [];
  readonly deleted = new Set<SessionId>();
  readonly #machine: SimulatedMachine;
  readonly #chance: SeededChance;
  readonly #offsetMs: number;

  constructor(machine: SimulatedMachine, chance: SeededChance) {
    this.#machine = machine;
    this.#chance = chance;
    this.#offsetMs = chance.between(-hourMs, hourMs);
  }

  /** Its `Date` header now: whole seconds of its own clock. */
  dateHeader(): number {
    return Math.floor(this.#machine.trueAt(this.#offsetMs) / secondMs) * secondMs;
  }

  /** Takes a request that leaves the machine now. */
  receive(sessionId: SessionId): Reaction {
    const chance = this.#chance;
    const arrivalMs = chance.between(5, 500);
    const workMs = chance.happens(0.15) ? chance.between(1, 25) * secondMs : chance.between(5, 800);
    const afterMs = arrivalMs + workMs + chance.between(5, 500);
    const countAfterMs = arrivalMs + chance.next() * workMs;
    const kind = chance.next();
    if (kind < 0.03) {
      return { outcome: { kind: 'notSent', reason: 'noConnection' }, afterMs, doneAfterMs: 0 };
    }
    if (kind < 0.06) return { outcome: lost, afterMs, doneAfterMs: 0 };
    if (kind < 0.12) {
      // No answer at all, and the work is done late: even after the other side has given up.
      const lateMs = arrivalMs + chance.between(0, 45) * secondMs;
      this.#count(sessionId, lateMs, chance.happens(0.5) ? 'delete' : 'leave');
      return { outcome: undefined, afterMs: Infinity, doneAfterMs: lateMs };
    }
    const reply = this.#reply(sessionId, kind, (afterMs - countAfterMs) * chance.next() + countAfterMs);
    this.#count(sessionId, countAfterMs, reply.work);
    return { outcome: reply.outcome, afterMs, doneAfterMs: countAfterMs };
  }

  /** Whether the session is there, to a look-up. */
  has(sessionId: SessionId): boolean {
    return !this.deleted.has(sessionId);
  }

  #reply(
    sessionId: SessionId,
    kind: number,
    answeredAfterMs: number,
  ): { outcome: DeletionOutcome; work: 'delete' | 'leave' } {
    const answeredAt = this.#machine.trueAt(this.#offsetMs + answeredAfterMs);
    const hasDate = this.#chance.happens(0.8);
    const facts = hasDate ? { serverAt: Math.floor(answeredAt / secondMs) * secondMs } : {};
    const retryAfterMs = this.#chance.whole(0, 3 * 3600) * secondMs;
    if (kind < 0.16) return { outcome: lost, work: 'delete' };
    if (kind < 0.2) return { outcome: outcomeOf(400, facts), work: 'leave' };
    if (kind < 0.23) return { outcome: outcomeOf(401, facts), work: 'leave' };
    if (kind < 0.24) return { outcome: outcomeOf(429, facts), work: 'leave' };
    if (kind < 0.25) return { outcome: outcomeOf(429, { ...facts, retryAfterMs }), work: 'leave' };
    if (kind < 0.29)
      return { outcome: { kind: 'unknown', reason: 'serverError' }, work: kind < 0.27 ? 'delete' : 'leave' };
    return this.has(sessionId)
      ? { outcome: outcomeOf(200, facts), work: 'delete' }
      : { outcome: outcomeOf(404, facts), work: 'leave' };
  }

  #count(sessionId: SessionId, inMs: number, work: 'delete' | 'leave'): void {
    this.#machine.planOutside(inMs, () => {
      this.log.push({ countedAt: this.#machine.trueAt(this.#offsetMs), sessionId });
      if (work === 'delete') this.deleted.add(sessionId);
    });
  }
}

/** How long the simulated client waits for an answer, as the real one does. */
export const giveUpMs = minuteMs / 2;

const lost: DeletionOutcome = { kind: 'unknown', reason: 'connectionLost' };
