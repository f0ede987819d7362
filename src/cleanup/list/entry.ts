import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import type { Row } from '../database/database.ts';

/**
 * The states of an entry: `listed → confirmed → sending → deleted | notFound | blocked | failed | unknown`. Only
 * `confirmed` entries may be sent. `deleted`: Veriff said so. `notFound`: this integration’s Veriff does not know the session, which is no proof of its deletion. `blocked`: may
 * succeed later. `failed`: cannot succeed as it is. `unknown`: sent, without a valid answer.
 */
export type EntryState =
  'listed' | 'confirmed' | 'sending' | 'deleted' | 'notFound' | 'blocked' | 'failed' | 'unknown';

/** Where an id was found; `line` counts from 0. */
export interface EntrySource {
  readonly uri: string;
  readonly line: number;
}

/**
 * The group in which an entry is shown, which follows from its state. `queue`: confirmed, waits for a slot. `later`:
 * looked up or retried automatically. `held`: held back by the user.
 */
export type EntryGroup = 'needsYou' | 'sending' | 'queue' | 'later' | 'held' | 'listed' | 'notFound' | 'done';

/**
 * Identifies an entry. Entry numbers are reused on a new list, so the transaction that acts on an entry checks all
 * three parts.
 */
export interface EntryRef {
  /** The id of the list. */
  readonly list: string;
  readonly id: number;
  readonly sessionId: SessionId;
}

/** The latest reservation in the database file: the list's id, and the number of the attempt, 0 if there was none. */
export interface LastRequest {
  readonly list: string;
  readonly attempt: number;
}

/** One session on the cleanup list of one integration. */
export interface Entry extends EntryRef {
  /** The id of its integration, which may have ended. */
  readonly integration: string;
  /** Grows with each change of state, consent or integration. */
  readonly revision: number;
  readonly state: EntryState;
  readonly group: EntryGroup;
  /** Why it is in this state, if there is more to say: a reason or problem of `DeletionOutcome`. */
  readonly reason?: string;
  readonly source?: EntrySource;
  readonly addedAt: number;
  /** When it came into this state (epoch ms). */
  readonly changedAt: number;
  /** When the user agreed to its deletion (epoch ms); absent if it has no living consent. */
  readonly confirmedAt?: number;
  /** When a look-up last found the session at Veriff (epoch ms), and its status then. */
  readonly seenAt?: number;
  readonly seenStatus?: string;
  /** Since when the user holds it back (epoch ms), and why. It is not sent, whatever was confirmed before. */
  readonly heldAt?: number;
  readonly holdNote?: string;
  /** Whether "Delete Listed Sessions…" includes it. */
  readonly isChecked: boolean;
  /** How often Veriff has answered `blocked` since it was confirmed. */
  readonly blocks: number;
  /** How often it was looked up without an answer since it became `unknown`. */
  readonly lookUps: number;
  /** Its position in its group, ascending. */
  readonly place: number;
  /** The reading of the database's clock at which it is retried or looked up automatically; absent if it is not. */
  readonly waitUntilMs?: number;
}

/** Reads the reference to an entry from a row of `current_entries`; throws if the row holds no session id. */
export function entryRefOf(row: Row): EntryRef {
  const sessionId = parseSessionId(String(row['session_id']));
  if (sessionId === undefined) throw new Error('The list holds an entry whose session id is none.');
  return { list: String(row['list']), id: Number(row['id']), sessionId };
}

/** Reads a row of `current_entries`; throws if it holds no session id, which only a damaged file has. */
export function entryOf(row: Row): Entry {
  const number = (column: string): number | undefined =>
    row[column] === null ? undefined : Number(row[column]);
  const text = (column: string): string | undefined =>
    row[column] === null ? undefined : String(row[column]);
  const uri = text('source_uri');
  return {
    ...entryRefOf(row),
    revision: Number(row['revision']),
    integration: String(row['integration']),
    state: row['state'] as EntryState,
    group: row['entry_group'] as EntryGroup,
    addedAt: Number(row['added_at']),
    changedAt: Number(row['changed_at']),
    isChecked: row['checked'] === 1,
    blocks: Number(row['blocks']),
    lookUps: Number(row['look_ups']),
    place: Number(row['place']),
    ...optional({
      reason: text('reason'),
      source: uri === undefined ? undefined : { uri, line: Number(row['source_line']) },
      confirmedAt: number('confirmed_at'),
      seenAt: number('seen_at'),
      seenStatus: text('seen_status'),
      heldAt: number('held_at'),
      holdNote: text('hold_note'),
      waitUntilMs: number('wait_until_ms'),
    }),
  };
}

/** Leaves out the properties that are undefined. */
function optional<T extends object>(parts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
