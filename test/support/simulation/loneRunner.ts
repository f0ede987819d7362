import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { markOf } from '../../../src/cleanup/list/listMark.ts';
import { EntryGroups } from '../../../src/cleanup/list/entryGroups.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { Runner, type Network } from '../../../src/cleanup/runner/runner.ts';
import { integration, madeUpIntegration, sessionNumber, storeMadeUp } from '../cleanup/cleanupWorkshop.ts';
import { SimulatedBook } from './simulatedBook.ts';
import type { SimulatedMachine } from './simulatedMachine.ts';
import { SimulatedTimers } from './simulatedTimers.ts';

/** The product's runner in the only window of a simulated machine, where nothing goes wrong by itself. */
export class LoneRunner {
  readonly list: CleanupList;
  readonly book: SimulatedBook;
  readonly #runner: Runner;
  readonly #timers: SimulatedTimers;

  /** Stores the made-up integration if it is not stored yet. */
  constructor(
    machine: SimulatedMachine,
    database: CleanupDatabase,
    owner: string,
    network: Network,
    { looksFirst } = { looksFirst: true },
  ) {
    const isOwnerAlive = (name: string): boolean => name === owner;
    const ports = { clock: machine.clockOfNewProcess(), owner, isOwnerAlive };
    const nothing = (): undefined => undefined;
    const integrations = new Integrations(database);
    const stored = madeUpIntegration();
    if (integrations.byId(stored.id) === undefined) storeMadeUp(database, stored);
    this.list = new CleanupList(database);
    this.book = new SimulatedBook(
      database,
      { ...ports, chance: () => 0.5 },
      {
        arm: looksFirst ? {} : { looks: 'none' },
        unwritten: [],
        freezes: () => false,
        reserved: nothing,
        recorded: nothing,
      },
    );
    this.#timers = new SimulatedTimers(
      machine,
      () => machine.timeAwakeMs() + this.book.quietForMs,
      () => Infinity,
    );
    const records = {
      ...{ list: this.list, book: this.book, integrations },
      ...{ groups: new EntryGroups(database), switches: new Switches(database) },
    };
    this.#runner = new Runner({
      ...ports,
      network,
      startTimer: this.#timers.start,
      records: () => records,
      ready: () => Promise.resolve([integration]),
      readMeans: () => Promise.resolve({ integration: stored, mark: markOf(database) }),
      tell: ({ kind }) => {
        if (kind === 'turn') this.book.quietForMs = Infinity;
      },
    });
  }

  /** Confirms the first `count` of the made-up sessions. */
  confirm(count: number): void {
    const sessions = Array.from({ length: count }, (_, index) => ({ sessionId: sessionNumber(index) }));
    this.list.agree(madeUpIntegration(), sessions, 0);
  }

  wake(): void {
    this.#runner.wake();
  }

  /** Call it after each event: its timers may have to fire earlier. */
  rearm(): void {
    this.#timers.rearm();
  }

  end(): void {
    this.#runner.dispose();
  }
}
