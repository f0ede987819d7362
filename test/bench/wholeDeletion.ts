import { closeSync, openSync, writeSync } from 'node:fs';
import fetch from 'node-fetch';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { systemClock, type Clock } from '../../src/cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { deleteEntry, type DeletionResult } from '../../src/cleanup/attempts/deletion.ts';
import { isOwnerAlive, thisProcess } from '../../src/cleanup/attempts/owner.ts';
import { KeptMark } from '../../src/cleanup/attempts/keptMark.ts';
import type { IntegrationDraft, IntegrationRow } from '../../src/cleanup/integrations/integration.ts';
import { Integrations } from '../../src/cleanup/integrations/integrations.ts';
import { IntegrationSecrets } from '../../src/cleanup/integrations/integrationSecrets.ts';
import type { RequestMeans } from '../../src/cleanup/attempts/reservation.ts';
import { markOf } from '../../src/cleanup/list/listMark.ts';
import { titleOf } from '../../src/editor/app/integration.ts';
import { answerLine } from '../../src/editor/text/outcomeText.ts';
import { quotaLine } from '../../src/editor/text/quotaText.ts';
import { deleteSession, type ClientPorts } from '../../src/veriff/client.ts';
import type { Credentials } from '../../src/veriff/credentials.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { dayMs, outcomeOf, sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import { MemorySecrets } from './memorySecrets.ts';

/** Absolute paths of the two files that one measured window writes to. */
export interface WholeDeletionFiles {
  readonly database: string;
  readonly log: string;
}

const neverAborted = new AbortController().signal;

const client: ClientPorts = {
  fetch,
  now: Date.now,
  startTimer: (ms, fire) => {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Everything that the extension does for one session after the user has agreed, except what VS Code draws: the kept
 * mark, list, quota and database of src/cleanup, the client, and the log line. The same steps as in deleteSession.ts
 * and sendConfirmed.ts.
 */
export class WholeDeletion {
  readonly #draft: IntegrationDraft;
  readonly #path: string;
  readonly #database: CleanupDatabase;
  readonly #list: CleanupList;
  readonly #book: AttemptBook;
  readonly #secrets: IntegrationSecrets;
  readonly #mark: KeptMark;
  readonly #log: number;
  #row: IntegrationRow | undefined;
  #leapMs = 0;

  constructor(credentials: Credentials, { database, log }: WholeDeletionFiles) {
    this.#draft = { ...credentials, name: 'Bench', kind: 'TEST', isSandbox: false };
    this.#path = database;
    this.#database = CleanupDatabase.open(database);
    this.#list = new CleanupList(this.#database);
    this.#book = this.#bookOf(this.#database);
    const secrets = new MemorySecrets();
    const records = { database: this.#database, integrations: new Integrations(this.#database) };
    this.#secrets = new IntegrationSecrets({ secrets, records: () => records, now: Date.now });
    this.#mark = new KeptMark({ secrets, database: () => this.#database, clock: this.#clock });
    this.#log = openSync(log, 'a');
  }

  /** Opens both files; the database starts with a history of `pastAttempts` answered deletions of this integration. */
  static async open(
    credentials: Credentials,
    files: WholeDeletionFiles,
    pastAttempts: number,
  ): Promise<WholeDeletion> {
    const whole = new WholeDeletion(credentials, files);
    const stored = await whole.#secrets.add(whole.#draft);
    if (stored.kind !== 'stored') throw new Error(`The integration was not stored: ${stored.kind}.`);
    whole.#row = stored.row;
    await whole.#mark.bringUpToDate();
    if (pastAttempts > 0) whole.#writePast(pastAttempts);
    await whole.#mark.bringUpToDate();
    return whole;
  }

  /**
   * Call it before each deletion: it lets the day pass that the rate limit requires. Raising the limits instead would
   * make the quota read another number of rows than with Veriff's limits.
   */
  passDay(): void {
    this.#leapMs += 2 * dayMs;
  }

  /** Deletes one session, from the user's consent to the log. Rejects if the session was not deleted. */
  async run(sessionId: SessionId): Promise<void> {
    await this.#mark.bringUpToDate();
    const agreed = this.#list.agree(this.#integration, [{ sessionId }], Date.now());
    this.#changed();
    const [entry] = agreed?.entries ?? [];
    if (entry === undefined) throw new Error('The session is being deleted already.');
    const sending = deleteEntry(
      this.#book,
      entry,
      {
        readMeans: () => this.#readMeans(),
        send: (integration, id, signal) => deleteSession(integration, id, client, signal),
        clock: this.#clock,
      },
      neverAborted,
    );
    this.#changed();
    const result = await sending;
    if (result.kind !== 'sent') throw new Error(`Nothing was sent: ${result.kind}.`);
    this.#changed();
    this.#writeLine(sessionId, result);
    if (result.outcome.kind !== 'deleted') throw new Error(`Not deleted: ${result.outcome.kind}.`);
  }

  /** Resolves when the last change is stored in the secrets as well and everything is closed. */
  async close(): Promise<void> {
    await this.#mark.bringUpToDate();
    this.#database.close();
    closeSync(this.#log);
  }

  get #integration(): IntegrationRow {
    if (this.#row === undefined) throw new Error('It was not opened by `open`.');
    return this.#row;
  }

  readonly #clock: Clock = () => {
    const now = systemClock();
    return { ...now, uptimeMs: now.uptimeMs + this.#leapMs };
  };

  /** What the editor's integration store reads for each request. */
  async #readMeans(): Promise<RequestMeans | undefined> {
    const [integration, mark] = await Promise.all([
      this.#secrets.readOne(this.#integration.id),
      this.#mark.read(),
    ]);
    return integration && { integration, mark };
  }

  /** What the editor does after each change, except drawing; nothing waits for it. */
  #changed(): void {
    void this.#mark.keepUp();
  }

  #bookOf(database: CleanupDatabase): AttemptBook {
    return new AttemptBook(database, {
      clock: this.#clock,
      owner: thisProcess,
      isOwnerAlive,
      chance: Math.random,
    });
  }

  // The text of log.ts, which needs VS Code. The file stays open, as in VS Code's logger.
  #writeLine(sessionId: SessionId, { outcome, durationMs }: Extract<DeletionResult, { kind: 'sent' }>): void {
    const line = [
      outcome.kind,
      sessionId,
      titleOf(this.#integration),
      ...answerLine(outcome),
      `${Math.round(durationMs)} ms`,
      quotaLine(this.#book.quota(this.#integration.id), Date.now()),
    ].join(' · ');
    writeSync(this.#log, `${new Date().toISOString()} [info] ${line}\n`);
  }

  #writePast(attempts: number): void {
    const database = CleanupDatabase.open(this.#path);
    // Only while the history is written, which is not measured: otherwise each row would wait for the disk three times.
    database.run('PRAGMA synchronous = OFF');
    const [list, book] = [new CleanupList(database), this.#bookOf(database)];
    const integration = { ...this.#draft, id: this.#integration.id };
    for (let index = 0; index < attempts; index += 1) {
      this.passDay();
      const agreed = list.agree(integration, [{ sessionId: sessionNumber(1e8 + index) }], Date.now());
      const [entry] = agreed?.entries ?? [];
      if (entry === undefined) throw new Error('The past could not be agreed to.');
      const result = book.reserve(entry, { integration, mark: markOf(database) });
      if (result.kind !== 'reserved') throw new Error(`The past could not be written: ${result.kind}.`);
      book.record(result.reservation, outcomeOf(200, { serverAt: Date.now() }), 50);
    }
    database.close();
  }
}
