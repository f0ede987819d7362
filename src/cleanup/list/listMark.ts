import type { CleanupDatabase } from '../database/database.ts';
import { endAllConsents } from './consents.ts';

/**
 * Identifies the list in the file, and its generation: a number that grows when something is reserved or taken back.
 * SecretStorage has a copy of the mark. A file that does not have the stored generation under its random name is an
 * older copy, however far it has counted on since it was put back.
 */
export interface ListMark {
  readonly list: string;
  readonly generation: number;
  readonly name: string;
}

/** The result of comparing the file with the stored mark; `noneKept` only if that ended a consent. */
export type MarkVerdict = 'same' | 'noneKept' | 'rolledBack';

/** The current mark of the file. */
export function markOf(database: CleanupDatabase): ListMark {
  const row = database.get('SELECT list.id, generation, name FROM list JOIN marks USING (generation)');
  return { list: String(row?.['id']), generation: Number(row?.['generation']), name: String(row?.['name']) };
}

/** Whether two marks are of the same generation of the same list. */
export function isSameMark(one: ListMark | undefined, other: ListMark): boolean {
  return one?.list === other.list && one.generation === other.generation && one.name === other.name;
}

/** Whether the file once had the stored mark; if so, it is not an older copy. */
export function knowsMark(database: CleanupDatabase, { list, generation, name }: ListMark): boolean {
  const row = database.get(
    'SELECT 1 FROM list, marks WHERE list.id = ? AND marks.generation = ? AND marks.name = ?',
    list,
    generation,
    name,
  );
  return row !== undefined;
}

// Far more generations than there are between two times that the mark is stored.
const generationsKnown = 100_000;

/** Forgets the names of old generations. Needs no transaction. */
export function forgetOldMarks(database: CleanupDatabase): void {
  database.run('DELETE FROM marks WHERE generation < (SELECT generation FROM list) - ?', generationsKnown);
}

/**
 * Compares the file with the stored mark. If the file is an older copy or no mark is stored, it ends all consents,
 * because it is unknown what was taken back since. An older copy also has no free slot for as long as the longest limit
 * looks back, and becomes another list. `nowMs` is a reading of the database's clock, `at` epoch ms. Call inside a
 * transaction.
 */
export function compareMark(
  database: CleanupDatabase,
  kept: ListMark | undefined,
  nowMs: number,
  at: number,
): MarkVerdict {
  // If no consent was alive, nothing was lost, and the first mark is about to be stored.
  if (kept === undefined) return endAllConsents(database, 'markMissing', at) > 0 ? 'noneKept' : 'same';
  if (knowsMark(database, kept)) return 'same';
  // Until the new mark is stored, other requests and windows still read the one that was already judged.
  const judged = `${kept.list} ${kept.generation} ${kept.name}`;
  if (database.get('SELECT judged_mark FROM list')?.['judged_mark'] === judged) return 'same';
  endAllConsents(database, 'rolledBack', at);
  // Requests that were in flight when the copy was made have been answered since, or never will be.
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
  // SecretStorage may hold integrations that were stored after the copy was made.
  database.run("DELETE FROM switches WHERE name = 'secretsTakenIn'");
  return 'rolledBack';
}
