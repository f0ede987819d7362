import { hourMs, minuteMs } from '../cleanup/cleanupWorkshop.ts';
import type { Flight } from './simulatedJudge.ts';

/** What the judge knows of each API key: its unanswered request, and until when a 429 keeps everything back. */
export class KeyWatches {
  readonly #watches = new Map<string, KeyWatch>();
  #isPastKnown = true;

  of(apiKey: string): KeyWatch {
    const known = this.#watches.get(apiKey);
    if (known !== undefined) return known;
    const watch = new KeyWatch(this.#isPastKnown ? 0 : undefined);
    this.#watches.set(apiKey, watch);
    return watch;
  }

  /** Another file has replaced the list: how many answers in a row were 429 is no longer known. */
  forget(): void {
    this.#watches.clear();
    this.#isPastKnown = false;
  }
}

class KeyWatch {
  parkedUntilMs = -Infinity;
  #flight: Flight | undefined;
  /**
   * The number of answers 429 in a row, before and after the slot that was taken last; undefined if it is not known.
   */
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
   * A 429 keeps everything back, at least for as long as the server asked for and for half of 15 min, doubling to 24 h.
   * Returns a sentence if `parkMs` is wrong; undefined if it is right or not known.
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
