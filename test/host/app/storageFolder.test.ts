import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { markKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { sampleSessions, type SandboxSession } from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../../support/process/eventually.ts';
import { rowsOf } from '../../support/window/listAtWindow.ts';

const sessions: readonly SandboxSession[] = sampleSessions()
  .filter(({ status, inFlow }) => ['approved', 'declined'].includes(status) && !inFlow)
  .slice(0, 6);
const [first = '', second = '', third = '', fourth = ''] = sessions.map(({ id }) => id);
const ids = [first, second, third];

const olderCopy = 'The storage folder holds an older copy of the cleanup list';

describe('the storage folder', () => {
  afterEach(closeWorkshops);

  const open = (latencyMs = 0): Promise<HostWorkshop> =>
    HostWorkshop.open({ sandbox: { sessions, latencyMs } });

  /**
   * Everything is confirmed and copied while no slot is free; then it is held or removed, and the slots are free again.
   */
  async function copiedThenTakenBack(): Promise<{ workshop: HostWorkshop; putBack: () => void }> {
    const workshop = await open();
    person.answer = ({ detail }) => (detail.startsWith('How many') ? '5' : '1 min');
    await workshop.run('recordElsewhere');
    await workshop.run('addToList', ids);
    person.agrees();
    await workshop.run('startCleanup');
    workshop.inDatabase((database) =>
      database.run("UPDATE deletion_attempts SET settled_ms = -1e12 WHERE outcome = 'elsewhere'"),
    );
    await workshop.run('pauseCleanup');
    const putBack = workshop.copyStorage();
    const rows = rowsOf(workshop);
    person.answer = ({ kind }) => (kind === 'input' ? '' : undefined);
    await workshop.run('holdEntries', rows[0], rows.slice(0, 2));
    await workshop.run('removeFromList', rows[2]);
    await eventually('the mark is kept', () => keptGeneration(workshop) === generation(workshop));
    return { workshop, putBack };
  }

  function generation(workshop: HostWorkshop): number {
    return workshop.inDatabase((database) =>
      Number(database.get('SELECT generation FROM list')?.['generation']),
    );
  }

  function keptGeneration(workshop: HostWorkshop): number {
    const text = workshop.secrets.values.get(markKey) ?? '{}';
    return Number((JSON.parse(text) as { generation?: number }).generation);
  }

  function olderCopyTold(): number {
    return person.messages.filter(({ text }) => text.startsWith(olderCopy)).length;
  }

  /** Checks that nothing of the old copy is confirmed or sent, no slot is free, and one message said so. */
  async function assertRolledBack(workshop: HostWorkshop): Promise<void> {
    await eventually('it is told', () => olderCopyTold() > 0);
    for (const id of ids)
      assert.deepEqual([workshop.entry(id)?.state, workshop.entry(id)?.confirmedAt], ['listed', undefined]);
    // The copy's pause is ended, so that nothing else prevents requests.
    await workshop.run('resumeCleanup');
    person.agrees();
    await workshop.run('deleteSession', fourth);
    assert.match(person.dialogs.at(-1)?.text ?? '', /^No slot is free: put session /);
    await workshop.secrets.settled();
    assert.equal(olderCopyTold(), 1);
    assert.deepEqual(workshop.deletions(), []);
  }

  it('lists everything, says so once and frees no slot if an older copy is restored while VS Code is closed', async () => {
    const { workshop, putBack } = await copiedThenTakenBack();
    await workshop.deactivate();
    putBack();
    person.shown.length = 0;
    workshop.activate();
    await assertRolledBack(workshop);
  });

  it('does the same if an older copy is restored while the window is open', async () => {
    const { workshop, putBack } = await copiedThenTakenBack();
    person.shown.length = 0;
    putBack();
    workshop.secrets.touch();
    await assertRolledBack(workshop);
  });

  it('does the same for an older copy of only the database, without its write-ahead log', async () => {
    const { workshop, putBack } = await copiedThenTakenBack();
    await workshop.deactivate();
    putBack();
    for (const end of ['-wal', '-shm']) rmSync(workshop.databasePath + end, { force: true });
    person.shown.length = 0;
    workshop.activate();
    await assertRolledBack(workshop);
  });

  it('loses no hold or removal with its write-ahead log, and is not treated as an older copy', async () => {
    const { workshop } = await copiedThenTakenBack();
    await workshop.deactivate();
    for (const end of ['-wal', '-shm']) rmSync(workshop.databasePath + end, { force: true });
    person.shown.length = 0;
    workshop.activate();
    await workshop.run('resumeCleanup');
    await workshop.goOn(fourth);
    assert.deepEqual(
      workshop.deletions().map(({ sessionId }) => sessionId),
      [fourth],
    );
    assert.deepEqual(
      ids.map((id) => workshop.entry(id)?.heldAt !== undefined),
      [true, true, false],
    );
    assert.equal(workshop.entry(third), undefined);
    assert.equal(olderCopyTold(), 0);
  });

  it('lists what was confirmed, and says so once, if SecretStorage has lost the mark', async () => {
    const { workshop } = await copiedThenTakenBack();
    const confirmed = sessions[4]?.id ?? '';
    workshop.confirm([confirmed]);
    await workshop.deactivate();
    workshop.secrets.values.delete(markKey);
    person.shown.length = 0;
    workshop.activate();
    // Without the mark, a window does not know before its first use that something is stored.
    await workshop.run('clearFilter');
    await workshop.opened();
    await workshop.run('resumeCleanup');
    assert.deepEqual(person.dialogs, [], 'something could leave');
    assert.deepEqual(
      [workshop.entry(confirmed)?.state, workshop.entry(confirmed)?.confirmedAt],
      ['listed', undefined],
    );
    await workshop.goOn(fourth);
    assert.deepEqual(
      workshop.deletions().map(({ sessionId }) => sessionId),
      [fourth],
    );
    const told = person.messages.filter(({ text }) => text.includes('lost its record of the cleanup list'));
    assert.equal(told.length, 1);
  });

  for (const ends of [['-wal'], ['-shm'], ['-wal', '-shm'], [''], ['', '-wal', '-shm']] as const)
    it(`sends nothing after ${ends.map((end) => `cleanup.sqlite${end}`).join(' and ')} disappeared while a window is open`, async () => {
      const workshop = await open();
      await workshop.run('addToList', ids);
      person.answer = ({ isModal, choices }) => {
        if (!isModal) return undefined;
        for (const end of ends) rmSync(workshop.databasePath + end, { force: true });
        return choices.at(-1);
      };
      await workshop.run('startCleanup');
      await workshop.run('deleteSession', fourth);
      await workshop.secrets.settled();
      const isListGone = (ends as readonly string[]).includes('');
      if (isListGone) {
        assert.deepEqual(workshop.sandbox.requests(), []);
        assert.ok(person.messages.some(({ text }) => text.includes('Its file is not there any more')));
        return;
      }
      // The list itself is complete: what was confirmed after it was reopened may be sent, and nothing twice.
      const sent = workshop.deletions().map(({ sessionId }) => sessionId);
      assert.deepEqual(new Set(sent).size, sent.length);
      for (const id of sent)
        await eventually(`${id} is deleted`, () => workshop.entry(id ?? '')?.state === 'deleted');
    });

  it('gets an answer that came while it was away as soon as it is back, before anything else is sent', async () => {
    const workshop = await open(300);
    const away = `${workshop.databasePath}.away`;
    person.agrees();
    const run = workshop.run('deleteSession', first);
    await eventually('the request', () => workshop.deletions().length === 1);
    renameSync(workshop.databasePath, away);
    await run;
    assert.match(
      person.messages[0]?.text ?? '',
      /This could not be written to the cleanup list .* it is tried again before anything else is sent/,
    );
    const other = workshop.openWindow();
    assert.throws(() => other.records(), { name: 'DatabaseUnusable' });
    // Commands find the file missing, and the kept answer survives that.
    await workshop.run('deleteSession', second);
    assert.equal(workshop.deletions().length, 1);
    renameSync(away, workshop.databasePath);
    workshop.secrets.touch();
    await eventually('it is written down', () => workshop.entry(first)?.state === 'deleted');
    await workshop.run('deleteSession', second);
    assert.equal(workshop.entry(second)?.state, 'deleted');
    assert.equal(workshop.attemptCount(), 2);
    assert.equal(person.log.filter((line) => line.includes(`deleted · ${first}`)).length, 1);
  });

  it('gets an answer that came while it was away, and its log line, even if the integration was removed', async () => {
    const workshop = await open(300);
    const away = `${workshop.databasePath}.away`;
    workshop.confirm([first, second]);
    workshop.secrets.touch();
    await eventually('the request', () => workshop.deletions().length === 1);
    await workshop.removeIntegration();
    renameSync(workshop.databasePath, away);
    await eventually('it is in the log', () =>
      person.log.some((line) => line.includes(`deleted · ${first} · Shop (TEST) · HTTP 200`)),
    );
    renameSync(away, workshop.databasePath);
    workshop.secrets.touch();
    await workshop.run('showPlan');
    await eventually('it is written down', () => workshop.entry(first)?.state === 'deleted');
    assert.equal(workshop.entry(second)?.state, 'listed');
    assert.equal(workshop.deletions().length, 1);
  });

  it('frees no slot if another machine with a shorter uptime has written it', async () => {
    const workshop = await open();
    person.agrees();
    await workshop.run(
      'deleteSession',
      sessions.slice(0, 5).map(({ id }) => id),
    );
    assert.equal(workshop.deletions().length, 5);
    await workshop.deactivate();
    // As that machine left it a moment ago: another boot, with an uptime 30 days shorter than this one's.
    workshop.inDatabase((database) =>
      database.run("UPDATE clock SET boot = 'another@machine', uptime_ms = uptime_ms - 2592000000"),
    );
    person.shown.length = 0;
    workshop.activate();
    await workshop.run('deleteSession', sessions[5]?.id);
    assert.match(person.dialogs[0]?.text ?? '', /^No slot is free: put session /);
    assert.equal(workshop.deletions().length, 5);
  });

  it('is damaged, not new, if it was replaced with an empty one while a window is open', async () => {
    const workshop = await open();
    await workshop.run('addToList', ids);
    workshop.clearStorage();
    person.shown.length = 0;
    person.agrees();
    await workshop.run('deleteSession', first);
    assert.match(person.messages[0]?.text ?? '', /Its file is not there any more/);
    assert.deepEqual(workshop.sandbox.requests(), []);
  });
});
