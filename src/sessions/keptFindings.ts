import type { SessionId } from '../veriff/sessionId.ts';
import type { Finding } from './findings.ts';
import type { Place } from './placeCount.ts';
import type { RoleReading } from './role.ts';

/** A finding and where it stands in the source's bytes. */
export interface PlacedFinding extends Finding {
  /** From 0, of the first byte of what holds the id. */
  readonly offset: number;
}

/** Whether the id is a word of its own, or part of a longer one. */
export type Standing = 'free' | 'glued';

/** No more different ids of one source are kept, of sessions and of all others each: some 50 MB. */
export const mostKept = 100_000;

/** The different ids of one source, each at the first place that says most about it. */
export class KeptFindings {
  readonly #kept = new Map<SessionId, Kept>();
  readonly #reasons = new Map<string, string>();
  readonly #most: number;
  #sessions = 0;
  #placesDropped = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** At how many places an id stands that is not kept, since there were too many before it. */
  get placesDropped(): number {
    return this.#placesDropped;
  }

  /** Whether nothing that the next place of the id could say would be kept; then that place is counted. */
  counts(id: SessionId): boolean {
    const kept = this.#kept.get(id);
    if (kept === undefined) {
      if (!this.#isFull('session') || !this.#isFull('unknown')) return false;
      this.#placesDropped += 1;
      return true;
    }
    if (kept.rank < ranks.session) return false;
    kept.count += 1;
    return true;
  }

  /** Takes in one more place of an id; where it stands is asked for only if that is kept. */
  add(
    id: SessionId,
    reading: RoleReading,
    standing: Standing,
    place: () => Place & { readonly offset: number },
  ): void {
    const rank = rankOf(reading, standing);
    const kept = this.#kept.get(id);
    if (kept === undefined) {
      if (this.#isFull(reading.role)) {
        this.#placesDropped += 1;
        return;
      }
      this.#kept.set(id, {
        id,
        ...place(),
        role: reading.role,
        reason: this.#flat(reading.reason),
        rank,
        count: 1,
      });
      if (reading.role === 'session') this.#sessions += 1;
      return;
    }
    kept.count += 1;
    if (rank <= kept.rank || (reading.role === 'session' && this.#isFull('session'))) return;
    if (reading.role === 'session') this.#sessions += 1;
    Object.assign(kept, place(), { role: reading.role, reason: this.#flat(reading.reason), rank });
  }

  /** All of them by the place that is kept. */
  inOrder(): readonly PlacedFinding[] {
    return [...this.#kept.values()]
      .sort((a, b) => a.offset - b.offset)
      .map(({ id, role, reason, line, column, count, offset }) => ({
        id,
        role,
        reason,
        line,
        column,
        count,
        offset,
      }));
  }

  #isFull(role: RoleReading['role']): boolean {
    return (role === 'session' ? this.#sessions : this.#kept.size - this.#sessions) >= this.#most;
  }

  /** A copy, the same for the same words: a reason quotes its surroundings, and would hold all of them in memory. */
  #flat(reason: string): string {
    const known = this.#reasons.get(reason);
    if (known !== undefined) return known;
    const copy = Buffer.from(reason).toString();
    if (this.#reasons.size < mostReasons) this.#reasons.set(copy, copy);
    return copy;
  }
}

const mostReasons = 1000;

type Kept = { -readonly [Key in keyof PlacedFinding]: PlacedFinding[Key] } & { rank: number };

const ranks = { glued: 0, unknown: 1, other: 2, session: 3 };

function rankOf({ role }: RoleReading, standing: Standing): number {
  if (standing === 'glued') return ranks.glued;
  if (role === 'session') return ranks.session;
  return role === 'unknown' ? ranks.unknown : ranks.other;
}
