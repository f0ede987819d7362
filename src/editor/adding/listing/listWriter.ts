import { nextTurn } from '../../../sessions/scan/turns.ts';
import type { NewEntry } from '../../../cleanup/list/cleanupList.ts';
import { inParts } from '../../app/inParts.ts';

/** The result of adding sessions to a list. */
export interface AddResult {
  /** How many were put on the list. */
  readonly added: number;
  /** How many were on it already. */
  readonly already: number;
  /** How many stored keys were left out. They have the form of a session id. */
  readonly keys: number;
  readonly isCancelled: boolean;
  /** Why the rest could not be added. */
  readonly error?: unknown;
}

// The user does not notice a transaction of this size. Smaller ones would write to the disk more often.
const putAtOnce = 500;

/** Adds sessions to a list in parts, with turns of the event loop between them, and counts the results. */
export class ListWriter {
  readonly #put: (entries: readonly NewEntry[]) => number;
  readonly #isKey: (id: string) => boolean;
  readonly #taken = new Set<string>();
  readonly #keys = new Set<string>();
  #waiting: NewEntry[] = [];
  #added = 0;
  #already = 0;
  #isCut = false;

  /** `put` writes sessions to the list and returns how many were new; `isKey` tells whether an id is a stored key. */
  constructor(put: (entries: readonly NewEntry[]) => number, isKey: (id: string) => boolean) {
    this.#put = put;
    this.#isKey = isKey;
  }

  get added(): number {
    return this.#added;
  }

  /**
   * Adds sessions, each id once, and calls `onPart` after each part. What was added stays if `signal` is aborted or
   * `put` throws; its error is passed on.
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

  /** The result of all `take` calls; `error` is what ended the last one early. */
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

  /** Called only while there are sessions left: an abort after the last one is no cancellation. */
  #isOver(signal: AbortSignal | undefined): boolean {
    this.#isCut ||= signal?.aborted === true;
    return this.#isCut;
  }
}
