import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';

/** One sentence for each error within the file itself: in its pages, its references, and its counters. */
export function judgePages(database: CleanupDatabase): readonly string[] {
  const broken: string[] = [];
  const integrity = database.get('PRAGMA integrity_check')?.['integrity_check'];
  if (integrity !== 'ok') broken.push(`The file is damaged: ${String(integrity)}`);
  const dangling = database.all('PRAGMA foreign_key_check');
  if (dangling.length > 0) broken.push(`References to nothing: ${JSON.stringify(dangling)}`);
  const wrong = database.all(
    `SELECT * FROM (SELECT integration, entry_group, n FROM entry_counts WHERE n > 0
       EXCEPT SELECT integration, entry_group, count(*) FROM list_entries GROUP BY 1, 2)
     UNION ALL SELECT * FROM (SELECT integration, entry_group, count(*) FROM list_entries GROUP BY 1, 2
       EXCEPT SELECT integration, entry_group, n FROM entry_counts)`,
  );
  if (wrong.length > 0) broken.push(`Wrong counts: ${JSON.stringify(wrong)}`);
  const dead = database.all(
    `SELECT entry.session_id FROM list_entries AS entry JOIN consents ON consents.id = entry.consent
     LEFT JOIN agreements ON agreements.id = consents.agreement
     WHERE consents.ended_at IS NOT NULL OR consents.session_id <> entry.session_id
       OR agreements.integration <> entry.integration`,
  );
  for (const row of dead) broken.push(`${String(row['session_id'])} has a consent that is not its own.`);
  return broken;
}
