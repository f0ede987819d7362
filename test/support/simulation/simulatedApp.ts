import { beginAnew } from '../../../src/cleanup/attempts/beginAnew.ts';
import { KeptMark } from '../../../src/cleanup/attempts/keptMark.ts';
import type { RequestMeans } from '../../../src/cleanup/attempts/reservation.ts';
import type { AttemptBookPorts } from '../../../src/cleanup/attempts/bookPorts.ts';
import { UnwrittenAnswers } from '../../../src/cleanup/attempts/unwrittenAnswers.ts';
import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import type { Integration } from '../../../src/cleanup/integrations/integration.ts';
import { IntegrationSecrets, type Secrets } from '../../../src/cleanup/integrations/integrationSecrets.ts';
import type { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import type { MarkVerdict } from '../../../src/cleanup/list/listMark.ts';
import { QueueOrder } from '../../../src/cleanup/list/queueOrder.ts';
import type { RunnerRecords } from '../../../src/cleanup/runner/runner.ts';
import { listOf } from './simulatedArm.ts';
import {
  SimulatedBook,
  SimulatedIntegrations,
  SimulatedGroups,
  SimulatedSwitches,
  type BookWatch,
} from './simulatedBook.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** Everything that one window has over one opened database. */
export interface SimulatedRecords extends RunnerRecords {
  readonly database: CleanupDatabase;
  readonly list: CleanupList;
  readonly book: SimulatedBook;
  readonly order: QueueOrder;
}

export interface DeskPorts {
  readonly book: Omit<AttemptBookPorts, 'unwritten'>;
  readonly watch: Omit<BookWatch, 'unwritten'>;
  readonly secrets: Secrets;
  /** Called after the database was opened for the first time. */
  readonly opened: () => void;
}

/** The app of one window, composed like the editor's app and integration store. */
export class SimulatedApp {
  readonly mark: KeptMark;
  readonly secrets: IntegrationSecrets;
  readonly #world: SimulatedWorld;
  readonly #ports: DeskPorts;
  readonly #unwritten = new UnwrittenAnswers();
  readonly #watchedUnwritten: BookWatch['unwritten'] = [];
  readonly #keptMeans = new Map<string, RequestMeans>();
  #records: SimulatedRecords | undefined;
  #hasOpened = false;
  #isClosed = false;

  constructor(world: SimulatedWorld, ports: DeskPorts) {
    this.#world = world;
    this.#ports = ports;
    const { clock } = ports.book;
    const { secrets } = ports;
    this.secrets = new IntegrationSecrets({
      secrets,
      records: () => this.records(),
      now: () => clock().wallAt,
    });
    this.mark = new KeptMark({ secrets, database: () => this.records().database, clock });
  }

  /** The open book; undefined if there is none. */
  get openBook(): SimulatedBook | undefined {
    return this.#records?.book;
  }

  /**
   * The list, the attempts and the switches, opened again if another file is in the place. Throws `DatabaseUnusable`.
   */
  records(): SimulatedRecords {
    if (this.#isClosed) throw new WindowClosed();
    const { folder } = this.#world;
    const isHeld = this.#records?.book.held !== undefined;
    if (folder !== undefined && !isHeld && this.#records?.database.isOutdated() === true)
      this.#closeOutdated();
    if (this.#records !== undefined) return this.#records;
    const isFirst = !this.#hasOpened;
    this.#records = this.#open();
    // Not each time: a read-only database is opened again at each look.
    if (isFirst) {
      this.#ports.opened();
      void this.secrets.eraseEnded().catch(() => undefined);
    }
    this.#keepMark();
    return this.#records;
  }

  /** Call it after every change of entries or attempts. */
  changed(): void {
    this.#keepMark();
  }

  /** Tells the user why everything that was confirmed has to be confirmed again. */
  tellMark(verdict: MarkVerdict): void {
    if (verdict !== 'same') this.#world.hearVerdict(verdict);
  }

  /** What a request for this integration is about to use, read now. */
  async readMeans(id: string): Promise<RequestMeans | undefined> {
    const kept = this.#keptMeans.get(id);
    if (kept !== undefined) return kept;
    const [integration, mark] = await Promise.all([this.secrets.readOne(id), this.mark.read()]);
    const means = integration && { integration, mark };
    if (means === undefined) return undefined;
    if (this.#world.arm.means === 'readOnce') {
      this.#keptMeans.set(id, means);
      return means;
    }
    return { ...means, readAt: this.#ports.book.clock() };
  }

  /** All living integrations whose secrets are available. */
  async integrations(): Promise<readonly Integration[]> {
    return (await this.secrets.read()).integrations;
  }

  /** Begins a new list in the place of one that cannot be used. */
  async beginNewList(): Promise<void> {
    const { folder } = this.#world;
    if (folder === undefined) throw new Error('A list in memory is always usable.');
    this.#close();
    beginAnew(folder.databasePath, this.#ports.book.clock);
    folder.isDamaged = false;
    this.#world.notes.begin();
    this.records();
    await this.mark.beginAnew();
    this.changed();
  }

  end(how: 'closed' | 'killed'): void {
    if (how === 'closed') this.#close();
    else if (this.#records !== undefined) this.#world.folder?.abandon(this.#records.database);
    this.#records = undefined;
    this.#isClosed = true;
  }

  /** Makes the database of this window read-only or writable, as the disk is. */
  refuseWrites(): void {
    // If its file was replaced, the database may be closed already.
    if (this.#records?.database.isOutdated() === true) return;
    this.#records?.database.run(`PRAGMA query_only = ${this.#world.refusesWrites ? 'ON' : 'OFF'}`);
  }

  #keepMark(): void {
    if (this.#records === undefined || this.#isClosed) return;
    void this.mark.keepUp().then(
      (verdict) => this.tellMark(verdict),
      () => undefined,
    );
  }

  #closeOutdated(): void {
    this.#close();
    this.#world.outdatedClosed();
  }

  #close(): void {
    if (this.#records !== undefined) this.#world.folder?.close(this.#records.database);
    this.#records = undefined;
  }

  #open(): SimulatedRecords {
    const { arm } = this.#world;
    const database = this.#world.openDatabase(this.#hasOpened ? 'existing' : 'new or existing');
    this.#hasOpened = true;
    const book = new SimulatedBook(
      database,
      { ...this.#ports.book, unwritten: this.#unwritten },
      { ...this.#ports.watch, unwritten: this.#watchedUnwritten },
    );
    return {
      database,
      book,
      list: listOf(database, arm),
      groups: new SimulatedGroups(database, book),
      order: new QueueOrder(database),
      switches: new SimulatedSwitches(database, book),
      integrations: new SimulatedIntegrations(database, book),
    };
  }
}

/** Thrown by anything that continues in a closed window. */
export class WindowClosed extends Error {
  override readonly name = 'WindowClosed';
}
