import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';

// Broken databases for the control arms. Each lacks one rule of the product's database, because a trigger is missing or
// a statement does something else.

/** Counts requests by host, whatever the API key. */
export function countByHost(database: CleanupDatabase): void {
  const all = database.all.bind(database);
  database.all = (sql, ...values) =>
    sql.includes('FROM deletion_attempts') && sql.includes('key_hash = ?')
      ? all(
          sql.replace(
            'key_hash = ?',
            `integration IN (SELECT id FROM integrations WHERE base_url =
              (SELECT base_url FROM integrations WHERE key_hash = ? AND ended_at IS NULL))`,
          ),
          ...values,
        )
      : all(sql, ...values);
}

/** Lets a single `Date` set the clock. */
export function believeDatesAlone(database: CleanupDatabase): void {
  const run = database.run.bind(database);
  let base: number | undefined;
  database.run = (sql, ...values) => {
    const result = run(sql, ...values);
    if (!sql.startsWith('INSERT INTO server_dates (host, offsets)')) return result;
    const clock = database.get('SELECT passed_ms, uptime_ms FROM clock');
    const offset = (JSON.parse(values[1] as string) as readonly number[]).at(-1) ?? 0;
    const dateAt = offset + Number(clock?.['uptime_ms']);
    base ??= dateAt - Number(clock?.['passed_ms']);
    run('UPDATE clock SET passed_ms = max(passed_ms, ?)', dateAt - base);
    return result;
  };
}

/** Reports that a cancelled consent has ended, but leaves it as it is. */
export function keepCancelledConsents(database: CleanupDatabase): void {
  const run = database.run.bind(database);
  database.run = (sql, ...values) =>
    sql.startsWith('UPDATE consents') && sql.includes("'cancelled'")
      ? { rowId: 0, changes: 1 }
      : run(sql, ...values);
}

/**
 * Keeps the consents of an integration after its end, and moves them with the entries to the integration that takes the
 * entries over.
 */
export function keepConsentsOfEndedIntegrations(database: CleanupDatabase): void {
  database.run('DROP TRIGGER integration_ended');
  database.run(
    `CREATE TRIGGER consent_follows AFTER UPDATE OF integration ON list_entries WHEN NEW.consent IS NOT NULL BEGIN
       UPDATE agreements SET integration = NEW.integration,
         base_url = (SELECT base_url FROM integrations WHERE id = NEW.integration),
         kind = (SELECT kind FROM integrations WHERE id = NEW.integration)
       WHERE id = (SELECT agreement FROM consents WHERE id = NEW.consent);
     END`,
  );
  const run = database.run.bind(database);
  database.run = (sql, ...values) => {
    const isTakenAlong =
      sql.startsWith('UPDATE OR IGNORE list_entries SET integration = ?') && sql.includes('look_ups = 0');
    return run(
      isTakenAlong
        ? sql.replace(
            "CASE state WHEN 'unknown' THEN state ELSE 'listed' END",
            "CASE WHEN consent IS NULL AND state <> 'unknown' THEN 'listed' ELSE state END",
          )
        : sql,
      ...values,
    );
  };
}
