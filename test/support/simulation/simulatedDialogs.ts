import type { Integration } from '../../../src/cleanup/integrations/integration.ts';
import type { Agreed } from '../../../src/cleanup/list/cleanupList.ts';
import type { Entry } from '../../../src/cleanup/list/entry.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { lookUpEntry, SimulatedForeground } from './simulatedForeground.ts';
import type { SimulatedWindow } from './simulatedWindow.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** The two ways to agree to deletions, with the steps of the editor's `deleteSession` and `deleteListed`. */
export class SimulatedDialogs {
  readonly #world: SimulatedWorld;
  readonly #waitForAnswer: (window: SimulatedWindow) => Promise<boolean>;
  #dialogs = 0;

  constructor(world: SimulatedWorld, waitForAnswer: (window: SimulatedWindow) => Promise<boolean>) {
    this.#world = world;
    this.#waitForAnswer = waitForAnswer;
  }

  /** "Delete Session…": names these sessions, and sends those that have a slot now. */
  async deleteChosen(window: SimulatedWindow, ids: readonly SessionId[]): Promise<void> {
    const integration = await this.#world.user.integrations.meant(window);
    if (integration === undefined) return;
    const { app } = window;
    const { list, book } = app.records();
    const isHeld = (id: SessionId): boolean => list.find(integration.id, id)?.heldAt !== undefined;
    const sessions = await this.#withoutUnknown(
      window,
      integration,
      ids.filter((id) => !isHeld(id)),
    );
    if (sessions.length === 0) return;
    const { freeNow } = book.quota(integration.id);
    const dialog = this.#open(integration, sessions);
    if (!(await this.#waitForAnswer(window))) return;
    const agreedMs = this.#world.machine.nowMs;
    app.tellMark(await app.mark.bringUpToDate());
    const agreed = app.records().list.agree(
      integration,
      sessions.map((sessionId) => ({ sessionId })),
      window.clock().wallAt,
    );
    app.changed();
    if (agreed === undefined) {
      this.#countNothing();
      return;
    }
    for (const entry of agreed.entries) this.#note(integration, entry, dialog, agreedMs);
    if (agreed.entries.length === 0) return;
    await this.#sendNow(window, integration, agreed, { freeNow, dialog });
  }

  /** "Delete Listed Sessions…": names all checked ones of an integration, which are sent when their slots are free. */
  async deleteListed(window: SimulatedWindow): Promise<void> {
    const integration = await this.#world.user.integrations.meant(window);
    if (integration === undefined) return;
    const { app, clock } = window;
    const { chance, machine } = this.#world;
    const entries = app
      .records()
      .groups.after('listed', integration.id, undefined, 1000)
      .filter(({ isChecked }) => isChecked);
    if (entries.length === 0) return;
    const dialog = this.#open(
      integration,
      entries.map(({ sessionId }) => sessionId),
    );
    if (!(await this.#waitForAnswer(window))) return;
    const agreedMs = machine.nowMs;
    await app.secrets.read();
    app.tellMark(await app.mark.bringUpToDate());
    const { list } = app.records();
    const agreement = list.beginAgreement(integration, entries.length, clock().wallAt);
    if (agreement === undefined) {
      this.#countNothing();
      return;
    }
    // In parts, with turns of the event loop in between.
    for (const entry of entries) {
      if (list.agreeToListed(agreement, [entry], clock().wallAt) === 1)
        this.#note(integration, entry, dialog, agreedMs);
      if (chance.happens(0.2)) await window.wait(chance.between(0, chance.pick([3, 3, 2000])));
    }
    app.changed();
  }

  async #sendNow(
    window: SimulatedWindow,
    integration: Integration,
    { agreement, entries }: Agreed,
    { freeNow, dialog }: { readonly freeNow: number; readonly dialog: number },
  ): Promise<void> {
    const now = { agreement, entries: entries.slice(0, freeNow) };
    if (now.entries.length === 0) return;
    await window.inForeground(integration.id, () =>
      new SimulatedForeground(this.#world, window, integration, now, dialog).run(),
    );
  }

  /** Looks up unknown sessions before they are named in a dialog. */
  async #withoutUnknown(
    window: SimulatedWindow,
    integration: Integration,
    ids: readonly SessionId[],
  ): Promise<readonly SessionId[]> {
    const { list } = window.app.records();
    const left: SessionId[] = [];
    for (const id of ids) {
      const entry = list.find(integration.id, id);
      if (entry?.state === 'unknown') await lookUpEntry(window, integration, entry);
      const { state } = window.app.records().list.find(integration.id, id) ?? {};
      if (entry?.state !== 'unknown' || state === 'listed' || state === 'confirmed') left.push(id);
    }
    return left;
  }

  #open({ name, kind, baseUrl }: Integration, ids: readonly SessionId[]): number {
    this.#dialogs += 1;
    const dialog = this.#dialogs;
    this.#world.count(
      'dialogs',
      () => `dialog ${dialog}: ${ids.join(', ')} of ${name} (${kind}) at ${baseUrl}`,
    );
    return dialog;
  }

  #note(integration: Integration, { id, sessionId }: Entry, dialog: number, agreedMs: number): void {
    const { notes, machine, judge, keyring, count } = this.#world;
    judge.pointedAt({ id, sessionId });
    count('agreements', () => `${sessionId} is agreed to in dialog ${dialog}`);
    notes.list.entries.set(id, sessionId);
    notes.agree(integration, sessionId, dialog, agreedMs, machine.nowMs);
    // Its keys were lost while the dialog was open: nothing is sent before they are entered again, perhaps for another
    // host or kind.
    if (!keyring.keeps(integration.id)) notes.expectNothingOf(integration);
  }

  #countNothing(): void {
    this.#world.count('agreedToNothing', () => 'the integration is not what the dialog named any more');
  }
}
