import type { Clock } from '../../src/cleanup/clock.ts';

/** How the machine's uptime is read: to the millisecond, in whole seconds, or as macOS has it, from the wall clock. */
export type UptimeKind = 'exact' | 'whole' | 'fromWall';

interface PlannedEvent {
  at: number;
  readonly run: () => void;
  /** Events of the machine's processes wait while it sleeps; those of the world outside do not. */
  readonly isAsleepWithMachine: boolean;
}

/**
 * True time, the events planned in it, and one machine whose three clocks each lie in their own way: the wall
 * clock steps, the monotonic clock stands still in sleep, the uptime starts again at a reboot.
 */
export class SimulatedMachine {
  /** True time in ms from the start of the world. No code under test sees it. */
  nowMs = 0;
  readonly #epochAt = Date.UTC(2026, 0, 5);
  readonly #uptimeKind: UptimeKind;
  readonly #planned: PlannedEvent[] = [];
  #wallOffsetMs = 0;
  #bootedMs: number;
  #sleptMs = 0;
  #awakeMs = 0;

  constructor(uptimeKind: UptimeKind, upForMs: number) {
    this.#uptimeKind = uptimeKind;
    this.#bootedMs = -upForMs;
  }

  /** The clocks as a process sees them that starts now. */
  clockOfNewProcess(): Clock {
    const startedMs = this.#monotonicMs();
    return () => ({
      wallAt: this.#wallAt(),
      monotonicMs: this.#monotonicMs() - startedMs,
      uptimeMs: this.#uptimeMs(),
    });
  }

  /** The time of a true clock that is `offsetMs` ahead, epoch ms. */
  trueAt(offsetMs: number): number {
    return this.#epochAt + this.nowMs + offsetMs;
  }

  /** Plans something outside of the machine: the network, the server, the user who shuts the lid. */
  planOutside(inMs: number, run: () => void): void {
    this.#planned.push({ at: this.nowMs + inMs, run, isAsleepWithMachine: false });
  }

  /** Plans something that a process of the machine does: it waits while the machine sleeps. */
  planInside(inMs: number, run: () => void): void {
    this.#planned.push({ at: this.nowMs + inMs, run, isAsleepWithMachine: true });
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
    this.#bootedMs = this.nowMs + offMs;
    this.#sleptMs = 0;
    this.#standStill(offMs);
  }

  /** Lets true time pass; every promise that an event settles is followed to its end before the next event. */
  async run(untilMs: number): Promise<void> {
    for (let event = this.#takeNext(untilMs); event !== undefined; event = this.#takeNext(untilMs)) {
      this.nowMs = Math.max(this.nowMs, event.at);
      event.run();
      await new Promise(setImmediate);
    }
    this.nowMs = untilMs;
  }

  #standStill(forMs: number): void {
    this.#awakeMs = this.nowMs + forMs;
    for (const event of this.#planned) if (event.isAsleepWithMachine) event.at += forMs;
  }

  #takeNext(untilMs: number): PlannedEvent | undefined {
    let first = -1;
    let firstAt = untilMs;
    for (const [index, { at }] of this.#planned.entries()) {
      if (first >= 0 ? at >= firstAt : at > untilMs) continue;
      first = index;
      firstAt = at;
    }
    return first < 0 ? undefined : this.#planned.splice(first, 1)[0];
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
