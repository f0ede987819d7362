import assert from 'node:assert/strict';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { dayMs, hourMs, integration, outcomeOf } from '../support/cleanup/cleanupWorkshop.ts';
import { LoneRunner } from '../support/simulation/loneRunner.ts';
import { SimulatedMachine } from '../support/simulation/simulatedMachine.ts';
import { StrictServer } from '../support/simulation/strictServer.ts';

// The uptime of such a machine never shows that a day has passed; only the server's time does.
describe('a machine that is on for nine hours a day', () => {
  let machine: SimulatedMachine;
  let database: CleanupDatabase;
  let server: StrictServer;
  let runner: LoneRunner | undefined;
  beforeEach(() => {
    machine = new SimulatedMachine('exact', 0);
    database = CleanupDatabase.open(':memory:');
    server = new StrictServer(machine);
  });
  afterEach(() => {
    runner?.end();
    database.close();
  });

  /** Opens the window `afterMs` after each start of the machine, and counts the deletions of each day. */
  async function deletedOn(days: number, afterMs: (day: number) => number): Promise<readonly number[]> {
    for (let day = 0; day < days; day += 1) {
      machine.planOutside(day * dayMs + afterMs(day), () => {
        runner = new LoneRunner(machine, database, `day ${day}`, server);
        runner.wake();
      });
      machine.planOutside(day * dayMs + 9 * hourMs, () => {
        runner?.end();
        machine.reboot(15 * hourMs);
      });
    }
    await machine.run(days * dayMs, () => runner?.rearm());
    assert.equal(server.refusals, 0);
    return Array.from(
      { length: days },
      (_, day) => server.deletedMs.filter((at) => Math.floor(at / dayMs) === day).length,
    );
  }

  function confirm(count: number): void {
    new LoneRunner(machine, database, 'before', server).confirm(count);
  }

  it('drains ten a day', async () => {
    confirm(40);
    assert.deepEqual(await deletedOn(4, () => hourMs), [10, 10, 10, 10]);
  });

  it('drains ten a day even if the window opens later each day', async () => {
    confirm(40);
    assert.deepEqual(await deletedOn(4, (day) => (1 + 2 * day) * hourMs), [10, 10, 10, 10]);
  });

  it('continues one day after a 429 that asked for a day', async () => {
    confirm(40);
    server.instead.push(outcomeOf(429, { retryAfterMs: dayMs, serverAt: server.now() }));
    assert.deepEqual(await deletedOn(3, () => hourMs), [0, 10, 10]);
  });

  it('continues one day after ten deletions that were made elsewhere', async () => {
    confirm(40);
    const lone = new LoneRunner(machine, database, 'before', server);
    lone.book.recordElsewhere(integration, 10, 0);
    assert.deepEqual(await deletedOn(4, () => hourMs), [0, 10, 10, 10]);
  });

  it('continues one day after a new list was begun without knowing the earlier requests', async () => {
    confirm(40);
    database.run('UPDATE list SET unknown_past_ms = 0');
    assert.deepEqual(await deletedOn(4, () => hourMs), [0, 10, 10, 10]);
  });
});
