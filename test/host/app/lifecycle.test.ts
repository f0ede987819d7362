import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { deactivate } from '../../../src/extension.ts';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import * as vscode from 'vscode';
import { commands, views } from '../../../src/contributions.ts';
import { eventually } from '../../support/process/eventually.ts';
import { watchTimers, type TimerWatch } from '../../support/cleanup/timerWatch.ts';

describe('activating and disposing', () => {
  let timers: TimerWatch;

  beforeEach(() => {
    timers = watchTimers(__filename);
  });
  afterEach(async () => {
    await closeWorkshops();
    timers.stop();
  });

  it('leaves nothing behind, twice in a row, and a deletion works after each activation', async () => {
    const workshop = await HostWorkshop.open();
    for (const round of [0, 1, 2]) {
      if (round > 0) workshop.activate();
      const id = workshop.sessionId(0);
      person.agrees();
      await workshop.run('deleteSession', id);
      assert.equal(workshop.entry(id)?.state, 'deleted');
      assert.equal(person.statusItems.size, 1);
      assert.ok(timers.pending().length > 0, 'this test would not see a timer');

      await workshop.deactivate();
      await assertNothingLeft(workshop, timers);
    }
    assert.equal(workshop.deletions().length, 3);
  });

  it('leaves nothing behind if it is disposed right after its activation', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    await workshop.deactivate();
    await assertNothingLeft(workshop, timers);
    assert.ok(!existsSync(workshop.storage), 'something was stored');

    const stored = await HostWorkshop.open();
    const before = stored.storedBytes();
    await stored.deactivate();
    await assertNothingLeft(stored, timers);
    assert.equal(stored.storedBytes(), before);
  });

  it('leaves nothing behind if the view and the status bar are being drawn', async () => {
    const workshop = await HostWorkshop.open();
    await workshop.run('removeFromList');
    // Each change makes both read the secrets first, which takes a turn: they continue after the disposal.
    const drawn = [...person.trees.values()].map((provider) => Promise.resolve(provider.getChildren()));
    workshop.secrets.touch();
    await workshop.deactivate();
    await Promise.allSettled(drawn);
    await workshop.secrets.settled();
    await assertNothingLeft(workshop, timers);
  });

  it('loads the features by itself if an integration is stored, and otherwise only when they are needed', async () => {
    const empty = await HostWorkshop.open({ integration: null });
    await empty.secrets.settled();
    assert.equal(person.statusItems.size, 0);
    await empty.close();

    await HostWorkshop.open();
    await eventually('the status item', () => person.statusItems.size === 1);
  });

  it('loads the features when an integration is stored in another window', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    await workshop.secrets.settled();
    assert.equal(person.statusItems.size, 0);
    await workshop.storeOwn();
    await eventually('the status item says the rate limit', () =>
      [...person.statusItems].some(({ text }) => text === 'Veriff 0/5 h · 0/10 d · Shop (TEST)'),
    );
  });

  it('fills its view when the view is opened', async () => {
    const workshop = await HostWorkshop.open();
    person.agrees();
    await workshop.run('deleteSession', workshop.sessionId(0));
    await vscode.commands.executeCommand(`${views.list}.focus`);
    const [tree] = person.trees.keys();
    await eventually('the view is seen', () => tree?.visible);
    await eventually('its head is drawn', () => tree?.message === 'Shop (TEST) · 1/5 h · 1/10 d');
  });

  it('records the answer that is out when VS Code ends', async () => {
    const workshop = await HostWorkshop.open({ sandbox: { latencyMs: 300 } });
    const id = workshop.sessionId(0);
    workshop.confirm([id]);
    person.agrees();
    await workshop.run('resumeCleanup');
    await eventually('the request is out', () => workshop.entry(id)?.state === 'sending');
    await deactivate();
    await workshop.deactivate();
    assert.equal(workshop.entry(id)?.state, 'deleted');
    assert.equal(workshop.deletions().length, 1);
  });
});

async function assertNothingLeft({ storage }: HostWorkshop, timers: TimerWatch): Promise<void> {
  const registered = new Set(await vscode.commands.getCommands(true));
  assert.deepEqual(
    Object.values(commands).filter((command) => registered.has(command)),
    [],
  );
  assert.equal(person.statusItems.size + person.channels.size + person.trees.size, 0);
  await eventually('every timer is stopped', () => timers.pending().length === 0).catch(() =>
    assert.deepEqual(timers.pending(), []),
  );
  assert.deepEqual(openFilesBelow(storage), []);
}

/**
 * The files that this process has open. Only Linux tells, and one system is enough to find a file that was not closed.
 */
function openFilesBelow(folder: string): readonly string[] {
  const descriptors = '/proc/self/fd';
  if (!existsSync(descriptors)) return [];
  return readdirSync(descriptors).flatMap((name) => {
    try {
      const file = readlinkSync(`${descriptors}/${name}`);
      return file.startsWith(folder) ? [file] : [];
    } catch {
      // The descriptor for reading this folder is closed by now.
      return [];
    }
  });
}
