import { hourMs, minuteMs } from '../cleanup/cleanupWorkshop.ts';
import type { Flight } from './simulatedJudge.ts';

/** What the judge knows of each API key: what is out, and how long a 429 keeps it back. */
export class KeyWatches {
  readonly #watches = new Map<string, StoredKeysStore>();
  #isPastKnown = true;

  of(apiKey: string): StoredKeysStore {
    const known = this.#watches.get(apiKey);
    if (known !== undefined) return known;
    const watch = new StoredKeysStore(this.#isPastKnown ? 0 : undefined);
    this.#watches.set(apiKey, watch);
    return watch;
  }

  /** Another file took the place of the list: nobody knows any more how often in a row an answer was 429. */
  forget(): void {
    this.#watches.clear();
    this.#isPastKnown = false;
  }
}

class StoredKeysStore {
  parkedUntilMs = -Infinity;
  #flight: Flight | undefined;
  /** Answers 429 in a row, before the slot that was taken last and with it; undefined if nobody knows. */
  #before: number | undefined;
  #inARow: number | undefined;

  constructor(inARow: 0 | undefined) {
    [this.#before, this.#inARow] = [inARow, inARow];
  }

  get outUntilMs(): number {
    return this.#flight?.endedMs ?? -Infinity;
  }

  reserved(): void {
    [this.#before, this.#inARow] = [this.#inARow, 0];
  }

  leaves(apiKey: string, nowMs: number): Flight {
    this.#flight = { apiKey, leftMs: nowMs, endedMs: nowMs };
    return this.#flight;
  }

  /** No request left for the slot that was taken last. */
  notSent(): void {
    this.#inARow = this.#before;
  }

  /**
   * A 429 keeps everything back: for what the server asked for and for half of 15 min, doubling to 24 h, at least.
   * Says what is wrong with the ms that it was given; undefined if nobody knows them.
   */
  limited(retryAfterMs: number, parkMs: number | undefined, writtenMs: number): string | undefined {
    this.#inARow = this.#before === undefined ? undefined : this.#before + 1;
    const backoffMs = Math.min(24 * hourMs, 15 * minuteMs * 2 ** ((this.#inARow ?? 1) - 1));
    const leastMs = Math.max(retryAfterMs, backoffMs / 2);
    const mostMs = Math.max(retryAfterMs, this.#inARow === undefined ? 24 * hourMs : backoffMs);
    if (parkMs === undefined) return undefined;
    this.parkedUntilMs = Math.max(this.parkedUntilMs, writtenMs + leastMs);
    const isRight = parkMs >= leastMs && parkMs <= mostMs;
    return isRight ? undefined : `429 number ${this.#inARow ?? '?'} parks ${parkMs} ms`;
  }
}
