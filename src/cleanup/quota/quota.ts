/** At most `count` deletions in any span of `windowMs`. */
export interface Limit {
  readonly count: number;
  readonly windowMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** "10 sessions per 24 hours and 5 sessions per 1 hour": Veriff, Delete session, "Rate limiting". */
export const veriffLimits: readonly Limit[] = [
  { count: 5, windowMs: hourMs },
  { count: 10, windowMs: dayMs },
];

/** A slot stays taken for this long after its window, because clocks differ and `Date` headers are in whole seconds. */
export const marginMs = minuteMs;

/** One DELETE that may have reached Veriff. */
export interface PastAttempt {
  /** The reading of the database's clock when it was answered or given up; undefined while it is in flight. */
  readonly settledMs?: number;
  /** How many ms a 429 stops the API key, counted from its answer. */
  readonly parkMs?: number;
}

/** How much of one limit is used. */
export interface WindowUse {
  readonly limit: Limit;
  readonly used: number;
  readonly free: number;
}

/**
 * The rate-limit state of one integration. All times are spans from now, so that a wrong wall clock does not matter.
 */
export interface QuotaState {
  readonly windows: readonly WindowUse[];
  /** 0 if a deletion may be sent now, otherwise ms until it may. A request in flight counts as answered now. */
  readonly freeInMs: number;
  /** Ms for which a 429 stops the integration; 0 if none does. */
  readonly parkedForMs: number;
  /** Whether a request is in flight; then nothing else may be sent before it is answered. */
  readonly inFlight: boolean;
  /** How many deletions could be sent one right after the other if none were in flight. */
  readonly freeNow: number;
}

/** The rate-limit state that follows from the attempts (oldest first), the limits and the time. Pure. */
export function quotaState(
  past: readonly PastAttempt[],
  limits: readonly Limit[],
  nowMs: number,
): QuotaState {
  const ages = agesMs(past, nowMs);
  const windows = limits.map((limit) => {
    const used = ages.filter((age) => age < limit.windowMs + marginMs).length;
    return { limit, used, free: Math.max(0, limit.count - used) };
  });
  const parkedForMs = longestPark(past, ages);
  const inFlight = past.some((attempt) => attempt.settledMs === undefined);
  const freeInMs = new Schedule(past, limits, nowMs).at(0);
  const freeNow = freeInMs > 0 ? 0 : Math.min(...windows.map((window) => window.free));
  return { windows, freeInMs, parkedForMs, inFlight, freeNow };
}

/**
 * When the waiting deletions may be sent, each as early as every window allows. Sending one later never makes a later
 * one earlier, so this is optimal. Each is assumed to be answered at once.
 */
export class Schedule {
  readonly #limits: readonly Limit[];
  readonly #reach: number;
  /** Moments on an axis with now at 0, ascending: past ones are negative, planned ones are appended. */
  readonly #moments: number[];
  readonly #pastCount: number;
  /** For each limit, how many of the last moments in a row are the earliest that this limit allows. */
  readonly #runs: number[];
  #earliest: number;

  constructor(past: readonly PastAttempt[], limits: readonly Limit[], nowMs: number) {
    const ages = agesMs(past, nowMs);
    this.#limits = limits;
    this.#reach = Math.max(...limits.map(({ count }) => count));
    this.#moments = ages.map((age) => -age).sort((a, b) => a - b);
    this.#pastCount = ages.length;
    this.#runs = limits.map(() => 0);
    this.#earliest = longestPark(past, ages);
  }

  /** Ms from now until the deletion with this index (from 0) may be sent. */
  at(index: number): number {
    const wanted = this.#pastCount + index;
    while (this.#moments.length <= wanted) {
      const limit = this.#limits[this.#runs.findIndex((run) => run >= this.#reach)];
      if (limit !== undefined) return this.#repeated(wanted, limit);
      this.#plan();
    }
    return this.#moments[wanted] ?? 0;
  }

  #plan(): void {
    const before = this.#moments.length;
    const rooms = this.#limits.map(({ count, windowMs }) => {
      const oldest = this.#moments[before - count];
      return oldest === undefined ? undefined : oldest + windowMs + marginMs;
    });
    for (const room of rooms) if (room !== undefined) this.#earliest = Math.max(this.#earliest, room);
    rooms.forEach((room, limit) => {
      this.#runs[limit] = room === this.#earliest ? (this.#runs[limit] ?? 0) + 1 : 0;
    });
    this.#moments.push(this.#earliest);
  }

  /**
   * No limit looks further back than `#reach` moments. If that many in a row were set by the same limit, every later
   * one follows the moment `count` before it by the same span. So 1,000 sessions cost no more than 30.
   */
  #repeated(wanted: number, { count, windowMs }: Limit): number {
    const periods = Math.ceil((wanted - this.#moments.length + 1) / count);
    const known = this.#moments[wanted - periods * count] ?? 0;
    return known + periods * (windowMs + marginMs);
  }
}

/** The longest that a 429 can park an integration, by our own backoff or by its `Retry-After`. */
export const longestParkMs = dayMs;
const firstParkMs = 15 * minuteMs;

/**
 * How many ms the `streak`-th 429 in a row (from 1) stops the integration: 15 minutes, doubling up to 24 h, with equal
 * jitter (`chance` from 0 to 1) because others may use the same key; never less than the server asked for.
 */
export function parkMs(streak: number, retryAfterMs: number | undefined, chance: number): number {
  const backoffMs = Math.min(longestParkMs, firstParkMs * 2 ** Math.min(streak - 1, 30));
  return Math.max(retryAfterMs ?? 0, backoffMs / 2 + (backoffMs / 2) * chance);
}

function longestPark(past: readonly PastAttempt[], ages: readonly number[]): number {
  return past.reduce(
    (longest, { parkMs: span = 0 }, index) => Math.max(longest, span - (ages[index] ?? 0)),
    0,
  );
}

/** The age in ms of each attempt, in the order given; 0 for one in flight. */
function agesMs(past: readonly PastAttempt[], nowMs: number): number[] {
  return past.map(({ settledMs = nowMs }) => Math.max(0, nowMs - settledMs));
}
