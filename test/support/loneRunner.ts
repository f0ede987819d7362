import { CleanupList } from '../../src/cleanup/list/cleanupList.ts';
import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { Runner, type Sender } from '../../src/cleanup/runner/runner.ts';
import { Shelves } from '../../src/cleanup/list/shelves.ts';
import { Switches } from '../../src/cleanup/attempts/switches.ts';
import { SimulatedBook } from './simulatedBook.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';
import { SimulatedTimers } from './simulatedTimers.ts';

/** The real runner in the only window of a simulated machine, where nothing goes wrong by itself. */
export class LoneRunner {
  readonly list: CleanupList;
  readonly book: SimulatedBook;
  readonly #runner: Runner;
  readonly #timers: SimulatedTimers;

  constructor(machine: SimulatedMachine, database: CleanupDatabase, owner: string, sender: Sender) {
    const isOwnerAlive = (name: string): boolean => name === owner;
    const ports = { clock: machine.clockOfNewProcess(), owner, isOwnerAlive };
    const nothing = (): undefined => undefined;
    this.list = new CleanupList(database);
    this.book = new SimulatedBook(
      database,
      { ...ports, chance: () => 0.5 },
      { arm: {}, freezes: () => false, reserved: nothing, recorded: nothing },
    );
    this.#timers = new SimulatedTimers(
      machine,
      () => machine.timeAwakeMs() + this.book.quietForMs,
      () => Infinity,
    );
    const records = {
      ...{ list: this.list, book: this.book },
      ...{ shelves: new Shelves(database), switches: new Switches(database) },
    };
    this.#runner = new Runner({
      ...ports,
      startTimer: this.#timers.start,
      records: () => records,
      senders: () => Promise.resolve([sender]),
      tell: ({ kind }) => {
        if (kind === 'turn') this.book.quietForMs = Infinity;
      },
    });
  }

  wake(): void {
    this.#runner.wake();
  }

  /** To be called after each event: its timers may have to come earlier. */
  rearm(): void {
    this.#timers.rearm();
  }

  end(): void {
    this.#runner.dispose();
  }
}
