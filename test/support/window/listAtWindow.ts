import { AttemptBook } from '../../../src/cleanup/attempts/attemptBook.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { writeAgreement, type NamedIntegration } from '../../../src/cleanup/list/consents.ts';
import type { Entry, EntryState } from '../../../src/cleanup/list/entry.ts';
import { Positions } from '../../../src/cleanup/list/positions.ts';
import { EntryGroups } from '../../../src/cleanup/list/entryGroups.ts';
import { systemClock } from '../../../src/cleanup/quota/clock.ts';
import { everything, type GroupName } from '../../../src/editor/list/view/listFilter.ts';
import { ListRows, type ListNode, type ShownEntry } from '../../../src/editor/list/view/listRows.ts';
import { sessionNumber } from '../cleanup/cleanupWorkshop.ts';
import type { HostWorkshop } from './hostWorkshop.ts';
import { person } from './personAtWindow.ts';

/** The argument of a list command for an entry: a row that the view has made. */
export type Row = ShownEntry;

/** What an entry on the list is to be like; what is left out is as the list makes it. */
export interface EntryFacts {
  readonly state?: EntryState;
  /** Whether there is a living consent; by default if the state needs or keeps one. */
  readonly consent?: 'agreed' | 'none';
  readonly heldAt?: number;
  readonly source?: { readonly uri: string; readonly line: number };
  /** The id of an integration whose keys are not stored. */
  readonly integration?: string;
  /** When a look-up found the session; after that, a request of ours got no answer. */
  readonly seenAt?: number;
}

/** The id of an integration whose keys no window has. */
export const elsewhere = 'elsewhere';

const withConsent: readonly EntryState[] = ['confirmed', 'blocked', 'sending', 'unknown'];

/** A list that is paused, so that nothing of it is sent during a test. */
export class ListAtWindow {
  readonly #workshop: HostWorkshop;

  constructor(workshop: HostWorkshop) {
    this.#workshop = workshop;
    workshop.inDatabase((database) => new Switches(database).pause());
  }

  /** Puts the session on the list, and returns its row. */
  put(sessionId: string, facts: EntryFacts = {}): Row {
    const [row] = this.#putAll([sessionId], facts);
    if (row === undefined) throw new Error('The entry that was just put on the list is not there.');
    return row;
  }

  /** Puts the first `count` made-up sessions on the list. */
  putNumbers(count: number, facts: EntryFacts = {}): readonly Row[] {
    return this.#putAll(
      Array.from({ length: count }, (_, number) => sessionNumber(number)),
      facts,
    );
  }

  /** Puts very many sessions on the list at once, and returns their rows. */
  putMany(count: number, state: EntryState): readonly Row[] {
    return this.putNumbers(count, { state });
  }

  /** The current row of a group as the view makes it. */
  group(name: GroupName): ListNode {
    return found(
      this.#reading((look) => look.children(undefined)),
      `group:${name}`,
    );
  }

  /** The row of the page of a group that begins at this position. */
  page(name: GroupName, from: number): ListNode {
    const group = this.group(name);
    return found(
      this.#reading((look) => look.children(group)),
      `page:${name}:${from}`,
    );
  }

  /** The current entry; undefined if it is not on the list. */
  now({ entry }: Row): Entry | undefined {
    return this.#workshop.inDatabase((database) => new CleanupList(database).byId(entry.id));
  }

  /** The state of each row's entry, in order. */
  states(rows: readonly Row[]): readonly (EntryState | undefined)[] {
    return this.#workshop.inDatabase((database) => {
      const list = new CleanupList(database);
      return rows.map(({ entry }) => list.byId(entry.id)?.state);
    });
  }

  #reading<T>(work: (look: ListRows) => T): T {
    return this.#workshop.inDatabase((database) => work(reading(database, this.#workshop)));
  }

  #putAll(sessionIds: readonly string[], facts: EntryFacts): readonly Row[] {
    return this.#workshop.inDatabase((database) => {
      const ids = new Set(
        database.transaction(() => insert(database, this.#integration(database, facts), sessionIds, facts)),
      );
      return allRows(database, this.#workshop).filter(({ entry }) => ids.has(entry.id));
    });
  }

  /** The integration for an entry; if it is not stored, stores its row without keys. */
  #integration(database: CleanupDatabase, { integration }: EntryFacts): NamedIntegration {
    const own = this.#workshop.integration;
    if (integration === undefined || integration === own.id) return own;
    const known = new Integrations(database).byId(integration);
    if (known !== undefined) return known;
    const absent = {
      id: integration,
      name: 'Absent',
      kind: 'TEST',
      baseUrl: 'https://absent.example',
    } as const;
    database.run(
      `INSERT INTO integrations (id, slot, name, kind, base_url, key_hash, is_sandbox, stored_at)
       VALUES (?, 50, ?, ?, ?, 'absent', 0, 1)`,
      ...[absent.id, absent.name, absent.kind, absent.baseUrl],
    );
    return absent;
  }

  /** The ids of the sessions that wait for a slot, in the order in which they will be sent. */
  queue(): readonly string[] {
    return this.#workshop.inDatabase((database) =>
      database
        .all(
          "SELECT session_id FROM list_entries WHERE entry_group = 'queue' ORDER BY integration, place, id",
        )
        .map((row) => String(row['session_id'])),
    );
  }
}

