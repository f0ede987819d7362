import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fetch from 'node-fetch';
import * as vscode from 'vscode';
import { AttemptBook } from '../../cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../cleanup/list/cleanupList.ts';
import { WantedLookUps } from '../../cleanup/list/wantedLookUps.ts';
import { systemClock } from '../../cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../cleanup/database/database.ts';
import { forgetAll } from '../../cleanup/database/forgetting.ts';
import { beginAnew } from '../../cleanup/attempts/beginAnew.ts';
import { isOwnerAlive, thisProcess } from '../../cleanup/attempts/owner.ts';
import { markOf, type MarkVerdict } from '../../cleanup/list/listMark.ts';
import { takeUnconfirmedByUpdate } from '../../cleanup/list/consents.ts';
import { UnwrittenAnswers } from '../../cleanup/attempts/unwrittenAnswers.ts';
import { Integrations } from '../../cleanup/integrations/integrations.ts';
import { QueueOrder } from '../../cleanup/list/queueOrder.ts';
import type { QuotaState } from '../../cleanup/quota/quota.ts';
import { EntryGroups } from '../../cleanup/list/entryGroups.ts';
import { Switches } from '../../cleanup/attempts/switches.ts';
import type { Found } from '../../sessions/scan/findings.ts';
import type { ClientPorts } from '../../veriff/client.ts';
import { LookUpPace } from '../../veriff/lookUpPace.ts';
import { IntegrationStore } from './integrationStore.ts';
import { DeletionLog } from './deletionLog.ts';
import { views } from '../../contributions.ts';
import { showResult } from './messages.ts';
import { emptyOwnLogs } from './ownLogs.ts';
import { startTimer } from './startTimer.ts';

/** Everything that is stored in the database. */
export interface Records {
  readonly database: CleanupDatabase;
  readonly list: CleanupList;
  readonly wantedLookUps: WantedLookUps;
  readonly groups: EntryGroups;
  readonly order: QueueOrder;
  readonly switches: Switches;
  readonly book: AttemptBook;
  readonly integrations: Integrations;
}

const unconfirmedTexts = {
  rolledBack:
    'The storage folder holds an older copy of the cleanup list, so what was confirmed has to be confirmed again. Nobody knows what was sent since: no slot of the rate limit is free for 24 hours.',
  noneKept:
    'VS Code’s secret storage has lost its record of the cleanup list, so what was confirmed has to be confirmed again.',
} as const;

function updateText(count: number): string {
  const what = count === 1 ? 'One session was' : `${count} sessions were`;
  return `${what} confirmed before this update. A confirmation now names one integration, host, and TEST or LIVE, so nothing is sent before you confirm again.`;
}

/** What a search found, and whether it covered the whole workspace. */
export interface SearchResult {
  readonly found: Found;
  readonly scope: 'workspace' | 'part';
}

/** What all features share: credentials, records, log, clock and network. The app owns these and knows no feature. */
export class App implements vscode.Disposable {
  readonly store: IntegrationStore;
  readonly log = new DeletionLog();
  readonly clock = systemClock;
  readonly client: ClientPorts = { fetch, startTimer, now: Date.now };
  readonly pace = new LookUpPace({ elapsedMs: () => this.clock().uptimeMs, startTimer });
  readonly #databasePath: string;
  readonly #logFolder: string;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #found = new vscode.EventEmitter<SearchResult>();
  readonly #woken = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly #unwritten = new UnwrittenAnswers();
  #records: Records | undefined;
  #erasedEnded: Promise<void> | undefined;
  /** The last mark that the user was told about. */
  #toldMark: string | undefined;
  /** Whether this window has opened the database: if the file is missing after that, it was damaged or removed. */
  #hasOpened = false;
  #isDisposed = false;

  /**
   * Fires when something that is shown may have changed: entries, attempts or integrations, here or in another window.
   */
  readonly onDidChange = this.#changed.event;

  /** Fires when a search has ended, with everything it found: an id may be a stored key. */
  readonly onDidFind = this.#found.event;

  /** Fires when something may be sent that could not be sent before. */
  readonly onDidWake = this.#woken.event;

  /** `isStored`: whether SecretStorage holds anything of ours, as it was asked right before. */
  constructor({ globalStorageUri, logUri, secrets }: vscode.ExtensionContext, isStored?: Promise<boolean>) {
    this.#logFolder = logUri.fsPath;
    this.#databasePath = join(globalStorageUri.fsPath, 'cleanup.sqlite');
    this.store = new IntegrationStore(secrets, {
      records: () => this.records(),
      hasDatabase: () => this.#hasOpened || existsSync(this.#databasePath),
      clock: this.clock,
      isStored,
    });
    this.#subscription = this.store.onDidChange(() => this.#credentialsChanged());
  }

