import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AttemptBook } from '../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import type { Clock } from '../../../src/cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { DatabaseUnusable, type DatabaseProblem } from '../../../src/cleanup/database/databaseUnusable.ts';
import { QueueOrder } from '../../../src/cleanup/list/queueOrder.ts';
import { EntryGroups } from '../../../src/cleanup/list/entryGroups.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import type {
  RequestMeans,
  Reservation,
  ReservationResult,
} from '../../../src/cleanup/attempts/reservation.ts';
import type { AttemptBookPorts } from '../../../src/cleanup/attempts/bookPorts.ts';
import { keyHashOf, type Integration } from '../../../src/cleanup/integrations/integration.ts';
import { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import type { EntryRef } from '../../../src/cleanup/list/entry.ts';
import { markOf } from '../../../src/cleanup/list/listMark.ts';
import type { DeletionOutcome } from '../../../src/veriff/outcome.ts';
import { parseSessionId, type SessionId } from '../../../src/veriff/sessionId.ts';

/** The id of the one made-up integration that most tests need. */
export const integration = 'made-up-integration';

/** The made-up integration with this id, always the same; its keys are computed from its id. */
export function madeUpIntegration(id = integration, parts: Partial<Integration> = {}): Integration {
  return {
    id,
    name: id,
    kind: 'TEST',
    baseUrl: 'https://veriff.example',
    apiKey: madeUpKey(`API key of ${id}`),
    sharedSecretKeys: [madeUpKey(`secret of ${id}`)],
    isSandbox: false,
    ...parts,
  };
}

/** A key in the form of a UUID, computed from a text. */
export function madeUpKey(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** Stores the row of an integration with its own id; the product would create a new id. */
export function storeMadeUp(database: CleanupDatabase, stored: Integration): void {
  const used = database.get('SELECT count(*) AS n FROM integrations');
  database.run(
    `INSERT INTO integrations (id, slot, name, kind, base_url, key_hash, is_sandbox, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
    stored.id,
    Number(used?.['n']) + 1,
    stored.name,
    stored.kind,
    stored.baseUrl,
    keyHashOf(stored),
    stored.isSandbox ? 1 : 0,
  );
}

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The made-up session id with this number, always the same. */
export function sessionNumber(number: number): SessionId {
  const id = parseSessionId(`00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`);
  if (id === undefined) throw new Error(`No session id can be made from ${number}.`);
  return id;
}

/** Three clocks that stand still until the test moves them. */
export class HandClock {
  wallAt = Date.UTC(2026, 0, 5, 9);
  monotonicMs = 5000;
  uptimeMs = 40 * dayMs;
  boot = 'boot 1';
  #boots = 1;

  readonly read: Clock = () => ({
    wallAt: this.wallAt,
    monotonicMs: this.monotonicMs,
    uptimeMs: this.uptimeMs,
    boot: this.boot,
  });

  pass(ms: number): void {
    this.wallAt += ms;
    this.monotonicMs += ms;
    this.uptimeMs += ms;
  }

  /** Restarts the machine; it has been running for `uptimeMs` now. */
  reboot(uptimeMs: number): void {
    this.uptimeMs = uptimeMs;
    this.monotonicMs = uptimeMs;
    this.#boots += 1;
    this.boot = `boot ${this.#boots}`;
  }
}

/** One database in memory, with a list, a clock and an attempt book for each window. */
export class CleanupWorkshop {
  readonly database = CleanupDatabase.open(':memory:');
  readonly list = new CleanupList(this.database);
  readonly groups = new EntryGroups(this.database);
  readonly switches = new Switches(this.database);
  readonly order = new QueueOrder(this.database);
  readonly clock = new HandClock();
  readonly dead = new Set<string>();
  readonly integrations = new Integrations(this.database);
  readonly #stored = new Map<string, Integration>();

  constructor() {
    this.store(madeUpIntegration());
  }

  /** Stores an integration with its own id. */
  store(stored: Integration): Integration {
    storeMadeUp(this.database, stored);
    this.#stored.set(stored.id, stored);
    return stored;
  }

  /** The integration with this id; stores it if it is not stored yet. */
  stored(id = integration): Integration {
    return this.#stored.get(id) ?? this.store(madeUpIntegration(id));
  }

  /** What a request for an integration uses: its credentials and the kept mark, which is up to date. */
  means(id = integration): RequestMeans {
    return { integration: this.stored(id), mark: markOf(this.database) };
  }

  /** A reference to the entry with this number, as a row of the view holds it. */
  ref(entryId: number): EntryRef {
    return (
      this.list.byId(entryId) ?? {
        list: markOf(this.database).list,
        id: entryId,
        sessionId: sessionNumber(entryId),
      }
    );
  }

  refs(entryIds: readonly number[]): readonly EntryRef[] {
    return entryIds.map((id) => this.ref(id));
  }

  /** Asks the gate for a slot for an entry, with the entry's own integration. */
  reserve(book: AttemptBook, entryId: number): ReservationResult {
    return book.reserve(this.ref(entryId), this.means(this.list.byId(entryId)?.integration));
  }

  /** Reserves a slot for an entry in `book`; throws if there is none. */
  reserved(book: AttemptBook, entryId: number): Reservation {
    const result = this.reserve(book, entryId);
    if (result.kind !== 'reserved') throw new Error(`Expected a reservation, got ${result.kind}.`);
    return result.reservation;
  }

  /** The attempt book of the window with this name. */
  window(owner: string, ports: Partial<AttemptBookPorts> = {}): AttemptBook {
    return new AttemptBook(this.database, {
      clock: this.clock.read,
      owner,
      isOwnerAlive: (name) => !this.dead.has(name),
      chance: () => 0.5,
      ...ports,
    });
  }

  /** Puts the session with this number on the list, with consent; returns the entry's id. */
  confirmed(number: number, of = integration): number {
    const sessions = [{ sessionId: sessionNumber(number) }];
    const [entry] = this.list.agree(this.stored(of), sessions, this.clock.wallAt)?.entries ?? [];
    if (entry === undefined) throw new Error('The session was out already, or on hold.');
    return entry.id;
  }

  /** The number of entries of the one integration by state; states without entries are absent. */
  counts(): ReadonlyMap<string, number> {
    const rows = this.database.all(
      'SELECT state, count(*) AS n FROM list_entries WHERE integration = ? GROUP BY state ORDER BY state',
      integration,
    );
    return new Map(rows.map((row) => [String(row['state']), Number(row['n'])]));
  }

  /** The state of an entry, or undefined if it is not on the list. */
  stateOf(entryId: number): string | undefined {
    return this.list.byId(entryId)?.state;
  }
}

/** The outcome of an answer with this HTTP status, judged as the client would judge it. */
export function outcomeOf(
  status: 200 | 400 | 401 | 403 | 404 | 422 | 429,
  facts: { serverAt?: number; retryAfterMs?: number } = {},
): DeletionOutcome {
  const { serverAt, retryAfterMs } = facts;
  const answer = {
    status,
    code: '1101',
    signature: 'valid',
    ...(serverAt !== undefined && { serverAt }),
  } as const;
  switch (status) {
    case 200:
      return { kind: 'deleted', answer };
    case 400:
      return { kind: 'blocked', reason: 'notCompleted', answer };
    case 401:
      return { kind: 'unauthorised', problem: 'signature', answer };
    case 403:
      return { kind: 'forbidden', answer };
    case 404:
      return { kind: 'notFound', answer };
    case 422:
      return { kind: 'failed', reason: 'requestRefused', answer };
    case 429:
      return { kind: 'limited', ...(retryAfterMs !== undefined && { retryAfterMs }), answer };
  }
}

/** For `assert.throws`: the error is a `DatabaseUnusable` with this problem. */
export function unusable(problem: DatabaseProblem): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof DatabaseUnusable)) throw error;
    if (error.problem !== problem)
      throw new Error(`Expected ${problem}, got ${error.problem}.`, { cause: error });
    return true;
  };
}

/** A new folder for one test's files, and a function that removes it. */
export function freshFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'veriff-session-cleanup-'));
  return {
    path: (name) => path.join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
