import { setTimeout as wait } from 'node:timers/promises';
import { deleteEntry, type ReadMeans } from '../../src/cleanup/attempts/deletion.ts';
import type { KeptMark } from '../../src/cleanup/attempts/keptMark.ts';
import type { Integration } from '../../src/cleanup/integrations/integration.ts';
import type { IntegrationSecrets } from '../../src/cleanup/integrations/integrationSecrets.ts';
import type { Agreed } from '../../src/cleanup/list/cleanupList.ts';
import type { Entry, EntryGroup } from '../../src/cleanup/list/entry.ts';
import { markOf } from '../../src/cleanup/list/listMark.ts';
import type { Clock } from '../../src/cleanup/quota/clock.ts';
import type { Network, Runner, RunnerRecords } from '../../src/cleanup/runner/runner.ts';
import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import type { SeededChance } from '../support/random/seededChance.ts';
import type { ActTeller } from './actTeller.ts';
import { tell } from './freezing.ts';

export interface SoakUserPorts {
  readonly records: RunnerRecords;
  readonly database: CleanupDatabase;
  readonly secrets: IntegrationSecrets;
  readonly mark: KeptMark;
  readonly runner: Runner;
  readonly network: Network;
  readonly readMeans: (integration: string) => ReturnType<ReadMeans>;
  readonly clock: Clock;
  readonly chance: SeededChance;
  readonly acts: ActTeller;
  readonly firstNumber: number;
}

interface OwnAgreement {
  readonly act: string;
  readonly list: string;
  readonly agreement: number;
}

const longestDialogMs = 800;
const longestPauseMs = 500;

/** Simulates a user who puts sessions on the list, agrees to deletions, and takes consent back. */
export class SoakUser {
  readonly #ports: SoakUserPorts;
  readonly #agreements: OwnAgreement[] = [];
  #nextNumber: number;

  constructor(ports: SoakUserPorts) {
    this.#ports = ports;
    this.#nextNumber = ports.firstNumber;
  }

  /** Does one thing. Rejects as the called code does; then the act was not acknowledged. */
  async act(): Promise<unknown> {
    const { chance, records } = this.#ports;
    if (records.switches.isPaused() && chance.happens(0.5)) return this.#resume();
    const integration = await this.#anIntegration();
    if (integration === undefined) return undefined;
    const kind = chance.next();
    if (kind < 0.25) return this.#agreeToNew(integration);
    if (kind < 0.45) return this.#agreeToListed(integration);
    if (kind < 0.53) return this.#add(integration);
    if (kind < 0.65) return this.#hold(integration);
    if (kind < 0.72) return this.#release(integration);
    if (kind < 0.8) return this.#remove(integration);
    if (kind < 0.84) return this.#undo();
    if (kind < 0.92) return this.#cancelOne();
    if (kind < 0.97) return this.#listAgain();
    return this.#pauseForAWhile();
  }

  /** The dialog is open for a while; it names what was read before it opened. */
  async #agreeToNew(integration: Integration): Promise<void> {
    const { chance, acts, mark, records, clock } = this.#ports;
    const sessionIds = Array.from({ length: chance.whole(1, 3) }, () => this.#newSession());
    await this.#dialogIsOpen();
    let agreed: Agreed | undefined;
    const act = await acts.around(agreement(integration, sessionIds), async () => {
      await mark.bringUpToDate();
      const sessions = sessionIds.map((sessionId) => ({ sessionId }));
      agreed = records.list.agree(integration, sessions, clock().wallAt);
      return agreed?.entries.map(({ sessionId }) => sessionId);
    });
    if (agreed === undefined) return;
    const own = this.#noteAgreement(act, agreed.agreement);
    if (chance.happens(0.4)) await this.#sendNow(integration, agreed.entries, own);
  }

  /** Sends what was just agreed to; the user may press Cancel meanwhile. */
  async #sendNow(integration: Integration, entries: readonly Entry[], own: OwnAgreement): Promise<void> {
    const { chance, runner } = this.#ports;
    const aborter = new AbortController();
    const cancelling = chance.happens(0.6)
      ? wait(chance.between(0, 400)).then(() => {
          aborter.abort();
          return this.#cancel(own);
        })
      : undefined;
    await runner.inForeground(integration.id, async () => {
      for (const entry of entries)
        if ((await this.#sendOne(integration, entry, aborter.signal)) !== 'sent') break;
    });
    await cancelling;
  }

  async #sendOne({ id }: Integration, entry: Entry, signal: AbortSignal): Promise<string> {
    const { records, readMeans, network, clock } = this.#ports;
    const result = await deleteEntry(
      records.book,
      entry,
      { readMeans: () => readMeans(id), send: network.send, clock },
      signal,
    );
    if (result.kind !== 'sent') return result.kind;
    const { sessionId } = entry;
    const isRecorded = result.recordError === undefined;
    tell({ kind: 'sent', sessionId, outcome: result.outcome.kind, isRecorded });
    return isRecorded ? 'sent' : 'notRecorded';
  }

