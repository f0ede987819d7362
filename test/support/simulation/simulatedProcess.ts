import type { PlannedEvent } from './plannedEvents.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

/** A process of the simulated machine, which can stand still for a while and end at any moment. */
export class SimulatedProcess {
  isAlive = true;
  readonly #machine: SimulatedMachine;
  readonly #goOn: () => void;
  readonly #deferred: (() => void)[] = [];
  #isFrozen = false;
  #frozenSinceMs = 0;
  #stoodStillMs = 0;

  /** `goOn` is called when it thaws, before anything else of it happens. */
  constructor(machine: SimulatedMachine, goOn: () => void) {
    this.#machine = machine;
    this.#goOn = goOn;
  }

  /** Whether its user gets anything done in it. */
  get isResponsive(): boolean {
    return this.isAlive && !this.#isFrozen;
  }

  /** Lets `run` happen in `ms`, later if it stands still then, and never after its end. */
  plan(ms: number, run: () => void): PlannedEvent {
    return this.#machine.planInside(ms, this.guarded(run));
  }

  /** `run`, but put off if it stands still, and left out after its end. */
  guarded(run: () => void): () => void {
    return () => {
      if (!this.isAlive) return;
      if (this.#isFrozen) this.#deferred.push(run);
      else run();
    };
  }

  /** For how long it was neither frozen nor on a machine that slept: the time in which it can notice anything. */
  activeMs(): number {
    const awakeMs = this.#isFrozen ? this.#frozenSinceMs : this.#machine.timeAwakeMs();
    return awakeMs - this.#stoodStillMs;
  }

  freeze(forMs: number): void {
    if (!this.#isFrozen) this.#frozenSinceMs = this.#machine.timeAwakeMs();
    this.#isFrozen = true;
    this.#machine.planInside(forMs, () => this.thaw());
  }

  /** Everything that should have happened meanwhile happens now, in its order. */
  thaw(): void {
    if (!this.#isFrozen || !this.isAlive) return;
    this.#stoodStillMs += this.#machine.timeAwakeMs() - this.#frozenSinceMs;
    this.#isFrozen = false;
    this.#goOn();
    for (const run of this.#deferred.splice(0)) this.plan(0, run);
  }
}
