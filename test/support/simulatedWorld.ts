import type { Reservation } from '../../src/cleanup/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/cleanupList.ts';
import type { Clock } from '../../src/cleanup/clock.ts';
import { CleanupDatabase, DatabaseUnusable } from '../../src/cleanup/database.ts';
import type { DeletionResult } from '../../src/cleanup/deletion.ts';
import { veriffLimits, type Limit } from '../../src/cleanup/quota.ts';
import { Shelves } from '../../src/cleanup/shelves.ts';
import { parseSessionId, type SessionId } from '../../src/veriff/sessionId.ts';
import { hourMs, integration, minuteMs, secondMs } from './cleanupWorkshop.ts';
import { SeededChance } from './seededChance.ts';
import { SimulatedMachine } from './simulatedMachine.ts';
import { SimulatedServer } from './simulatedServer.ts';
import { SimulatedUser } from './simulatedUser.ts';
import { SimulatedWindow } from './simulatedWindow.ts';

/** What is different from the real thing: nothing in the main arm, one thing in each control arm. */
export interface Arm {
  /** The uptime that the book is told; `wall` is the lie that `Date.now()` would be. */
  readonly uptime?: 'wall';
  /** Whether the book asks right before sending if its reservation is still good. */
  readonly check?: 'none';
  /** What a slot's window is counted from; the real book counts from the answer. */
  readonly countedFrom?: 'reservation';
  /** Windows that take each other for dead though they live, as in two containers that share a folder. */
  readonly owners?: 'seenDead';
  readonly limits?: readonly Limit[];
  readonly mishaps?: 'none';
  readonly freezeMs?: number;
  readonly freezeBeforeCheckMs?: number;
}

/** What a world came to: what the server counted, and every promise that was broken. */
export interface Verdict {
  /** Sentences; none in a world where all went well. */
  readonly broken: readonly string[];
  /** Limits that the server saw broken, by its own clock. */
  readonly overLimit: readonly string[];
  readonly requests: number;
  readonly deletedEntries: number;
}

/** A request on its way, in true time. */
interface Flight {
  readonly leftMs: number;
  endedMs: number;
}

/** Up to ten windows on one machine with one database, a server, a user, and what happens to all of them. */
export class SimulatedWorld {
  readonly arm: Arm;
  readonly chance: SeededChance;
  readonly machine: SimulatedMachine;
  readonly server: SimulatedServer;
  readonly database = CleanupDatabase.open(':memory:');
  readonly list = new CleanupList(this.database);
  readonly shelves = new Shelves(this.database);
  readonly user: SimulatedUser;
  readonly #windows = new Set<SimulatedWindow>();
  readonly #living = new Set<string>();
  readonly #names = new Map<SimulatedWindow, string>();
  readonly #broken: string[] = [];
  readonly #flights: Flight[] = [];
  /** Reservations by attempt, and those whose request has left. */
  readonly #reserved = new Map<number, Reservation>();
  #leaving = 0;
  #windowsOpened = 0;

  constructor(seed: number, arm: Arm) {
    this.arm = arm;
    this.chance = new SeededChance(seed);
    const kind = this.chance.pick(['exact', 'whole', 'fromWall'] as const);
    this.machine = new SimulatedMachine(kind, this.chance.between(0.01, 60) * hourMs);
    this.server = new SimulatedServer(this.machine, this.chance);
    this.user = new SimulatedUser(this);
  }

