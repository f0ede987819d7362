import type { Entry } from '../../src/cleanup/list/entry.ts';
import type { EntryState } from '../../src/cleanup/list/entryState.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import { integrationKey } from '../../src/editor/integration.ts';
import { sessionNumber } from './cleanupWorkshop.ts';
import type { HostWorkshop } from './hostWorkshop.ts';
import { person } from './personAtWindow.ts';

/** What a command of the list is handed over for an entry. */
export interface Row {
  readonly kind: 'entry';
  readonly entry: Entry;
}

/** How an entry is to stand on the list; what is left out is as the list makes it. */
export interface EntryFacts {
  readonly state?: EntryState;
  readonly confirmedAt?: number;
  readonly heldAt?: number;
  readonly source?: { readonly uri: string; readonly line: number };
  /** The hash of an integration that is not stored. */
  readonly integration?: string;
  readonly seenAt?: number;
}

/** The hash of an integration that no window has stored. */
export const elsewhere = 'f'.repeat(64);

/** A list that is paused, so that nothing of it is sent while a test looks at it. */
export class ListAtWindow {
  readonly #workshop: HostWorkshop;

  constructor(workshop: HostWorkshop) {
    this.#workshop = workshop;
    workshop.inDatabase((database) => new Switches(database).pause());
  }

  /** Puts the session on the list, and gives its row. */
  put(sessionId: string, facts: EntryFacts = {}): Row {
    const { state = 'listed', source, integration = integrationKey(this.#workshop.integration) } = facts;
    const { confirmedAt = state === 'listed' ? null : 1, heldAt = null, seenAt = null } = facts;
    return this.#workshop.inDatabase((database) => {
      const { rowId } = database.run(
        `INSERT INTO entries (integration, session_id, state, source_uri, source_line, added_at, changed_at,
           confirmed_at, held_at, seen_at) VALUES (?, ?, ?, ?, ?, 1, 1, ?, ?, ?)`,
        integration,
        sessionId,
        state,
        source?.uri ?? null,
        source?.line ?? null,
        confirmedAt,
        heldAt,
        seenAt,
      );
      return rowOf(new CleanupList(database).byId(rowId));
    });
  }

  /** Puts the made-up sessions with these numbers on the list. */
  putNumbers(count: number, facts: EntryFacts = {}): readonly Row[] {
    return Array.from({ length: count }, (_, number) => this.put(sessionNumber(number), facts));
  }

  /** Puts very many sessions on the list at once, and gives their rows. */
  putMany(count: number, state: EntryState): readonly Row[] {
    const key = integrationKey(this.#workshop.integration);
    return this.#workshop.inDatabase((database) => {
      database.transaction(() => {
        for (let number = 0; number < count; number += 1)
          database.run(
            'INSERT INTO entries (integration, session_id, state, added_at, changed_at, confirmed_at) VALUES (?, ?, ?, 1, 1, ?)',
            key,
            sessionNumber(number),
            state,
            state === 'listed' ? null : 1,
          );
      });
      const list = new CleanupList(database);
      return database
        .all('SELECT id FROM entries ORDER BY id DESC LIMIT ?', count)
        .map(({ id }) => rowOf(list.byId(Number(id))))
        .reverse();
    });
  }

  /** The entry as it is now; undefined where it is not on the list. */
  now({ entry }: Row): Entry | undefined {
    return this.#workshop.inDatabase((database) => new CleanupList(database).byId(entry.id));
  }

  /** The state of each, in turn. */
  states(rows: readonly Row[]): readonly (EntryState | undefined)[] {
    return rows.map((row) => this.now(row)?.state);
  }

  /** The ids of the sessions that wait for a slot, in the order in which they go. */
  queue(): readonly string[] {
    return this.#workshop.inDatabase((database) =>
      database
        .all("SELECT session_id FROM entries WHERE shelf = 'queue' ORDER BY integration, place, id")
        .map((row) => String(row['session_id'])),
    );
  }
}

/** The one message that was shown, with its tone in front; empty where none was. */
export function told(): string {
  if (person.messages.length > 1)
    throw new Error(`More than one message: ${JSON.stringify(person.messages)}`);
  const [message] = person.messages;
  return message === undefined ? '' : `${message.kind}: ${message.text}`;
}

function rowOf(entry: Entry | undefined): Row {
  if (entry === undefined) throw new Error('The entry that was just put on the list is not there.');
  return { kind: 'entry', entry };
}
