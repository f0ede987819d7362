import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AttemptBook } from '../../../src/cleanup/attempts/attemptBook.ts';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { DatabaseUnusable, type DatabaseProblem } from '../../../src/cleanup/database/databaseUnusable.ts';
import { Runner, type RunnerEvent, type RunnerRecords } from '../../../src/cleanup/runner/runner.ts';
import { EntryGroups } from '../../../src/cleanup/list/entryGroups.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import type { EntryRef } from '../../../src/cleanup/list/entry.ts';
import { markOf } from '../../../src/cleanup/list/listMark.ts';
import {
  HandClock,
  hourMs,
  integration,
  madeUpIntegration,
  minuteMs,
  sessionNumber,
  storeMadeUp,
} from '../cleanup/cleanupWorkshop.ts';
import { isFitting, type Fault, type ScenarioVerdict } from './diskFault.ts';
import { faultyDisk, type DiskReport } from './faultyDisk.ts';
import { HandTimers } from '../cleanup/handTimers.ts';
import { judgeRecords } from '../simulation/recordsJudge.ts';
import { ScriptedVeriff } from '../cleanup/scriptedVeriff.ts';

const sessionCount = 20;
const confirmedCount = 16;
// The next one in the queue after the first five slots are spent: if it were not held, it would be sent at once.
const heldNumber = 5;
const removedNumbers = [6, 17];
const mostTries = 4;

/**
 * The store from its first to its last opening, with the product's runner, on a disk that fails at some call: adds and
 * confirms, lets the runner spend its slots, holds, removes, undoes, closes, opens again, and continues for an hour.
 */
export class FaultyDiskScenario {
  readonly #path: string;
  readonly #fault: Fault;
  readonly #clock = new HandClock();
  readonly #timers = new HandTimers(this.#clock);
  readonly #veriff = new ScriptedVeriff(this.#clock);
  readonly #broken: string[] = [];
  readonly #problems: DatabaseProblem[] = [];
  #window = 'window 1';
  /** Whether the disk works again after two failures. */
  #isCured = true;
  #records: (RunnerRecords & { readonly database: CleanupDatabase }) | undefined;

  constructor(folder: string, fault: Fault) {
    this.#path = path.join(folder, 'storage', 'cleanup.sqlite');
    this.#fault = fault;
  }

  async run(): Promise<ScenarioVerdict> {
    const { at, error, extent } = this.#fault;
    faultyDisk.fail(at, error, extent);
    await this.#firstWindow();
    this.#window = 'window 2';
    await this.#secondWindow();
    const disk = faultyDisk.report();
    faultyDisk.heal();
    this.#judge();
    return this.#verdict(disk);
  }

  /** The same list in a window whose disk fails from a call on, while the runner tries for minutes. */
  async runOnIllDisk(): Promise<ScenarioVerdict> {
    const { at, error, extent } = this.#fault;
    await this.#fill();
    this.#close();
    const before = readFileSync(this.#path);
    this.#isCured = false;
    faultyDisk.fail(at, error, extent);
    const runner = this.#startRunner();
    await this.#timers.pass(2 * minuteMs);
    const disk = faultyDisk.report();
    faultyDisk.heal();
    if (disk.failed > 0) {
      if (this.#veriff.requests.length > 0) this.#broken.push('Something was sent.');
      if (this.#problems.length === 0) this.#broken.push('Nothing was told.');
      if (!readFileSync(this.#path).equals(before)) this.#broken.push('The list was written to.');
    }
    await this.#timers.pass(minuteMs);
    this.#end(runner);
    const sent = this.#veriff.requests.length;
    if (sent !== 5) this.#broken.push(`${sent} requests were sent once the disk was well, not 5.`);
    return this.#verdict(disk);
  }

  #verdict(disk: DiskReport): ScenarioVerdict {
    return {
      fault: this.#fault,
      disk,
      broken: this.#broken,
      problems: this.#problems,
      requests: this.#veriff.requests.length,
    };
  }

  async #fill(): Promise<void> {
    const all = numbered(sessionCount);
    await this.#act('open', () => void this.#open());
    await this.#act('store', ({ integrations }) => {
      const { database } = this.#open();
      database.transaction(() => {
        if (integrations.byId(integration) === undefined) storeMadeUp(database, madeUpIntegration());
      });
    });
    await this.#act('add', ({ list }) => list.add(integration, all, this.#clock.wallAt));
    const agreed = all.slice(0, confirmedCount);
    await this.#act('confirm', ({ list }) => list.agree(madeUpIntegration(), agreed, this.#clock.wallAt));
  }

  async #firstWindow(): Promise<void> {
    await this.#fill();
    const runner = this.#startRunner();
    await this.#timers.pass(minuteMs);
    const held = (list: CleanupList): readonly EntryRef[] => entriesOf(list, [heldNumber]);
    const removed = (list: CleanupList): readonly EntryRef[] => entriesOf(list, removedNumbers);
    await this.#act('hold', ({ list }) => list.hold(held(list), 'a note', this.#clock.wallAt));
    await this.#act('forget the last removal', ({ list }) => list.endUndo());
    await this.#act('remove', ({ list }) => list.remove(removed(list), this.#clock.wallAt));
    await this.#act('undo', ({ list }) => list.undoRemoval(sessionCount));
    await this.#timers.pass(minuteMs);
    this.#end(runner);
  }

