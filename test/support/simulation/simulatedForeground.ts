import { deleteEntry, isDoubtful, type DeletionResult } from '../../../src/cleanup/attempts/deletion.ts';
import type { Integration } from '../../../src/cleanup/integrations/integration.ts';
import type { Agreed } from '../../../src/cleanup/list/cleanupList.ts';
import type { Entry, EntryRef } from '../../../src/cleanup/list/entry.ts';
import { stateAfter } from '../../../src/cleanup/list/entryState.ts';
import { tickMs } from '../../../src/cleanup/runner/runner.ts';
import { secondMs } from '../cleanup/cleanupWorkshop.ts';
import type { SimulatedWindow } from './simulatedWindow.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** The step of a foreground deletion at which the user presses Cancel. */
type Place = 'cancels before' | 'cancels while out' | 'cancels in look-up';

/**
 * Sends what was agreed to, one after the other, for a user who waits and may press Cancel at any moment, with the
 * steps of the editor's `sendConfirmed`.
 */
export class SimulatedForeground {
  readonly #world: SimulatedWorld;
  readonly #window: SimulatedWindow;
  readonly #integration: Integration;
  readonly #agreed: Agreed;
  readonly #dialog: number;
  readonly #controller = new AbortController();
  #place: Place = 'cancels before';
  #isOver = false;

  constructor(
    world: SimulatedWorld,
    window: SimulatedWindow,
    integration: Integration,
    agreed: Agreed,
    dialog: number,
  ) {
    this.#world = world;
    this.#window = window;
    this.#integration = integration;
    this.#agreed = agreed;
    this.#dialog = dialog;
  }

  async run(): Promise<void> {
    this.#planCancel();
    try {
      for (const entry of this.#agreed.entries) if (!(await this.#sendOne(entry))) return;
    } finally {
      this.#isOver = true;
      this.#window.app.changed();
    }
  }

  #planCancel(): void {
    const { chance, fate } = this.#world;
    if (fate.isCalm || !chance.happens(0.4)) return;
    const { book } = this.#window.app.records();
    const list = this.#agreed.entries[0]?.list ?? '';
    this.#window.process.plan(chance.pick([0, chance.between(0, 600), chance.between(0, 40_000)]), () => {
      if (this.#isOver || this.#controller.signal.aborted) return;
      this.#world.count(this.#place, () => `the user cancels dialog ${this.#dialog}: ${this.#place}`);
      this.#controller.abort();
      try {
        book.cancel({ list, agreement: this.#agreed.agreement });
        this.#world.notes.endDialog(this.#dialog);
      } catch (error) {
        // The user sees that it is not taken back yet.
        this.#world.notes.expectNothing((_, { dialog }) => dialog === this.#dialog);
        this.#world.judge.thrown(error);
      }
      this.#window.app.changed();
    });
  }

  /** Sends one entry; returns whether the next one may follow. */
  async #sendOne(entry: Entry): Promise<boolean> {
    const result = await this.#askUntilSent(entry);
    this.#window.app.changed();
    if (result === 'elsewhere') return true;
    if (result.kind !== 'sent') return false;
    if (result.recordError !== undefined) this.#world.judge.thrown(result.recordError);
    if (isDoubtful(result.outcome)) await this.#lookUp(entry);
    return !this.#controller.signal.aborted && stateAfter(result.outcome) !== 'confirmed';
  }

  async #askUntilSent(entry: Entry): Promise<DeletionResult | 'elsewhere'> {
    const { app, client, clock } = this.#window;
    const { book, list } = app.records();
    const ref: EntryRef = { list: entry.list, id: entry.id, sessionId: entry.sessionId };
    const { signal } = this.#controller;
    // The product asks again five times a second, which would be far too often for a window that is frozen for hours.
    // While it waits, its own runner does nothing, so it asks at least as often as a runner would.
    for (let waitMs = secondMs; ; waitMs = Math.min(2 * waitMs, tickMs)) {
      this.#place = 'cancels before';
      const sending = deleteEntry(
        book,
        ref,
        {
          readMeans: () => app.readMeans(this.#integration.id),
          send: (integration, sessionId, abort) => {
            this.#place = 'cancels while out';
            return client.send(integration, sessionId, abort);
          },
          clock,
        },
        signal,
      );
      const result = await sending;
      if (signal.aborted && result.kind !== 'sent') return { kind: 'cancelled' };
      const now = result.kind === 'notConfirmed' ? list.meant(ref) : undefined;
      if (now !== undefined && ['deleted', 'notFound', 'blocked', 'failed', 'unknown'].includes(now.state))
        return 'elsewhere';
      const isOut = now?.state === 'sending' || (result.kind === 'busy' && result.quota.freeInMs === 0);
      if (!isOut) return result;
      await this.#window.wait(waitMs);
    }
  }

  async #lookUp(entry: Entry): Promise<void> {
    this.#place = 'cancels in look-up';
    const { signal } = this.#controller;
    await lookUpEntry(this.#window, this.#integration, entry, signal.aborted ? undefined : signal);
  }
}

/** Looks up an entry and writes the result to the list, with the steps of the editor's `lookUpEntry`. */
export async function lookUpEntry(
  { app, client }: SimulatedWindow,
  integration: Integration,
  ref: EntryRef,
  signal?: AbortSignal,
): Promise<void> {
  const asked = app.records().list.meant(ref);
  if (asked?.integration !== integration.id) return;
  if (!app.records().integrations.isCurrent(integration)) return;
  const outcome = await client.lookUp(integration, asked.sessionId, signal);
  app.records().book.recordLookUp(integration, asked, outcome);
  app.changed();
}
