import type { Reservation } from '../../src/cleanup/attempts/attemptBook.ts';
import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { DatabaseUnusable } from '../../src/cleanup/database/databaseUnusable.ts';
import { veriffLimits } from '../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../src/veriff/outcome.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { hourMs, minuteMs } from './cleanupWorkshop.ts';
import { Frozen } from './simulatedBook.ts';
import type { Figures } from './simulatedFigures.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';
import type { SimulatedServer } from './simulatedServer.ts';
import type { UserNotes } from './userNotes.ts';

// Two readings of an uptime in whole seconds, made from two clocks, can show up to two more than have passed; the quota
// has its margin for that.
const coarseMs = 2000;

/** A request on its way, in true time. */
export interface Flight {
  readonly leftMs: number;
  endedMs: number;
}

/** What the judge looks at; the list, the book and the runner are not among it. */
interface Evidence {
  readonly machine: SimulatedMachine;
  readonly server: SimulatedServer;
  readonly notes: UserNotes;
  readonly figures: Figures;
}

/** Sees every request leave and every answer come, and says which promises were broken. */
export class SimulatedJudge {
  /** One sentence for each broken promise. */
  readonly broken: string[] = [];
  readonly #evidence: Evidence;
  readonly #left = new Set<number>();
  #out: { readonly reservation: Reservation; readonly isAlive: () => boolean } | undefined;
  /** When (true ms) the server wrote the last answer that came. */
  #writtenMs = -Infinity;
  #flight: Flight = { leftMs: -Infinity, endedMs: -Infinity };
  /** Answers 429 in a row, before the slot that was taken last and with it, and until when (true ms) they park us. */
  #limitedBefore = 0;
  #limitedInARow = 0;
  #parkedUntilMs = -Infinity;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /** A slot was taken: by itself, or for a person who waits for it; `isAlive` tells whether its window still lives. */
  reserved(reservation: Reservation, by: 'runner' | 'person', isAlive: () => boolean): void {
    this.#out = { reservation, isAlive };
    [this.#limitedBefore, this.#limitedInARow] = [this.#limitedInARow, 0];
    const { notes } = this.#evidence;
    if (by === 'runner' && notes.isPaused)
      this.#break('a slot was taken after the pause', reservation.sessionId);
    this.#mayBeSent(reservation.sessionId);
    notes.on(reservation.sessionId).reservedMs = this.#evidence.machine.nowMs;
  }

  /** A request leaves for the last slot that its window took. */
  leaves(sessionId: SessionId, reservation: Reservation | undefined): Flight {
    const { machine, notes, figures } = this.#evidence;
    const note = notes.on(sessionId);
    figures.events += 1;
    figures.requests += 1;
    if (note.leftAloneUntilMs > 0) figures.retries += 1;
    if (reservation?.sessionId !== sessionId || this.#left.has(reservation.attemptId))
      this.#break('a request left without a reservation of its own', sessionId);
    else this.#left.add(reservation.attemptId);
    this.#mayBeSent(sessionId);
    if (this.#flight.endedMs > machine.nowMs) this.#break('two requests were out at once', sessionId);
    const parkedMs = this.#parkedUntilMs - machine.nowMs;
    if (parkedMs > coarseMs) this.#break(`a request left ${parkedMs} ms before a 429 let it`, sessionId);
    Object.assign(note, { unansweredMs: machine.nowMs, leftAloneUntilMs: 0 });
    this.#flight = { leftMs: machine.nowMs, endedMs: machine.nowMs };
    return this.#flight;
  }

  /** An answer has come, which the server wrote at `writtenMs` at the earliest. What waits for a while waits from then on. */
  answered(flight: Flight, writtenMs: number): void {
    flight.endedMs = this.#evidence.machine.nowMs;
    this.#writtenMs = writtenMs;
  }

  /** An outcome was written down, and (after a 429) the ms for which it is to keep everything back. */
  recorded({ sessionId, attemptId }: Reservation, outcome: DeletionOutcome, parkMs: number): void {
    const { notes, server } = this.#evidence;
    const note = notes.on(sessionId);
    if (this.#out?.reservation.attemptId === attemptId) this.#out = undefined;
    if (outcome.kind === 'notSent') this.#limitedInARow = this.#limitedBefore;
    if (outcome.kind === 'limited') this.#park(outcome.retryAfterMs ?? 0, parkMs);
    if (outcome.kind !== 'unknown') note.reservedMs = undefined;
    if (!this.#left.has(attemptId)) return;
    if (outcome.kind !== 'unknown') note.unansweredMs = undefined;
    if (outcome.kind === 'deleted' || outcome.kind === 'gone' || outcome.kind === 'failed')
      note.isSettled = true;
    if (outcome.kind === 'blocked') {
      note.blocks += 1;
      note.leftAloneUntilMs = this.#writtenMs + retryWaitMs(note.blocks);
    }
    if (outcome.kind === 'deleted' && server.has(sessionId))
      this.#break('a deletion was reported that did not happen', sessionId);
  }

  /** A look-up's answer reaches the runner; the server looked at `evaluatedMs`. */
  lookedUp(sessionId: SessionId, outcome: LookUpOutcome, evaluatedMs: number): void {
    // Another look-up was quicker, and the next request is out already.
    if (this.#out?.reservation.sessionId === sessionId && this.#out.isAlive()) return;
    const note = this.#evidence.notes.on(sessionId);
    const { reservedMs, unansweredMs = reservedMs } = note;
    // A session that was gone before the request left is gone after it too; one that was there tells nothing.
    const isTold =
      outcome.kind === 'gone' || (outcome.kind === 'found' && (unansweredMs ?? 0) <= evaluatedMs);
    if (unansweredMs === undefined || !isTold) return;
    [note.reservedMs, note.unansweredMs] = [undefined, undefined];
    note.isSettled = outcome.kind === 'gone';
    if (outcome.kind === 'gone' || !note.isAgreed) return;
    // It may go again at once; where that happens again and again, it waits as if Veriff had called it blocked.
    if (note.blocks > 0) note.leftAloneUntilMs = unansweredMs + retryWaitMs(note.blocks);
    note.blocks += 1;
  }

  /** Something was thrown or told as trouble: the disk and the secret storage may refuse, and nothing else. */
  thrown(error: unknown): void {
    if (error instanceof Frozen || error instanceof SecretsLocked) return;
    if (error instanceof DatabaseUnusable && error.problem === 'notWritable') return;
    this.broken.push(`Thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  /** Limits that the server saw broken, by its own clock; it counts our requests alone. */
  overLimit(): readonly string[] {
    const counted = this.#evidence.server.log
      .filter(({ sender }) => sender === 'us')
      .map(({ countedAt }) => countedAt)
      .sort((a, b) => a - b);
    return veriffLimits.flatMap(({ count, windowMs }) =>
      counted
        .filter((at, index) => (counted[index + count] ?? Infinity) - at < windowMs)
        .map((at) => `more than ${count} in ${windowMs} ms from ${at}`),
    );
  }

  /** Compares the list, when all is over, with the notes and the server. */
  judgeList(database: CleanupDatabase): void {
    const { notes, server } = this.#evidence;
    const rows = database
      .all('SELECT session_id, state FROM entries')
      .map((row) => ({ sessionId: row['session_id'] as SessionId, state: String(row['state']) }));
    const onList = rows.map(({ sessionId }) => sessionId).sort();
    if (onList.join() !== notes.onList().toSorted().join())
      this.broken.push('the list lost or doubled an entry');
    for (const { sessionId, state } of rows) {
      if (state === 'sending') this.#break('an entry is stuck in sending', sessionId);
      const isDone = state === 'deleted' || state === 'gone';
      if (isDone && server.has(sessionId)) this.#break(`it is called ${state} and is still there`, sessionId);
      if (!isDone && notes.on(sessionId).isAgreed)
        this.#break(`it was confirmed and ends as ${state}`, sessionId);
    }
  }

  /** For what others find broken. */
  note(sentence: string): void {
    this.broken.push(`${sentence} (${this.#when()})`);
  }

  #mayBeSent(sessionId: SessionId): void {
    const note = this.#evidence.notes.on(sessionId);
    const now = this.#evidence.machine.nowMs;
    if (!note.isAgreed) this.#break('sent without consent', sessionId);
    if (note.isHeld) this.#break('sent though it is on hold', sessionId);
    if (note.isSettled) this.#break('sent again though it was answered', sessionId);
    if (note.unansweredMs !== undefined) this.#break('sent again before a look-up found it', sessionId);
    const aloneMs = note.leftAloneUntilMs - now;
    if (aloneMs > coarseMs) this.#break(`sent again ${aloneMs} ms too early after it was blocked`, sessionId);
  }

  /** A 429 keeps everything back: for what the server asked for and for half of 15 min, doubling to 24 h, at least. */
  #park(retryAfterMs: number, parkMs: number): void {
    this.#evidence.figures.limited += 1;
    this.#limitedInARow = this.#limitedBefore + 1;
    const backoffMs = Math.min(24 * hourMs, 15 * minuteMs * 2 ** (this.#limitedInARow - 1));
    const leastMs = Math.max(retryAfterMs, backoffMs / 2);
    const mostMs = Math.max(retryAfterMs, backoffMs);
    if (parkMs < leastMs || parkMs > mostMs)
      this.note(`429 number ${this.#limitedInARow} parks ${parkMs} ms`);
    this.#parkedUntilMs = Math.max(this.#parkedUntilMs, this.#writtenMs + leastMs);
  }

  #break(what: string, sessionId: SessionId): void {
    this.broken.push(`${what}: ${sessionId} (${this.#when()})`);
  }

  #when(): string {
    return `at ${(this.#evidence.machine.nowMs / hourMs).toFixed(4)} h`;
  }
}

/** How long an entry is left alone after so many answers that helped nobody: 1 h, doubling, five times. */
export function retryWaitMs(blocks: number): number {
  return blocks > 5 ? Infinity : hourMs * 2 ** (blocks - 1);
}

/** What the simulated secret storage rejects with. */
export class SecretsLocked extends Error {
  override readonly name = 'SecretsLocked';
}