  /** The records; the database is opened at the first call. Throws `DatabaseUnusable`; the next call tries again. */
  records(): Records {
    // A caller may have waited for the secrets while the window closed. The file must not be opened again, because
    // nothing would close it.
    if (this.#isDisposed) throw new vscode.CancellationError();
    // Another window may have begun a new list, or the file was deleted: the open file is outdated then.
    if (this.#records?.database.isOutdated() === true) this.#closeRecords();
    if (this.#records !== undefined) return this.#records;
    this.#records = this.#open();
    // Only after opening: if nothing is stored there is no file, and opening would create one.
    this.wake();
    this.#erasedEnded ??= this.store.eraseEnded().catch(() => undefined);
    const unconfirmed = takeUnconfirmedByUpdate(this.#records.database);
    if (unconfirmed > 0) this.#tellUnconfirmed(updateText(unconfirmed));
    this.#keepMark();
    return this.#records;
  }

  /** The rate-limit state to show, or undefined if the database fails: Veriff's answer must be told in any case. */
  shownQuota(integration: string): QuotaState | undefined {
    try {
      return this.records().book.quota(integration);
    } catch {
      return undefined;
    }
  }

  /** A number that changes with each write of another window; undefined before the database was opened. */
  dataVersion(): number | undefined {
    return this.#records?.database.dataVersion();
  }

  /** Must be called after each change of entries or attempts. */
  changed(): void {
    this.#changed.fire();
    this.#keepMark();
  }

  /** Tells the user why confirmed sessions have to be confirmed again, if the comparison of the marks says so. */
  tellMark(verdict: MarkVerdict): void {
    if (verdict === 'same' || this.#isDisposed) return;
    this.#changed.fire();
    // Several callers may have waited for the same comparison; the user is told once.
    const { list, generation } = markOf(this.records().database);
    const found = verdict === 'rolledBack' ? list : `${list} ${generation}`;
    if (this.#toldMark === found) return;
    this.#toldMark = found;
    this.#tellUnconfirmed(unconfirmedTexts[verdict]);
  }

  /** Writes the answers that could not be written when they came. Throws `DatabaseUnusable` if it still fails. */
  writeAnswers(): void {
    if (this.#unwritten.count === 0) return;
    this.records().book.recordWhatFailed();
    this.changed();
  }

  /** Must be called after each change that lets something be sent, so that the runner looks at once. */
  wake(): void {
    this.#woken.fire();
  }

  /** Must be called at the end of each search. */
  tellFound(result: SearchResult): void {
    this.#found.fire(result);
  }

  /** Begins a new list and keeps the old file; see `beginAnew`. Returns the path of the kept file, if there was one. */
  async beginNewList(): Promise<string | undefined> {
    this.#closeRecords();
    const kept = beginAnew(this.#databasePath, this.clock);
    this.records();
    await this.store.mark.beginAnew();
    this.changed();
    return kept;
  }

  /** Erases the list and all attempts, of every integration. Throws `DatabaseUnusable`. */
  forgetRecords(): void {
    forgetAll(this.records().database, this.#databasePath);
    this.changed();
  }

  /** Empties the log, on screen and in the files of this and earlier runs. Throws the system's error. */
  forgetLog(): void {
    this.log.clear();
    emptyOwnLogs(this.#logFolder);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#subscription.dispose();
    this.pace.dispose();
    this.store.dispose();
    this.#changed.dispose();
    this.#found.dispose();
    this.#woken.dispose();
    this.log.dispose();
    this.#closeRecords();
  }

  /** New credentials may end the stop of an integration. */
  #credentialsChanged(): void {
    this.changed();
    this.wake();
  }

  /**
   * Updates the mark in SecretStorage after reservations and ended consents. If it fails, the next change tries again.
   */
  #keepMark(): void {
    if (this.#records === undefined || this.#isDisposed) return;
    void this.store.mark.keepUp().then(
      (verdict) => this.tellMark(verdict),
      () => undefined,
    );
  }

  #tellUnconfirmed(text: string): void {
    this.log.problem(text);
    showResult('warning', text, this.log, [
      { title: 'Show List', run: () => vscode.commands.executeCommand(`${views.list}.focus`) },
    ]);
  }

  #closeRecords(): void {
    this.#records?.database.close();
    this.#records = undefined;
  }

  #open(): Records {
    const expected = this.#hasOpened ? 'existing' : 'new or existing';
    const database = CleanupDatabase.open(this.#databasePath, { expected });
    this.#hasOpened = true;
    const ports = {
      ...{ clock: this.clock, owner: thisProcess, isOwnerAlive, chance: Math.random },
      unwritten: this.#unwritten,
    };
    return {
      database,
      list: new CleanupList(database),
      wantedLookUps: new WantedLookUps(database),
      groups: new EntryGroups(database),
      order: new QueueOrder(database),
      switches: new Switches(database),
      integrations: new Integrations(database),
      book: new AttemptBook(database, ports),
    };
  }
}
