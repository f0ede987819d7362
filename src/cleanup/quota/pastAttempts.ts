import type { CleanupDatabase, Row } from '../database/database.ts';
import type { Limit, PastAttempt } from './quota.ts';

/**
 * The attempts that determine the quota of an API key, oldest first: the last ones of the key itself and of the keys
 * that it replaced, as many as a limit can look back to, and all that were entered by hand, since their times are in no
 * order. If it is unknown what was sent before a moment, all slots count as used at that moment.
 */
export function readPast(
  database: CleanupDatabase,
  keyHash: string,
  limits: readonly Limit[],
): readonly PastAttempt[] {
  const most = Math.max(...limits.map((limit) => limit.count));
  const inherited = database.all('SELECT * FROM inherited_pasts WHERE key_hash = ?', keyHash);
  const sources = [
    { keyHash, lastAttempt: Number.MAX_SAFE_INTEGER },
    ...inherited.map((row) => ({
      keyHash: String(row['from_key_hash']),
      lastAttempt: Number(row['last_attempt']),
    })),
  ];
  const rows = sources.flatMap((source) => [
    ...lastOwn(database, source.keyHash, source.lastAttempt, most),
    ...database.all(
      `SELECT id, settled_ms, park_ms FROM deletion_attempts WHERE key_hash = ? AND outcome = 'elsewhere' AND id <= ?`,
      source.keyHash,
      source.lastAttempt,
    ),
  ]);
  const past = rows.sort((a, b) => Number(a['id']) - Number(b['id'])).map(pastAttemptOf);
  const unknownPastMs = database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'];
  if (typeof unknownPastMs !== 'number') return past;
  return [...Array.from({ length: most }, () => ({ settledMs: unknownPastMs })), ...past];
}

function lastOwn(database: CleanupDatabase, keyHash: string, lastAttempt: number, most: number): Row[] {
  // `most` is part of the statement: SQLite compiles a statement anew at each call if its LIMIT is bound.
  return database.all(
    `SELECT id, settled_ms, park_ms FROM deletion_attempts
     WHERE key_hash = ? AND counts = 1 AND id <= ? AND coalesce(outcome, '') <> 'elsewhere'
     ORDER BY id DESC LIMIT ${most}`,
    keyHash,
    lastAttempt,
  );
}

function pastAttemptOf(row: Row): PastAttempt {
  return {
    ...(row['settled_ms'] !== null && { settledMs: Number(row['settled_ms']) }),
    ...(row['park_ms'] !== null && { parkMs: Number(row['park_ms']) }),
  };
}
