import {
  AttemptBook,
  type AttemptBookPorts,
  type Reservation,
  type ReservationResult,
} from '../../src/cleanup/attemptBook.ts';
import type { CleanupDatabase } from '../../src/cleanup/database.ts';
import { deleteEntry, type DeletionResult, type SendDeletion } from '../../src/cleanup/deletion.ts';
import type { DeletionOutcome } from '../../src/veriff/outcome.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { hourMs, integration, minuteMs, secondMs } from './cleanupWorkshop.ts';
import { giveUpMs } from './simulatedServer.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** The places in a deletion at which a window may freeze or crash. */
type Point = 'beforeReserve' | 'beforeCheck' | 'beforeSend' | 'onTheWay' | 'beforeRecord';
const points: readonly Point[] = ['beforeReserve', 'beforeCheck', 'beforeSend', 'onTheWay', 'beforeRecord'];

interface Mishap {
  readonly point: Point;
  readonly kind: 'freeze' | 'crash';
  readonly freezeMs: number;
}

/**
 * The real book, but for two things: a reservation can be taken a while before `deleteEntry` asks for it, which
 * is what a process that freezes in between does; and the broken books of the control arms.
 */
export class SimulatedBook extends AttemptBook {
  readonly #world: SimulatedWorld;
  readonly #database: CleanupDatabase;
  #held: ReservationResult | undefined;

  constructor(world: SimulatedWorld, ports: AttemptBookPorts) {
    super(world.database, ports);
    this.#world = world;
    this.#database = world.database;
  }

  hold(entryId: number): ReservationResult {
    this.#held = this.#reserveNow(entryId);
    return this.#held;
  }

  override reserve(entryId: number): ReservationResult {
    const held = this.#held;
    this.#held = undefined;
    return held ?? this.#reserveNow(entryId);
  }

  override mayLeave(reservation: Reservation): boolean {
    return this.#world.arm.check === 'none' || super.mayLeave(reservation);
  }

  override record(reservation: Reservation, outcome: DeletionOutcome, durationMs: number): void {
    super.record(reservation, outcome, durationMs);
    if (this.#world.arm.countedFrom !== 'reservation') return;
    this.#database.run(
      'UPDATE attempts SET settled_uptime_ms = reserved_uptime_ms, server_at = NULL WHERE id = ?',
      reservation.attemptId,
    );
  }

  #reserveNow(entryId: number): ReservationResult {
    const result = super.reserve(entryId);
    if (result.kind === 'reserved') this.#world.noteReservation(result.reservation);
    return result;
  }
}

/** One window: it deletes confirmed entries as fast as it may, and freezes and crashes where it hurts. */
export class SimulatedWindow {
  isAlive = true;
  readonly book: SimulatedBook;
  readonly #world: SimulatedWorld;
  readonly #clock: AttemptBookPorts['clock'];
  readonly #signal = new AbortController().signal;
  #mishap: Mishap | undefined;

  constructor(world: SimulatedWorld, ports: AttemptBookPorts) {
    this.#world = world;
    this.#clock = ports.clock;
    this.book = new SimulatedBook(world, ports);
  }

  /** Plans its next try. */
  wait(ms: number): void {
    this.#plan(ms, () => this.#tryOne());
  }

