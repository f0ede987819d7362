import type { SessionId } from '../../veriff/sessionId.ts';
import type { CleanupDatabase, Row } from '../database/database.ts';
import {
  endAgreement,
  endConsentOf,
  giveConsent,
  giveConsentToListed,
  writeAgreement,
  type NamedIntegration,
} from './consents.ts';
import { entryOf, type Entry, type EntryRef, type EntrySource, type EntryState } from './entry.ts';
import { lookUpWaitMs, setEntryState, setEntryWait } from './entryState.ts';
import {
  awaitsConfirmation,
  noteSeen,
  writeLookUpResult,
  type LookUpResult,
  type SeenBefore,
} from './lookUpResult.ts';
import { keepForUndo, removedCount, restoreRemoved, type Restored } from './removal.ts';

/** One session to be put on the list. */
export interface NewEntry {
  readonly sessionId: SessionId;
  readonly source?: EntrySource;
  /** What a look-up found before it was put on the list. */
  readonly seen?: SeenBefore;
}

/** The result of an agreement: its number and the entries that it confirms. */
export interface Agreed {
  readonly agreement: number;
  readonly entries: readonly Entry[];
}

/**
 * The durable list. Only this class and the attempts write an entry's state. Methods that take entries handle all of
 * them in one transaction and skip those that are not eligible or no longer match their reference; callers with many
 * entries pass them in parts. Methods that take a consent back return after that is in the database file itself.
 */
