import type { CleanupDatabase } from '../database/database.ts';
import { endAllConsents } from './consents.ts';

/**
 * Which list the file holds, and how often something was reserved or taken back on it. It is kept outside the folder as
 * well (in SecretStorage): a file that is behind what is kept there is an older copy.
 */
export interface ListMark {
  readonly list: string;
  readonly generation: number;
}

/** What the comparison with the kept mark has shown; `noneKept` only if a consent has ended by that. */
export type MarkVerdict = 'same' | 'noneKept' | 'rolledBack';

/** The mark of the file at this moment. */
export function markOf(database: CleanupDatabase): ListMark {
  const row = database.get('SELECT id, generation FROM list');
  return { list: String(row?.['id']), generation: Number(row?.['generation']) };
}

/** Whether the kept mark is to be written anew: it is missing, of another list, or behind. */
export function isBehind(kept: ListMark | undefined, own: ListMark): boolean {
  return kept?.list !== own.list || kept.generation < own.generation;
}

/**
 * Compares the file with the mark that is kept outside, and ends all consents if the file is an older copy or none is
 * kept: nobody can say then what was taken back since. Of an older copy no slot is free for as long as the longest limit
 * looks back, and it is another list from then on. `nowMs` is a reading of the clock, `at` epoch ms. Inside a transaction.
 */
export function compareMark(
  database: CleanupDatabase,
  kept: ListMark | undefined,
  nowMs: number,
  at: number,
): MarkVerdict {
  const own = markOf(database);
  // Of the first mark nothing was lost.
  if (kept === undefined) return endAllConsents(database, 'markMissing', at) > 0 ? 'noneKept' : 'same';
  if (kept.list === own.list && kept.generation <= own.generation) return 'same';
  // Until the new mark is kept, other requests and windows still read the one that has been judged.
  const judged = `${kept.list} ${kept.generation}`;
  if (database.get('SELECT judged_mark FROM list')?.['judged_mark'] === judged) return 'same';
  endAllConsents(database, 'rolledBack', at);
  // What was out when the copy was made has been answered since, or never will be.
  database.run(
    `UPDATE list_entries SET state = 'unknown', reason = 'windowEnded', wait_until_ms = ?, changed_at = ?,
       revision = revision + 1 WHERE state = 'sending'`,
    nowMs,
    Math.round(at),
  );
  database.run(
    `UPDATE deletion_attempts SET settled_at = ?, settled_ms = ?, outcome = 'unknown', reason = 'windowEnded'
     WHERE settled_ms IS NULL`,
    Math.round(at),
    nowMs,
  );
  database.run(
    `UPDATE list SET id = lower(hex(randomblob(16))), unknown_past_ms = ?, generation = max(generation, ?) + 1,
       judged_mark = ?`,
    nowMs,
    kept.generation,
    judged,
  );
  // The secrets may know integrations that were stored after the copy was made.
  database.run("DELETE FROM switches WHERE name = 'secretsTakenIn'");
  return 'rolledBack';
}
