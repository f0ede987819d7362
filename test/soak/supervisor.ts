import { setTimeout as wait } from 'node:timers/promises';
import type { SeededChance } from '../support/random/seededChance.ts';
import { freezePoints, type FreezePoint, type WindowMessage, type WindowOrder } from './soakMessages.ts';
import { SupervisedWindow } from './supervisedWindow.ts';

/** What happens to the windows of a run. */
export interface Mishaps {
  /** SIGKILLs, and pairs of SIGSTOP and SIGCONT, at random moments of the run. */
  readonly kills: number;
  readonly stops: number;
  readonly longestStopMs: number;
  /**
   * `spread`: most windows freeze once, at the point that was used least; a point: each window freezes there
   * repeatedly.
   */
  readonly freeze: 'nowhere' | 'spread' | { readonly point: FreezePoint; readonly chance: number };
  readonly leastFreezeMs: number;
  /**
   * `each`: a frozen window continues by itself; `everyMs`: all continue at once in this interval, as when a lid is
   * opened.
   */
  readonly thaw: 'each' | { readonly everyMs: number };
}

/** How often the supervisor did what, counting only what took effect. */
export interface Toll {
  kills: number;
  stops: number;
  starts: number;
  readonly freezes: Map<FreezePoint, number>;
}

// A window lives only a few seconds, and a soak in which windows achieve nothing proves nothing.
const shareOfFreezers = 0.7;
const spareFrozen = 0.9;

/** Starts windows, replaces each that ends, and kills, stops and freezes them. */
export class Supervisor {
  readonly toll: Toll = { kills: 0, stops: 0, starts: 0, freezes: new Map() };
  readonly #bundle: string;
  readonly #order: Omit<WindowOrder, 'seed' | 'firstNumber' | 'freeze'>;
  readonly #mishaps: Mishaps;
  readonly #chance: SeededChance;
  readonly #hear: (message: WindowMessage) => void;
  readonly #windows = new Set<SupervisedWindow>();
  readonly #planned = new Map<FreezePoint, number>();
  #isEnding = false;

  constructor(
    bundle: string,
    order: Omit<WindowOrder, 'seed' | 'firstNumber' | 'freeze'>,
    mishaps: Mishaps,
    chance: SeededChance,
    hear: (message: WindowMessage) => void,
  ) {
    this.#bundle = bundle;
    this.#order = order;
    this.#mishaps = mishaps;
    this.#chance = chance;
    this.#hear = hear;
  }

  /** Runs this many windows for `forMs`, and kills all of them at the end. */
  async run(windowCount: number, forMs: number): Promise<void> {
    for (let index = 0; index < windowCount; index += 1) this.#start();
    const { kills, stops, thaw } = this.#mishaps;
    for (let index = 0; index < kills; index += 1)
      this.#at(this.#chance.between(500, forMs - 500), this.#kill);
    for (let index = 0; index < stops; index += 1)
      this.#at(this.#chance.between(300, forMs - 2000), this.#stop);
    if (thaw !== 'each')
      for (let at = thaw.everyMs; at < forMs; at += thaw.everyMs) this.#at(at, this.#thawAll);
    await wait(forMs);
    this.#isEnding = true;
    const windows = [...this.#windows];
    for (const window of windows) window.signal('SIGKILL');
    await Promise.all(windows.map((window) => window.ended));
  }

  #start(): void {
    this.toll.starts += 1;
    const freeze = this.#planFreeze();
    const order: WindowOrder = {
      ...this.#order,
      seed: this.#chance.whole(0, 2 ** 31),
      // The lower numbers belong to the sessions that were confirmed before the windows started.
      firstNumber: 0x10000 + this.toll.starts * 0x1000,
      ...(freeze !== undefined && { freeze }),
    };
    const window = new SupervisedWindow(this.#bundle, order, (message) => this.#listen(window, message));
    this.#windows.add(window);
    void window.ended.then(() => {
      this.#windows.delete(window);
      if (!this.#isEnding) this.#start();
    });
  }

  #planFreeze(): WindowOrder['freeze'] {
    const { freeze, leastFreezeMs: leastMs } = this.#mishaps;
    if (freeze !== 'spread' && freeze !== 'nowhere') return { ...freeze, leastMs };
    if (freeze === 'nowhere' || !this.#chance.happens(shareOfFreezers)) return undefined;
    const met = (point: FreezePoint): number =>
      1000 * (this.toll.freezes.get(point) ?? 0) + this.#plans(point);
    const [point = 'beforeReserve'] = freezePoints.toSorted((a, b) => met(a) - met(b));
    this.#planned.set(point, this.#plans(point) + 1);
    return { point, chance: 0.7, leastMs };
  }

  #plans(point: FreezePoint): number {
    return this.#planned.get(point) ?? 0;
  }

  #listen(window: SupervisedWindow, message: WindowMessage): void {
    const { thaw, leastFreezeMs } = this.#mishaps;
    if (message.kind === 'frozen' && thaw === 'each')
      this.#at(leastFreezeMs + this.#chance.between(0, 700), () => window.signal('SIGCONT'));
    if (message.kind === 'thawed')
      this.toll.freezes.set(message.point, (this.toll.freezes.get(message.point) ?? 0) + 1);
    this.#hear(message);
  }

  readonly #thawAll = (): boolean => {
    for (const window of this.#windows) if (window.frozenAtMs !== undefined) window.signal('SIGCONT');
    return true;
  };

  readonly #kill = (): boolean => {
    const frozen = [...this.#windows].filter((window) => window.frozenAtMs !== undefined);
    const others = [...this.#windows].filter((window) => window.frozenAtMs === undefined && window.isRunning);
    const victims = frozen.length > 0 && !this.#chance.happens(spareFrozen) ? frozen : others;
    if (victims.length === 0 || !this.#chance.pick(victims).signal('SIGKILL')) return false;
    this.toll.kills += 1;
    return true;
  };

  readonly #stop = (): boolean => {
    const victims = [...this.#windows].filter(
      (window) => window.frozenAtMs === undefined && !window.isStopped && window.isRunning,
    );
    if (victims.length === 0) return false;
    const window = this.#chance.pick(victims);
    if (!window.signal('SIGSTOP')) return false;
    window.isStopped = true;
    const kind = this.#chance.next();
    const forMs = kind < 0.7 ? 100 : kind < 0.95 ? 400 : this.#mishaps.longestStopMs;
    this.#at(this.#chance.between(1, forMs), () => {
      window.isStopped = false;
      // It may have been killed meanwhile; that counts as a kill, and not as a pair.
      if (window.signal('SIGCONT')) this.toll.stops += 1;
      else this.#at(0, this.#stop);
      return true;
    });
    return true;
  };

  /** Calls `act` in `inMs`, and repeatedly a moment later while it finds no window; never after the end. */
  #at(inMs: number, act: () => boolean): void {
    setTimeout(() => {
      if (!this.#isEnding && !act()) this.#at(20, act);
    }, inMs).unref();
  }
}
