import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { atProcessEnd } from '../process/processEnd.ts';

/** The files of a database, as they were at one moment, and which list and generation they held. */
export interface FolderCopy {
  readonly files: ReadonlyMap<Suffix, Buffer>;
  readonly mark: ListMark;
}

/** What the table `list` says. */
export interface ListMark {
  readonly list: string;
  readonly generation: number;
}

export const suffixes = ['', '-wal', '-shm'] as const;
export type Suffix = (typeof suffixes)[number];

// If there is one, a disk in memory: what is asked of it is the same, and nobody waits for it.
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * The storage folder of a world with real files. A window that dies leaves its connection open, as nobody else would be
 * told of it: SQLite closes a connection in one way only, which is not what a kill does to the files.
 */
export class SimulatedFolder {
  readonly databasePath: string;
  /** Nobody can use the database, and it does not become better by itself. */
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
    // In a process of its own it would share nothing with those that have lost the memory beside the file.
    this.#closeWithoutMemory();
    const database = CleanupDatabase.open(this.databasePath, { expected });
    this.#open.add(database);
    return database;
  }

  /** Closes it as a window does that ends by itself. */
  close(database: CleanupDatabase): void {
    this.#open.delete(database);
    // The system has long closed what dead processes had open; then the last one that closes tidies up.
    if (this.#open.size === 0) this.#closeAbandoned();
    database.close();
    this.#closeWithoutMemory();
  }

  /** The process that had it open was killed. */
  abandon(database: CleanupDatabase): void {
    this.#open.delete(database);
    this.#abandoned.add(database);
  }

  /** What the file says of its list; undefined if no window has it open, or it cannot be read. */
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

  /** The files as they are; undefined if they cannot be told. */
  copy(): FolderCopy | undefined {
    const mark = this.mark();
    return mark && { mark, files: this.#files() };
  }

  /** Puts an older copy in the place of all files, each as another file under the same name. */
  putBack(copy: FolderCopy): void {
    for (const suffix of suffixes) this.#replace(suffix, copy.files.get(suffix));
  }

  /**
   * Puts the database of an older copy back, alone; what stands beside it stays, or goes as when all have closed it.
   */
  putDatabaseBack(copy: FolderCopy, beside: 'stays' | 'goes'): void {
    this.#afterAllEnded(() => {
      this.#replace('', copy.files.get(''));
      for (const suffix of beside === 'goes' ? (['-wal', '-shm'] as const) : [])
        this.#replace(suffix, undefined);
    });
  }

  /** Takes files away that stand beside the database. */
  lose(lost: readonly Suffix[]): void {
    this.#afterAllEnded(() => {
      for (const suffix of lost) this.#replace(suffix, undefined);
    });
  }

  /** Leaves nothing at the place of the database, or something that is none. */
  damage(how: 'deleted' | 'replaced'): void {
    this.#replace('', how === 'deleted' ? undefined : Buffer.alloc(20_000, 'not a database '));
    this.isDamaged = true;
  }

  /** Takes the whole folder away. */
  leave(): void {
    this.#timesAway += 1;
    renameSync(path.dirname(this.databasePath), this.#awayPath);
    this.#isAway = true;
  }

  /** Brings it back; false if there is another one by now, and it stays away. */
  comeBack(): boolean {
    this.#isAway = false;
    if (existsSync(path.dirname(this.databasePath))) return false;
    renameSync(this.#awayPath, path.dirname(this.databasePath));
    return true;
  }

  get #awayPath(): string {
    return path.join(this.#folder, `away ${this.#timesAway}`);
  }

  /** Takes all of it away, when the world is over. */
  end(): void {
    for (const database of this.#open) database.close();
    this.#closeAbandoned();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#forgetEnd();
  }

  /**
   * Does something to the files of a database that stays where it is. Connections of one process share what they know
   * of it, which those of several do not: so it happens while none of the dead is open, and one window at most.
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
   * The last one that closes a database that was replaced takes the log and the shared memory of the new one away.
   * The others find that out at their next look; in one process, each that opens it before all have closed it would
   * share what is gone.
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
