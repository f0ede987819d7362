import type { AttemptBook } from '../../../cleanup/attempts/attemptBook.ts';
import type { Entry } from '../../../cleanup/list/entry.ts';
import type { Positions } from '../../../cleanup/list/positions.ts';
import type { Schedule } from '../../../cleanup/quota/quota.ts';
import type { Switches } from '../../../cleanup/attempts/switches.ts';

/** When an entry is sent or looked up automatically (epoch ms), or why it is not. */
export type Expectation =
  { readonly kind: 'at'; readonly at: number } | { readonly kind: 'paused' | 'stopped' | 'notStored' };

/** What the expectations are computed from. */
export interface ExpectationSources {
  readonly book: AttemptBook;
  readonly switches: Switches;
  readonly positions: Positions;
  /** The ids of the integrations whose credentials are stored here. */
  readonly stored: ReadonlySet<string>;
  /** Epoch ms. */
  readonly now: number;
}

/** The expectations for entries at one moment. It reads each integration once, and only the entries it is asked for. */
export class Expectations {
  readonly #sources: ExpectationSources;
  readonly #schedules = new Map<string, Schedule>();
  readonly #standstills = new Map<string, Expectation | undefined>();

  constructor(sources: ExpectationSources) {
    this.#sources = sources;
  }

  /** The expectations by entry id; entries without one are absent. Throws `DatabaseUnusable`. */
  of(entries: readonly Entry[]): ReadonlyMap<number, Expectation> {
    const positions = this.#sources.positions.queued(entries.filter(({ group }) => group === 'queue'));
    return new Map(
      entries.flatMap((entry) => {
        const expectation = this.#expectation(entry, positions.get(entry.id));
        return expectation === undefined ? [] : [[entry.id, expectation]];
      }),
    );
  }

  /** When the request at this index (from 0) of an integration's queue is sent, in epoch ms. */
  slotAt(integration: string, index: number): number {
    const schedule = this.#schedules.get(integration) ?? this.#sources.book.schedule(integration);
    this.#schedules.set(integration, schedule);
    return this.#sources.now + schedule.at(index);
  }

  /** Why nothing of an integration is sent or looked up automatically; undefined if it is. */
  standstill(integration: string): Expectation | undefined {
    const { stored, switches } = this.#sources;
    if (!stored.has(integration)) return { kind: 'notStored' };
    if (this.#standstills.has(integration)) return this.#standstills.get(integration);
    const isStopped = switches.stopOf(integration) !== undefined;
    const found = switches.isPaused()
      ? ({ kind: 'paused' } as const)
      : isStopped
        ? ({ kind: 'stopped' } as const)
        : undefined;
    this.#standstills.set(integration, found);
    return found;
  }

  #expectation(entry: Entry, place: number | undefined): Expectation | undefined {
    const { integration, group, state } = entry;
    const leftMs = place === undefined ? this.#sources.book.waitLeftMs(entry) : 0;
    if (leftMs === undefined) return undefined;
    const standstill = this.standstill(integration);
    if (standstill !== undefined) return standstill;
    const at = this.#sources.now + leftMs;
    if (place !== undefined) return { kind: 'at', at: this.slotAt(integration, place) };
    // A retry takes a slot like any other request; a look-up takes none.
    const isSent = group === 'later' && state === 'blocked';
    return { kind: 'at', at: isSent ? Math.max(at, this.slotAt(integration, 0)) : at };
  }
}
