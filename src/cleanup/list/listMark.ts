import type { CleanupDatabase } from '../database/database.ts';
import { endAllConsents } from './consents.ts';

/**
 * Which list the file holds, and how often something was reserved or taken back on it. It is kept outside the folder as
 * well (in SecretStorage): a file that does not know the generation that is kept there, by its random name, is an older
 * copy, however far it has counted on since it was put back.
 */
export interface ListMark {
  readonly list: string;
  readonly generation: number;
  readonly name: string;
}

/** What the comparison with the kept mark has shown; `noneKept` only if a consent has ended by that. */
export type MarkVerdict = 'same' | 'noneKept' | 'rolledBack';

/** The mark of the file at this moment. */
export function markOf(database: CleanupDatabase): ListMark {
  const row = database.get('SELECT list.id, generation, name FROM list JOIN marks USING (generation)');
  return { list: String(row?.['id']), generation: Number(row?.['generation']), name: String(row?.['name']) };
}

/** Whether two marks are of the same generation of the same list. */
export function isSameMark(one: ListMark | undefined, other: ListMark): boolean {
  return one?.list === other.list && one.generation === other.generation && one.name === other.name;
}

/** Whether the file has been at the kept mark: then it is no older copy. */
export function knowsMark(database: CleanupDatabase, { list, generation, name }: ListMark): boolean {
  const row = database.get(
    'SELECT 1 FROM list, marks WHERE list.id = ? AND marks.generation = ? AND marks.name = ?',
    list,
    generation,
    name,
  );
  return row !== undefined;
}

// Far more than there are between two times that the mark is kept.
const generationsKnown = 100_000;

/** Forgets the names of generations long ago. Inside a transaction or not. */
export function forgetOldMarks(database: CleanupDatabase): void {
  database.run('DELETE FROM marks WHERE generation < (SELECT generation FROM list) - ?', generationsKnown);
}

/**
 * Compares the file with the mark that is kept outside, and ends all consents if the file is an older copy or none is
 * kept: nobody can say then what was taken back since. Of an older copy no slot is free for as long as the longest
 * limit looks back, and it is another list from then on. `nowMs` is a reading of the clock, `at` epoch ms. Inside a
 * transaction.
 */
export function compareMark(
  database: CleanupDatabase,
  kept: ListMark | undefined,
  nowMs: number,
  at: number,
): MarkVerdict {
  // Of the first mark nothing was lost.
  if (kept === undefined) return endAllConsents(database, 'markMissing', at) > 0 ? 'noneKept' : 'same';
  if (knowsMark(database, kept)) return 'same';
  // Until the new mark is kept, other requests and windows still read the one that has been judged.
  const judged = `${kept.list} ${kept.generation} ${kept.name}`;
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
