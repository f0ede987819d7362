import type { Reservation } from '../../../src/cleanup/attempts/reservation.ts';
import { DatabaseUnusable } from '../../../src/cleanup/database/databaseUnusable.ts';
import type { Integration } from '../../../src/cleanup/integrations/integration.ts';
import { veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../../src/veriff/outcome.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { hourMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import { KeyWatches } from './keyWatches.ts';
import { excessOver } from './limitExcess.ts';
import { Frozen } from './simulatedBook.ts';
import { WindowClosed } from './simulatedApp.ts';
import type { Figures } from './simulatedFigures.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';
import type { SimulatedProcess } from './simulatedProcess.ts';
import { SecretsUnreachable } from './simulatedSecrets.ts';
import type { SimulatedServer } from './simulatedServer.ts';
import { wordsKey, type UserNotes } from './userNotes.ts';

// The difference of two uptimes in whole seconds, made from two clocks, can be up to two seconds too large; the quota
// has its margin for that.
const coarseMs = 2000;

// Secrets are read at most ten seconds before they are used, and never kept.
const longestReadMs = 15 * secondMs;

/** A request that has left, in true time. */
export interface Flight {
  readonly apiKey: string;
  readonly leftMs: number;
  endedMs: number;
}

/** What the judge uses; the list, the book and the runner are not part of it. */
interface Evidence {
  readonly machine: SimulatedMachine;
  readonly server: SimulatedServer;
  readonly notes: UserNotes;
  readonly figures: Figures;
  /** Whether a problem of the database is expected at the moment. */
  readonly excuses: (error: DatabaseUnusable) => boolean;
}

/**
 * Sees every request and every answer, and reports each broken promise. It decides by the dialogs, by what was taken
 * back, and by what the server received, without any rule of the code that it judges.
 */
export class SimulatedJudge {
  /** One sentence for each broken promise. */
  readonly broken: string[] = [];
  readonly keys = new KeyWatches();
  readonly #evidence: Evidence;
  readonly #left = new Set<Reservation>();
  readonly #takenMs = new WeakMap<Reservation, number>();
  readonly #out = new Map<string, { readonly reservation: Reservation; readonly isAlive: () => boolean }>();
  /** When (true ms) the server wrote the last answer that arrived. */
  #writtenMs = -Infinity;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /**
   * A slot was taken, by the runner or for a user who waits for it. From here on its window does not wait for anything.
   */
  reserved(reservation: Reservation, by: 'runner' | 'person', process: SimulatedProcess): void {
    const { notes, machine } = this.#evidence;
    const { integration, sessionId, entryId } = reservation;
    this.#out.set(integration.apiKey, { reservation, isAlive: () => process.isAlive });
    this.#takenMs.set(reservation, process.activeMs());
    this.keys.of(integration.apiKey).reserved();
    if (notes.list.isPaused) this.#break('a slot was taken after the pause', sessionId);
    if (by === 'runner' && notes.list.stopped.has(integration.id))
      this.#break('a slot was taken after an answer had stopped the integration', sessionId);
    if (notes.list.held.has(entryId)) this.#break('sent though it is on hold', sessionId);
    if (notes.agreement(integration, sessionId) === undefined)
      this.#break('sent without a dialog that named it and was not taken back', sessionId);
    this.#mayUse(integration);
    this.#areCurrent(integration);
    this.#isInTurn(integration, sessionId);
    notes.requests(integration, sessionId).reservedMs = machine.nowMs;
  }

  /** A request leaves for the last slot that its window took. */
  leaves(
    integration: Integration,
    sessionId: SessionId,
    reservation: Reservation | undefined,
    process: SimulatedProcess,
  ): Flight {
    const { machine, notes, figures } = this.#evidence;
    const note = notes.requests(integration, sessionId);
    figures.events += 1;
    figures.requests += 1;
    if (note.leftAloneUntilMs > 0) figures.retries += 1;
    const isOwn = reservation?.sessionId === sessionId && reservation.integration === integration;
    if (!isOwn || this.#left.has(reservation))
      this.#break('a request left without a reservation of its own', sessionId);
    else this.#left.add(reservation);
    // It could not know of anything that was taken back while the window was frozen.
    const takenMs = reservation && this.#takenMs.get(reservation);
    if (takenMs !== undefined && process.activeMs() > takenMs)
      this.#break('a request did not leave at once after its slot was taken', sessionId);
    const watch = this.keys.of(integration.apiKey);
    if (watch.outUntilMs > machine.nowMs) this.#break('two requests were out at once', sessionId);
    const parkedMs = watch.parkedUntilMs - machine.nowMs;
    if (parkedMs > coarseMs) this.#break(`a request left ${parkedMs} ms before a 429 let it`, sessionId);
    Object.assign(note, { unansweredMs: machine.nowMs, leftAloneUntilMs: 0 });
    return watch.leaves(integration.apiKey, machine.nowMs);
  }

  /** Something was done to an entry whose row named this session. */
  pointedAt({ id, sessionId }: { readonly id: number; readonly sessionId: SessionId }): void {
    const known = this.#evidence.notes.list.entries.get(id);
    if (known !== undefined && known !== sessionId)
      this.#break(`what was pointed at is not what was changed, which is ${known}`, sessionId);
  }

  /** A look-up leaves. */
  asks(integration: Integration): void {
    this.#mayUse(integration);
  }

  /**
   * An answer has arrived, which the server wrote at `writtenMs` at the earliest. All waits that follow from it begin
   * then.
   */
  answered(flight: Flight, writtenMs: number): void {
    flight.endedMs = this.#evidence.machine.nowMs;
    this.#writtenMs = writtenMs;
  }

  /** An outcome was recorded, and (after a 429) the ms for which it keeps everything back. */
  recorded(reservation: Reservation, outcome: DeletionOutcome, parkMs: number | undefined): void {
    const { notes, server, figures } = this.#evidence;
    const { integration, sessionId } = reservation;
    const note = notes.requests(integration, sessionId);
    const watch = this.keys.of(integration.apiKey);
    if (this.#out.get(integration.apiKey)?.reservation === reservation) this.#out.delete(integration.apiKey);
    if (outcome.kind === 'notSent') watch.notSent();
    if (outcome.kind === 'limited') {
      figures.limited += 1;
      const problem = watch.limited(outcome.retryAfterMs ?? 0, parkMs, this.#writtenMs);
      if (problem !== undefined) this.note(problem);
    }
    if (outcome.kind === 'unauthorised' || outcome.kind === 'forbidden')
      notes.list.stopped.add(integration.id);
    if (outcome.kind !== 'unknown') note.reservedMs = undefined;
    if (!this.#left.has(reservation)) return;
    if (outcome.kind !== 'unknown') note.unansweredMs = undefined;
    // The answer has used up the agreement; nothing more may be sent before the user agrees again.
    if (outcome.kind === 'deleted' || outcome.kind === 'notFound' || outcome.kind === 'failed')
      notes.end(integration, sessionId);
    if (outcome.kind === 'blocked') {
      note.blocks += 1;
      note.leftAloneUntilMs = this.#writtenMs + retryWaitMs(note.blocks);
    }
    if (outcome.kind === 'deleted' && server.has(integration, sessionId))
      this.#break('a deletion was reported that did not happen', sessionId);
  }

  /**
   * A look-up's answer reaches its window; it was requested at `askedMs`, and evaluated by the server at `evaluatedMs`.
   */
  lookedUp(
    integration: Integration,
    sessionId: SessionId,
    outcome: LookUpOutcome,
    { askedMs, evaluatedMs }: { readonly askedMs: number; readonly evaluatedMs: number },
  ): void {
    const { notes } = this.#evidence;
    // Another look-up was faster, and the next request has already left.
    const out = this.#out.get(integration.apiKey);
    if (out?.reservation.sessionId === sessionId && out.isAlive()) return;
    const note = notes.requests(integration, sessionId);
    const { reservedMs, unansweredMs = reservedMs } = note;
    if (outcome.kind === 'notFound') {
      [note.reservedMs, note.unansweredMs] = [undefined, undefined];
      notes.lookedUp(sessionId, evaluatedMs);
      notes.expectNothing((_, agreement) => agreement === notes.agreement(integration, sessionId));
      if (unansweredMs !== undefined) notes.end(integration, sessionId, askedMs);
      return;
    }
    if (outcome.kind !== 'found') return;
    // An entry moves with its integration to another host or key, and is looked up there.
    notes.lookedUp(sessionId, evaluatedMs);
    // A session that was gone before the request left is still gone after it; one that existed before proves nothing.
    if (unansweredMs === undefined || unansweredMs > evaluatedMs) return;
    if (notes.agreement(integration, sessionId) === undefined) return;
    // It may be sent again at once; if that happens repeatedly, it waits as if Veriff had blocked it.
    if (note.blocks > 0) note.leftAloneUntilMs = unansweredMs + retryWaitMs(note.blocks);
    note.blocks += 1;
  }

  /** Something was thrown or reported as trouble: only the disk and the secret storage may fail. */
  thrown(error: unknown): void {
    if (error instanceof Frozen || error instanceof SecretsUnreachable || error instanceof WindowClosed)
      return;
    if (error instanceof DatabaseUnusable && this.#evidence.excuses(error)) return;
    this.broken.push(
      `Thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)} (${this.#when()})`,
    );
  }

  /** Limits that the server saw broken, in true time, by our requests with one API key. */
  overLimit(): readonly string[] {
    const ours = this.#evidence.server.log.filter(({ sender }) => sender === 'us');
    return [...Map.groupBy(ours, ({ apiKey }) => apiKey).values()].flatMap((log) =>
      excessOver(
        log.map(({ countedMs }) => countedMs),
        veriffLimits,
      ).map(({ limit, fromMs }) => `more than ${limit.count} in ${limit.windowMs} ms from ${hours(fromMs)}`),
    );
  }

  /** For promises that other code finds broken. */
  note(sentence: string): void {
    this.broken.push(`${sentence} (${this.#when()})`);
  }

  /** Credentials may leave until the user removes or changes them, and only to the host that was entered with them. */
  #mayUse(integration: Integration): void {
    const { stored, keysLeft } = this.#evidence.notes;
    const words = wordsKey(integration);
    if (!stored.has(words) && !keysLeft.has(words))
      this.note('credentials were used that were removed or changed');
  }

  #areCurrent(integration: Integration): void {
    const { notes, machine } = this.#evidence;
    const stored = notes.stored.get(wordsKey(integration));
    for (const secret of integration.sharedSecretKeys) {
      const known = stored?.secrets.get(secret);
      if (known === undefined || machine.nowMs - (known.replacedMs ?? Infinity) > longestReadMs)
        this.note('a shared secret key was used that was replaced');
    }
  }

  #isInTurn(integration: Integration, sessionId: SessionId): void {
    const note = this.#evidence.notes.requests(integration, sessionId);
    if (note.unansweredMs !== undefined) this.#break('sent again before a look-up found it', sessionId);
    const aloneMs = note.leftAloneUntilMs - this.#evidence.machine.nowMs;
    if (aloneMs > coarseMs) this.#break(`sent again ${aloneMs} ms too early after it was blocked`, sessionId);
  }

  #break(what: string, sessionId: SessionId): void {
    this.broken.push(`${what}: ${sessionId} (${this.#when()})`);
  }

  #when(): string {
    return `at ${hours(this.#evidence.machine.nowMs)}`;
  }
}

function hours(ms: number): string {
  return `${(ms / hourMs).toFixed(4)} h`;
}

/** How long an entry waits after this many blocked answers (ms): 1 h, doubling, five times. */
export function retryWaitMs(blocks: number): number {
  return blocks > 5 ? Infinity : hourMs * 2 ** (blocks - 1);
}
