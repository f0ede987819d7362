import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { tickMs } from '../../../src/cleanup/runner/runner.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { contextKeys } from '../../../src/contributions.ts';
import { eventually } from '../../support/process/eventually.ts';
import { ListAtWindow } from '../../support/window/listAtWindow.ts';
import { watchTimers, type TimerWatch } from '../../support/cleanup/timerWatch.ts';
import { TreeAtWindow } from '../../support/window/treeAtWindow.ts';

const visibleMs = 1000;

describe('a change of another window', () => {
  let timers: TimerWatch;
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let tree: TreeAtWindow;

  beforeEach(async () => {
    person.contextKeys.clear();
    timers = watchTimers(__filename);
    workshop = await HostWorkshop.open();
    list = new ListAtWindow(workshop);
    tree = await TreeAtWindow.opened();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await closeWorkshops();
    timers.stop();
  });

  const isPaused = (): unknown => person.contextKeys.get(contextKeys.isPaused);
  const resume = (): void => workshop.inDatabase((database) => new Switches(database).resume());

  it('is shown within a second while the list is visible', async () => {
    list.putNumbers(1);
    assert.equal(timers.fire(visibleMs), 1);
    await tree.fires();
    assert.equal((await tree.drawn()).length, 2);
    resume();
    await eventually('the next look is due', () => timers.fire(visibleMs) === 1);
    await eventually('it is known', () => isPaused() === false);
  });

  it('is noticed at the runner’s turns while the list is hidden, without another timer', async () => {
    await tree.hide();
    assert.equal(timers.fire(visibleMs), 0);
    resume();
    assert.equal(timers.fire(tickMs), 1);
    await eventually('it is known', () => isPaused() === false);
    assert.equal(timers.fire(visibleMs), 0);
    await tree.show();
    await eventually('it looks by itself again', () => timers.fire(visibleMs) === 1);
  });

  it('is the only reason to redraw, unless enough time has passed', async () => {
    list.putNumbers(1);
    timers.fire(visibleMs);
    await tree.fires();
    tree.fired.length = 0;
    person.statusTexts.length = 0;
    for (let round = 0; round < 5; round += 1)
      await eventually('the next look is due', () => timers.fire(visibleMs) === 1);
    await workshop.secrets.settled();
    assert.deepEqual(tree.fired, []);
    assert.deepEqual(person.statusTexts, []);
  });

  it('is noticed without writing to the database', async () => {
    list.putNumbers(3, { state: 'confirmed' });
    const other = CleanupDatabase.open(workshop.databasePath);
    try {
      const before = other.dataVersion();
      for (let round = 0; round < 3; round += 1)
        await eventually('the next look is due', () => timers.fire(visibleMs) === 1);
      await tree.fires();
      await tree.drawn();
      assert.equal(other.dataVersion(), before);
      workshop.inDatabase((database) => new Switches(database).resume());
      assert.notEqual(other.dataVersion(), before, 'this test would see no write');
    } finally {
      other.close();
    }
  });
});
