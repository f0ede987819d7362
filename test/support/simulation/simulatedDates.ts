import { dayMs, hourMs, minuteMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import type { SeededChance } from '../random/seededChance.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';

/** How the `Date` headers of a world are wrong, if they are. */
const kinds = ['right', 'right', 'right', 'dayOff', 'twoNodes'] as const;

const nodesApartMs = 70 * minuteMs;

/**
 * The `Date` headers of all hosts: whole seconds of each host's own clock, some of them left out. In some worlds one in
 * fifty is a day off, in others each host answers from two nodes whose clocks are 70 minutes apart.
 */
export class DateHeaders {
  /** How many were wrong. */
  lies = 0;
  readonly #machine: SimulatedMachine;
  readonly #chance: SeededChance;
  readonly #kind: (typeof kinds)[number];
  readonly #share: number;
  readonly #offsets = new Map<string, number>();

  constructor(machine: SimulatedMachine, chance: SeededChance) {
    this.#machine = machine;
    this.#chance = chance;
    this.#kind = chance.pick(kinds);
    this.#share = chance.pick([0, 0.8, 0.8, 0.8, 0.8, 0.8, 1, 1, 1, 1]);
  }

  /**
   * Whether the wall clock has to be right: three dates of a node that is ahead, after three of one that is not, and a
   * wall clock that is even further ahead are two sources that agree, which cannot be told from the truth.
   */
  get needsRightWalls(): boolean {
    return this.#kind === 'twoNodes';
  }

  /** The `Date` of an answer that is written within the next `withinMs`, if it has one. */
  facts(host: string, withinMs: number, isCalm: boolean): { serverAt?: number } {
    if (!this.#chance.happens(this.#share)) return {};
    const writtenAt = this.#machine.trueAt(this.#offsetOf(host)) + this.#chance.next() * withinMs;
    const offMs = isCalm ? 0 : this.#offMs();
    if (offMs !== 0) this.lies += 1;
    return { serverAt: Math.floor((writtenAt + offMs) / secondMs) * secondMs };
  }

  #offMs(): number {
    if (this.#kind === 'dayOff') return this.#chance.happens(0.02) ? this.#chance.pick([-dayMs, dayMs]) : 0;
    return this.#kind === 'twoNodes' && this.#chance.happens(0.5) ? nodesApartMs : 0;
  }

  #offsetOf(host: string): number {
    const known = this.#offsets.get(host);
    if (known !== undefined) return known;
    const offset = this.#chance.between(-hourMs, hourMs);
    this.#offsets.set(host, offset);
    return offset;
  }
}
