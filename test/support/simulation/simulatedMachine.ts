import type { Clock } from '../../../src/cleanup/quota/clock.ts';
import { PlannedEvents, type PlannedEvent } from './plannedEvents.ts';

/** How the machine's uptime is read: to the millisecond, in whole seconds, or from the wall clock as on macOS. */
export type UptimeKind = 'exact' | 'whole' | 'fromWall';

/**
 * True time, the events planned in it, and one machine with three clocks that are each wrong in a different way: the
 * wall clock steps, the monotonic clock stands still in sleep, the uptime starts again at a reboot. Some systems give
 * each boot a name.
 */
export class SimulatedMachine {
  /** True time in ms from the start of the world; the code under test does not see it. */
  nowMs = 0;
  readonly #epochAt = Date.UTC(2026, 0, 5);
  readonly #uptimeKind: UptimeKind;
  readonly #namesBoots: boolean;
  readonly #outside = new PlannedEvents();
  /** By time awake, so that sleep delays all of them. */
  readonly #inside = new PlannedEvents();
  #stoodStillMs = 0;
  #wallOffsetMs = 0;
  #bootedMs: number;
  #boots = 1;
  #host = 1;
  #sleptMs = 0;
  #awakeMs = 0;

  constructor(uptimeKind: UptimeKind, upForMs: number, boots: 'named' | 'unnamed' = 'named') {
    this.#uptimeKind = uptimeKind;
    this.#namesBoots = boots === 'named';
    this.#bootedMs = -upForMs;
  }

  /** The number of boots, on all machines. */
  get boots(): number {
    return this.#boots;
  }

  /** The clocks of a process that starts now. */
  clockOfNewProcess(): Clock {
    const startedMs = this.#monotonicMs();
    return () => ({
      wallAt: this.#wallAt(),
      monotonicMs: this.#monotonicMs() - startedMs,
      uptimeMs: this.#uptimeMs(),
      boot: `${this.#namesBoots ? `boot ${this.#boots}` : ''}@host ${this.#host}`,
    });
  }

  /** The time of a true clock that is `offsetMs` ahead, epoch ms. */
  trueAt(offsetMs: number): number {
    return this.#epochAt + this.nowMs + offsetMs;
  }

  /** Plans something outside of the machine: the network, the server, the user who closes the lid. */
  planOutside(inMs: number, run: () => void): PlannedEvent {
    return this.#outside.plan(this.nowMs + inMs, run);
  }

  /** Plans something that a process of the machine does: it waits while the machine sleeps or is off. */
  planInside(inMs: number, run: () => void): PlannedEvent {
    return this.#inside.plan(this.timeAwakeMs() + inMs, run);
  }

  /** How long the machine was neither asleep nor off: the time axis of the events planned inside. */
  timeAwakeMs(): number {
    return Math.max(this.nowMs, this.#awakeMs) - this.#stoodStillMs;
  }

  stepWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Whether it is neither asleep nor off; only then can it fall asleep or be restarted. */
  isAwake(): boolean {
    return this.nowMs >= this.#awakeMs;
  }

  sleep(forMs: number): void {
    this.#sleptMs += forMs;
    this.#standStill(forMs);
  }

  /** Turns the machine off for `offMs` and starts it again. The caller has to end its processes. */
  reboot(offMs: number): void {
    this.#start(offMs, 0);
  }

  /**
   * Continues with the files on another machine after `offMs`, which has then been up for `upForMs`; some have the same
   * name.
   */
  move(offMs: number, upForMs: number, name: 'another name' | 'same name'): void {
    if (name === 'another name') this.#host += 1;
    this.#start(offMs, upForMs);
  }

  /**
   * Lets true time pass; every promise that an event settles is followed to its end before `after` is called and the
   * next event comes.
   */
  async run(untilMs: number, after: () => void = () => undefined): Promise<void> {
    // From within a microtask, `nextTick` runs after all microtasks, however many each of them adds; and sooner than a
    // turn of the event loop.
    await Promise.resolve();
    for (let event = this.#takeNext(untilMs); event !== undefined; event = this.#takeNext(untilMs)) {
      event.run();
      await new Promise<void>((resolve) => process.nextTick(resolve));
      after();
    }
    this.nowMs = untilMs;
  }

  #start(offMs: number, upForMs: number): void {
    this.#bootedMs = this.nowMs + offMs - upForMs;
    this.#boots += 1;
    this.#sleptMs = 0;
    this.#standStill(offMs);
  }

  #standStill(forMs: number): void {
    this.#awakeMs = this.nowMs + forMs;
    this.#stoodStillMs += forMs;
  }

  #takeNext(untilMs: number): PlannedEvent | undefined {
    const insideMs = Math.max(this.#inside.nextAt() + this.#stoodStillMs, this.#awakeMs);
    const outsideMs = this.#outside.nextAt();
    const atMs = Math.min(insideMs, outsideMs);
    if (atMs > untilMs) return undefined;
    this.nowMs = Math.max(this.nowMs, atMs);
    return outsideMs <= insideMs ? this.#outside.take() : this.#inside.take();
  }

  #wallAt(): number {
    return Math.round(this.#epochAt + this.nowMs + this.#wallOffsetMs);
  }

  #monotonicMs(): number {
    return this.nowMs - this.#bootedMs - this.#sleptMs;
  }

  #uptimeMs(): number {
    const upMs = this.nowMs - this.#bootedMs;
    if (this.#uptimeKind === 'exact') return upMs;
    if (this.#uptimeKind === 'whole') return Math.floor(upMs / 1000) * 1000;
    const wallAt = this.#epochAt + this.nowMs + this.#wallOffsetMs;
    return (Math.floor(wallAt / 1000) - Math.floor((wallAt - upMs) / 1000)) * 1000;
  }
}