  /** In parts with a wait between them, as the editor does for a long list. */
  async #agreeToListed(integration: Integration): Promise<void> {
    const { chance, acts, mark, records, clock } = this.#ports;
    const entries = this.#some('listed', integration, chance.whole(1, 30));
    if (entries.length === 0) return;
    await this.#dialogIsOpen();
    let number: number | undefined;
    const act = await acts.around(agreement(integration, idsOf(entries)), async () => {
      await mark.bringUpToDate();
      number = records.list.beginAgreement(integration, entries.length, clock().wallAt);
      if (number === undefined) return undefined;
      const taken: string[] = [];
      for (let from = 0; from < entries.length; from += 5) {
        const part = entries.slice(from, from + 5);
        const count = records.list.agreeToListed(number, part, clock().wallAt);
        if (count === part.length) taken.push(...idsOf(part));
        await wait(chance.between(0, 20));
      }
      return taken;
    });
    if (number !== undefined) this.#noteAgreement(act, number);
  }

  #add({ id }: Integration): Promise<string> {
    const { acts, records, clock } = this.#ports;
    const sessionIds = [this.#newSession(), this.#newSession()];
    return acts.around({ kind: 'add', sessionIds }, () => {
      const sessions = sessionIds.map((sessionId) => ({ sessionId }));
      records.list.add(id, sessions, clock().wallAt);
      return sessionIds;
    });
  }

  #hold(integration: Integration): Promise<string | undefined> {
    const { list } = this.#ports.records;
    return this.#change('hold', this.#waiting(integration), (entries) =>
      list.hold(entries, 'a note', this.#at()),
    );
  }

  #release(integration: Integration): Promise<string | undefined> {
    const { list } = this.#ports.records;
    return this.#change('release', this.#some('held', integration, 5), (entries) => list.release(entries));
  }

  async #remove(integration: Integration): Promise<void> {
    const { chance, records } = this.#ports;
    if (chance.happens(0.3)) records.list.endUndo();
    await this.#change('remove', this.#waiting(integration), (entries) =>
      records.list.remove(entries, this.#at()),
    );
  }

  #listAgain(): Promise<string | undefined> {
    const { list, groups } = this.#ports.records;
    const waiting = groups.page('later', {}, 'place', 0, 20);
    const entries = waiting.filter(({ state }) => state === 'blocked').slice(0, 3);
    return this.#change('listAgain', entries, (chosen) => list.listAgain(chosen, this.#at()));
  }

  #undo(): Promise<string> {
    return this.#ports.acts.around({ kind: 'undo' }, () => {
      this.#ports.records.list.undoRemoval(3);
      return [];
    });
  }

  async #cancelOne(): Promise<void> {
    if (this.#agreements.length > 0) await this.#cancel(this.#ports.chance.pick(this.#agreements));
  }

  #cancel({ act, list, agreement: number }: OwnAgreement): Promise<string> {
    return this.#ports.acts.around({ kind: 'cancel', of: act }, () => {
      this.#ports.records.book.cancel({ list, agreement: number });
      return [];
    });
  }

  async #pauseForAWhile(): Promise<void> {
    const { acts, records, chance } = this.#ports;
    await acts.around({ kind: 'pause' }, () => {
      records.switches.pause();
      return [];
    });
    await wait(chance.between(100, longestPauseMs));
    await this.#resume();
  }

  #resume(): Promise<string> {
    return this.#ports.acts.around({ kind: 'resume' }, () => {
      this.#ports.records.switches.resume();
      return [];
    });
  }

  /** The act is acknowledged for these entries only if all of them were still in the expected state. */
  async #change(
    kind: 'hold' | 'release' | 'remove' | 'listAgain',
    entries: readonly Entry[],
    change: (entries: readonly Entry[]) => number,
  ): Promise<string | undefined> {
    if (entries.length === 0) return undefined;
    const sessionIds = idsOf(entries);
    return this.#ports.acts.around({ kind, sessionIds }, () =>
      change(entries) === entries.length ? sessionIds : [],
    );
  }

  async #anIntegration(): Promise<Integration | undefined> {
    const { integrations } = await this.#ports.secrets.read();
    return integrations.length === 0 ? undefined : this.#ports.chance.pick(integrations);
  }

  #waiting(integration: Integration): readonly Entry[] {
    const { chance } = this.#ports;
    return this.#some(chance.pick(['queue', 'queue', 'listed']), integration, chance.whole(1, 3));
  }

  #some(group: EntryGroup, { id }: Integration, most: number): readonly Entry[] {
    return this.#ports.records.groups.after(group, id, undefined, most);
  }

  async #dialogIsOpen(): Promise<void> {
    const { chance } = this.#ports;
    if (chance.happens(0.5)) await wait(chance.between(0, longestDialogMs));
  }

  #noteAgreement(act: string, number: number): OwnAgreement {
    const own = { act, list: markOf(this.#ports.database).list, agreement: number };
    this.#agreements.push(own);
    return own;
  }

  #newSession(): SessionId {
    this.#nextNumber += 1;
    return sessionNumber(this.#nextNumber);
  }

  #at(): number {
    return this.#ports.clock().wallAt;
  }
}

function agreement(
  { id, apiKey, baseUrl }: Integration,
  sessionIds: readonly string[],
): Parameters<ActTeller['around']>[0] {
  return { kind: 'agree', integration: id, apiKey, baseUrl, sessionIds };
}

function idsOf(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ sessionId }) => sessionId);
}