export class CleanupList {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /**
   * Puts sessions on the list without consent to delete them; those already on it stay as they are. Returns how many
   * were new.
   */
  add(integration: string, sessions: readonly NewEntry[], at: number): number {
    const rows = sessions.map(({ sessionId, source }) => [sessionId, source?.uri, source?.line]);
    // One statement for all sessions: with a hundred thousand of them, the cost of a statement is noticeable.
    return this.#database.transaction(
      () =>
        this.#database.run(
          `INSERT INTO list_entries (integration, session_id, state, source_uri, source_line, added_at, changed_at)
           SELECT ?1, value ->> 0, 'listed', value ->> 1, value ->> 2, ?2, ?2 FROM json_each(?3)
           WHERE true ON CONFLICT DO NOTHING`,
          integration,
          at,
          JSON.stringify(rows),
        ).changes,
    );
  }

  /**
   * Records that the user agreed, in the dialog that named this integration, to delete these sessions of it; `at` is
   * epoch ms. Sessions that are being sent or on hold are left out. `unknown` ones stay so until they have been looked
   * up. Returns undefined and writes nothing if the integration has ended or is not what the dialog named. The
   * agreement is on the disk after the next checkpoint, which a reservation makes; a caller that reports it earlier
   * makes one itself.
   */
  agree(named: NamedIntegration, sessions: readonly NewEntry[], at: number): Agreed | undefined {
    return this.#database.beforeCheckpoint(() => {
      const agreement = writeAgreement(this.#database, named, sessions.length, at);
      if (agreement === undefined) return undefined;
      const entries = sessions.flatMap((session) => {
        this.#insert(named.id, session, at);
        if (session.seen !== undefined) noteSeen(this.#database, named.id, session.sessionId, session.seen);
        const before = this.find(named.id, session.sessionId);
        if (before === undefined || before.state === 'sending' || before.heldAt !== undefined) return [];
        giveConsent(this.#database, agreement, before.id, at);
        const entry = this.byId(before.id);
        return entry === undefined ? [] : [entry];
      });
      return { agreement, entries };
    });
  }

  /**
   * Starts an agreement to listed entries, which `agreeToListed` then adds in parts; `sessions` is the number that the
   * dialog named. Undefined as in `agree`.
   */
  beginAgreement(named: NamedIntegration, sessions: number, at: number): number | undefined {
    return this.#database.transaction(() => writeAgreement(this.#database, named, sessions, at));
  }

  /**
   * Adds listed entries to an agreement: only those of its integration, and only if that has not ended since. Returns
   * how many.
   */
  agreeToListed(agreement: number, entries: readonly EntryRef[], at: number): number {
    return this.#database.transaction(() => giveConsentToListed(this.#database, agreement, entries, at));
  }

  /**
   * Takes an agreement back: its sessions that have not been answered yet are not sent again. Returns how many consents
   * ended.
   */
  cancel(agreement: number, at: number): number {
    return this.#database.durably(() => endAgreement(this.#database, agreement, at));
  }

  /**
   * Removes entries from the list (never from Veriff), except one that is being sent. Returns how many were removed.
   * They are kept for `undoRemoval` until `endUndo`.
   */
  remove(entries: readonly EntryRef[], at: number): number {
    return this.#durably(entries, ({ id, state }) => {
      if (state === 'sending') return false;
      const wasAgreed = endConsentOf(this.#database, id, 'removed', at);
      return keepForUndo(this.#database, id, wasAgreed ? 'agreed' : 'not agreed');
    });
  }

  /**
   * Moves entries to the list of another integration, where they are listed, without consent; what is listed there already
   * stays as it is. Leaves out what is being sent and what is deleted. Returns how many were moved.
   */
  moveTo(integration: string, entries: readonly EntryRef[], at: number): number {
    return this.#durably(entries, ({ id, sessionId, integration: from, state, source }) => {
      if (state === 'sending' || state === 'deleted' || from === integration) return false;
      endConsentOf(this.#database, id, 'removed', at);
      this.#database.run('DELETE FROM list_entries WHERE id = ?', id);
      this.#insert(integration, { sessionId, ...(source && { source }) }, at);
      return true;
    });
  }

  /** Forgets what was removed. Call before the first part of a new removal. */
  endUndo(): void {
    this.#database.run('DELETE FROM removed_entries');
  }

  /** How many entries the last removal took, while it can be undone. */
  removedCount(): number {
    return removedCount(this.#database);
  }

  /** Restores up to `most` entries of the last removal, see `restoreRemoved`. */
  undoRemoval(most: number): Restored {
    return this.#database.transaction(() => restoreRemoved(this.#database, most));
  }

  /** Holds entries back until they are released, and ends their consents. Returns how many. */
  hold(entries: readonly EntryRef[], note: string | undefined, at: number): number {
    return this.#durably(entries, ({ id, state }) => {
      if (!['listed', 'confirmed', 'blocked', 'unknown'].includes(state)) return false;
      endConsentOf(this.#database, id, 'held', at);
      this.#database.run(
        'UPDATE list_entries SET held_at = ?, hold_note = ?, revision = revision + 1 WHERE id = ?',
        Math.round(at),
        note ?? null,
        id,
      );
      return true;
    });
  }

  /** Ends the hold of entries; they are then `listed`, or `unknown` as before. Returns how many were on hold. */
  release(entries: readonly EntryRef[]): number {
    return this.#each(entries, ({ id, heldAt }) => {
      if (heldAt === undefined) return false;
      this.#database.run('UPDATE list_entries SET held_at = NULL, hold_note = NULL WHERE id = ?', id);
      return true;
    });
  }

  /** Lists blocked and failed entries again, so that they can be confirmed again. Returns how many. */
  listAgain(entries: readonly EntryRef[], at: number): number {
    return this.#durably(entries, ({ id, state }) => {
      if (state !== 'blocked' && state !== 'failed') return false;
      endConsentOf(this.#database, id, 'retried', at);
      setEntryState(this.#database, id, 'listed', null, at);
      return true;
    });
  }

  /** Sets whether "Delete Listed Sessions…" includes these entries. */
  setChecked(entries: readonly EntryRef[], isChecked: boolean): void {
    this.#each(entries, ({ id }) => {
      this.#database.run('UPDATE list_entries SET checked = ? WHERE id = ?', isChecked ? 1 : 0, id);
      return true;
    });
  }

  /**
   * Records the result of a look-up, see `writeLookUpResult`. `asked` is the entry as it was when the request was sent;
   * if it has changed since, the result is ignored. `nowMs` is a reading of the database's clock. Returns the entry's
   * state. Call inside a transaction.
   */
  recordLookUp(asked: Entry, result: LookUpResult, nowMs: number, at: number): EntryState | undefined {
    const entry = this.#unchanged(asked);
    if (entry !== undefined) writeLookUpResult(this.#database, entry, result, nowMs, at);
    return this.#meant(asked)?.state;
  }

  /**
   * Records that a look-up got no answer. An entry that waits for one, `unknown` or `notFound`, is looked up again after
   * a longer wait. Call inside a transaction.
   */
  recordVainLookUp(asked: Entry, nowMs: number): void {
    const entry = this.#unchanged(asked);
    if (entry === undefined || (entry.state !== 'unknown' && !awaitsConfirmation(entry))) return;
    const lookUps = entry.lookUps + 1;
    this.#database.run('UPDATE list_entries SET look_ups = ? WHERE id = ?', lookUps, entry.id);
    setEntryWait(this.#database, entry.id, nowMs + lookUpWaitMs(lookUps));
  }

  /** Whether an entry, unchanged since then, has got a 404 to our DELETE that no look-up has confirmed yet. */
  awaitsConfirmation(asked: Entry): boolean {
    const entry = this.#unchanged(asked);
    return entry !== undefined && awaitsConfirmation(entry);
  }

  /** The entry of a session, or undefined if it is not on the list. */
  find(integration: string, sessionId: SessionId): Entry | undefined {
    return optionalEntry(
      this.#database.get(
        'SELECT * FROM current_entries WHERE integration = ? AND session_id = ?',
        integration,
        sessionId,
      ),
    );
  }

  /**
   * The entries of these sessions on the lists of other integrations that the user has to know about before the same id is
   * deleted here: confirmed, sent, or deleted. `integrations` are the ids of the others.
   */
  elsewhere(integrations: readonly string[], sessionIds: readonly SessionId[]): readonly Entry[] {
    return this.#database
      .all(
        `SELECT * FROM current_entries WHERE integration IN (SELECT value FROM json_each(?))
           AND session_id IN (SELECT value FROM json_each(?))
           AND entry_group IN ('queue', 'sending', 'later', 'needsYou', 'done') AND state <> 'failed'`,
        JSON.stringify(integrations),
        JSON.stringify(sessionIds),
      )
      .map(entryOf);
  }

  /** The entry with this number, whatever it is by now. */
  byId(entryId: number): Entry | undefined {
    return optionalEntry(this.#database.get('SELECT * FROM current_entries WHERE id = ?', entryId));
  }

  /** The referenced entry; undefined if its number belongs to another one by now. */
  meant(ref: EntryRef): Entry | undefined {
    return this.#meant(ref);
  }

  #meant({ list, id, sessionId }: EntryRef): Entry | undefined {
    const entry = this.byId(id);
    return entry?.list === list && entry.sessionId === sessionId ? entry : undefined;
  }

  #unchanged(asked: Entry): Entry | undefined {
    const entry = this.#meant(asked);
    return entry?.integration === asked.integration && entry.revision === asked.revision ? entry : undefined;
  }

  /** Calls `change` for each entry that still matches its reference; returns how often that returned true. */
  #each(entries: readonly EntryRef[], change: (entry: Entry) => boolean): number {
    return this.#database.transaction(() => this.#change(entries, change));
  }

  #durably(entries: readonly EntryRef[], change: (entry: Entry) => boolean): number {
    return this.#database.durably(() => this.#change(entries, change));
  }

  #change(entries: readonly EntryRef[], change: (entry: Entry) => boolean): number {
    return entries.filter((ref) => {
      const entry = this.#meant(ref);
      return entry !== undefined && change(entry);
    }).length;
  }

  #insert(integration: string, { sessionId, source }: NewEntry, at: number): void {
    this.#database.run(
      `INSERT INTO list_entries (integration, session_id, state, source_uri, source_line, added_at, changed_at)
       VALUES (?, ?, 'listed', ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      integration,
      sessionId,
      source?.uri ?? null,
      source?.line ?? null,
      Math.round(at),
      Math.round(at),
    );
  }
}

function optionalEntry(row: Row | undefined): Entry | undefined {
  return row && entryOf(row);
}
