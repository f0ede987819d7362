import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { atProcessEnd } from '../process/processEnd.ts';

/** The files of a database at one moment, and their list and generation. */
export interface FolderCopy {
  readonly files: ReadonlyMap<Suffix, Buffer>;
  readonly mark: ListMark;
}

/** The content of the table `list`. */
export interface ListMark {
  readonly list: string;
  readonly generation: number;
}

export const suffixes = ['', '-wal', '-shm'] as const;
export type Suffix = (typeof suffixes)[number];

// A disk in memory if there is one: it gets the same calls, and they take no time.
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * The storage folder of a world with real files. A window that dies leaves its connection open: SQLite can only close a
 * connection properly, which changes the files in ways that a kill does not.
 */
export class SimulatedFolder {
  readonly databasePath: string;
  /** Whether the database cannot be used, and does not recover by itself. */
  isDamaged = false;
  readonly #folder: string;
  readonly #open = new Set<CleanupDatabase>();
  readonly #abandoned = new Set<CleanupDatabase>();
  readonly #forgetEnd: () => void;
  #isAway = false;
  #timesAway = 0;

  constructor() {
    this.#folder = mkdtempSync(path.join(base, 'veriff-world-'));
    this.#forgetEnd = atProcessEnd(() => rmSync(this.#folder, { recursive: true, force: true }));
    this.databasePath = path.join(this.#folder, 'storage', 'cleanup.sqlite');
  }

  /** Whether the folder is in its place and nothing is known to be wrong with it. */
  get isWhole(): boolean {
    return !this.#isAway && !this.isDamaged && existsSync(this.databasePath);
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** How many windows have the database open. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Opens the database for one window. Throws `DatabaseUnusable`. */
  open(expected: 'existing' | 'new or existing'): CleanupDatabase {
    // A separate process would not share memory with connections whose shared-memory file is gone.
    this.#closeWithoutMemory();
    const database = CleanupDatabase.open(this.databasePath, { expected });
    this.#open.add(database);
    return database;
  }

  /** Closes it as a window does that ends by itself. */
  close(database: CleanupDatabase): void {
    this.#open.delete(database);
    // The connections of dead processes do not exist any more for the system, so the last one that closes cleans up.
    if (this.#open.size === 0) this.#closeAbandoned();
    database.close();
    this.#closeWithoutMemory();
  }

  /** The process that had it open was killed. */
  abandon(database: CleanupDatabase): void {
    this.#open.delete(database);
    this.#abandoned.add(database);
  }

  /** The file's list and generation; undefined if no window has it open, or if it cannot be read. */
  mark(): ListMark | undefined {
    for (const database of this.#open) {
      try {
        if (!database.isInPlace()) continue;
        const row = database.get('SELECT id, generation FROM list');
        return { list: String(row?.['id']), generation: Number(row?.['generation']) };
      } catch {
        continue;
      }
    }
    return undefined;
  }

  /** The current files; undefined if the mark cannot be read. */
  copy(): FolderCopy | undefined {
    const mark = this.mark();
    return mark && { mark, files: this.#files() };
  }

  /** Replaces all files by an older copy, each as a new file under the same name. */
  putBack(copy: FolderCopy): void {
    for (const suffix of suffixes) this.#replace(suffix, copy.files.get(suffix));
  }

  /** Replaces only the database by an older copy; the files next to it stay, or are removed as if all had closed it. */
  putDatabaseBack(copy: FolderCopy, beside: 'stays' | 'goes'): void {
    this.#afterAllEnded(() => {
      this.#replace('', copy.files.get(''));
      for (const suffix of beside === 'goes' ? (['-wal', '-shm'] as const) : [])
        this.#replace(suffix, undefined);
    });
  }

  /** Removes files next to the database. */
  lose(lost: readonly Suffix[]): void {
    this.#afterAllEnded(() => {
      for (const suffix of lost) this.#replace(suffix, undefined);
    });
  }

  /** Deletes the database, or replaces it by something that is no database. */
  damage(how: 'deleted' | 'replaced'): void {
    this.#replace('', how === 'deleted' ? undefined : Buffer.alloc(20_000, 'not a database '));
    this.isDamaged = true;
  }

  /** Moves the whole folder away. */
  leave(): void {
    this.#timesAway += 1;
    renameSync(path.dirname(this.databasePath), this.#awayPath);
    this.#isAway = true;
  }

  /** Moves it back; false if there is another one meanwhile, and it stays away. */
  comeBack(): boolean {
    this.#isAway = false;
    if (existsSync(path.dirname(this.databasePath))) return false;
    renameSync(this.#awayPath, path.dirname(this.databasePath));
    return true;
  }

  get #awayPath(): string {
    return path.join(this.#folder, `away ${this.#timesAway}`);
  }

  /** Removes everything when the world is over. */
  end(): void {
    for (const database of this.#open) database.close();
    this.#closeAbandoned();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#forgetEnd();
  }

  /**
   * Changes the files of a database that stays in its place. Connections of one process share their knowledge of the
   * file, those of several processes do not: so no dead connection may be open, and one window at most.
   */
  #afterAllEnded(act: () => void): void {
    if (this.#open.size > 1)
      throw new Error('Two windows of one process cannot stand for two processes here.');
    if (this.#open.size === 1) {
      this.#closeAbandoned();
      act();
      return;
    }
    const files = this.#files();
    this.#closeAbandoned();
    for (const suffix of suffixes) this.#replace(suffix, files.get(suffix));
    act();
  }

  /**
   * The last connection that closes a replaced database removes the log and the shared memory of the new one. The
   * others detect that at their next look. In one process, a connection that is opened before all have closed it would
   * share the removed memory.
   */
  #closeWithoutMemory(): void {
    const isThere = (suffix: Suffix): boolean => existsSync(this.databasePath + suffix);
    if (!isThere('') || (isThere('-wal') && isThere('-shm'))) return;
    this.#closeAbandoned();
    for (const database of this.#open) database.close();
  }

  #closeAbandoned(): void {
    for (const database of this.#abandoned) database.close();
    this.#abandoned.clear();
  }

  #files(): ReadonlyMap<Suffix, Buffer> {
    const files = new Map<Suffix, Buffer>();
    for (const suffix of suffixes)
      if (existsSync(this.databasePath + suffix)) files.set(suffix, readFileSync(this.databasePath + suffix));
    return files;
  }

  #replace(suffix: Suffix, content: Buffer | undefined): void {
    const file = this.databasePath + suffix;
    rmSync(file, { force: true });
    if (content === undefined) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
