import type { AnswerFacts, DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import { hasRebooted, uptimeJitterMs, type Clock } from './clock.ts';
import type { CleanupDatabase } from '../database/database.ts';
import { adoptUnknownPast } from './pastAttempts.ts';
import type { KnownTime, PastAttempt } from './quota.ts';

/** An outcome with an answer that is believed. */
type Believed = Extract<DeletionOutcome | LookUpOutcome, { answer: AnswerFacts }>;

/** Whether an outcome is that of an answer, and the answer is believed. */
export function isBelieved(outcome: DeletionOutcome | LookUpOutcome): outcome is Believed {
  return outcome.kind !== 'unknown' && 'answer' in outcome;
}

/** The server's time in an answer, where the answer is believed. */
export function believableServerAt(outcome: DeletionOutcome | LookUpOutcome): number | undefined {
  return isBelieved(outcome) ? outcome.answer.serverAt : undefined;
}

/** What this process has heard of the time of the integrations' servers. */
export class ServerTimes {
  readonly #database: CleanupDatabase;
  readonly #clock: Clock;
  /** The integrations whose server has answered this process, and told its time if it ever does. */
  readonly #answered = new Set<string>();

  constructor(database: CleanupDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Notes that there was an answer; what it tells of the time is written elsewhere. */
  hear(integration: string, outcome: DeletionOutcome | LookUpOutcome): void {
    if (isBelieved(outcome)) this.#answered.add(integration);
  }

  /** Remembers the server's time (epoch ms), which was asked for at an uptime of `askedUptimeMs`, in one transaction. */
  note(integration: string, serverAt: number, askedUptimeMs: number): void {
    this.#answered.add(integration);
    const { uptimeMs } = this.#clock();
    this.#database.transaction(() =>
      noteServerTime(this.#database, integration, { serverAt, askedUptimeMs, uptimeMs }),
    );
  }

  /**
   * Whether only the server's time can tell how long ago the attempts were: the machine has been started anew since, or
   * may have been. What an earlier process was told does not say: an uptime that has grown past the one of then hides
   * the start in between.
   */
  isWanted(
    integration: string,
    { uptimeMs, server }: KnownTime,
    past: () => readonly PastAttempt[],
  ): boolean {
    const isNew = !this.#answered.has(integration);
    if (server !== undefined) return isNew || hasRebooted(server.uptimeMs, uptimeMs);
    // What was entered by hand brought no answer, and so no date.
    return past().some(
      ({ settledUptimeMs = 0, isElsewhere = false }) =>
        (isElsewhere && isNew) || hasRebooted(settledUptimeMs, uptimeMs),
    );
  }
}

/** The server's time as an answer told it (epoch ms), and the uptime when it was asked for and when it came. */
export interface ToldTime {
  readonly serverAt: number;
  readonly askedUptimeMs: number;
  readonly uptimeMs: number;
}

/**
 * Remembers the server's time, and gives it to the attempts that have none. They were over before it was asked for, so
 * it is no earlier than theirs, and their age outlives a reboot from then on: without a date, what nobody answered and
 * what was entered by hand would be younger than the last start of the machine for ever. Inside a transaction.
 */
export function noteServerTime(database: CleanupDatabase, integration: string, told: ToldTime): void {
  const { serverAt, askedUptimeMs, uptimeMs } = told;
  database.run(
    `INSERT INTO server_times (integration, server_at, uptime_ms) VALUES (?, ?, ?)
     ON CONFLICT (integration) DO UPDATE SET server_at = excluded.server_at, uptime_ms = excluded.uptime_ms`,
    integration,
    serverAt,
    uptimeMs,
  );
  adoptUnknownPast(database, integration);
  // What may have ended while the answer was on its way, or lay unread in a process that was frozen, may be later.
  const isOver = `server_at IS NULL AND settled_uptime_ms IS NOT NULL
    AND NOT (settled_uptime_ms > ? AND settled_uptime_ms <= ?)`;
  const [from, to] = [askedUptimeMs, uptimeMs + uptimeJitterMs];
  // Whatever is older than an attempt with a date has that one's; so no more is read than what came after it.
  database.run(
    `UPDATE attempts SET server_at = ? WHERE integration = ? AND counts = 1 AND ${isOver} AND id > coalesce(
       (SELECT id FROM attempts WHERE integration = ? AND counts = 1 AND server_at IS NOT NULL
        AND outcome NOT IN ('elsewhere', 'pastUnknown') ORDER BY id DESC LIMIT 1), 0)`,
    serverAt,
    integration,
    from,
    to,
    integration,
  );
  database.run(
    `UPDATE attempts SET server_at = ?
     WHERE integration = ? AND outcome IN ('elsewhere', 'pastUnknown') AND ${isOver}`,
    serverAt,
    integration,
    from,
    to,
  );
}