  /** Lets `forMs` pass, ends every window, and judges. */
  async run(forMs: number): Promise<Verdict> {
    const opened = this.chance.whole(1, 10);
    for (let index = 0; index < opened; index += 1) this.#open();
    this.user.planActs(forMs);
    this.#planMachine(forMs);
    await this.machine.run(forMs);
    for (const window of [...this.#windows]) this.end(window);
    await this.#tidy();
    const verdict = {
      broken: [...this.#broken, ...this.#judgeList(), ...this.#judgeFlights()],
      overLimit: this.#judgeLimits(),
      requests: this.server.log.length,
      deletedEntries: this.shelves.counts().get('done') ?? 0,
    };
    this.database.close();
    return verdict;
  }

  end(window: SimulatedWindow): void {
    if (!window.isAlive) return;
    window.isAlive = false;
    this.#windows.delete(window);
    this.#living.delete(this.#names.get(window) ?? '');
    this.machine.planInside(this.chance.between(0.1, 60) * minuteMs, () => this.#open());
  }

  noteReservation(reservation: Reservation): void {
    this.#reserved.set(reservation.attemptId, reservation);
    if (!this.user.agreed.has(reservation.sessionId)) this.#broken.push('A slot was taken without consent.');
  }

  noteLeaving(sessionId: SessionId): Flight {
    this.#leaving += 1;
    // An agreement is for one request: without an answer, nothing is sent again before a look-up.
    if (!this.user.agreed.delete(sessionId)) this.#broken.push('A request left without consent.');
    const flight = { leftMs: this.machine.nowMs, endedMs: this.machine.nowMs };
    this.#flights.push(flight);
    return flight;
  }

  noteResult(entryId: number, result: DeletionResult): void {
    if (result.kind !== 'sent') return;
    const entry = this.list.byId(entryId);
    if (entry === undefined) return;
    const { outcome, recordError } = result;
    if (recordError !== undefined) this.noteThrown(recordError);
    if (outcome.kind === 'deleted' && !this.server.deleted.has(entry.sessionId))
      this.#broken.push('A deletion was reported that did not happen.');
    // These say nothing about the session, so what was agreed to still waits to be done.
    if (['limited', 'unauthorised', 'notSent'].includes(outcome.kind)) this.user.agreed.add(entry.sessionId);
  }

  /** A look-up found the session, so what was agreed to still waits to be done. */
  noteFound(sessionId: SessionId): void {
    this.user.agreed.add(sessionId);
  }

  /** The disk may refuse; nothing else may be thrown. */
  noteThrown(error: unknown): void {
    if (error instanceof DatabaseUnusable && error.problem === 'notWritable') return;
    this.#broken.push(`Thrown: ${String(error)}`);
  }

  #open(): void {
    if (this.#windows.size >= 10) return;
    this.#windowsOpened += 1;
    const name = `window ${this.#windowsOpened}`;
    const clock = this.#clockFor(this.machine.clockOfNewProcess());
    const isOwnerAlive = (owner: string): boolean =>
      owner === name || (this.arm.owners !== 'seenDead' && this.#living.has(owner));
    const limits = this.arm.limits ?? veriffLimits;
    const ports = { clock, owner: name, isOwnerAlive, chance: this.chance.next, limits };
    const window = new SimulatedWindow(this, ports);
    this.#windows.add(window);
    this.#living.add(name);
    this.#names.set(window, name);
    window.wait(this.chance.between(0, 5 * secondMs));
  }

  #clockFor(clock: Clock): Clock {
    if (this.arm.uptime !== 'wall') return clock;
    return () => ({ ...clock(), uptimeMs: clock().wallAt });
  }

  #planMachine(forMs: number): void {
    const { chance, machine } = this;
    const plan = (most: number, run: () => void): void => {
      const times = chance.whole(0, most);
      for (let index = 0; index < times; index += 1) machine.planOutside(chance.next() * forMs, run);
    };
    const anyStepMs = (): number =>
      chance.happens(0.5) ? chance.between(-14, 14) * hourMs : chance.between(-5, 5) * secondMs;
    plan(6, () => machine.stepWall(anyStepMs()));
    plan(4, () => {
      const forMs = chance.happens(0.5) ? chance.between(0, 300) * secondMs : chance.between(0, 10) * hourMs;
      if (machine.isAwake()) machine.sleep(forMs);
    });
    plan(3, () => {
      if (!machine.isAwake()) return;
      for (const window of [...this.#windows]) this.end(window);
      machine.reboot(chance.happens(0.5) ? chance.between(5, 90) * secondMs : chance.between(0, 12) * hourMs);
      if (chance.happens(0.5)) machine.stepWall(anyStepMs());
    });
    plan(2, () => {
      this.database.run('PRAGMA query_only = ON');
      machine.planOutside(chance.between(1, 600) * secondMs, () => this.#acceptWrites());
    });
  }

  #acceptWrites(): void {
    this.database.run('PRAGMA query_only = OFF');
  }

  /** One last window settles what the dead ones left behind. */
  async #tidy(): Promise<void> {
    this.#acceptWrites();
    const clock = this.#clockFor(this.machine.clockOfNewProcess());
    const ports = { clock, owner: 'the last', isOwnerAlive: () => false, chance: this.chance.next };
    const { book } = new SimulatedWindow(this, ports);
    book.recover(integration);
    // The windows that would have been opened again stay closed.
    for (let index = 0; index < 10; index += 1) this.#windows.add(new SimulatedWindow(this, ports));
    await this.machine.run(this.machine.nowMs + 2 * hourMs);
    book.recover(integration);
    if (book.quota(integration).inFlight) this.#broken.push('A dead window’s request blocks for ever.');
  }

  #judgeList(): string[] {
    const rows = this.database.all('SELECT session_id, state FROM entries ORDER BY session_id');
    const onList = rows.map((row) => String(row['session_id']));
    const broken: string[] = [];
    if (onList.join() !== [...this.user.onList].sort().join())
      broken.push('The list lost or doubled an entry.');
    for (const row of rows) {
      const id = parseSessionId(String(row['session_id']));
      const isGone = id !== undefined && this.server.deleted.has(id);
      const { state } = row;
      if (state === 'sending') broken.push('An entry is stuck in sending.');
      if ((state === 'deleted' || state === 'gone') && !isGone)
        broken.push(`An entry is called ${state}, and its session is still there.`);
    }
    return broken;
  }

  #judgeFlights(): string[] {
    const broken: string[] = [];
    if (this.#leaving > this.#reserved.size) broken.push('More requests left than slots were reserved.');
    const flights = this.#flights.toSorted((a, b) => a.leftMs - b.leftMs);
    flights.forEach((flight, index) => {
      const before = flights[index - 1];
      if (before !== undefined && before.endedMs > flight.leftMs)
        broken.push('Two requests were out at once.');
    });
    return broken;
  }

  #judgeLimits(): string[] {
    const counted = this.server.log.map((request) => request.countedAt).sort((a, b) => a - b);
    return veriffLimits.flatMap(({ count, windowMs }) =>
      counted
        .filter((at, index) => (counted[index + count] ?? Infinity) - at < windowMs)
        .map((at) => `More than ${count} in ${windowMs} ms from ${at}.`),
    );
  }
}
