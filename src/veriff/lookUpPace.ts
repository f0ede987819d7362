import type { LookUpOutcome, NotSentReason } from './outcome.ts';

// Our own limits, since Veriff documents none for GETs.
const mostOut = 4;
const burst = 20;
const refillMs = 1000;
const leastRestMs = 60_000;
const longestRestMs = 15 * 60_000;

/** For so long, an answer is used again in place of a new request. */
export const reuseMs = 60_000;

/** What the pace needs from outside. */
export interface LookUpPacePorts {
  /** Ms since some fixed moment, sleep included. */
  readonly elapsedMs: () => number;
  /** Calls `fire` once, after `spanMs`; the returned function cancels that. */
  readonly startTimer: (spanMs: number, fire: () => void) => () => void;
}

/**
 * The pace of all look-ups of a window: at most 4 are out at once, 20 may leave together, then one a second. After a 429
 * none leaves for as long as Veriff says, a minute at least and a quarter of an hour at most.
 */
export class LookUpPace {
  readonly #ports: LookUpPacePorts;
  readonly #waiting = new Set<Waiting>();
  readonly #answers = new Map<string, { readonly outcome: LookUpOutcome; readonly atMs: number }>();
  #out = 0;
  #tokens = burst;
  #refilledMs: number;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #stopTimer: (() => void) | undefined;

  constructor(ports: LookUpPacePorts) {
    this.#ports = ports;
    this.#refilledMs = ports.elapsedMs();
  }

  /** Ms for which no look-up leaves because of a 429; 0 if they may leave. */
  restMs(): number {
    return Math.max(0, this.#restUntilMs - this.#ports.elapsedMs());
  }

  /** Whether a look-up of `question` would be answered without a request. */
  hasAnswer(question: string): boolean {
    return this.#recent(question) !== undefined;
  }

  /**
   * Calls `send` when its turn comes, and resolves with its outcome. If the same question was answered less than a minute
   * ago, that answer is used again; a question that a DELETE may have changed must have another text. `notSent` while
   * Veriff limits look-ups, or if `signal` is aborted before the turn comes. Rejects if `send` does.
   */
  ask(question: string, send: () => Promise<LookUpOutcome>, signal?: AbortSignal): Promise<LookUpOutcome> {
    const known = this.#recent(question);
    if (known !== undefined) return Promise.resolve(known);
    if (signal?.aborted === true) return Promise.resolve(notSent('cancelled'));
    return new Promise((resolve, reject) => {
      const cancel = (): void => end(notSent('cancelled'));
      const end = (outcome: LookUpOutcome): void => {
        this.#waiting.delete(waiting);
        signal?.removeEventListener('abort', cancel);
        resolve(outcome);
      };
      const waiting: Waiting = {
        send: () => {
          signal?.removeEventListener('abort', cancel);
          void this.#send(question, send).then(end, reject);
        },
        refuse: () => end(notSent('lookUpsLimited')),
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiting.add(waiting);
      this.#next();
    });
  }

  dispose(): void {
    this.#stopTimer?.();
    for (const waiting of this.#waiting) waiting.refuse();
  }

  async #send(question: string, send: () => Promise<LookUpOutcome>): Promise<LookUpOutcome> {
    try {
      const outcome = await send();
      this.#note(question, outcome);
      return outcome;
    } finally {
      this.#out -= 1;
      this.#next();
    }
  }

  #note(question: string, outcome: LookUpOutcome): void {
    const nowMs = this.#ports.elapsedMs();
    if (outcome.kind === 'limited') {
      const restMs = Math.min(longestRestMs, Math.max(leastRestMs, outcome.retryAfterMs ?? 0));
      this.#restUntilMs = Math.max(this.#restUntilMs, nowMs + restMs);
    }
    if (outcome.kind === 'found' || outcome.kind === 'notFound') this.#keep(question, outcome, nowMs);
  }

  #next(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (this.restMs() > 0) {
      for (const waiting of this.#waiting) waiting.refuse();
      return;
    }
    this.#refill();
    for (const waiting of this.#waiting) {
      if (this.#out >= mostOut) return;
      if (this.#tokens < 1) {
        const inMs = Math.ceil((1 - this.#tokens) * refillMs);
        this.#stopTimer = this.#ports.startTimer(inMs, () => this.#next());
        return;
      }
      this.#waiting.delete(waiting);
      this.#tokens -= 1;
      this.#out += 1;
      waiting.send();
    }
  }

  #refill(): void {
    const nowMs = this.#ports.elapsedMs();
    // A clock that has gone back gives nothing.
    const spanMs = Math.max(0, nowMs - this.#refilledMs);
    this.#tokens = Math.min(burst, this.#tokens + spanMs / refillMs);
    this.#refilledMs = nowMs;
  }

  #recent(question: string): LookUpOutcome | undefined {
    const known = this.#answers.get(question);
    const ageMs = known && this.#ports.elapsedMs() - known.atMs;
    return ageMs !== undefined && ageMs >= 0 && ageMs < reuseMs ? known?.outcome : undefined;
  }

  #keep(question: string, outcome: LookUpOutcome, atMs: number): void {
    for (const [old, answer] of this.#answers) if (atMs - answer.atMs >= reuseMs) this.#answers.delete(old);
    this.#answers.set(question, { outcome, atMs });
  }
}

interface Waiting {
  readonly send: () => void;
  readonly refuse: () => void;
}

function notSent(reason: NotSentReason): LookUpOutcome {
  return { kind: 'notSent', reason };
}
