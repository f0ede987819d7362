import { nextTurn } from '../../../sessions/scan/turns.ts';
import type { NewEntry } from '../../../cleanup/list/cleanupList.ts';
import { inParts } from '../../app/inParts.ts';

/** What became of sessions that were to be listed. */
export interface AddResult {
  /** How many were put on the list. */
  readonly added: number;
  /** How many were on it already. */
  readonly already: number;
  /** How many stored keys, which have the shape of an id, were left out. */
  readonly keys: number;
  readonly isCancelled: boolean;
  /** What made the list refuse the rest. */
  readonly error?: unknown;
}

// One transaction is felt by nobody up to this many, and each costs a write to the disk.
const putAtOnce = 500;

/** Puts sessions on a list, bit by bit, with turns of the event loop between, and keeps count of what it met. */
export class ListWriter {
  readonly #put: (entries: readonly NewEntry[]) => number;
  readonly #isKey: (id: string) => boolean;
  readonly #taken = new Set<string>();
  readonly #keys = new Set<string>();
  #waiting: NewEntry[] = [];
  #added = 0;
  #already = 0;
  #isCut = false;

  /** `put` writes sessions to the list and returns how many were new; `isKey` knows the stored keys. */
  constructor(put: (entries: readonly NewEntry[]) => number, isKey: (id: string) => boolean) {
    this.#put = put;
    this.#isKey = isKey;
  }

  /** How many were put on the list so far. */
  get added(): number {
    return this.#added;
  }

  /**
   * Takes sessions, each id once, and calls `onPart` whenever some were written. Throws what `put` throws; what was
   * added before then stays, as it does if `signal` is aborted.
   */
  async take(sessions: readonly NewEntry[], signal?: AbortSignal, onPart?: () => void): Promise<void> {
    const sorted = await inParts(sessions, (part) => this.#sort(part), signal);
    if (sorted < sessions.length) this.#isOver(signal);
    for (let from = 0; from < this.#waiting.length && !this.#isOver(signal); from += putAtOnce) {
      const part = this.#waiting.slice(from, from + putAtOnce);
      const added = this.#put(part);
      this.#added += added;
      this.#already += part.length - added;
      onPart?.();
      await nextTurn();
    }
    this.#waiting = [];
  }

  /** What became of all of it; `error` is what made it end early. */
  result(error?: unknown): AddResult {
    return {
      added: this.#added,
      already: this.#already,
      keys: this.#keys.size,
      isCancelled: this.#isCut,
      ...(error !== undefined && { error }),
    };
  }

  #sort(sessions: readonly NewEntry[]): void {
    for (const session of sessions) {
      const { sessionId } = session;
      if (this.#isKey(sessionId)) this.#keys.add(sessionId);
      else if (!this.#taken.has(sessionId)) this.#waiting.push(session);
      this.#taken.add(sessionId);
    }
  }

  /** Asked only if there is more to do, since that then counts as left out. */
  #isOver(signal: AbortSignal | undefined): boolean {
    this.#isCut ||= signal?.aborted === true;
    return this.#isCut;
  }
}
