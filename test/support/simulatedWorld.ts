import type { Reservation } from '../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import type { Clock } from '../../src/cleanup/quota/clock.ts';
import type { Row } from '../../src/cleanup/database/database.ts';
import { QueueOrder } from '../../src/cleanup/list/queueOrder.ts';
import { veriffLimits } from '../../src/cleanup/quota/quota.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import type { DeletionOutcome } from '../../src/veriff/outcome.ts';
import { dayMs, hourMs, minuteMs, secondMs } from './cleanupWorkshop.ts';
import { DueWatch } from './dueWork.ts';
import { SeededChance } from './seededChance.ts';
import type { Arm } from './simulatedArm.ts';
import { giveBack, takeDatabase } from './simulatedDatabase.ts';
import { SimulatedFate } from './simulatedFate.ts';
import { noFigures, type FigureName, type Figures } from './simulatedFigures.ts';
import { retryWaitMs, SimulatedJudge } from './simulatedJudge.ts';
import { SimulatedMachine } from './simulatedMachine.ts';
import { planMishaps } from './simulatedMishaps.ts';
import { SimulatedServer } from './simulatedServer.ts';
import { SimulatedUser } from './simulatedUser.ts';
import { SimulatedWindow } from './simulatedWindow.ts';
import { UserNotes } from './userNotes.ts';

/** What a world came to: every promise that was broken, and what happened. */
export interface Verdict {
  /** Sentences; none in a world where all went well. */
  readonly broken: readonly string[];
  /** Limits that the server saw broken, by its own clock. */
  readonly overLimit: readonly string[];
  readonly figures: Figures;
}

// Long enough for every wait that the runner knows, short enough that the list does not run dry.
const wildMs = 100 * hourMs;
const actsPerWorld = 125;
const mostWindows = 4;
// Forty entries take four days, what is blocked or parked one more.
const mostCalmMs = 30 * dayMs;

/**
 * Up to four windows on one machine with one database, a server, a user, and what happens to all of them: first
 * whatever can, then nothing bad any more, until all that was confirmed is done.
 */
export class SimulatedWorld {
  readonly arm: Arm;
  readonly chance: SeededChance;
  readonly machine: SimulatedMachine;
  readonly server: SimulatedServer;
  readonly fate: SimulatedFate;
  readonly user: SimulatedUser;
  readonly notes = new UserNotes();
  readonly figures = noFigures();
  readonly judge: SimulatedJudge;
  readonly database = takeDatabase();
  readonly list = new CleanupList(this.database);
  readonly order = new QueueOrder(this.database);
  readonly switches = new Switches(this.database);
  /** Tells what happens, to whoever plays one world again. */
  readonly journal: (line: () => string) => void;
  readonly #windows = new Set<SimulatedWindow>();
  readonly #living = new Set<string>();
  readonly #clock: Clock;
  readonly #mostWindows: number;
  #changes = this.#totalChanges();
  /** What is known of the server's time (a row is read again only where it was written), and since which boot. */
  #told: Row | undefined;
  #toldInBoot = -1;
  #dueWatch: DueWatch | undefined;

  constructor(seed: number, arm: Arm, tell?: (line: string) => void) {
    this.arm = arm;
    this.chance = new SeededChance(seed);
    const kind = this.chance.pick(['exact', 'whole', 'fromWall'] as const);
    this.machine = new SimulatedMachine(kind, this.chance.between(0.01, 60) * hourMs);
    this.#clock = this.machine.clockOfNewProcess();
    this.#mostWindows = this.chance.whole(1, mostWindows);
    this.fate = new SimulatedFate(this.chance, arm);
    this.user = new SimulatedUser(this);
    this.server = new SimulatedServer(this.machine, this.chance, this.user.sessions);
    this.judge = new SimulatedJudge(this);
    this.journal =
      tell === undefined ? () => undefined : (line) => tell(`${hours(this.machine.nowMs)} ${line()}`);
  }

