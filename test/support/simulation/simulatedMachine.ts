import type { Clock } from '../../../src/cleanup/quota/clock.ts';
import { PlannedEvents, type PlannedEvent } from './plannedEvents.ts';

/** How the machine's uptime is read: to the millisecond, in whole seconds, or as macOS has it, from the wall clock. */
export type UptimeKind = 'exact' | 'whole' | 'fromWall';

/**
 * True time, the events planned in it, and one machine whose three clocks each lie in their own way: the wall
 * clock steps, the monotonic clock stands still in sleep, the uptime starts again at a reboot. Some systems give each
 * boot a name.
 */
export class SimulatedMachine {
  /** True time in ms from the start of the world. No code under test sees it. */
  nowMs = 0;
  readonly #epochAt = Date.UTC(2026, 0, 5);
  readonly #uptimeKind: UptimeKind;
  readonly #namesBoots: boolean;
  readonly #outside = new PlannedEvents();
  /** By time awake, so that sleep puts all of them off at once. */
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

  /** How often it was started, on whatever machine. */
  get boots(): number {
    return this.#boots;
  }

  /** The clocks as a process sees them that starts now. */
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

  /** Plans something outside of the machine: the network, the server, the user who shuts the lid. */
  planOutside(inMs: number, run: () => void): PlannedEvent {
    return this.#outside.plan(this.nowMs + inMs, run);
  }

  /** Plans something that a process of the machine does: it waits while the machine sleeps or is off. */
  planInside(inMs: number, run: () => void): PlannedEvent {
    return this.#inside.plan(this.timeAwakeMs() + inMs, run);
  }

  /** How long the machine was neither asleep nor off: the axis on which what is planned inside waits. */
  timeAwakeMs(): number {
    return Math.max(this.nowMs, this.#awakeMs) - this.#stoodStillMs;
  }

  stepWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Whether it is neither asleep nor off; only then can it fall asleep or be started anew. */
  isAwake(): boolean {
    return this.nowMs >= this.#awakeMs;
  }

  sleep(forMs: number): void {
    this.#sleptMs += forMs;
    this.#standStill(forMs);
  }

  /** The machine is off for `offMs` and starts anew. Its processes are the caller's to end. */
  reboot(offMs: number): void {
    this.#start(offMs, 0);
  }

  /**
   * Another machine goes on with the files after `offMs`, which has been up for `upForMs` then; some have the same
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
    // From within a microtask on, what is left for the next tick comes after all microtasks, however many each of them
    // brings; and sooner than a turn of the event loop would.
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
