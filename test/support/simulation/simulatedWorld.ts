import type { Reservation } from '../../../src/cleanup/attempts/reservation.ts';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import type { DatabaseUnusable } from '../../../src/cleanup/database/databaseUnusable.ts';
import type { MarkVerdict } from '../../../src/cleanup/list/listMark.ts';
import { veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome } from '../../../src/veriff/outcome.ts';
import { hourMs, minuteMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import { SeededChance } from '../random/seededChance.ts';
import type { Arm } from './simulatedArm.ts';
import { calmDown } from './simulatedCalm.ts';
import { giveBack, takeDatabase, watchChanges } from './simulatedDatabase.ts';
import { SimulatedFate } from './simulatedFate.ts';
import { noFigures, type FigureName, type Figures } from './simulatedFigures.ts';
import { SimulatedFolder } from './simulatedFolder.ts';
import { accounts } from './simulatedIntegrations.ts';
import { SimulatedJudge } from './simulatedJudge.ts';
import { SimulatedMachine } from './simulatedMachine.ts';
import { planMishaps } from './simulatedMishaps.ts';
import { SimulatedKeyring } from './simulatedSecrets.ts';
import { SimulatedServer, type Account } from './simulatedServer.ts';
import { SimulatedUser } from './simulatedUser.ts';
import { SimulatedWindow } from './simulatedWindow.ts';
import { UserNotes } from './userNotes.ts';

/** The result of a world: every promise that was broken, and what happened. */
export interface Verdict {
  /** One sentence for each broken promise; none if all went well. */
  readonly broken: readonly string[];
  /** Limits that the server saw broken, in true time. */
  readonly overLimit: readonly string[];
  readonly figures: Figures;
}

// Long enough for every wait of the runner, short enough that the list does not run dry.
const wildMs = 84 * hourMs;
const actsPerWorld = 100;
const mostWindows = 4;
const shareWithFiles = 0.1;

/**
 * Up to four windows on one machine with one database, a keyring, servers, a user, and what happens to all of them:
 * first everything may go wrong, then nothing any more, until all that was confirmed is done.
 */
export class SimulatedWorld {
  readonly arm: Arm;
  readonly chance: SeededChance;
  readonly machine: SimulatedMachine;
  readonly server: SimulatedServer;
  readonly fate: SimulatedFate;
  readonly user: SimulatedUser;
  readonly keyring = new SimulatedKeyring();
  readonly notes = new UserNotes();
  readonly figures = noFigures();
  readonly judge: SimulatedJudge;
  /** The storage folder of a world with real files; the others have a database in memory. */
  readonly folder: SimulatedFolder | undefined;
  /** Prints what happens when one world is replayed. */
  readonly journal: (line: () => string) => void;
  /** Whether the disk refuses every change. */
  refusesWrites = false;
  /** Called after each event. */
  follow: () => void = () => undefined;
  /** Whether an event has changed the database or its files since the windows were last told. */
  hasChanged = false;
  readonly #memory: CleanupDatabase | undefined;
  readonly #windows = new Set<SimulatedWindow>();
  readonly #living = new Set<string>();
  readonly #mostWindows: number;
  #filesHaveChanged = false;
  /** Whether the disk has ever refused. */
  #hasRefused = false;

  constructor(seed: number, arm: Arm, tell?: (line: string) => void) {
    this.arm = arm;
    this.chance = new SeededChance(seed);
    const kind = this.chance.pick(['exact', 'whole', 'fromWall'] as const);
    const boots = this.chance.happens(0.75) ? 'named' : 'unnamed';
    this.machine = new SimulatedMachine(kind, this.chance.between(0.01, 60) * hourMs, boots);
    this.#mostWindows = this.chance.whole(1, mostWindows);
    this.fate = new SimulatedFate(this.chance, arm);
    this.user = new SimulatedUser(this);
    this.server = new SimulatedServer(this.machine, this.chance, this.user.sessions, accounts);
    const hasFiles = this.chance.happens(shareWithFiles);
    if (arm.files === 'always' || (hasFiles && arm.files === undefined)) this.folder = new SimulatedFolder();
    else this.#memory = this.#watched(this.#inMemory());
    this.judge = new SimulatedJudge({
      ...{ machine: this.machine, server: this.server, notes: this.notes, figures: this.figures },
      excuses: (error) => this.#excuses(error),
    });
    this.journal =
      tell === undefined ? () => undefined : (line) => tell(`${hours(this.machine.nowMs)} ${line()}`);
  }

  get windows(): ReadonlySet<SimulatedWindow> {
    return this.#windows;
  }

  /** Runs the world, and judges it. */
  async run(): Promise<Verdict> {
    const { machine, figures } = this;
    figures.worlds = 1;
    if (this.folder !== undefined) figures.fileWorlds = 1;
    for (let index = 0; index < this.#mostWindows; index += 1) this.open();
    for (let index = 0; index < this.chance.whole(1, 3); index += 1)
      machine.planInside(this.chance.between(10, 100) * secondMs, () => this.#act('adds an integration'));
    for (let index = 0; index < actsPerWorld; index += 1)
      machine.planInside(this.chance.next() * wildMs, () => this.#act());
    planMishaps(this, wildMs);
    this.follow = () => this.#noticeChanges('sometimes');
    await machine.run(wildMs, () => this.follow());
    await calmDown(this);
    this.endAll();
    figures.refusals = this.server.refusals;
    figures.deletions = this.server.deletions;
    figures.wrongDates = this.server.dates.lies;
    if (this.arm.alter !== undefined) this.#memory?.close();
    else if (this.#memory !== undefined) giveBack(this.#memory);
    this.folder?.end();
    return { broken: this.judge.broken, overLimit: this.judge.overLimit(), figures };
  }

  /** Counts something that happened, and prints it if the world is replayed. */
  readonly count = (name: FigureName, line: () => string): void => {
    this.figures[name] += 1;
    this.figures.events += 1;
    this.journal(line);
  };

  isOwnerAlive(owner: string): boolean {
    return this.#living.has(owner);
  }

  /** Opens the database for one window. Throws `DatabaseUnusable`. */
  openDatabase(expected: 'existing' | 'new or existing'): CleanupDatabase {
    if (this.#memory !== undefined) return this.#memory;
    const database = this.folder?.open(expected);
    if (database === undefined) throw new Error('There is neither memory nor a folder.');
    this.arm.alter?.(database);
    if (this.refusesWrites) database.run('PRAGMA query_only = ON');
    return this.#watched(database);
  }

  /** Makes the disk refuse every change, or ends that. */
  setRefusal(refusesWrites: boolean): void {
    this.refusesWrites = refusesWrites;
    this.#hasRefused ||= refusesWrites;
    this.#memory?.run(`PRAGMA query_only = ${refusesWrites ? 'ON' : 'OFF'}`);
    if (this.folder !== undefined) for (const { app } of this.#windows) app.refuseWrites();
  }

  fileChanged(): void {
    this.#filesHaveChanged = true;
    this.hasChanged = true;
  }

  /** A window has closed a database that was replaced: SQLite also removes the log of the new one. */
  outdatedClosed(): void {
    this.notes.forgetAdded();
  }

  /** Brings the folder back if no new one has been created. */
  bringFolderBack(): void {
    if (this.folder?.isAway !== true) return;
    this.notes.comeBack(this.folder.comeBack() ? 'as it was' : 'never');
    this.fileChanged();
    this.journal(() => 'the folder is back');
  }

  /** The user sees that everything confirmed has to be confirmed again. */
  hearVerdict(verdict: MarkVerdict): void {
    this.journal(() => `the user is told: ${verdict}`);
    this.notes.expectNothing();
    if (verdict === 'rolledBack' && !this.#filesHaveChanged)
      this.judge.note('the list was called an older copy, and is none');
    if (verdict === 'noneKept' && this.figures.lostMarks === 0 && !this.#filesHaveChanged)
      this.judge.note('the mark was called lost, and was not');
  }

  /** Ends a window at once; another one may be opened later. */
  end(window: SimulatedWindow, how: 'closed' | 'killed'): void {
    if (!window.process.isAlive) return;
    window.process.isAlive = false;
    window.app.end(how);
    this.#windows.delete(window);
    this.#living.delete(window.name);
    this.hasChanged = true;
    this.machine.planInside(this.chance.between(0.1, 60) * minuteMs, () => {
      if (this.#windows.size < this.#mostWindows) this.open();
    });
  }

  endAll(): void {
    for (const window of [...this.#windows]) this.end(window, 'killed');
  }

  /** Closes one window, as a user does. */
  closeOne(): void {
    const window = this.responsive();
    if (window === undefined) return;
    this.count('events', () => `${window.name} closes`);
    window.close();
  }

  recorded({ app }: SimulatedWindow, reservation: Reservation, outcome: DeletionOutcome): void {
    const { attemptId, sessionId, owner } = reservation;
    this.journal(() => `${sessionId} is recorded as ${outcome.kind}`);
    const row = app
      .records()
      .database.get(
        'SELECT park_ms FROM deletion_attempts WHERE id = ? AND session_id = ? AND owner = ?',
        ...[attemptId, sessionId, owner],
      );
    this.judge.recorded(reservation, outcome, row === undefined ? undefined : Number(row['park_ms']));
  }

  /** The user enters deletions that were made elsewhere. */
  noteElsewhere({ baseUrl, apiKey }: Account, times: number, agoMs: number): void {
    const window = this.responsive();
    if (window === undefined || this.fate.isCalm) return;
    try {
      const { book, integrations } = window.app.records();
      const row = integrations
        .living()
        .find(
          ({ id, baseUrl: url }) =>
            url === baseUrl && this.user.integrations.known.get(id)?.apiKey === apiKey,
        );
      if (row === undefined) return;
      book.recordElsewhere(row.id, times, agoMs);
      this.count('acts', () => `the user notes ${times} deletions elsewhere`);
      window.wake();
    } catch (error) {
      this.judge.thrown(error);
    }
  }

  /** A window in which something can be done, if there is one. */
  responsive(): SimulatedWindow | undefined {
    const all = [...this.#windows].filter(({ process }) => process.isResponsive);
    return all.length === 0 ? undefined : this.chance.pick(all);
  }

  open(): SimulatedWindow {
    this.figures.windows += 1;
    const name = `window ${this.figures.windows}`;
    this.count('events', () => `${name} opens`);
    const clock = this.machine.clockOfNewProcess();
    const isOwnerAlive = (owner: string): boolean =>
      owner === name || (this.arm.owners !== 'seenDead' && this.#living.has(owner));
    const window = new SimulatedWindow(this, {
      clock: this.arm.uptime === 'wall' ? () => ({ ...clock(), uptimeMs: clock().wallAt }) : clock,
      ...{ owner: name, isOwnerAlive, chance: this.chance.next, limits: this.arm.limits ?? veriffLimits },
    });
    this.#windows.add(window);
    this.#living.add(name);
    window.process.plan(this.chance.between(0, 5) * secondMs, window.wake);
    return window;
  }

  /** Lets the windows see what an event has changed; returns whether it has changed anything. */
  #noticeChanges(how: 'sometimes' | 'one at least'): boolean {
    const { hasChanged } = this;
    this.hasChanged = false;
    // Timers may fire late, and a window that does not look at once sees more changes later.
    let mustLook = how === 'one at least';
    for (const window of this.#windows) {
      const looks = hasChanged && (mustLook || this.chance.happens(0.3));
      window.notice(looks ? 'change' : 'own step');
      mustLook = false;
    }
    return hasChanged;
  }

  /** The same during the calm, in which at least one window looks at each change. */
  noticeAtOnce(): boolean {
    return this.#noticeChanges('one at least');
  }

  #act(what?: 'adds an integration'): void {
    const window = this.responsive();
    // Acts that sleep has delayed until the calm are dropped.
    if (window === undefined || this.fate.isCalm) return;
    if (what === undefined) this.user.act(window);
    else this.user.addIntegration(window);
  }

  #inMemory(): CleanupDatabase {
    if (this.arm.alter === undefined) return takeDatabase();
    const database = CleanupDatabase.open(':memory:');
    this.arm.alter(database);
    return database;
  }

  /** The database; notes each change that is made through it. */
  #watched(database: CleanupDatabase): CleanupDatabase {
    watchChanges(database, () => {
      this.hasChanged = true;
    });
    return database;
  }

  #excuses({ problem, message }: DatabaseUnusable): boolean {
    if (problem === 'notWritable') return true;
    if (this.folder === undefined) return false;
    // Code that continues with a file that was opened again meanwhile finds the old one closed.
    if (message.includes('database is not open')) return true;
    // A file that could not be written is opened again, with a new log; the old connection then reports `missing`.
    if (problem === 'missing' && this.#hasRefused) return true;
    if (!this.#filesHaveChanged) return false;
    // Files from different moments may fit together or not; if not, the user sees that, and begins a new list.
    if (problem === 'damaged' || problem === 'diskError') this.folder.isDamaged = true;
    return problem === 'missing' || this.folder.isDamaged;
  }
}

function hours(ms: number): string {
  return `${(ms / hourMs).toFixed(4)} h`;
}