  /** Lets everything happen, and judges. */
  async run(): Promise<Verdict> {
    const { machine, figures } = this;
    figures.worlds = 1;
    for (let index = 0; index < this.#mostWindows; index += 1) this.#open();
    for (let index = 0; index < actsPerWorld; index += 1)
      machine.planInside(this.chance.next() * wildMs, () => this.#act());
    planMishaps(this, wildMs);
    await machine.run(wildMs, () => this.#follow());
    await this.#calmDown();
    this.#dueWatch?.look();
    this.judge.judgeList(this.database);
    this.endAll();
    figures.refusals = this.server.refusals;
    figures.deletions = this.server.deletions;
    giveBack(this.database);
    return { broken: this.judge.broken, overLimit: this.judge.overLimit(), figures };
  }

  /** Counts something that happened, and tells of it. */
  readonly count = (name: FigureName, line: () => string): void => {
    this.figures[name] += 1;
    this.figures.events += 1;
    this.journal(line);
  };

  /** What the wall clock shows, epoch ms. */
  wallAt(): number {
    return this.#clock().wallAt;
  }

  /** Ends a window at once; another one may be opened later. */
  end(window: SimulatedWindow): void {
    if (!window.process.isAlive) return;
    window.process.isAlive = false;
    this.#windows.delete(window);
    this.#living.delete(window.name);
    this.#changes = -1;
    this.machine.planInside(this.chance.between(0.1, 60) * minuteMs, () => {
      if (this.#windows.size < this.#mostWindows) this.#open();
    });
  }

  endAll(): void {
    for (const window of [...this.#windows]) this.end(window);
  }

  /** Closes one window, as a user does. */
  closeOne(): void {
    const window = this.#responsive();
    if (window === undefined) return;
    this.count('events', () => `${window.name} closes`);
    window.close();
  }

  /** An outcome was written down. */
  recorded(reservation: Reservation, outcome: DeletionOutcome): void {
    const { attemptId, entryId, sessionId } = reservation;
    this.journal(() => `${sessionId} is recorded as ${outcome.kind}`);
    const row = this.database.get('SELECT park_ms FROM attempts WHERE id = ?', attemptId);
    this.judge.recorded(reservation, outcome, Number(row?.['park_ms'] ?? 0));
    if (outcome.kind !== 'blocked') return;
    const { blocks } = this.notes.on(sessionId);
    const waitMs = this.list.byId(entryId)?.wait?.forMs ?? Infinity;
    if (waitMs !== retryWaitMs(blocks)) this.judge.note(`blocked ${blocks} times, it waits ${waitMs} ms`);
  }

  /** The user enters deletions that were made elsewhere. */
  noteElsewhere(times: number, agoMs: number): void {
    const window = this.#responsive();
    if (window === undefined || this.fate.isCalm) return;
    try {
      window.noteElsewhere(times, agoMs);
      this.count('acts', () => `the user notes ${times} deletions elsewhere`);
    } catch (error) {
      this.judge.thrown(error);
    }
  }

  #act(): void {
    const window = this.#responsive();
    // What sleep has put off until the calm is not done any more.
    if (window !== undefined && !this.fate.isCalm) this.user.act(window);
  }

  #responsive(): SimulatedWindow | undefined {
    const all = [...this.#windows].filter(({ process }) => process.isResponsive);
    return all.length === 0 ? undefined : this.chance.pick(all);
  }

  #open(): SimulatedWindow {
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

  /** Nothing bad happens from here on, and nothing is kept back; then it ends when all is done. */
  async #calmDown(): Promise<void> {
    const { machine } = this;
    machine.planInside(0, () => this.#beCalm());
    const isDone = (): boolean =>
      this.#dueWatch !== undefined &&
      this.database.get(
        "SELECT 1 FROM entries WHERE held_at IS NULL AND state IN ('confirmed', 'sending', 'unknown', 'blocked')",
      ) === undefined;
    const untilMs = machine.nowMs + mostCalmMs;
    while (machine.nowMs < untilMs && !isDone())
      await machine.run(machine.nowMs + 6 * hourMs, () => this.#follow());
  }

  #beCalm(): void {
    this.journal(() => 'all is calm from here on');
    this.database.run('PRAGMA query_only = OFF');
    this.fate.isCalm = true;
    this.server.isCalm = true;
    for (const window of this.#windows) window.process.thaw();
    this.#watchSoon();
  }

  /** A window that had met its end before all was calm may still come to it: then the user opens another one. */
  #watchSoon(): void {
    if (this.#windows.size === 0) this.#open();
    // By then everything that was out has been answered, and says no more that nothing may go on.
    this.machine.planInside(minuteMs, () => {
      const window = this.#responsive();
      if (window === undefined) return this.#watchSoon();
      this.user.clear(window);
      const isOwnerAlive = (owner: string): boolean => this.#living.has(owner);
      const uptimeMs = (): number => this.#clock().uptimeMs;
      // Who has asked for the time in vain asks again after a quarter of an hour; who was told since the reboot need not.
      const askedAgainMs = this.machine.nowMs + 16 * minuteMs;
      const serverAt = (): number | undefined =>
        this.machine.nowMs < askedAgainMs || this.#toldInBoot === this.figures.reboots
          ? undefined
          : this.server.toldAt();
      this.#dueWatch = new DueWatch(
        { database: this.database, uptimeMs, isOwnerAlive, serverAt },
        () => this.machine.nowMs,
        (sentence) => this.judge.note(sentence),
      );
      this.machine.planOutside(16 * minuteMs, () => this.#dueWatch?.look());
    });
  }

  #totalChanges(): number {
    return Number(this.database.get('SELECT total_changes() AS n')?.['n']);
  }

  /** Lets the windows and the watch see what an event has changed. */
  #follow(): void {
    const changes = this.#totalChanges();
    const hasChanged = changes !== this.#changes;
    this.#changes = changes;
    const told = this.database.get('SELECT * FROM server_times');
    if (told !== this.#told) [this.#told, this.#toldInBoot] = [told, this.figures.reboots];
    if (hasChanged) this.#dueWatch?.look();
    // Timers may come late, and a window that does not look at once sees more at once later; in the calm, one looks.
    let mustLook = this.fate.isCalm;
    for (const window of this.#windows) {
      const looks = hasChanged && (mustLook || this.chance.happens(0.3));
      window.notice(looks ? 'change' : 'own step');
      mustLook = false;
    }
  }
}

function hours(ms: number): string {
  return `${(ms / hourMs).toFixed(4)} h`;
}
