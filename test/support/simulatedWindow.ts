import type { AttemptBookPorts, Reservation } from '../../src/cleanup/attempts/attemptBook.ts';
import { deleteEntry } from '../../src/cleanup/attempts/deletion.ts';
import { Runner, tickMs, type RunnerEvent, type Sender } from '../../src/cleanup/runner/runner.ts';
import { hourMs, integration, minuteMs, secondMs } from './cleanupWorkshop.ts';
import { SimulatedBook, SimulatedShelves, SimulatedSwitches } from './simulatedBook.ts';
import { SimulatedClient } from './simulatedClient.ts';
import type { Await } from './simulatedFigures.ts';
import { SecretsLocked } from './simulatedJudge.ts';
import { SimulatedProcess } from './simulatedProcess.ts';
import { SimulatedTimers } from './simulatedTimers.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

// The runner asks for the server's time again after a quarter of an hour.
const askTimeAgainMs = 15 * minuteMs;

/** One window: the real runner with a process, a book, timers and a network of its own. */
export class SimulatedWindow {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly #world: SimulatedWorld;
  readonly #clock: AttemptBookPorts['clock'];
  readonly #book: SimulatedBook;
  readonly #client: SimulatedClient;
  readonly #timers: SimulatedTimers;
  readonly #runner: Runner;
  #reservation: Reservation | undefined;

  constructor(world: SimulatedWorld, ports: AttemptBookPorts) {
    const { owner, isOwnerAlive, clock } = ports;
    this.#world = world;
    this.name = owner;
    this.#clock = clock;
    // Whoever stopped at a reservation goes on from there before anything else of its process happens.
    this.process = new SimulatedProcess(world.machine, () => {
      if (this.#book.isHeld) this.#runner.wake();
    });
    this.#book = this.#openBook(ports);
    this.#client = new SimulatedClient(world, {
      process: this.process,
      die: (at) => this.#die(at),
      reservation: () => this.#reservation,
    });
    this.#timers = new SimulatedTimers(
      world.machine,
      () => this.#quietUntilMs(),
      () => world.chance.between(0, 16) * hourMs,
    );
    const records = {
      list: world.list,
      book: this.#book,
      shelves: new SimulatedShelves(world.database, this.#book),
      switches: new SimulatedSwitches(world.database, this.#book),
    };
    this.#runner = new Runner({
      ...{ clock, owner, isOwnerAlive },
      startTimer: (spanMs, fire) =>
        this.#timers.start(
          spanMs,
          this.process.guarded(() => this.#fire(fire)),
        ),
      records: () => records,
      senders: () => this.#senders(),
      tell: (event) => this.#hear(event),
    });
  }

  /** Looks whether something is to be done. */
  readonly wake = (): void => this.#runner.wake();

  /** What its timers wait for may come earlier: something has changed, or what the window knows. */
  notice(what: 'change' | 'own step'): void {
    if (what === 'change') this.#timers.stir();
    else this.#timers.rearm();
  }

  /** Closes as a window does that has a moment to spare: what is out may still be answered. */
  close(): void {
    this.#runner.dispose();
    this.process.plan(this.#world.chance.between(0, 5) * secondMs, () => this.#world.end(this));
  }

  /** Deletes these entries in the foreground, one after the other, as for a user who waits. */
  deleteNow(entryIds: readonly number[]): void {
    void this.#runner.inForeground(integration, async () => {
      try {
        for (const entryId of entryIds) if (!(await this.#deleteOne(entryId))) return;
      } catch (error) {
        this.#world.judge.thrown(error);
      }
    });
  }

  /** Notes deletions that were made elsewhere. */
  noteElsewhere(times: number, agoMs: number): void {
    this.#book.recordElsewhere(integration, times, agoMs);
    this.wake();
  }

  /** Whether the next one may follow. */
  async #deleteOne(entryId: number): Promise<boolean> {
    // The real one asks again each second; a window that is frozen for hours would be asked about as often. While it
    // waits, its own runner does nothing, so it looks no later than that would.
    for (let waitMs = secondMs; ; waitMs = Math.min(2 * waitMs, tickMs)) {
      const going = new AbortController().signal;
      const result = await deleteEntry(this.#book, entryId, this.#client.send, this.#clock, going);
      if (result.kind === 'sent' && result.recordError !== undefined)
        this.#world.judge.thrown(result.recordError);
      if (result.kind !== 'busy' || result.quota.freeInMs > 0) return result.kind === 'sent';
      await new Promise<void>((resolve) => this.process.plan(waitMs, resolve));
    }
  }

  #openBook(ports: AttemptBookPorts): SimulatedBook {
    const { database, arm, fate, judge } = this.#world;
    return new SimulatedBook(database, ports, {
      arm,
      freezes: (point) => {
        const freezeMs = fate.freezeAt(point);
        if (freezeMs === undefined) return false;
        this.#world.count(`freeze ${point}`, () => `freezes ${point} for ${Math.round(freezeMs)} ms`);
        this.process.freeze(freezeMs);
        return true;
      },
      reserved: (reservation, by) => {
        this.#reservation = reservation;
        judge.reserved(reservation, by, () => this.process.isAlive);
      },
      recorded: (reservation, outcome) => this.#world.recorded(reservation, outcome),
    });
  }

  #fire(fire: () => void): void {
    if (this.#world.fate.deathAt('timer') === undefined) fire();
    else this.#die('timer');
  }

  #senders(): Promise<readonly Sender[]> {
    const { fate } = this.#world;
    // Who goes on from a reservation has the answer to this already.
    if (this.#book.isHeld) return Promise.resolve([this.#client]);
    if (fate.locksSecrets()) return Promise.reject(new SecretsLocked());
    if (fate.deathAt('senders') === undefined) return Promise.resolve([this.#client]);
    this.#die('senders');
    return new Promise(() => undefined);
  }

  #hear(event: RunnerEvent): void {
    if (event.kind === 'turn') {
      this.#world.figures.turns += 1;
      this.#book.quietForMs = Infinity;
    }
    if (event.kind === 'trouble') this.#world.judge.thrown(event.error);
    if (event.kind === 'sent' && event.result.recordError !== undefined)
      this.#world.judge.thrown(event.result.recordError);
  }

  #die(at: Await): void {
    this.#world.count(`crash at ${at}`, () => `${this.name} dies at ${at}`);
    this.#world.end(this);
  }

  /** The time awake before which time alone brings nothing to do, by what the window itself was told. */
  #quietUntilMs(): number {
    const nowMs = this.#world.machine.timeAwakeMs();
    const askAgainMs = this.#client.askedTimeMs + askTimeAgainMs;
    return Math.min(nowMs + this.#book.quietForMs, askAgainMs > nowMs ? askAgainMs : Infinity);
  }
}
