import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import type { Clock } from '../../../src/cleanup/quota/clock.ts';
import { PassedTime } from '../../../src/cleanup/quota/passedTime.ts';
import { readPast } from '../../../src/cleanup/quota/pastAttempts.ts';
import { quotaState, veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import { ClockMachines } from './clockMachines.ts';
import { plannedMishaps, ServerDates, type ClockMix, type Mishap } from './clockMishaps.ts';
import { isOverLimit, mostPossible, type Span } from './clockJudge.ts';
import { SeededChance } from '../random/seededChance.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const worldMs = 4 * dayMs;
const keyHash = 'made-up key';

/** A safeguard that is bypassed by giving the clock wrong input; the limits must break then. */
export type ClockArm = 'wall alone' | 'Dates alone' | 'uptime across boots';

/** The results of the worlds of one mix. */
export interface ClockFigures {
  /** Worlds in which more was sent than the limits allow, in true time. */
  readonly broken: number;
  readonly sent: number;
  /** The number that a sender could have sent that knows the true time, on the same machines. */
  readonly possible: number;
  /** The first seed that broke. */
  readonly brokenSeed?: number;
}

/** Runs `count` worlds of a mix, with the seeds from `firstSeed` on. */
export function runClockWorlds(
  mix: ClockMix,
  firstSeed: number,
  count: number,
  arm?: ClockArm,
): ClockFigures {
  const database = CleanupDatabase.open(':memory:');
  try {
    let figures: ClockFigures = { broken: 0, sent: 0, possible: 0 };
    for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
      const chance = new SeededChance(seed);
      const world = new ClockWorld(database, chance, mix, arm);
      world.run(plannedMishaps(chance, mix, worldMs), worldMs);
      const isBroken = isOverLimit(world.sentMs);
      figures = {
        ...figures,
        broken: figures.broken + (isBroken ? 1 : 0),
        sent: figures.sent + world.sentMs.length,
        possible: figures.possible + mostPossible(worldMs, world.awaySpans).length,
        ...(isBroken && figures.brokenSeed === undefined && { brokenSeed: seed }),
      };
    }
    return figures;
  } finally {
    database.close();
  }
}

/** How long a list of 300 takes on a machine that is off from 18:00 to 08:00, in days from its first morning. */
export interface NightlyDrain {
  readonly days: number;
  /** How long it takes if the true time is known. */
  readonly leastDays: number;
}

/** Drains a list of 300 on such a machine, whose clocks are right; a mix without Dates shows how much they help. */
export function drainWithNightsOff(mix: Pick<ClockMix, 'hasNoDates'>, seed: number): NightlyDrain {
  const database = CleanupDatabase.open(':memory:');
  try {
    const days = 120;
    // The world begins at 08:00.
    const nights = Array.from({ length: days }, (_, day): Mishap & { readonly kind: 'reboot' } => ({
      atMs: day * dayMs + 10 * hourMs,
      kind: 'reboot',
      offMs: 14 * hourMs,
      wallByMs: 0,
    }));
    const world = new ClockWorld(database, new SeededChance(seed), { ...mix, longestWaitMs: 10 * minuteMs });
    world.run(nights, days * dayMs, 300);
    const away = nights.map(({ atMs, offMs }) => ({ fromMs: atMs, toMs: atMs + offMs }));
    const least = mostPossible(days * dayMs, away);
    const daysOf = (sentMs: readonly number[]): number => (sentMs[299] ?? NaN) / dayMs;
    return { days: daysOf(world.sentMs), leastDays: daysOf(least) };
  } finally {
    database.close();
  }
}

/**
 * One list that is never empty, on machines whose clocks are wrong: the product's clock and quota over a database in
 * memory.
 */
class ClockWorld {
  /** True times at which deletions were sent, in ms since the world began. */
  readonly sentMs: number[] = [];
  /** When nothing could be sent, because the machine was off or asleep, or the database was moved. */
  readonly awaySpans: Span[] = [];
  readonly #database: CleanupDatabase;
  readonly #chance: SeededChance;
  readonly #mix: ClockMix;
  readonly #arm: ClockArm | undefined;
  readonly #machines: ClockMachines;
  readonly #hosts: readonly { readonly name: string; readonly dates: ServerDates }[];
  readonly #time: PassedTime;
  readonly #longestWaitMs: number;
  /** The number of boots at the last check; after a new boot, up to three Dates are requested. */
  #askedAfter = -1;

