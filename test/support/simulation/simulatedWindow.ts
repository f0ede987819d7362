import type { Reservation } from '../../../src/cleanup/attempts/reservation.ts';
import type { AttemptBookPorts } from '../../../src/cleanup/attempts/bookPorts.ts';
import type { Clock } from '../../../src/cleanup/quota/clock.ts';
import { Runner, type RunnerEvent } from '../../../src/cleanup/runner/runner.ts';
import { hourMs, minuteMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import { SimulatedClient } from './simulatedClient.ts';
import { SimulatedApp } from './simulatedApp.ts';
import type { Await } from './simulatedFigures.ts';
import { SimulatedProcess } from './simulatedProcess.ts';
import { SimulatedSecrets } from './simulatedSecrets.ts';
import { SimulatedTimers } from './simulatedTimers.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

// The runner asks for the server's time again after a quarter of an hour.
const askTimeAgainMs = 15 * minuteMs;

/** One window: the product's runner with its own process, app, timers and network. */
export class SimulatedWindow {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly app: SimulatedApp;
  readonly client: SimulatedClient;
  readonly clock: Clock;
  readonly #world: SimulatedWorld;
  readonly #timers: SimulatedTimers;
  readonly #runner: Runner;
  readonly #waitingForSecrets = new Set<(ready: readonly string[]) => void>();
  /** The slot that was taken last, by the id of its integration. */
  readonly #reservations = new Map<string, Reservation>();

  constructor(world: SimulatedWorld, ports: AttemptBookPorts) {
    const { owner, isOwnerAlive, clock } = ports;
    this.#world = world;
    this.name = owner;
    this.clock = clock;
    this.process = new SimulatedProcess(world.machine, () => this.#goOn());
    this.client = new SimulatedClient(world, {
      process: this.process,
      die: (at) => this.#die(at),
      reservation: (integration) => this.#reservations.get(integration),
    });
    this.#timers = new SimulatedTimers(
      world.machine,
      () => this.#quietUntilMs(),
      () => world.chance.between(0, 16) * hourMs,
    );
    this.app = new SimulatedApp(world, {
      book: ports,
      watch: this.#watch(),
      secrets: new SimulatedSecrets(world, this.process, () => this.#die('secrets')),
      opened: () => this.wake(),
    });
    this.#runner = new Runner({
      ...{ clock, owner, isOwnerAlive },
      startTimer: (spanMs, fire) =>
        this.#timers.start(
          spanMs,
          this.process.guarded(() => this.#fire(fire)),
        ),
      records: () => this.app.records(),
      ready: () => this.#ready(),
      readMeans: (id) => this.#readMeans(id),
      network: this.client,
      tell: (event) => this.#hear(event),
    });
  }

  readonly wake = (): void => this.#runner.wake();

  /** Resolves after `ms`, later if the window freezes, or never if it ends. */
  readonly wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void this.process.plan(ms, resolve));

  /** Its timers may have to fire earlier, because something has changed or the window knows more. */
  notice(what: 'change' | 'own step'): void {
    if (what === 'change') this.#timers.stir();
    else this.#timers.rearm();
  }

  /** Closes as a window does that has a moment left: unanswered requests may still be answered. */
  close(): void {
    this.#runner.dispose();
    this.process.plan(this.#world.chance.between(0, 5) * secondMs, () => this.#world.end(this, 'closed'));
  }

  /** Keeps its runner from starting requests of the integration while `work` sends what the user waits for. */
  inForeground<T>(integration: string, work: () => Promise<T>): Promise<T> {
    return this.#runner.inForeground(integration, work);
  }

  // A runner that was stopped at a reservation continues from there before anything else in its process happens.
  #goOn(): void {
    const held = this.app.openBook?.held;
    if (held === undefined) return;
    for (const resolve of this.#waitingForSecrets) resolve([held.means.integration.id]);
    this.#runner.wake();
  }

  #watch(): ConstructorParameters<typeof SimulatedApp>[1]['watch'] {
    const { arm, fate, judge } = this.#world;
    return {
      arm,
      freezes: (point) => {
        const freezeMs = fate.freezeAt(point);
        if (freezeMs === undefined) return false;
        this.#world.count(`freeze ${point}`, () => `freezes ${point} for ${Math.round(freezeMs)} ms`);
        this.process.freeze(freezeMs);
        return true;
      },
      reserved: (reservation, by) => {
        this.#reservations.set(reservation.integration.id, reservation);
        judge.reserved(reservation, by, this.process);
      },
      recorded: (reservation, outcome) => this.#world.recorded(this, reservation, outcome),
    };
  }

  #fire(fire: () => void): void {
    if (this.#world.fate.deathAt('timer') === undefined) fire();
    else this.#die('timer');
  }

  #ready(): Promise<readonly string[]> {
    // A runner that continues from a reservation has had this answer already.
    const held = this.app.openBook?.held;
    if (held !== undefined) return Promise.resolve([held.means.integration.id]);
    return new Promise((resolve, reject) => {
      const settle = (ready: readonly string[]): void => {
        this.#waitingForSecrets.delete(settle);
        resolve(ready);
      };
      this.#waitingForSecrets.add(settle);
      this.app.integrations().then((integrations) => settle(integrations.map(({ id }) => id)), reject);
    });
  }

  async #readMeans(id: string): ReturnType<SimulatedApp['readMeans']> {
    return this.app.openBook?.held?.means ?? this.app.readMeans(id);
  }

  #hear(event: RunnerEvent): void {
    if (event.kind === 'turn') {
      this.#world.figures.turns += 1;
      const book = this.app.openBook;
      if (book !== undefined) book.quietForMs = Infinity;
      this.#writeAnswers();
      return;
    }
    if (event.kind === 'trouble') return this.#world.judge.thrown(event.error);
    if (event.kind === 'sent' && event.result.recordError !== undefined)
      this.#world.judge.thrown(event.result.recordError);
    this.app.changed();
    if (event.kind === 'rolledBack' || event.kind === 'noneKept') this.app.tellMark(event.kind);
  }

  /**
   * As the editor does at each turn: outcomes that could not be written may belong to an integration that has ended.
   */
  #writeAnswers(): void {
    try {
      this.app.openBook?.recordWhatFailed();
    } catch (error) {
      this.#world.judge.thrown(error);
    }
  }

  #die(at: Await): void {
    this.#world.count(`crash at ${at}`, () => `${this.name} dies at ${at}`);
    this.#world.end(this, 'killed');
  }

  /** The time awake before which nothing is due by time alone, according to what the window knows. */
  #quietUntilMs(): number {
    const nowMs = this.#world.machine.timeAwakeMs();
    const askAgainMs = this.client.askedTimeMs + askTimeAgainMs;
    const quietForMs = this.app.openBook?.quietForMs ?? Infinity;
    return Math.min(nowMs + quietForMs, askAgainMs > nowMs ? askAgainMs : Infinity);
  }
}
