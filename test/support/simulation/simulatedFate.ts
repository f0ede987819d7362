import { hourMs, minuteMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import type { SeededChance } from '../random/seededChance.ts';
import type { Arm } from './simulatedArm.ts';
import type { Await, FreezePoint } from './simulatedFigures.ts';

/** When a window dies while it waits for an answer. */
export type Death = 'before' | 'meanwhile' | 'after';

// A runner waits for its timer and the secrets far more often than for the network, and for look-ups more often than for
// deletions.
const deaths: Readonly<Record<Await, number>> = {
  timer: 0.006,
  secrets: 0.001,
  send: 0.06,
  lookUp: 0.02,
  askTime: 0.15,
};

const freezes: Readonly<Record<FreezePoint, number>> = {
  beforeReservation: 0.05,
  beforeCheck: 0.1,
  beforeLeaving: 0.05,
  onTheWay: 0.07,
  beforeRecord: 0.06,
  duringLookUp: 0.04,
};

/** Decides which window dies or freezes, and at which point. */
export class SimulatedFate {
  /** Nothing happens any more. */
  isCalm = false;
  readonly #chance: SeededChance;
  readonly #arm: Arm;

  constructor(chance: SeededChance, arm: Arm) {
    this.#chance = chance;
    this.#arm = arm;
  }

  /** When a window dies during this wait; undefined if it does not. */
  deathAt(name: Await): Death | undefined {
    if (this.isCalm || !this.#chance.happens(deaths[name])) return undefined;
    return this.#chance.pick(['before', 'meanwhile', 'after']);
  }

  /** For how many ms a window freezes here; undefined if it does not. */
  freezeAt(point: FreezePoint): number | undefined {
    if (this.isCalm || !this.#chance.happens(freezes[point])) return undefined;
    return this.#chance.happens(0.3) ? this.#chance.between(0, 4) * secondMs : this.#longFreezeMs(point);
  }

  #longFreezeMs(point: FreezePoint): number {
    const { freezeMs, freezeBeforeCheckMs } = this.#arm;
    if (point === 'beforeCheck' && freezeBeforeCheckMs !== undefined)
      return this.#chance.between(0, freezeBeforeCheckMs);
    // Nothing is checked between this point and the request, so no freeze may last a day, after which the window is
    // considered dead.
    const mostMs =
      point === 'beforeLeaving' ? 10 * minuteMs : this.#chance.pick([100 * secondMs, 3 * hourMs]);
    return this.#chance.between(0, freezeMs ?? mostMs);
  }
}