  constructor(database: CleanupDatabase, chance: SeededChance, mix: ClockMix, arm?: ClockArm) {
    for (const table of ['clock', 'server_dates', 'deletion_attempts']) database.run(`DELETE FROM ${table}`);
    this.#database = database;
    this.#chance = chance;
    this.#mix = mix;
    this.#arm = arm;
    this.#machines = new ClockMachines(chance, mix.hasOtherMachines ? 3 : 1);
    this.#hosts = ['one.example', 'other.example'].map((name) => ({
      name,
      dates: new ServerDates(chance, mix.dateErrors, worldMs),
    }));
    this.#time = new PassedTime(database, this.#clock);
    this.#longestWaitMs = mix.longestWaitMs ?? chance.pick([30 * minuteMs, 2 * hourMs, 6 * hourMs]);
  }

  /** Sends for `spanMs`, or until `most` are sent, whenever the quota allows. */
  run(mishaps: readonly Mishap[], spanMs: number, most = Infinity): void {
    const machines = this.#machines;
    let next = 0;
    while (machines.nowMs < spanMs && this.sentMs.length < most) {
      const waitMs = this.#look();
      const wakeMs = machines.nowMs + waitMs;
      // Mishaps that were due during a request or an earlier mishap happen after it.
      for (let due = mishaps[next]; due !== undefined && due.atMs <= wakeMs; due = mishaps[next]) {
        next += 1;
        machines.nowMs = Math.max(machines.nowMs, due.atMs);
        this.#suffer(due);
      }
      machines.nowMs = Math.max(machines.nowMs, wakeMs);
    }
  }

  /** Checks once whether something may be sent, as a window does; returns the ms until the next check. */
  #look(): number {
    const state = this.#database.transaction(() => {
      const nowMs = this.#time.advance();
      return quotaState(readPast(this.#database, keyHash, veriffLimits), veriffLimits, nowMs);
    });
    const { name, dates } = this.#chance.happens(0.8) ? this.#host(0) : this.#host(1);
    if (state.freeInMs === 0) {
      this.#send(name, dates);
      return 0;
    }
    const most = this.#askedAfter === this.#machines.changes ? 1 : 3;
    this.#askedAfter = this.#machines.changes;
    for (let asked = 0; asked < most && !this.#mix.hasNoDates && this.#time.wantsDate(name); asked += 1)
      this.#hear(name, this.#answerOf(dates));
    // Not shorter than a timer can be: an uptime in whole seconds may stand still for longer than the rest of the wait.
    return Math.max(100, Math.min(state.freeInMs, this.#chance.between(minuteMs, this.#longestWaitMs)));
  }

  #send(host: string, dates: ServerDates): void {
    const attempt = this.#database.transaction(() =>
      this.#database.run(
        `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms)
         VALUES ('', ?, '', '', 0, ?)`,
        keyHash,
        this.#time.advance(),
      ),
    );
    this.sentMs.push(this.#machines.nowMs);
    const dateAt = this.#answerOf(dates);
    this.#database.transaction(() => {
      const nowMs = this.#time.advance();
      this.#database.run('UPDATE deletion_attempts SET settled_ms = ? WHERE id = ?', nowMs, attempt.rowId);
      if (!this.#mix.hasNoDates) this.#time.hear(host, dateAt);
    });
  }

  #hear(host: string, dateAt: number): void {
    this.#database.transaction(() => this.#time.hear(host, dateAt));
  }

  /** Lets a request be answered; returns the `Date` of the answer. */
  #answerOf(dates: ServerDates): number {
    const machines = this.#machines;
    machines.nowMs += this.#chance.between(20, 1500);
    const dateAt = dates.at(machines.trueAt(), machines.nowMs);
    machines.nowMs += this.#chance.between(20, 1500);
    return this.#arm === 'wall alone' ? Math.floor(this.#clock().wallAt / 1000) * 1000 : dateAt;
  }

  #suffer(mishap: Mishap): void {
    const machines = this.#machines;
    if (mishap.kind === 'wall') return machines.stepWall(mishap.byMs);
    // A machine that shuts down properly may read the time once more.
    if (this.#chance.happens(0.5)) this.#database.transaction(() => this.#time.advance());
    const fromMs = machines.nowMs;
    if (mishap.kind === 'sleep') machines.nowMs += mishap.forMs;
    if (mishap.kind === 'reboot') machines.reboot(mishap.offMs, mishap.wallByMs);
    if (mishap.kind === 'move') machines.move(mishap.offMs, this.#chance);
    this.awaySpans.push({ fromMs, toMs: machines.nowMs });
  }

  #host(index: 0 | 1): { readonly name: string; readonly dates: ServerDates } {
    const host = this.#hosts[index];
    if (host === undefined) throw new Error('There are two hosts.');
    return host;
  }

  /** The clock of the code under test. */
  readonly #clock: Clock = () => {
    const moment = this.#machines.clock();
    if (this.#arm === 'uptime across boots') return { ...moment, boot: 'the same' };
    // A wall clock that is further ahead after each boot never limits anything.
    if (this.#arm === 'Dates alone')
      return { ...moment, wallAt: moment.wallAt + this.#machines.changes * 1000 * dayMs };
    return moment;
  };
}
