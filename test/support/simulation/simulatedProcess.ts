import type { PlannedEvent } from './plannedEvents.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

/** A process of the simulated machine, which can freeze for a while and end at any moment. */
export class SimulatedProcess {
  isAlive = true;
  readonly #machine: SimulatedMachine;
  readonly #goOn: () => void;
  readonly #deferred: (() => void)[] = [];
  #isFrozen = false;
  #frozenSinceMs = 0;
  #stoodStillMs = 0;

  /** `goOn` is called when it thaws, before anything else in it happens. */
  constructor(machine: SimulatedMachine, goOn: () => void) {
    this.#machine = machine;
    this.#goOn = goOn;
  }

  /** Whether its user can do anything in it. */
  get isResponsive(): boolean {
    return this.isAlive && !this.#isFrozen;
  }

  /** Lets `run` happen in `ms`, later if the process is frozen then, and never after its end. */
  plan(ms: number, run: () => void): PlannedEvent {
    return this.#machine.planInside(ms, this.guarded(run));
  }

  /** `run`, but delayed while the process is frozen, and left out after its end. */
  guarded(run: () => void): () => void {
    return () => {
      if (!this.isAlive) return;
      if (this.#isFrozen) this.#deferred.push(run);
      else run();
    };
  }

  /** For how long it was neither frozen nor on a sleeping machine: the time in which it can detect anything. */
  activeMs(): number {
    const awakeMs = this.#isFrozen ? this.#frozenSinceMs : this.#machine.timeAwakeMs();
    return awakeMs - this.#stoodStillMs;
  }

  freeze(forMs: number): void {
    if (!this.#isFrozen) this.#frozenSinceMs = this.#machine.timeAwakeMs();
    this.#isFrozen = true;
    this.#machine.planInside(forMs, () => this.thaw());
  }

  /** Everything that was due meanwhile happens now, in its order. */
  thaw(): void {
    if (!this.#isFrozen || !this.isAlive) return;
    this.#stoodStillMs += this.#machine.timeAwakeMs() - this.#frozenSinceMs;
    this.#isFrozen = false;
    this.#goOn();
    for (const run of this.#deferred.splice(0)) this.plan(0, run);
  }
}
