import type { CleanupDatabase, Row } from '../database/database.ts';
import type { Moment } from './clock.ts';
import type { KnownTime, Limit, PastAttempt } from './quota.ts';

/** In place of an integration's hash: an unknown past, which may be any integration's. */
export const anyIntegration = '*';

/**
 * The attempts from which an integration's quota follows, oldest first: the last ones that no limit can look past,
 * and all that were entered by hand, since those come in no order of time.
 */
export function readPast(
  database: CleanupDatabase,
  integration: string,
  limits: readonly Limit[],
): readonly PastAttempt[] {
  const most = Math.max(...limits.map((limit) => limit.count));
  // The number stands in the statement: SQLite compiles one anew at each call where its LIMIT is bound.
  const own = database.all(
    `SELECT id, settled_uptime_ms, server_at, park_ms, outcome FROM attempts
     WHERE integration = ? AND counts = 1 AND coalesce(outcome, '') NOT IN ('elsewhere', 'pastUnknown')
     ORDER BY id DESC LIMIT ${most}`,
    integration,
  );
  const elsewhere = database.all(
    `SELECT id, settled_uptime_ms, server_at, park_ms, outcome FROM attempts AS noted
     WHERE integration IN (?1, ?2) AND outcome IN ('elsewhere', 'pastUnknown')
       AND NOT (integration = ?2 AND ${isAdopted})`,
    integration,
    anyIntegration,
  );
  const rows = [...own, ...elsewhere].sort((a, b) => Number(a['id']) - Number(b['id']));
  return rows.flatMap((row) => {
    const attempt = pastAttemptOf(row);
    // Whoever does not know what was sent has to take all of it for spent.
    return row['outcome'] === 'pastUnknown' ? Array.from({ length: most }, () => attempt) : [attempt];
  });
}

/**
 * Notes `count` deletions of this integration that were made elsewhere, `agoMs` before now. `outcome` is
 * `pastUnknown` where nobody knows how many there were: then all slots count as spent at that time.
 */
export function recordElsewhere(
  database: CleanupDatabase,
  integration: string,
  count: number,
  agoMs: number,
  now: Moment,
  outcome: 'elsewhere' | 'pastUnknown' = 'elsewhere',
): void {
  const at = Math.round(now.wallAt - agoMs);
  database.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      database.run(
        `INSERT INTO attempts (integration, session_id, owner, reserved_at, reserved_uptime_ms, settled_at,
           settled_uptime_ms, outcome) VALUES (?, '', '', ?, ?, ?, ?, ?)`,
        integration,
        at,
        now.uptimeMs - agoMs,
        at,
        now.uptimeMs - agoMs,
        outcome,
      );
    }
  });
}

// Said twice: SQLite takes the index of what was entered by hand only where it reads the words of the index.
const isUnknownPast = `noted.outcome IN ('elsewhere', 'pastUnknown') AND noted.outcome = 'pastUnknown'`;

// Whether the integration ?1 has an unknown past of its own in place of the one that may be any's.
const isAdopted = `EXISTS (SELECT 1 FROM attempts AS own WHERE own.integration = ?1
  AND own.outcome IN ('elsewhere', 'pastUnknown') AND own.outcome = 'pastUnknown'
  AND own.reserved_at = noted.reserved_at AND own.reserved_uptime_ms = noted.reserved_uptime_ms)`;

/**
 * Makes an unknown past that may be any integration's this one's own, once, so that its server's time can be given to
 * it: the servers of several may have as many clocks.
 */
export function adoptUnknownPast(database: CleanupDatabase, integration: string): void {
  const columns =
    'session_id, owner, reserved_at, reserved_uptime_ms, settled_at, settled_uptime_ms, outcome';
  database.run(
    `INSERT INTO attempts (integration, ${columns}) SELECT ?1, ${columns} FROM attempts AS noted
     WHERE integration = ?2 AND ${isUnknownPast} AND NOT ${isAdopted}`,
    integration,
    anyIntegration,
  );
}

/** What is known of the time for an integration: this machine's uptime, and the newest time of its server. */
export function readKnownTime(database: CleanupDatabase, integration: string, uptimeMs: number): KnownTime {
  const row = database.get('SELECT * FROM server_times WHERE integration = ?', integration);
  if (row === undefined) return { uptimeMs };
  return { uptimeMs, server: { at: Number(row['server_at']), uptimeMs: Number(row['uptime_ms']) } };
}

function pastAttemptOf(row: Row): PastAttempt {
  return {
    ...(row['settled_uptime_ms'] !== null && { settledUptimeMs: Number(row['settled_uptime_ms']) }),
    ...(row['server_at'] !== null && { serverAt: Number(row['server_at']) }),
    ...(row['park_ms'] !== null && { parkMs: Number(row['park_ms']) }),
    ...(row['outcome'] !== 'elsewhere' && row['outcome'] !== 'pastUnknown' ? {} : { isElsewhere: true }),
  };
}
