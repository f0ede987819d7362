import type { Finding } from './findings.ts';
import { IdTable, mostIds } from './idTable.ts';
import { rankOfRole, type RoleReading } from '../role/role.ts';

/** A finding and where it stands in the source's bytes. */
export interface PlacedFinding extends Finding {
  /** Offset in bytes, from 0, of the UUID, session URL or token. */
  readonly offset: number;
}

/** Where an id stands. */
export interface FoundPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Whether the id is a word of its own, or part of a longer one. */
export type Standing = 'free' | 'glued';

/**
 * The most different ids that are kept of one source, for sessions and for all others each. At ten deletions a day, so
 * many sessions would take thirteen years.
 */
export const mostKept = 50_000;

/**
 * The different ids of one source, each at the first place that says most about it: that it is a session, what else it
 * is, or at least that it is a word of its own. They are stored as numbers, since a hundred thousand objects would cost
 * more time than the search.
 */
export class KeptFindings {
  readonly #most: number;
  readonly #ids = new IdTable();
  readonly #columns = new Columns();
  readonly #readings = new KnownReadings();
  /** The ids for which a later place said more than the first, in the order of these places. */
  readonly #better: { readonly number: number; readonly offset: number }[] = [];
  #sought: number | undefined;
  #sessions = 0;
  #placesDropped = 0;

  constructor(most: number) {
    this.#most = Math.min(most, mostIds / 2);
  }

  get size(): number {
    return this.#ids.size;
  }

  /** How many places are left out because too many other ids came before. */
  get placesDropped(): number {
    return this.#placesDropped;
  }

  /** Whether no more places are kept, because there are too many sessions. */
  get isFull(): boolean {
    return this.#hasAll('session');
  }

  /**
   * Whether the place of the UUID at this offset of ASCII bytes only has to be counted, which is done then; otherwise
   * `add` must follow.
   */
  counts(bytes: Uint8Array, start: number): boolean {
    const number = (this.#sought = this.#ids.find(bytes, start));
    if (number === undefined) {
      // Judging an id costs more than finding it.
      if (!this.isFull) return false;
      this.#placesDropped += 1;
      return true;
    }
    if ((this.#columns.rank[number] ?? 0) < rankOfRole('session') && !this.isFull) return false;
    this.#columns.addTo(number);
    return true;
  }

  /** Adds the place that `counts` was called for; `placeOf` is called only if the place is kept. */
  add(reading: RoleReading, standing: Standing, placeOf: () => FoundPlace): void {
    const rank = rankOf(reading, standing);
    const number = this.#sought;
    if (number !== undefined) this.#columns.addTo(number);
    const isBetter = number === undefined || rank > (this.#columns.rank[number] ?? 0);
    if (!isBetter) return;
    if (this.#hasAll(reading.role)) {
      if (number === undefined) this.#placesDropped += 1;
      return;
    }
    if (reading.role === 'session') this.#sessions += 1;
    const place = placeOf();
    this.#columns.set(number ?? this.#ids.addSought(), place, this.#readings.numberOf(reading), rank);
    if (number !== undefined) this.#better.push({ number, offset: place.offset });
  }

  /** All findings, in the order of their places, in parts. */
  *inOrder(): Generator<readonly PlacedFinding[], void> {
    let some: PlacedFinding[] = [];
    for (const number of this.#numbersInOrder()) {
      const { role, reason } = this.#readings.at(this.#columns.reading[number]);
      const { line, column, count, offset } = this.#columns.at(number);
      some.push({ id: this.#ids.at(number), role, reason, line, column, count, offset });
      if (some.length < givenAtOnce) continue;
      yield some;
      some = [];
    }
    yield some;
  }

  *#numbersInOrder(): Generator<number, void> {
    const offsets = this.#columns.offset;
    const moved = this.#better.filter(({ number, offset }) => offsets[number] === offset);
    const movedNumbers = new Set(moved.map(({ number }) => number));
    let next = 0;
    for (let number = 0; number < this.#ids.size; number += 1) {
      if (movedNumbers.has(number)) continue;
      for (; (moved[next]?.offset ?? Infinity) < (offsets[number] ?? 0); next += 1)
        yield moved[next]?.number ?? 0;
      yield number;
    }
    for (; next < moved.length; next += 1) yield moved[next]?.number ?? 0;
  }

  #hasAll(role: RoleReading['role']): boolean {
    return (role === 'session' ? this.#sessions : this.#ids.size - this.#sessions) >= this.#most;
  }
}

const givenAtOnce = 1000;

function rankOf({ role }: RoleReading, standing: Standing): number {
  return standing === 'glued' ? 0 : rankOfRole(role);
}

/** The facts about each id, by its number. */
class Columns {
  offset = new Float64Array(0);
  line = new Float64Array(0);
  column = new Float64Array(0);
  count = new Float64Array(0);
  reading = new Uint16Array(0);
  rank = new Uint8Array(0);

  /** Counts one more place. */
  addTo(number: number): void {
    this.count[number] = (this.count[number] ?? 0) + 1;
  }

  set(number: number, { offset, line, column }: FoundPlace, reading: number, rank: number): void {
    if (number >= this.rank.length) this.#grow(Math.max(16, 2 * number));
    this.offset[number] = offset;
    this.line[number] = line;
    this.column[number] = column;
    this.reading[number] = reading;
    this.rank[number] = rank;
    if (this.count[number] === 0) this.count[number] = 1;
  }

  at(number: number): FoundPlace & { readonly count: number } {
    const { offset, line, column, count } = this;
    return {
      line: line[number] ?? 0,
      column: column[number] ?? 0,
      count: count[number] ?? 0,
      offset: offset[number] ?? 0,
    };
  }

  #grow(size: number): void {
    const { offset, line, column, count, reading, rank } = this;
    (this.offset = new Float64Array(size)).set(offset);
    (this.line = new Float64Array(size)).set(line);
    (this.column = new Float64Array(size)).set(column);
    (this.count = new Float64Array(size)).set(count);
    (this.reading = new Uint16Array(size)).set(reading);
    (this.rank = new Uint8Array(size)).set(rank);
  }
}

// Their numbers have 16 bits.
const mostReadings = 65_000;
const commonReason = 'by what stands around it';

/** Roles and reasons, each once. */
class KnownReadings {
  readonly #all: RoleReading[] = [];
  readonly #numbers: Readonly<Record<RoleReading['role'], Map<string, number>>> = {
    session: new Map(),
    attempt: new Map(),
    endUser: new Map(),
    vendorData: new Map(),
    credential: new Map(),
    unknown: new Map(),
  };

  numberOf({ role, reason }: RoleReading): number {
    const numbers = this.#numbers[role];
    const known = numbers.get(reason);
    if (known !== undefined) return known;
    // Only a file that is made to fill the memory has more reasons.
    if (this.#all.length >= mostReadings && reason !== commonReason)
      return this.numberOf({ role, reason: commonReason });
    // A copy, since a substring would keep all of the text around it in memory.
    const copy = Buffer.from(reason).toString();
    numbers.set(copy, this.#all.length);
    return this.#all.push({ role, reason: copy }) - 1;
  }

  at(number = 0): RoleReading {
    return this.#all[number] ?? { role: 'unknown', reason: '' };
  }
}
