import type { SeededChance } from '../random/seededChance.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * How the `Date`s of a server are wrong: 2 % of them by a day; two servers that are 70 minutes apart; or all of them by
 * a day for a while.
 */
export type DateError = 'outliers' | 'servers' | 'bursts';

/** What goes wrong in the worlds of one kind. */
export interface ClockMix {
  readonly wallsAreWrong?: true;
  /** Each world has one of these. */
  readonly dateErrors?: readonly DateError[];
  readonly hasOtherMachines?: true;
  /** No `Date` of a server is used. */
  readonly hasNoDates?: true;
  /** The longest time between two checks of a window for a free slot; by default each world has its own. */
  readonly longestWaitMs?: number;
}

/** The mixes in which no limit may ever break. In all of them, machines restart and sleep. */
export const clockMixes: Readonly<Record<string, ClockMix>> = {
  'wall clocks are wrong': { wallsAreWrong: true },
  'Dates are wrong': { dateErrors: ['outliers', 'servers', 'bursts'] },
  'wall clocks and Dates are wrong': { wallsAreWrong: true, dateErrors: ['outliers'] },
  'other machines': { hasOtherMachines: true },
  'everything at once': { wallsAreWrong: true, dateErrors: ['outliers'], hasOtherMachines: true },
};

/** Something that happens to a machine at a moment of true time. */
export type Mishap = { readonly atMs: number } & (
  | { readonly kind: 'wall'; readonly byMs: number }
  | { readonly kind: 'sleep'; readonly forMs: number }
  | { readonly kind: 'reboot'; readonly offMs: number; readonly wallByMs: number }
  | { readonly kind: 'move'; readonly offMs: number }
);

/** The mishaps of one world, in order. */
export function plannedMishaps(chance: SeededChance, mix: ClockMix, spanMs: number): readonly Mishap[] {
  const at = (): number => chance.between(0, spanMs);
  const some = (most: number, make: () => Mishap): Mishap[] =>
    Array.from({ length: chance.whole(0, most) }, make);
  const offMs = (): number =>
    chance.happens(0.5) ? chance.between(5000, 90_000) : chance.between(0, 12 * hourMs);
  const wallMs = (): number =>
    chance.happens(0.5) ? chance.between(-14 * hourMs, 14 * hourMs) : chance.between(-5000, 5000);
  const mishaps: Mishap[] = [
    ...some(9, () => {
      const wallByMs = mix.wallsAreWrong && chance.happens(0.5) ? wallMs() : 0;
      return { atMs: at(), kind: 'reboot', offMs: offMs(), wallByMs };
    }),
    ...some(5, () => ({ atMs: at(), kind: 'sleep', forMs: chance.between(0, 10 * hourMs) })),
  ];
  if (mix.wallsAreWrong) mishaps.push(...some(50, () => ({ atMs: at(), kind: 'wall', byMs: wallMs() })));
  if (mix.hasOtherMachines) mishaps.push(...some(8, () => ({ atMs: at(), kind: 'move', offMs: offMs() })));
  return mishaps.toSorted((a, b) => a.atMs - b.atMs);
}

export class ServerDates {
  readonly #chance: SeededChance;
  readonly #error: DateError | undefined;
  readonly #bursts: readonly { readonly fromMs: number; readonly toMs: number; readonly byMs: number }[];

  constructor(chance: SeededChance, errors: readonly DateError[] = [], spanMs: number) {
    this.#chance = chance;
    this.#error = errors.length === 0 ? undefined : chance.pick(errors);
    this.#bursts = Array.from({ length: this.#error === 'bursts' ? chance.whole(1, 8) : 0 }, () => {
      const fromMs = chance.between(0, spanMs);
      return {
        fromMs,
        toMs: fromMs + chance.between(minuteMs, 4 * hourMs),
        byMs: chance.pick([-dayMs, dayMs]),
      };
    });
  }

  /** The `Date` of an answer at this true time (epoch ms `trueAt`, `nowMs` since the world began). */
  at(trueAt: number, nowMs: number): number {
    return Math.floor((trueAt + this.#errorMs(nowMs)) / 1000) * 1000;
  }

  #errorMs(nowMs: number): number {
    if (this.#error === 'outliers')
      return this.#chance.happens(0.02) ? this.#chance.pick([-dayMs, dayMs]) : 0;
    if (this.#error === 'servers') return this.#chance.pick([0, 70 * minuteMs]);
    return this.#bursts.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs)?.byMs ?? 0;
  }
}
