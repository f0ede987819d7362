import type { SessionId } from '../../veriff/sessionId.ts';
import type { CleanupDatabase, Row } from '../database/database.ts';
import { entryOf, type Entry, type EntrySource } from './entry.ts';
import { lookUpWaitMs, setEntryState, setEntryWait, type EntryState } from './entryState.ts';
import { setFinding, type Finding } from './lookUpResult.ts';

export type { Entry, EntrySource } from './entry.ts';
export type { Finding } from './lookUpResult.ts';

/** One session to be put on the list. */
export interface NewEntry {
  readonly sessionId: SessionId;
  readonly source?: EntrySource;
}

/** What a confirmation made of one id, and how to take it back. */
export interface Confirmed {
  readonly entry: Entry;
  /** The entry as it was, or undefined where the confirmation put it on the list. */
  readonly before: Entry | undefined;
}

/**
 * The durable list. Nobody but it and the attempts write an entry's state. What takes entry ids does all of them in
 * one transaction and skips those that are not eligible: who has many hands them over in parts.
 */
export class CleanupList {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** Puts sessions on the list, without consent to delete them; those that are on it stay as they are. Returns how many were new. */
  add(integration: string, sessions: readonly NewEntry[], at: number): number {
    const rows = sessions.map(({ sessionId, source }) => [sessionId, source?.uri, source?.line]);
    // One statement for all of them: what a statement costs is felt a hundred thousand times.
    return this.#database.transaction(
      () =>
        this.#database.run(
          `INSERT INTO entries (integration, session_id, state, source_uri, source_line, added_at, changed_at)
           SELECT ?1, value ->> 0, 'listed', value ->> 1, value ->> 2, ?2, ?2 FROM json_each(?3)
           WHERE true ON CONFLICT DO NOTHING`,
          integration,
          at,
          JSON.stringify(rows),
        ).changes,
    );
  }

  /**
   * Records that the user agreed, in the confirmation, to delete these sessions of this integration. Entries
   * that are out at this moment (`sending`) are left out of the result: they are being deleted already. What is
   * `unknown` stays so until it was looked up, and is sent again only then.
   */
  confirm(integration: string, sessions: readonly NewEntry[], at: number): readonly Confirmed[] {
    return this.#database.transaction(() =>
      sessions.flatMap((session) => {
        const isNew = this.#insert(integration, session, at);
        const before = this.find(integration, session.sessionId);
        if (before === undefined || before.state === 'sending') return [];
        this.#agree(before, at);
        const entry = this.byId(before.id);
        return entry === undefined ? [] : [{ entry, before: isNew ? undefined : before }];
      }),
    );
  }

  /** Records that the user agreed to delete these entries; only `listed` ones are. Returns how many were. */
  confirmListed(entryIds: readonly number[], at: number): number {
    return this.#each(entryIds, (entry) => {
      if (entry.state !== 'listed') return false;
      this.#agree(entry, at);
      return true;
    });
  }

  /** Takes a confirmation back where nothing has been sent since: the entry is what it was before, or off the list. */
  withdraw({ entry, before }: Confirmed): void {
    this.#database.transaction(() => {
      const state = this.byId(entry.id)?.state;
      if (state === 'unknown' && entry.state === 'unknown')
        return this.#setConsent(entry.id, before?.confirmedAt);
      if (state !== 'confirmed') return;
      if (before === undefined) return void this.#delete(entry.id);
      setEntryState(this.#database, entry.id, before.state, before.reason ?? null, before.changedAt);
      if (before.wait !== undefined) setEntryWait(this.#database, entry.id, before.wait);
      this.#setConsent(entry.id, before.confirmedAt);
      this.#database.run(
        'UPDATE entries SET blocks = ?, look_ups = ? WHERE id = ?',
        before.blocks,
        before.lookUps,
        entry.id,
      );
    });
  }

  /**
   * Removes entries from the list (never from Veriff), unless one is out just now. Returns how many went. They are
   * kept for `undoRemoval` until `endUndo`.
   */
  remove(entryIds: readonly number[]): number {
    return this.#database.transaction(() => entryIds.filter((id) => this.#keepForUndo(id)).length);
  }

  /** Forgets what was removed; to be called before the first part of a new removal. */
  endUndo(): void {
    this.#database.run('DELETE FROM removed_entries');
  }

  /** How many entries the last removal took, as long as it can be undone. */
  removedCount(): number {
    return Number(this.#database.get('SELECT count(*) AS n FROM removed_entries')?.['n']);
  }

  /**
   * Puts up to `most` of the entries of the last removal back; what has come onto the list again meanwhile stays as it
   * is. A consent does not come back with them: what was confirmed is `listed`. Returns how many came back, how many of
   * these were confirmed before, and how many are left to be put back.
   */
  undoRemoval(most: number): { restored: number; unconfirmed: number; left: number } {
    return this.#database.transaction(() => {
      let [restored, unconfirmed] = [0, 0];
      for (const row of this.#database.all(
        'SELECT id, state FROM removed_entries ORDER BY id LIMIT ?',
        most,
      )) {
        const [id, state] = [Number(row['id']), row['state']];
        const isBack = this.#database.run(restoring, id).changes > 0;
        this.#database.run('DELETE FROM removed_entries WHERE id = ?', id);
        if (isBack) restored += 1;
        if (isBack && (state === 'confirmed' || state === 'blocked')) unconfirmed += 1;
      }
      return { restored, unconfirmed, left: this.removedCount() };
    });
  }

  /** Keeps entries back until they are released: none of them is sent, whatever was confirmed. Returns how many. */
  hold(entryIds: readonly number[], note: string | undefined, at: number): number {
    return this.#each(entryIds, ({ id, state }) => {
      if (!['listed', 'confirmed', 'blocked', 'unknown'].includes(state)) return false;
      this.#database.run('UPDATE entries SET held_at = ?, hold_note = ? WHERE id = ?', at, note ?? null, id);
      return true;
    });
  }

  /** Ends the hold of entries. Returns how many were on hold. */
  release(entryIds: readonly number[]): number {
    return this.#each(entryIds, ({ id, heldAt }) => {
      if (heldAt === undefined) return false;
      this.#database.run('UPDATE entries SET held_at = NULL, hold_note = NULL WHERE id = ?', id);
      return true;
    });
  }

  /** Lets what Veriff blocked or refused be sent again, where the user's consent still stands. Returns how many. */
  retry(entryIds: readonly number[], at: number): number {
    return this.#each(entryIds, ({ id, state, confirmedAt }) => {
      if ((state !== 'blocked' && state !== 'failed') || confirmedAt === undefined) return false;
      setEntryState(this.#database, id, 'confirmed', null, at);
      this.#database.run('UPDATE entries SET blocks = 0 WHERE id = ?', id);
      return true;
    });
  }

  /** Chooses whether "Delete Listed Sessions…" asks for these entries. */
  setChecked(entryIds: readonly number[], isChecked: boolean): void {
    this.#database.transaction(() => {
      for (const id of entryIds)
        this.#database.run('UPDATE entries SET checked = ? WHERE id = ?', isChecked ? 1 : 0, id);
    });
  }

  /** Records what a look-up told of an entry, see `setFinding`; `asked` is the entry when the look-up left. Returns its state. */
  noteLookUp(entryId: number, finding: Finding, at: number, asked?: Entry): EntryState | undefined {
    return this.#database.transaction(() => {
      const entry = this.byId(entryId);
      if (entry === undefined) return undefined;
      setFinding(this.#database, entry, finding, at, asked);
      return this.byId(entryId)?.state;
    });
  }

  /** Records that a look-up of an unknown entry brought no answer; it is looked up again after a longer wait. */
  noteVainLookUp(entryId: number, uptimeMs: number): void {
    this.#database.transaction(() => {
      const entry = this.byId(entryId);
      if (entry?.state !== 'unknown') return;
      const lookUps = entry.lookUps + 1;
      this.#database.run('UPDATE entries SET look_ups = ? WHERE id = ?', lookUps, entryId);
      setEntryWait(this.#database, entryId, { forMs: lookUpWaitMs(lookUps), fromUptimeMs: uptimeMs });
    });
  }

  /**
   * Takes what is open of one integration over to another, which its edited credentials have made; as the question
   * named the old one, nothing stays confirmed. Returns how many moved, and how many of them were confirmed.
   */
  moveTo(from: string, to: string): { moved: number; unconfirmed: number } {
    return this.#database.transaction(() => {
      const open = "integration = ? AND state NOT IN ('sending', 'deleted', 'gone')";
      const confirmed = this.#count(`${open} AND confirmed_at IS NOT NULL`, from);
      const { changes } = this.#database.run(
        `UPDATE OR IGNORE entries SET integration = ?, confirmed_at = NULL, wait_from_uptime_ms = 0,
           wait_ms = CASE state WHEN 'unknown' THEN 0 END,
           state = CASE state WHEN 'unknown' THEN state ELSE 'listed' END WHERE ${open}`,
        to,
        from,
      );
      // What the other list has already stays, with its consent.
      const left = this.#count(`${open} AND confirmed_at IS NOT NULL`, from);
      return { moved: changes, unconfirmed: confirmed - left };
    });
  }

  /** The entry of a session, or undefined where it is not on the list. */
  find(integration: string, sessionId: SessionId): Entry | undefined {
    return optionalEntry(
      this.#database.get(
        'SELECT * FROM entries WHERE integration = ? AND session_id = ?',
        integration,
        sessionId,
      ),
    );
  }

  byId(entryId: number): Entry | undefined {
    return optionalEntry(this.#database.get('SELECT * FROM entries WHERE id = ?', entryId));
  }

  /** How often `change` changed an entry; it is called for those of the ids that are on the list. */
  #each(entryIds: readonly number[], change: (entry: Entry) => boolean): number {
    return this.#database.transaction(
      () =>
        entryIds.filter((id) => {
          const entry = this.byId(id);
          return entry !== undefined && change(entry);
        }).length,
    );
  }

  #agree({ id, state }: Entry, at: number): void {
    // Whatever was agreed to: a second request before a look-up may be one that the first has made pointless.
    if (state !== 'unknown') setEntryState(this.#database, id, 'confirmed', null, at);
    this.#setConsent(id, at);
    this.#database.run('UPDATE entries SET blocks = 0 WHERE id = ?', id);
  }

  #setConsent(entryId: number, confirmedAt: number | undefined): void {
    this.#database.run('UPDATE entries SET confirmed_at = ? WHERE id = ?', confirmedAt ?? null, entryId);
  }

  #insert(integration: string, { sessionId, source }: NewEntry, at: number): boolean {
    const { changes } = this.#database.run(
      `INSERT INTO entries (integration, session_id, state, source_uri, source_line, added_at, changed_at)
       VALUES (?, ?, 'listed', ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      integration,
      sessionId,
      source?.uri ?? null,
      source?.line ?? null,
      at,
      at,
    );
    return changes > 0;
  }

  #keepForUndo(entryId: number): boolean {
    this.#database.run(
      `INSERT INTO removed_entries SELECT ${keptColumns} FROM entries WHERE id = ? AND state <> 'sending'`,
      entryId,
    );
    return this.#delete(entryId);
  }

  #delete(entryId: number): boolean {
    return this.#database.run("DELETE FROM entries WHERE id = ? AND state <> 'sending'", entryId).changes > 0;
  }

  #count(where: string, integration: string): number {
    return Number(this.#database.get(`SELECT count(*) AS n FROM entries WHERE ${where}`, integration)?.['n']);
  }
}

const keptColumns = `id, integration, session_id, state, reason, source_uri, source_line, added_at, changed_at, seen_at,
  seen_status, rank, held_at, hold_note, checked`;

// Undone is the removal, not the taking back of the consent that went with it. What nobody knows is looked up.
const restoring = `INSERT INTO entries (${keptColumns}, wait_ms, wait_from_uptime_ms)
  SELECT id, integration, session_id, CASE WHEN state IN ('confirmed', 'blocked') THEN 'listed' ELSE state END,
    reason, source_uri, source_line, added_at, changed_at, seen_at, seen_status, rank, held_at, hold_note, checked,
    CASE state WHEN 'unknown' THEN 0 END, 0
  FROM removed_entries WHERE id = ? ON CONFLICT DO NOTHING`;

function optionalEntry(row: Row | undefined): Entry | undefined {
  return row && entryOf(row);
}
