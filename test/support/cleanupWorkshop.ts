import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AttemptBook,
  type AttemptBookPorts,
  type Reservation,
} from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import type { Clock } from '../../src/cleanup/quota/clock.ts';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { DatabaseUnusable, type DatabaseProblem } from '../../src/cleanup/database/databaseUnusable.ts';
import { QueueOrder } from '../../src/cleanup/list/queueOrder.ts';
import { Shelves } from '../../src/cleanup/list/shelves.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import type { DeletionOutcome } from '../../src/veriff/outcome.ts';
import { parseSessionId, type SessionId } from '../../src/veriff/sessionId.ts';

/** The one made-up integration that most tests need. */
export const integration = 'made-up-integration';

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

/** Three clocks that stand still until they are moved. */
export class HandClock {
  wallAt = Date.UTC(2026, 0, 5, 9);
  monotonicMs = 5000;
  uptimeMs = 40 * dayMs;

  readonly read: Clock = () => ({
    wallAt: this.wallAt,
    monotonicMs: this.monotonicMs,
    uptimeMs: this.uptimeMs,
  });

  /** Time passes and every clock notices. */
  pass(ms: number): void {
    this.wallAt += ms;
    this.monotonicMs += ms;
    this.uptimeMs += ms;
  }

  /** The machine is started anew and has run for `uptimeMs` since. */
  reboot(uptimeMs: number): void {
    this.uptimeMs = uptimeMs;
    this.monotonicMs = uptimeMs;
  }
}

/** A list, a clock and a book for each window that asks, over one database that is in memory alone. */
export class CleanupWorkshop {
  readonly database = CleanupDatabase.open(':memory:');
  readonly list = new CleanupList(this.database);
  readonly shelves = new Shelves(this.database);
  readonly switches = new Switches(this.database);
  readonly order = new QueueOrder(this.database);
  readonly clock = new HandClock();
  readonly dead = new Set<string>();

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
    const [confirmed] = this.list.confirm(of, [{ sessionId: sessionNumber(number) }], this.clock.wallAt);
    if (confirmed === undefined) throw new Error('The session was out already.');
    return confirmed.entry.id;
  }

  /** How many entries of the one integration are in each state; states without any are absent. */
  counts(): ReadonlyMap<string, number> {
    const rows = this.database.all(
      'SELECT state, count(*) AS n FROM entries WHERE integration = ? GROUP BY state ORDER BY state',
      integration,
    );
    return new Map(rows.map((row) => [String(row['state']), Number(row['n'])]));
  }

  /** The state of an entry, or undefined where it is not on the list. */
  stateOf(entryId: number): string | undefined {
    return this.list.byId(entryId)?.state;
  }
}

/** The reservation that `book` gives for an entry; throws where it gives none. */
export function reserved(book: AttemptBook, entryId: number): Reservation {
  const result = book.reserve(entryId);
  if (result.kind !== 'reserved') throw new Error(`Expected a reservation, got ${result.kind}.`);
  return result.reservation;
}

/** An answer of this HTTP status, judged as the client would. */
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
      return { kind: 'gone', answer };
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

/** A fresh folder for one test's files, and how to take it away again. */
export function freshFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'veriff-session-cleanup-'));
  return {
    path: (name) => path.join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