  async #secondWindow(): Promise<void> {
    const runner = this.#startRunner();
    await this.#timers.pass(minuteMs);
    // As during sleep: an hour of ticks would be thousands of identical calls.
    this.#clock.pass(hourMs);
    await this.#timers.pass(3 * minuteMs);
    this.#end(runner);
  }

  #startRunner(): Runner {
    const runner = new Runner({
      clock: this.#clock.read,
      startTimer: this.#timers.start,
      records: () => this.#open(),
      ready: () => Promise.resolve([integration]),
      readMeans: () =>
        Promise.resolve({ integration: madeUpIntegration(), mark: markOf(this.#open().database) }),
      network: this.#veriff.network,
      owner: this.#window,
      isOwnerAlive: (owner) => owner === this.#window,
      tell: (event) => this.#hear(event),
    });
    runner.wake();
    return runner;
  }

  #end(runner: Runner): void {
    runner.dispose();
    this.#close();
  }

  #close(): void {
    const records = this.#records;
    this.#records = undefined;
    try {
      records?.database.close();
    } catch (error) {
      this.#noteThrown('close', error);
    }
  }

  /** The records as a window holds them: opened on first use, and again if the file is another one. */
  #open(): RunnerRecords & { readonly database: CleanupDatabase } {
    if (this.#records?.database.isOutdated() === true) {
      this.#records.database.close();
      this.#records = undefined;
    }
    this.#records ??= this.#openAnew();
    return this.#records;
  }

  #openAnew(): RunnerRecords & { readonly database: CleanupDatabase } {
    const database = CleanupDatabase.open(this.#path);
    const ports = {
      clock: this.#clock.read,
      owner: this.#window,
      isOwnerAlive: (owner: string) => owner === this.#window,
      chance: () => 0.5,
    };
    return {
      database,
      list: new CleanupList(database),
      groups: new EntryGroups(database),
      switches: new Switches(database),
      book: new AttemptBook(database, ports),
      integrations: new Integrations(database),
    };
  }

  /** Something that the user does, and tries again if it fails; after the second failure the disk works again. */
  async #act(what: string, work: (records: RunnerRecords) => unknown): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        work(this.#open());
        return;
      } catch (error) {
        this.#noteThrown(what, error);
        if (tries === mostTries) return void this.#broken.push(`“${what}” fails though the disk is well.`);
      }
      await this.#timers.pass(1000);
    }
  }

  #hear(event: RunnerEvent): void {
    if (event.kind === 'trouble') this.#noteThrown('the runner', event.error);
    if (event.kind === 'sent' && event.result.recordError !== undefined)
      this.#noteThrown('recording', event.result.recordError);
  }

  /** Each error must describe the fault correctly. */
  #noteThrown(what: string, error: unknown): void {
    if (error instanceof DatabaseUnusable) {
      this.#problems.push(error.problem);
      if (!isFitting(error.problem, this.#fault, faultyDisk.report()))
        this.#broken.push(`“${what}” calls ${this.#fault.error} ${error.problem}: ${error.message}`);
    } else {
      this.#broken.push(`“${what}” threw ${String(error)}`);
    }
    if (this.#isCured && this.#problems.length >= 2) faultyDisk.heal();
  }

  #judge(): void {
    const sent = this.#veriff.requests.length;
    // The disk worked again long before the end, so every slot of the day has been used.
    if (sent !== 10) this.#broken.push(`${sent} requests were sent, not 10.`);
    this.#window = 'the judge';
    const database = CleanupDatabase.open(this.#path);
    try {
      this.#broken.push(
        ...judgeRecords(database, {
          onList: numbered(sessionCount).map(({ sessionId }) => sessionId),
          held: [heldNumber].map(sessionNumber),
          unconfirmed: [heldNumber, ...removedNumbers, 16, 18, 19].map(sessionNumber),
          requests: this.#veriff.requests,
          deletedAtServer: this.#veriff.deleted,
        }),
      );
    } finally {
      database.close();
    }
  }
}

function numbered(count: number): { readonly sessionId: ReturnType<typeof sessionNumber> }[] {
  return Array.from({ length: count }, (_, index) => ({ sessionId: sessionNumber(index) }));
}

function entriesOf(list: CleanupList, numbers: readonly number[]): readonly EntryRef[] {
  return numbers.flatMap((number) => list.find(integration, sessionNumber(number)) ?? []);
}
