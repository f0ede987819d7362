import type { CleanupDatabase } from '../database/database.ts';

/**
 * Makes the past requests of one API key, and those that it inherited, count for the key that replaces it; what the old
 * key sends later counts for itself alone. The new key also gets the granted limits if it has none. Call inside a
 * transaction.
 */
export function inheritPast(database: CleanupDatabase, from: string, to: string): void {
  if (from === to) return;
  const last = database.get(
    'SELECT coalesce(max(id), 0) AS id FROM deletion_attempts WHERE key_hash = ?',
    from,
  );
  const inherit = (source: string, lastAttempt: number): void => {
    if (source === to) return;
    database.run(
      `INSERT INTO inherited_pasts VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET last_attempt = max(last_attempt, excluded.last_attempt)`,
      ...[to, source, lastAttempt],
    );
  };
  inherit(from, Number(last?.['id']));
  for (const row of database.all('SELECT * FROM inherited_pasts WHERE key_hash = ?', from))
    inherit(String(row['from_key_hash']), Number(row['last_attempt']));
  database.run(
    'INSERT INTO quota_keys SELECT ?, limits FROM quota_keys WHERE key_hash = ? ON CONFLICT DO NOTHING',
    ...[to, from],
  );
}
