/** Why the database cannot be used. The user's next step is different for each. */
export type DatabaseProblem =
  | 'sqliteMissing'
  | 'newer'
  | 'foreign'
  | 'damaged'
  | 'missing'
  | 'locked'
  | 'notWritable'
  | 'diskFull'
  | 'diskError'
  | 'unknown';

/** The database cannot be used. Nothing was overwritten. Since past requests are unknown, nothing may be sent. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
  readonly problem: DatabaseProblem;

  constructor(problem: DatabaseProblem, cause?: unknown) {
    super(
      `The cleanup database cannot be used (${problem}): ${cause instanceof Error ? cause.message : ''}`,
      {
        cause,
      },
    );
    this.problem = problem;
  }
}

/** Runs `work` and turns whatever it throws into a `DatabaseUnusable` that says why. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DatabaseUnusable ? error : new DatabaseUnusable(problemOf(error), error);
  }
}

// SQLite's primary result codes: https://www.sqlite.org/rescode.html
const readOnlyCode = 8;
const problemsByCode: Readonly<Record<number, DatabaseProblem>> = {
  3: 'notWritable', // SQLITE_PERM
  5: 'locked', // SQLITE_BUSY
  6: 'locked', // SQLITE_LOCKED
  8: 'notWritable', // SQLITE_READONLY
  10: 'diskError', // SQLITE_IOERR
  11: 'damaged', // SQLITE_CORRUPT
  13: 'diskFull', // SQLITE_FULL
  14: 'notWritable', // SQLITE_CANTOPEN
  15: 'locked', // SQLITE_PROTOCOL: other processes got the lock first, a hundred times in a row
  26: 'damaged', // SQLITE_NOTADB
};

const problemsBySystemCode: Readonly<Record<string, DatabaseProblem>> = {
  EACCES: 'notWritable',
  EPERM: 'notWritable',
  EROFS: 'notWritable',
  ENOTDIR: 'notWritable',
  EEXIST: 'notWritable',
  // Also Node's error for any folder that could not be created, whatever the disk answered.
  ENOENT: 'notWritable',
  ENOSPC: 'diskFull',
  EIO: 'diskError',
  EBUSY: 'locked',
};

/** The problem that an error of SQLite or of the system means. */
export function problemOf(error: unknown): DatabaseProblem {
  if (!(error instanceof Error)) return 'unknown';
  const primaryCode = primaryCodeOf(error);
  if (primaryCode !== undefined) return problemsByCode[primaryCode] ?? 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? (problemsBySystemCode[code] ?? 'unknown') : 'unknown';
}

/** Whether SQLite refused to write because the file is read-only. It keeps refusing until the file is opened again. */
export function isReadOnlyRefusal(error: unknown): boolean {
  return primaryCodeOf(error) === readOnlyCode;
}

function primaryCodeOf(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: unknown };
  // The low byte of an extended code is its primary code.
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}
