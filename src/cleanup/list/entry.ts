import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import type { Row } from '../database/database.ts';
import type { EntryState } from './entryState.ts';

/** Where an id was found; `line` counts from 0. */
export interface EntrySource {
  readonly uri: string;
  readonly line: number;
}

/**
 * What an entry asks of the user, which follows from its state and decides where it is shown. `queue`: confirmed,
 * waits for a slot; `later`: looked up or tried again by itself; `held`: the user keeps it back.
 */
export type Shelf = 'needsYou' | 'sending' | 'queue' | 'later' | 'held' | 'listed' | 'done';

/** One session on the cleanup list of one integration. */
export interface Entry {
  readonly id: number;
  readonly integration: string;
  readonly sessionId: SessionId;
  readonly state: EntryState;
  readonly shelf: Shelf;
  /** Why it is in this state, in the words of `DeletionOutcome` (a reason or problem), where there is more to say. */
  readonly reason?: string;
  readonly source?: EntrySource;
  readonly addedAt: number;
  /** When it came into this state. */
  readonly changedAt: number;
  /** When the user agreed to its deletion; absent where no consent stands. */
  readonly confirmedAt?: number;
  /** When a look-up last found the session at Veriff, and what status it had there. */
  readonly seenAt?: number;
  readonly seenStatus?: string;
  /** Since when the user holds it back, and why; it is not sent, whatever was confirmed. */
  readonly heldAt?: number;
  readonly holdNote?: string;
  /** Whether "Delete Listed Sessions…" is to ask for it. */
  readonly isChecked: boolean;
  /** How often Veriff has answered `blocked` since it was confirmed. */
  readonly blocks: number;
  /** How often it was looked up in vain since it is `unknown`. */
  readonly lookUps: number;
  /** Where it stands among the entries of its shelf, ascending. */
  readonly place: number;
  /** How long it waits, counted from when, where it is tried or looked up again by itself. */
  readonly wait?: Wait;
}

/** A wait of `forMs` from a moment of which uptime and, where an answer had it, the server's time (epoch ms) are known. */
export interface Wait {
  readonly forMs: number;
  readonly fromUptimeMs: number;
  readonly fromServerAt?: number;
}

/** Reads a row of `entries`; throws where it holds no session id, which only a damaged file does. */
export function entryOf(row: Row): Entry {
  const sessionId = parseSessionId(String(row['session_id']));
  if (sessionId === undefined) throw new Error('The list holds an entry whose session id is none.');
  const number = (column: string): number | undefined =>
    row[column] === null ? undefined : Number(row[column]);
  const text = (column: string): string | undefined =>
    row[column] === null ? undefined : String(row[column]);
  const uri = text('source_uri');
  const wait = waitOf(number);
  return {
    id: Number(row['id']),
    integration: String(row['integration']),
    sessionId,
    state: row['state'] as EntryState,
    shelf: row['shelf'] as Shelf,
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
      wait,
    }),
  };
}

function waitOf(number: (column: string) => number | undefined): Wait | undefined {
  const forMs = number('wait_ms');
  if (forMs === undefined) return undefined;
  const fromServerAt = number('wait_from_server_at');
  return {
    forMs,
    fromUptimeMs: number('wait_from_uptime_ms') ?? 0,
    ...(fromServerAt !== undefined && { fromServerAt }),
  };
}

/** The same without the properties that are undefined. */
function optional<T extends object>(parts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
