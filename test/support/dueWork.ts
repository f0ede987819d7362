import type { CleanupDatabase, Row } from '../../src/cleanup/database/database.ts';
import { tickMs } from '../../src/cleanup/runner/runner.ts';
import { dayMs, hourMs, integration, minuteMs } from './cleanupWorkshop.ts';

/** What the windows of a machine can know: their rows, this machine's uptime, and which of them live. */
export interface Knowledge {
  readonly database: CleanupDatabase;
  readonly uptimeMs: () => number;
  readonly isOwnerAlive: (owner: string) => boolean;
  /** The server's time (epoch ms), where it tells it to whoever asks. */
  readonly serverAt: () => number | undefined;
}

/** Looks on, and finds what is due and does not leave within two ticks. */
export class DueWatch {
  readonly #knowledge: Knowledge;
  readonly #nowMs: () => number;
  readonly #note: (sentence: string) => void;
  /** When (true ms) something will be due, by what was known after the last change. */
  #deletionMs = Infinity;
  #lookUpMs = Infinity;

  constructor(knowledge: Knowledge, nowMs: () => number, note: (sentence: string) => void) {
    this.#knowledge = knowledge;
    this.#nowMs = nowMs;
    this.#note = note;
    this.look();
  }

  /** To be called after each change of the list or the attempts: whatever leaves is one. */
  look(): void {
    const nowMs = this.#nowMs();
    const late = (what: string, dueMs: number): void => {
      if (nowMs - dueMs > 2 * tickMs) this.#note(`a ${what} was due ${nowMs - dueMs} ms ago`);
    };
    late('deletion', this.#deletionMs);
    late('look-up', this.#lookUpMs);
    const due = new DueWork(this.#knowledge);
    this.#deletionMs = nowMs + due.firstInMs((uptimeMs) => due.deletionInMs(uptimeMs));
    this.#lookUpMs = nowMs + due.firstInMs((uptimeMs) => due.lookUpInMs(uptimeMs));
  }
}

/** A row's moment: the uptime at it and, where an answer had it, the server's time. */
interface Marked {
  readonly uptimeMs: number;
  readonly serverAt: number | undefined;
}

const marginMs = minuteMs;
const windows = [
  { most: 5, windowMs: hourMs },
  { most: 10, windowMs: dayMs },
] as const;
// An uptime that goes back by less is no reboot.
const jitterMs = 5000;

/**
 * What is due when. Counted out from the design's words, by brute force and without a line of the code that is judged
 * by it. All spans are Infinity where nothing waits for time alone.
 */
class DueWork {
  readonly #nowUptimeMs: number;
  readonly #waiting: readonly Row[];
  readonly #attempts: readonly Row[];
  readonly #moments: readonly Marked[];
  readonly #known: Row | undefined;
  readonly #isOwnerAlive: (owner: string) => boolean;

  constructor({ database, uptimeMs, isOwnerAlive, serverAt }: Knowledge) {
    this.#nowUptimeMs = uptimeMs();
    this.#isOwnerAlive = isOwnerAlive;
    const server = serverAt();
    this.#known =
      server === undefined
        ? database.get('SELECT * FROM server_times WHERE integration = ?', integration)
        : { server_at: server, uptime_ms: this.#nowUptimeMs };
    this.#waiting = database.all(
      `SELECT state, wait_ms, wait_from_uptime_ms, wait_from_server_at FROM entries WHERE integration = ? AND
         (state = 'unknown' OR (held_at IS NULL AND state IN ('confirmed', 'blocked')))`,
      integration,
    );
    // Of our own requests twice as many as any limit looks at; what was entered by hand may be of any time.
    this.#attempts = database.all(
      `SELECT id, owner, settled_uptime_ms, seen_dead_uptime_ms, server_at, park_ms, outcome FROM attempts
       WHERE integration = ?1 AND coalesce(outcome, '') <> 'notSent' AND (outcome = 'elsewhere' OR id >
         coalesce((SELECT id FROM attempts WHERE integration = ?1 AND coalesce(outcome, '') NOT IN
           ('elsewhere', 'notSent') ORDER BY id DESC LIMIT 1 OFFSET 20), 0)) ORDER BY id`,
      integration,
    );
    this.#moments = momentsOf(this.#attempts);
  }

  /**
   * In how many ms something is due and stays so for two ticks. Once the uptime has grown past one of before a reboot,
   * it tells less of the time since than it did.
   */
  firstInMs(inMs: (uptimeMs: number) => number): number {
    const marks = [
      ...this.#moments.map(({ uptimeMs }) => uptimeMs),
      ...this.#waiting.map((row) => Number(row['wait_from_uptime_ms'] ?? 0)),
      Number(this.#known?.['uptime_ms'] ?? 0),
    ];
    const drops = marks.map((markMs) => markMs - jitterMs - this.#nowUptimeMs).filter((dropMs) => dropMs > 0);
    const starts = [0, ...drops.sort((a, b) => a - b)];
    for (const [index, startMs] of starts.entries()) {
      const dueMs = startMs + inMs(this.#nowUptimeMs + startMs);
      if (dueMs + 2 * tickMs <= (starts[index + 1] ?? Infinity)) return dueMs;
    }
    return Infinity;
  }

  deletionInMs(uptimeMs: number): number {
    const confirmed = this.#waiting.some(({ state }) => state === 'confirmed');
    const readyInMs = confirmed ? 0 : this.#leastWaitMs('blocked', uptimeMs);
    return Math.max(readyInMs, this.#slotInMs(uptimeMs));
  }

  lookUpInMs(uptimeMs: number): number {
    return this.#leastWaitMs('unknown', uptimeMs);
  }

  #leastWaitMs(state: string, uptimeMs: number): number {
    const waits = this.#waiting
      .filter((row) => row['state'] === state && row['wait_ms'] !== null)
      .map((row) => {
        const from = marked(row, 'wait_from_uptime_ms', 'wait_from_server_at');
        return Math.max(0, Number(row['wait_ms']) - this.#ageMs(from, uptimeMs));
      });
    return Math.min(Infinity, ...waits);
  }

  /** Ms until fewer than 5 requests are younger than an hour, fewer than 10 than a day, and no 429 parks any more. */
  #slotInMs(uptimeMs: number): number {
    const open = this.#attempts.find((row) => row['settled_uptime_ms'] === null);
    // A request that is out is waited for; a dead window's for a minute from when it was seen dead.
    if (open !== undefined && this.#isOwnerAlive(String(open['owner']))) return Infinity;
    if (open !== undefined) return minuteMs - (uptimeMs - Number(open['seen_dead_uptime_ms'] ?? uptimeMs));
    const ages = this.#moments.map((moment) => this.#ageMs(moment, uptimeMs));
    const youngestFirst = ages.toSorted((a, b) => a - b);
    const rooms = windows.map(({ most, windowMs }) => {
      const age = youngestFirst[most - 1];
      return age === undefined ? 0 : windowMs + marginMs - age;
    });
    const parks = this.#attempts.map((row, index) => Number(row['park_ms'] ?? 0) - (ages[index] ?? 0));
    return Math.max(0, ...rooms, ...parks);
  }

  /** How long ago a moment was, at least: by the uptime since, or since the reboot; by the server's time where it says more. */
  #ageMs(moment: Marked, uptimeMs: number): number {
    const since = (thenMs: number): number =>
      thenMs - uptimeMs > jitterMs ? uptimeMs : Math.max(0, uptimeMs - thenMs);
    const byUptime = since(moment.uptimeMs);
    if (this.#known === undefined || moment.serverAt === undefined) return byUptime;
    const serverNow = Number(this.#known['server_at']) + since(Number(this.#known['uptime_ms']));
    return Math.max(byUptime, serverNow - moment.serverAt - 1000);
  }
}

/**
 * A request without a date of its own was over before the next one was answered, so its date is that one's at most; what
 * was made elsewhere stands in no order.
 */
function momentsOf(attempts: readonly Row[]): Marked[] {
  return attempts.map((row, index) => {
    const moment = marked(row, 'settled_uptime_ms', 'server_at');
    if (row['outcome'] === 'elsewhere') return moment;
    const dates = attempts
      .slice(index)
      .filter((later) => later['outcome'] !== 'elsewhere' && later['server_at'] !== null)
      .map((later) => Number(later['server_at']));
    return { ...moment, serverAt: moment.serverAt ?? (dates.length === 0 ? undefined : Math.min(...dates)) };
  });
}

function marked(row: Row, uptime: string, server: string): Marked {
  return {
    uptimeMs: Number(row[uptime]),
    serverAt: row[server] === null ? undefined : Number(row[server]),
  };
}
