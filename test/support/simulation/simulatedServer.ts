import { veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { dayMs, hourMs, outcomeOf, secondMs } from '../cleanup/cleanupWorkshop.ts';
import type { SeededChance } from '../random/seededChance.ts';
import { DateHeaders } from './simulatedDates.ts';
import { calmAnswer, deletionFault, lookUpFault, routeOf, type Route } from './simulatedFaults.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

/** The host and the API key of a request. */
export interface Account {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** One DELETE as the server counted it, in true time. */
export interface CountedRequest extends Account {
  readonly countedMs: number;
  readonly sessionId: SessionId | undefined;
  readonly sender: 'us' | 'others';
}

/** Receives the outcome; `evaluatedMs` is the true moment at which the server evaluated the request. */
export type Answering<T> = (outcome: T, evaluatedMs: number) => void;

/** A session as one account has it. */
interface Session {
  isThere: boolean;
  /** Until when (true ms) it is in progress and cannot be deleted. */
  readonly inProgressUntilMs: number;
  /** The status that look-ups report meanwhile. */
  readonly statusInProgress: 'started' | 'submitted';
}

/**
 * The simulated Veriff server with all its hosts: it counts each request by its API key at some moment between its
 * arrival and its answer, and refuses what exceeds its limits to the millisecond. Each account has its own sessions.
 */
export class SimulatedServer {
  readonly log: CountedRequest[] = [];
  /** How many sessions it deleted for us. */
  deletions = 0;
  /** How often it refused because a limit was used up. */
  refusals = 0;
  /** No more faults: it answers everything, and soon. */
  isCalm = false;
  readonly dates: DateHeaders;
  readonly #sessions = new Map<string, Session>();
  readonly #machine: SimulatedMachine;
  readonly #chance: SeededChance;
  readonly #countsRefused: boolean;
  /** When (true ms) the counted requests arrived, by API key, for the server's limits. */
  readonly #used = new Map<string, number[]>();

  constructor(
    machine: SimulatedMachine,
    chance: SeededChance,
    sessions: readonly SessionId[],
    accounts: readonly Account[],
  ) {
    this.#machine = machine;
    this.#chance = chance;
    this.dates = new DateHeaders(machine, chance);
    this.#countsRefused = chance.happens(0.5);
    for (const account of accounts)
      for (const session of sessions) {
        if (chance.happens(0.05)) continue;
        const inProgressUntilMs = chance.happens(0.2) ? chance.between(0, 80) * hourMs : 0;
        const statusInProgress = chance.pick(['started', 'submitted'] as const);
        this.#sessions.set(keyOf(account, session), { isThere: true, inProgressUntilMs, statusInProgress });
      }
  }

  /** Takes a DELETE that leaves the machine now. Returns the most ms until the server has finished it. */
  receiveDeletion(account: Account, sessionId: SessionId, answer: Answering<DeletionOutcome>): number {
    const route = this.isCalm ? calmAnswer(this.#chance) : routeOf(this.#chance);
    const fault = this.isCalm ? undefined : deletionFault(this.#chance);
    if (fault?.arrives === false) {
      this.#machine.planOutside(route.answerMs, () => answer(fault.outcome, this.#machine.nowMs));
      return 0;
    }
    // Never answered, and the work is done late, possibly after the client has given up.
    const doneMs = fault?.lateMs === undefined ? route.doneMs : route.arrivalMs + fault.lateMs;
    this.#machine.planOutside(doneMs, () => {
      const mayDelete = fault?.mayDelete ?? true;
      const outcome = this.#delete(account, sessionId, mayDelete, route);
      if (fault?.lateMs !== undefined) return;
      const evaluatedMs = this.#machine.nowMs;
      const told = fault === undefined ? outcome : dated(fault.outcome, this.#facts(account, route));
      this.#machine.planOutside(route.answerMs - doneMs, () => answer(told, evaluatedMs));
    });
    return doneMs;
  }

  /** Takes a look-up that leaves the machine now. */
  receiveLookUp(account: Account, sessionId: SessionId, answer: Answering<LookUpOutcome>): void {
    const route = this.isCalm ? calmAnswer(this.#chance) : routeOf(this.#chance);
    const fault = this.isCalm ? undefined : lookUpFault(this.#chance);
    if (fault === 'noAnswer') return;
    this.#machine.planOutside(route.doneMs, () => {
      const evaluatedMs = this.#machine.nowMs;
      const facts = this.#facts(account, route);
      const told = fault === undefined ? this.#lookUp(account, sessionId, facts) : dated(fault, facts);
      this.#machine.planOutside(route.answerMs - route.doneMs, () => answer(told, evaluatedMs));
    });
  }

  /** Another user of the same key deletes a session, or (undefined) one that we do not know. */
  deleteForOthers(account: Account, sessionId: SessionId | undefined): void {
    if (!this.#count(account, sessionId, 'others') || sessionId === undefined) return;
    const session = this.#sessions.get(keyOf(account, sessionId));
    if (session !== undefined) session.isThere = false;
  }

  /** Whether the session exists. */
  has(account: Account, sessionId: SessionId): boolean {
    return this.#sessions.get(keyOf(account, sessionId))?.isThere ?? false;
  }

  /** Whether the session ever existed. */
  had(account: Account, sessionId: SessionId): boolean {
    return this.#sessions.has(keyOf(account, sessionId));
  }

  #delete(account: Account, sessionId: SessionId, mayDelete: boolean, route: Route): DeletionOutcome {
    const facts = this.#facts(account, route);
    if (!this.#count(account, sessionId, 'us')) {
      this.refusals += 1;
      return outcomeOf(429, {
        ...facts,
        ...(this.#chance.happens(0.5) && { retryAfterMs: this.#freeInMs(account) }),
      });
    }
    const session = this.#sessions.get(keyOf(account, sessionId));
    if (session?.isThere !== true) return outcomeOf(404, facts);
    if (session.inProgressUntilMs > this.#machine.nowMs) return outcomeOf(400, facts);
    if (mayDelete) {
      session.isThere = false;
      this.deletions += 1;
    }
    return outcomeOf(200, facts);
  }

  #lookUp(account: Account, sessionId: SessionId, facts: { serverAt?: number }): LookUpOutcome {
    const session = this.#sessions.get(keyOf(account, sessionId));
    const isThere = session?.isThere === true;
    const answer = { status: isThere ? 200 : 404, signature: 'valid', ...facts } as const;
    if (!isThere) return { kind: 'notFound', answer };
    const isOver = session.inProgressUntilMs <= this.#machine.nowMs;
    return { kind: 'found', sessionStatus: isOver ? 'approved' : session.statusInProgress, answer };
  }

  /** Counts a DELETE that has arrived; false if a limit is used up, and it is refused. */
  #count(account: Account, sessionId: SessionId | undefined, sender: 'us' | 'others'): boolean {
    const countedMs = this.#machine.nowMs;
    const used = this.#usedOf(account);
    const isRefused = veriffLimits.some(({ count, windowMs }) => {
      const before = used.at(-count);
      return before !== undefined && countedMs - before < windowMs;
    });
    const { apiKey, baseUrl } = account;
    this.log.push({ apiKey, baseUrl, countedMs, sessionId, sender });
    if (!isRefused || this.#countsRefused) used.push(countedMs);
    return !isRefused;
  }

  #usedOf({ apiKey }: Account): number[] {
    const used = this.#used.get(apiKey) ?? [];
    this.#used.set(apiKey, used);
    return used;
  }

  /** For a `Retry-After`: whole seconds until no limit is used up any more. */
  #freeInMs(account: Account): number {
    const used = this.#usedOf(account);
    const waits = veriffLimits.map(
      ({ count, windowMs }) => (used.at(-count) ?? -Infinity) + windowMs - this.#machine.nowMs,
    );
    return Math.ceil(Math.max(0, ...waits) / secondMs) * secondMs;
  }

  #facts({ baseUrl }: Account, { doneMs, answerMs }: Route): { serverAt?: number } {
    return this.dates.facts(baseUrl, answerMs - doneMs, this.isCalm);
  }
}

/** Adds the server's date to the outcome of an answer; a wrong date if the answer cannot be believed. */
function dated<T extends DeletionOutcome | LookUpOutcome>(outcome: T, facts: { serverAt?: number }): T {
  if (!('answer' in outcome) || facts.serverAt === undefined) return outcome;
  const serverAt = outcome.kind === 'unknown' ? facts.serverAt + 20 * dayMs : facts.serverAt;
  return { ...outcome, answer: { ...outcome.answer, serverAt } };
}

function keyOf({ baseUrl, apiKey }: Account, sessionId: SessionId): string {
  return `${baseUrl} ${apiKey} ${sessionId}`;
}