  #tryOne(): void {
    const { chance } = this.#world;
    this.#lookUpUnknown();
    const [entry] = this.#world.shelves.page('queue', {}, 'changed', 0, 1 + chance.whole(0, 3)).slice(-1);
    if (entry === undefined) return this.wait(chance.between(1, 30) * minuteMs);
    this.#mishap = this.#world.arm.mishaps === 'none' ? undefined : this.#drawMishap();
    this.#meet('beforeReserve', () => this.#reserve(entry.id));
  }

  #reserve(entryId: number): void {
    if (this.#mishap?.point !== 'beforeCheck') return void this.#delete(entryId);
    try {
      const held = this.book.hold(entryId);
      if (held.kind === 'reserved') return this.#meet('beforeCheck', () => void this.#delete(entryId));
      // Nothing was reserved, so nothing can be frozen: `deleteEntry` is handed the refusal.
      void this.#delete(entryId);
    } catch {
      this.wait(30 * secondMs);
    }
  }

  async #delete(entryId: number): Promise<void> {
    try {
      const result = await deleteEntry(this.book, entryId, this.#send, this.#clock, this.#signal);
      this.#world.noteResult(entryId, result);
      this.wait(this.#pauseAfter(result));
    } catch (error) {
      this.#world.noteThrown(error);
      this.wait(30 * secondMs);
    }
  }

  #pauseAfter(result: DeletionResult): number {
    const { chance } = this.#world;
    if (result.kind === 'noSlot') {
      // Mostly to the moment, sometimes earlier, since what is known of the time may have grown meanwhile.
      const freeInMs = result.quota.freeInMs + chance.between(0, 200);
      return chance.happens(0.8) ? freeInMs : Math.min(freeInMs, chance.between(0.1, 2) * hourMs);
    }
    if (result.kind === 'busy') return chance.between(0.2, 20) * secondMs;
    return result.kind === 'notConfirmed' ? secondMs : chance.between(1, 300);
  }

  readonly #send: SendDeletion = (sessionId) =>
    new Promise((resolve) => {
      this.#meet('beforeSend', () => this.#leave(sessionId, resolve));
    });

  #leave(sessionId: SessionId, resolve: (outcome: DeletionOutcome) => void): void {
    const { machine, server } = this.#world;
    const flight = this.#world.noteLeaving(sessionId);
    const reaction = server.receive(sessionId);
    // Where the window dies, the request is out until the server is through with it.
    flight.endedMs = machine.nowMs + reaction.doneAfterMs;
    const timedOut = { kind: 'unknown', reason: 'timeout' } as const;
    const outcome = reaction.afterMs <= giveUpMs ? (reaction.outcome ?? timedOut) : timedOut;
    const finish = (): void => {
      flight.endedMs = machine.nowMs;
      this.#meet('beforeRecord', () => resolve(outcome));
    };
    const answerMs = Math.min(reaction.afterMs, giveUpMs);
    if (this.#mishap?.point !== 'onTheWay') return this.#plan(answerMs, finish);
    const { kind, freezeMs } = this.#mishap;
    if (kind === 'crash')
      return this.#plan(answerMs * this.#world.chance.next(), () => this.#world.end(this));
    this.#plan(Math.max(answerMs, freezeMs), finish);
  }

  #lookUpUnknown(): void {
    const { chance, list, server } = this.#world;
    if (!chance.happens(0.3)) return;
    const [entry] = [
      ...this.#world.shelves.page('later', {}, 'changed', 0, 1),
      ...this.#world.shelves.page('needsYou', {}, 'changed', 0, 1),
    ];
    if (entry?.state !== 'unknown') return;
    try {
      const finding = server.has(entry.sessionId) ? 'found' : 'gone';
      const state = list.noteLookUp(entry.id, { kind: finding }, this.#clock().wallAt);
      if (state === 'confirmed') this.#world.noteFound(entry.sessionId);
      this.book.noteServerTime(integration, server.dateHeader());
    } catch (error) {
      this.#world.noteThrown(error);
    }
  }

  #drawMishap(): Mishap | undefined {
    const { arm, chance } = this.#world;
    if (chance.happens(0.6)) return undefined;
    const point = chance.pick(points);
    const longestMs = (point === 'beforeCheck' ? arm.freezeBeforeCheckMs : arm.freezeMs) ?? 100 * secondMs;
    const freezeMs = chance.happens(0.3) ? chance.between(0, 4) * secondMs : chance.between(0, longestMs);
    return { point, kind: chance.happens(0.75) ? 'freeze' : 'crash', freezeMs };
  }

  /** Goes on at once, later, or never again, as this deletion's mishap has it. */
  #meet(point: Point, goOn: () => void): void {
    if (this.#mishap?.point !== point) return goOn();
    if (this.#mishap.kind === 'crash') return this.#world.end(this);
    this.#plan(this.#mishap.freezeMs, goOn);
  }

  #plan(ms: number, run: () => void): void {
    this.#world.machine.planInside(ms, () => {
      if (this.isAlive) run();
    });
  }
}
