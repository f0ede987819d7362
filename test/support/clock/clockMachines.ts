import type { Clock } from '../../../src/cleanup/quota/clock.ts';
import type { SeededChance } from '../random/seededChance.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const epochAt = Date.UTC(2026, 0, 5);

/**
 * How a machine reports its uptime: to the millisecond, in whole seconds, or from two whole-second clocks as on macOS.
 */
type UptimeKind = 'exact' | 'whole' | 'fromWall';

interface Machine {
  readonly name: string;
  readonly namesItsBoots: boolean;
  readonly uptimeKind: UptimeKind;
  wallOffsetMs: number;
  bootedMs: number;
  boots: number;
}

/** True time, and the machines on which one database is used in turn. */
export class ClockMachines {
  /** True time in ms since the world began; the code under test does not see it. */
  nowMs = 0;
  /** How often the database has seen a new boot. */
  changes = 0;
  readonly #machines: readonly Machine[];
  #current: Machine;

  constructor(chance: SeededChance, count: number) {
    this.#machines = Array.from({ length: count }, (_, index) => madeUpMachine(chance, index));
    this.#current = chance.pick(this.#machines);
  }

  /** The clocks of the machine on which the database is used now. */
  readonly clock: Clock = () => {
    const { name, namesItsBoots, boots } = this.#current;
    return {
      wallAt: Math.round(this.#wallAt()),
      monotonicMs: this.nowMs,
      uptimeMs: this.#uptimeMs(),
      boot: `${namesItsBoots ? boots : ''}@${name}`,
    };
  };

  /** The true time, epoch ms. */
  trueAt(): number {
    return epochAt + this.nowMs;
  }

  stepWall(byMs: number): void {
    this.#current.wallOffsetMs += byMs;
  }

  /** Turns the machine off for `offMs` and starts it again; its wall clock is wrong by `wallByMs` more. */
  reboot(offMs: number, wallByMs: number): void {
    this.nowMs += offMs;
    this.#current.bootedMs = this.nowMs;
    this.#current.boots += 1;
    this.#current.wallOffsetMs += wallByMs;
    this.changes += 1;
  }

  /** After `offMs`, continues with the database on another machine, which has been running for a while. */
  move(offMs: number, chance: SeededChance): void {
    this.nowMs += offMs;
    this.#current = chance.pick(this.#machines.filter((machine) => machine !== this.#current));
    this.changes += 1;
  }

  #wallAt(): number {
    return this.trueAt() + this.#current.wallOffsetMs;
  }

  #uptimeMs(): number {
    const upMs = this.nowMs - this.#current.bootedMs;
    if (this.#current.uptimeKind === 'exact') return upMs;
    if (this.#current.uptimeKind === 'whole') return Math.floor(upMs / 1000) * 1000;
    const wallAt = this.#wallAt();
    return (Math.floor(wallAt / 1000) - Math.floor((wallAt - upMs) / 1000)) * 1000;
  }
}

function madeUpMachine(chance: SeededChance, index: number): Machine {
  return {
    name: `machine-${index}`,
    namesItsBoots: chance.happens(0.5),
    uptimeKind: chance.pick(['exact', 'whole', 'fromWall'] as const),
    // Two machines that both synchronize their time still differ by a little.
    wallOffsetMs: chance.between(-1000, 1000),
    bootedMs: -chance.between(0, chance.happens(0.5) ? 60 * hourMs : 60 * dayMs),
    boots: 1,
  };
}
