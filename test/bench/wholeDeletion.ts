import { closeSync, openSync, writeSync } from 'node:fs';
import fetch from 'node-fetch';
import { AttemptBook } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { systemClock, type Clock } from '../../src/cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { deleteEntry, type DeletionResult } from '../../src/cleanup/attempts/deletion.ts';
import { isOwnerAlive, thisProcess } from '../../src/cleanup/attempts/owner.ts';
import { integrationKey, titleOf, type Integration } from '../../src/editor/integration.ts';
import { answerLine } from '../../src/editor/outcomeText.ts';
import { quotaLine } from '../../src/editor/quotaText.ts';
import { deleteSession, type ClientPorts } from '../../src/veriff/client.ts';
import type { Credentials } from '../../src/veriff/credentials.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { dayMs, outcomeOf, sessionNumber } from '../support/cleanupWorkshop.ts';

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
 * Everything that the extension does for one session once the user has agreed, but for what VS Code draws: the
 * list, quota and database of src/cleanup, the client, and the line of the log. What sendConfirmed.ts does.
 */
export class WholeDeletion {
  readonly #integration: Integration;
  readonly #key: string;
  readonly #database: CleanupDatabase;
  readonly #list: CleanupList;
  readonly #book: AttemptBook;
  readonly #log: number;
  #leapMs = 0;

  /** Opens both files; the database begins with a past of `pastAttempts` answered deletions of this integration. */
  constructor(credentials: Credentials, { database, log }: WholeDeletionFiles, pastAttempts: number) {
    this.#integration = { ...credentials, id: 'bench', name: 'Bench', kind: 'TEST' };
    this.#key = integrationKey(this.#integration);
    if (pastAttempts > 0) this.#writePast(database, pastAttempts);
    this.#database = CleanupDatabase.open(database);
    this.#list = new CleanupList(this.#database);
    this.#book = this.#bookOf(this.#database);
    this.#log = openSync(log, 'a');
  }

  /**
   * To be called before each deletion: lets the day go by that the rate limit asks for. Limits that are never
   * reached would also make the quota read another number of rows than it does for Veriff's.
   */
  passDay(): void {
    this.#leapMs += 2 * dayMs;
  }

  /** Deletes one session, from the user's consent to the log. Rejects when that is not how it ended. */
  async run(sessionId: SessionId): Promise<void> {
    const [confirmed] = this.#list.confirm(this.#key, [{ sessionId }], Date.now());
    if (confirmed === undefined) throw new Error('The session is being deleted already.');
    const result = await deleteEntry(
      this.#book,
      confirmed.entry.id,
      (id, signal) => deleteSession(this.#integration, id, client, signal),
      this.#clock,
      neverAborted,
    );
    if (result.kind !== 'sent') throw new Error(`Nothing was sent: ${result.kind}.`);
    this.#writeLine(sessionId, result);
    if (result.outcome.kind !== 'deleted') throw new Error(`Not deleted: ${result.outcome.kind}.`);
  }

  close(): void {
    this.#database.close();
    closeSync(this.#log);
  }

  readonly #clock: Clock = () => {
    const now = systemClock();
    return { ...now, uptimeMs: now.uptimeMs + this.#leapMs };
  };

  #bookOf(database: CleanupDatabase): AttemptBook {
    return new AttemptBook(database, {
      clock: this.#clock,
      owner: thisProcess,
      isOwnerAlive,
      chance: Math.random,
    });
  }

  // The words of log.ts, which needs VS Code; VS Code's logger keeps its file open, too.
  #writeLine(sessionId: SessionId, { outcome, durationMs }: Extract<DeletionResult, { kind: 'sent' }>): void {
    const line = [
      outcome.kind,
      sessionId,
      titleOf(this.#integration),
      ...answerLine(outcome),
      `${Math.round(durationMs)} ms`,
      quotaLine(this.#book.quota(this.#key), Date.now()),
    ].join(' · ');
    writeSync(this.#log, `${new Date().toISOString()} [info] ${line}\n`);
  }

  #writePast(path: string, attempts: number): void {
    const database = CleanupDatabase.open(path);
    // Only here, where nothing is measured: otherwise each of these rows would wait for the disk three times.
    database.run('PRAGMA synchronous = OFF');
    const [list, book] = [new CleanupList(database), this.#bookOf(database)];
    for (let index = 0; index < attempts; index += 1) {
      this.passDay();
      const [confirmed] = list.confirm(this.#key, [{ sessionId: sessionNumber(1e8 + index) }], Date.now());
      const result = book.reserve(confirmed?.entry.id ?? -1);
      if (result.kind !== 'reserved') throw new Error(`The past could not be written: ${result.kind}.`);
      book.record(result.reservation, outcomeOf(200, { serverAt: Date.now() }), 50);
    }
    database.close();
  }
}
