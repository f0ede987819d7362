import { parseSessionId, type SessionId } from '../veriff/sessionId.ts';
import type { CleanupDatabase, Row } from './database.ts';
import { setEntryState, type EntryState } from './entryState.ts';

/** Where an id was found; `line` counts from 0. */
export interface EntrySource {
  readonly uri: string;
  readonly line: number;
}

/** One session on the cleanup list of one integration. */
export interface Entry {
  readonly id: number;
  readonly integration: string;
  readonly sessionId: SessionId;
  readonly state: EntryState;
  /** Why it is in this state, in the words of `DeletionOutcome` (a reason or problem), where there is more to say. */
  readonly reason?: string;
  readonly source?: EntrySource;
  readonly addedAt: number;
  /** When it came into this state. */
  readonly changedAt: number;
  /** When a look-up last found the session at Veriff. */
  readonly seenAt?: number;
}

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

/** The durable list. Nobody but it and the attempts write an entry's state. */
export class CleanupList {
  readonly #database: CleanupDatabase;

  constructor(database: CleanupDatabase) {
    this.#database = database;
  }

  /** Puts sessions on the list, without consent to delete them; those that are on it stay as they are. Returns how many were new. */
  add(integration: string, sessions: readonly NewEntry[], at: number): number {
    return this.#database.transaction(
      () => sessions.filter((session) => this.#insert(integration, session, at)).length,
    );
  }

  /**
   * Records that the user agreed, in the confirmation, to delete these sessions of this integration. Entries
   * that are out at this moment (`sending`) are left out of the result: they are being deleted already.
   */
  confirm(integration: string, sessions: readonly NewEntry[], at: number): readonly Confirmed[] {
    return this.#database.transaction(() =>
      sessions.flatMap((session) => {
        const isNew = this.#insert(integration, session, at);
        const before = this.find(integration, session.sessionId);
        if (before === undefined || before.state === 'sending') return [];
        setEntryState(this.#database, before.id, 'confirmed', null, at);
        return [{ entry: { ...before, state: 'confirmed' }, before: isNew ? undefined : before }];
      }),
    );
  }

  /** Takes a confirmation back where nothing has been sent since: the entry is what it was before, or off the list. */
  withdraw({ entry, before }: Confirmed): void {
    this.#database.transaction(() => {
      if (this.byId(entry.id)?.state !== 'confirmed') return;
      if (before === undefined) this.#delete(entry.id);
      else setEntryState(this.#database, entry.id, before.state, before.reason ?? null, before.changedAt);
    });
  }

  /** Removes entries from the list (never from Veriff), unless one is out just now. Returns how many went. */
  remove(entryIds: readonly number[]): number {
    return this.#database.transaction(() => entryIds.filter((id) => this.#delete(id)).length);
  }

  /** Records what a look-up told of an entry without a believable answer: found, or gone. Others stay as they are. */
  resolveUnknown(entryId: number, finding: 'found' | 'gone', at: number): EntryState | undefined {
    return this.#database.transaction(() => {
      const entry = this.byId(entryId);
      if (entry?.state !== 'unknown') return entry?.state;
      // Gone counts as our deletion only where we know that it was there before.
      const state = finding === 'found' ? 'confirmed' : entry.seenAt === undefined ? 'gone' : 'deleted';
      setEntryState(this.#database, entryId, state, 'lookedUp', at);
      if (finding === 'found') this.#database.run('UPDATE entries SET seen_at = ? WHERE id = ?', at, entryId);
      return state;
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

  /** The entries of an integration in these states, newest change first. */
  inStates(integration: string, states: readonly EntryState[], limit: number): readonly Entry[] {
    const marks = states.map(() => '?').join(', ');
    return this.#database
      .all(
        `SELECT * FROM entries WHERE integration = ? AND state IN (${marks}) ORDER BY changed_at DESC, id DESC LIMIT ?`,
        integration,
        ...states,
        limit,
      )
      .map(entryOf);
  }

  /** How many entries an integration has in each state; states without any are absent. */
  counts(integration: string): ReadonlyMap<EntryState, number> {
    const rows = this.#database.all(
      'SELECT state, count(*) AS n FROM entries WHERE integration = ? GROUP BY state',
      integration,
    );
    return new Map(rows.map((row) => [row['state'] as EntryState, Number(row['n'])]));
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

  #delete(entryId: number): boolean {
    return this.#database.run("DELETE FROM entries WHERE id = ? AND state <> 'sending'", entryId).changes > 0;
  }
}

function optionalEntry(row: Row | undefined): Entry | undefined {
  return row && entryOf(row);
}

function entryOf(row: Row): Entry {
  const sessionId = parseSessionId(String(row['session_id']));
  if (sessionId === undefined) throw new Error('The list holds an entry whose session id is none.');
  return {
    id: Number(row['id']),
    integration: String(row['integration']),
    sessionId,
    state: row['state'] as EntryState,
    ...(row['reason'] !== null && { reason: String(row['reason']) }),
    ...(row['source_uri'] !== null && {
      source: { uri: String(row['source_uri']), line: Number(row['source_line']) },
    }),
    addedAt: Number(row['added_at']),
    changedAt: Number(row['changed_at']),
    ...(row['seen_at'] !== null && { seenAt: Number(row['seen_at']) }),
  };
}
