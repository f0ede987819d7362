import type { Entry } from '../../../cleanup/list/entry.ts';
import type { App } from '../../app/app.ts';
import { whyNotLookedUp } from './eligibility.ts';
import { titleOf, type Integration } from '../../app/integration.ts';
import { lookUpEntry } from '../../app/lookUp.ts';
import { endsLookUps } from '../../../veriff/outcome.ts';
import { withProgress } from '../../app/progress.ts';
import type { LookedUp } from './lookUpReport.ts';
import type { Skips } from './skips.ts';

/** The results of the look-ups of several entries. */
export interface LookUps {
  readonly lookedUp: readonly LookedUp[];
  /** The integrations that were skipped after an answer that each further look-up would have got as well. */
  readonly stoppedBy: readonly Integration[];
  readonly isCancelled: boolean;
  /** The database's error, if it failed after the first look-up. */
  readonly error?: unknown;
}

/**
 * Looks the entries up, one after the other, with progress and cancel; adds those it skips to `skips`. Throws if the
 * database fails before the first result is written.
 */
export async function lookUpEach(app: App, entries: readonly Entry[], skips: Skips): Promise<LookUps> {
  const { integrations } = await app.store.read();
  const stored = new Map(integrations.map((each) => [each.id, each]));
  const [first] = entries;
  const only = first && stored.get(first.integration);
  const title =
    entries.length === 1 && first !== undefined && only !== undefined
      ? `Looking up ${first.sessionId} · ${titleOf(only)}`
      : `Looking up ${entries.length} sessions`;
  const round = new LookUpRound(app, stored, skips);
  // Without stored credentials there is nothing to wait for, so no progress is shown.
  if (entries.every(({ integration }) => !stored.has(integration))) await round.run(entries);
  else
    await withProgress(title, (signal, progress) =>
      round.run(entries, signal, (index) => {
        if (entries.length === 1) return;
        progress.report({ message: `${index + 1} of ${entries.length}`, increment: 100 / entries.length });
      }),
    );
  app.wake();
  return round;
}

class LookUpRound implements LookUps {
  readonly lookedUp: LookedUp[] = [];
  readonly stoppedBy: Integration[] = [];
  isCancelled = false;
  error?: unknown;
  readonly #app: App;
  readonly #stored: ReadonlyMap<string, Integration>;
  readonly #skips: Skips;

  constructor(app: App, stored: ReadonlyMap<string, Integration>, skips: Skips) {
    this.#app = app;
    this.#stored = stored;
    this.#skips = skips;
  }

  async run(
    entries: readonly Entry[],
    signal?: AbortSignal,
    onStart: (index: number) => void = () => undefined,
  ): Promise<void> {
    try {
      for (const [index, entry] of entries.entries()) {
        if (signal?.aborted === true) this.isCancelled = true;
        if (this.isCancelled) return;
        onStart(index);
        await this.#lookUp(entry, signal);
      }
    } catch (error) {
      // If nothing was recorded, the error is all there is to tell; otherwise the results must be told as well.
      if (this.lookedUp.length === 0) throw error;
      this.#app.log.failure('what a look-up found could not be recorded', error);
      this.error = error;
    }
  }

  async #lookUp({ id, integration: key }: Entry, signal: AbortSignal | undefined): Promise<void> {
    const integration = this.#stored.get(key);
    // The look-ups may take a while, so the entry is read again.
    const before = this.#app.records().list.byId(id);
    const why = this.#whyNot(integration, before);
    if (integration === undefined || before === undefined || why !== undefined) {
      if (why !== undefined) this.#skips.add(why);
      return;
    }
    const outcome = await lookUpEntry(this.#app, integration, before, signal);
    this.isCancelled = 'reason' in outcome && outcome.reason === 'cancelled';
    if (this.isCancelled) return;
    if (endsLookUps(outcome)) this.stoppedBy.push(integration);
    this.lookedUp.push({ before, after: this.#app.records().list.byId(id), outcome });
  }

  #whyNot(integration: Integration | undefined, entry: Entry | undefined): string | undefined {
    if (integration === undefined) return 'of an integration that is not stored here';
    if (this.stoppedBy.includes(integration)) return 'not asked for after that answer';
    return entry === undefined ? 'not on the list any more' : whyNotLookedUp(entry);
  }
}
