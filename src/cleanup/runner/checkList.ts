import { endsLookUps, type LookUpOutcome } from '../../veriff/outcome.ts';
import type { Entry } from '../list/entry.ts';
import type { WantedLookUps } from '../list/wantedLookUps.ts';

/** As many as may be out at once, see `LookUpPace`. */
const mostAtOnce = 4;
// No timer is trusted for longer than a minute.
const longestPauseMs = 60_000;

/** What the check of the list needs from outside. */
export interface CheckPorts {
  /** Called again for each entry. Throws `DatabaseUnusable`. */
  readonly wanted: () => WantedLookUps;
  /** Looks an entry up and records the result; undefined if its integration is not stored here. */
  readonly lookUp: (entry: Entry, signal: AbortSignal) => Promise<LookUpOutcome | undefined>;
  /** Ms for which Veriff limits look-ups; 0 if it does not. */
  readonly restMs: () => number;
  /** Calls `fire` once, after `spanMs`; the returned function cancels that. */
  readonly startTimer: (spanMs: number, fire: () => void) => () => void;
  readonly tell: (progress: CheckProgress) => void;
}

/** How far the check is. */
export interface CheckProgress {
  readonly done: number;
  readonly left: number;
  /** Ms for which it waits because Veriff limits look-ups; 0 if it does not. */
  readonly restMs: number;
}

/** The results of a check, or of another round of look-ups. */
export interface CheckResults {
  readonly outcomes: readonly LookUpOutcome[];
  /** How many belong to an integration that is not stored here. */
  readonly notStored: number;
  /** How many were left after an answer that each of them would have got. */
  readonly notAsked: number;
  readonly isCancelled: boolean;
}

/**
 * Looks up everything that is wanted, several at once, until nothing is left or `signal` is aborted; it does not end what
 * is wanted then. While Veriff limits look-ups it waits. Rejects if the database fails; what was not looked up stays wanted.
 */
export async function checkList(ports: CheckPorts, signal: AbortSignal): Promise<CheckResults> {
  const check = new Check(ports, signal);
  await Promise.all(Array.from({ length: mostAtOnce }, () => check.work()));
  const { outcomes, notStored, notAsked } = check;
  return { outcomes, notStored, notAsked, isCancelled: signal.aborted };
}

class Check {
  readonly outcomes: LookUpOutcome[] = [];
  notStored = 0;
  notAsked = 0;
  readonly #ports: CheckPorts;
  readonly #signal: AbortSignal;
  readonly #out = new Set<number>();

  constructor(ports: CheckPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
  }

  async work(): Promise<void> {
    while (!this.#signal.aborted) {
      const restMs = this.#ports.restMs();
      if (restMs > 0) {
        await this.#rest(restMs);
        continue;
      }
      const entry = this.#take();
      if (entry === undefined) return;
      try {
        await this.#lookUp(entry);
      } finally {
        this.#out.delete(entry.id);
      }
      this.#tell(0);
    }
  }

  #take(): Entry | undefined {
    const next = this.#ports.wanted().next(mostAtOnce);
    const entry = next.find(({ id }) => !this.#out.has(id));
    if (entry !== undefined) this.#out.add(entry.id);
    return entry;
  }

  async #lookUp(entry: Entry): Promise<void> {
    const outcome = await this.#ports.lookUp(entry, this.#signal);
    if (this.#signal.aborted) return;
    const wanted = this.#ports.wanted();
    if (outcome === undefined) {
      wanted.end(entry);
      this.notStored += 1 + wanted.endOf(entry.integration, [...this.#out]);
      return;
    }
    if (isLimited(outcome)) return;
    wanted.end(entry);
    this.outcomes.push(outcome);
    // An entry that has left the list or its integration meanwhile was not asked about.
    const isOfEntry = outcome.kind === 'notSent' && outcome.reason === 'cancelled';
    if (endsLookUps(outcome) && !isOfEntry) {
      this.notAsked += wanted.endOf(entry.integration, [...this.#out]);
    }
  }

  #rest(restMs: number): Promise<void> {
    this.#tell(restMs);
    return new Promise((resolve) => {
      const stop = this.#ports.startTimer(Math.min(restMs, longestPauseMs), end);
      const signal = this.#signal;
      function end(): void {
        stop();
        signal.removeEventListener('abort', end);
        resolve();
      }
      signal.addEventListener('abort', end, { once: true });
    });
  }

  #tell(restMs: number): void {
    this.#ports.tell({ done: this.outcomes.length, left: this.#ports.wanted().count(), restMs });
  }
}

/** Veriff limits look-ups: the entry stays wanted. */
function isLimited(outcome: LookUpOutcome): boolean {
  return outcome.kind === 'limited' || (outcome.kind === 'notSent' && outcome.reason === 'lookUpsLimited');
}