function insert(
  database: CleanupDatabase,
  integration: NamedIntegration,
  sessionIds: readonly string[],
  { state = 'listed', heldAt, source, seenAt, ...facts }: EntryFacts,
): readonly number[] {
  const { id } = integration;
  const { consent = withConsent.includes(state) && heldAt === undefined ? 'agreed' : 'none' } = facts;
  const agreement =
    consent === 'none' ? undefined : writeAgreement(database, integration, sessionIds.length, 1);
  return sessionIds.map((sessionId) => {
    const given =
      agreement === undefined
        ? null
        : database.run('INSERT INTO consents (agreement, session_id) VALUES (?, ?)', agreement, sessionId)
            .rowId;
    const { rowId } = database.run(
      `INSERT INTO list_entries (integration, session_id, state, source_uri, source_line, added_at, changed_at,
         consent, held_at, seen_at, seen_attempt) VALUES (?, ?, ?, ?, ?, 1, 1, ?, ?, ?, ?)`,
      ...[id, sessionId, state, source?.uri ?? null, source?.line ?? null],
      ...[given, heldAt ?? null, seenAt ?? null, seenAt === undefined ? null : 0],
    );
    // Long ago, so that it takes no slot.
    if (seenAt !== undefined)
      database.run(
        `INSERT INTO deletion_attempts (integration, key_hash, session_id, entry_id, owner, reserved_at, reserved_ms,
           settled_at, settled_ms, outcome) VALUES (?, 'long ago', ?, ?, '', 2, -1e12, 2, -1e12, 'unknown')`,
        ...[id, sessionId, rowId],
      );
    return rowId;
  });
}

/** The current rows of all entries as the view makes them, by entry number. */
export function rowsOf(workshop: HostWorkshop): readonly Row[] {
  return workshop.inDatabase((database) => allRows(database, workshop));
}

function found(nodes: readonly ListNode[], id: string): ListNode {
  const node = nodes.find((each) => each.id === id);
  if (node === undefined) throw new Error(`There is no row ${id}.`);
  return node;
}

function reading(database: CleanupDatabase, { integration }: HostWorkshop): ListRows {
  const ports = { clock: systemClock, owner: 'the test', isOwnerAlive: () => true, chance: () => 0.5 };
  return new ListRows(
    {
      groups: new EntryGroups(database),
      positions: new Positions(database),
      book: new AttemptBook(database, ports),
      switches: new Switches(database),
      titles: new Map([[integration.id, 'Shop (TEST)']]),
      absent: 'not looked at',
      now: Date.now(),
    },
    everything,
  );
}

function allRows(database: CleanupDatabase, workshop: HostWorkshop): readonly Row[] {
  const look = reading(database, workshop);
  const below = (parent: ListNode | undefined): readonly Row[] =>
    look.children(parent).flatMap((node) => (node.kind === 'entry' ? [node] : below(node)));
  return [...below(undefined)].sort((a, b) => a.entry.id - b.entry.id);
}

/** The one message that was shown, after its severity; empty if none was. */
export function told(): string {
  if (person.messages.length > 1)
    throw new Error(`More than one message: ${JSON.stringify(person.messages)}`);
  const [message] = person.messages;
  return message === undefined ? '' : `${message.kind}: ${message.text}`;
}
