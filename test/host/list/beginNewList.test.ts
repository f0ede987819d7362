import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandName } from '../../../src/contributions.ts';
import { beginNewList } from '../../../src/editor/list/beginNewList.ts';
import { sampleSessions } from '../../../src/sandbox/sandbox.ts';
import { rowsOf } from '../../support/window/listAtWindow.ts';

const sessions = sampleSessions()
  .filter(({ status, inFlow }) => status === 'approved' && !inFlow)
  .slice(0, 3);
const [first = '', second = '', third = ''] = sessions.map(({ id }) => id);
const agreement = 'Keep It and Begin Anew';

describe('Begin a New List…', () => {
  afterEach(closeWorkshops);

  it('begins one only if the user agrees, keeps the unusable file, and frees no slot', async () => {
    const damage = 'this is no database'.repeat(1000);
    const workshop = await HostWorkshop.open({
      beforeActivation: (storage) => {
        rmSync(storage, { recursive: true });
        mkdirSync(storage, { recursive: true });
        writeFileSync(path.join(storage, 'cleanup.sqlite'), damage);
      },
    });
    await workshop.run('beginNewList');
    assert.equal(person.dialogs.length, 1);
    assert.equal(readFileSync(workshop.databasePath, 'utf8'), damage);

    person.agrees();
    await workshop.run('beginNewList');
    assert.deepEqual(person.dialogs.at(-1)?.choices, [agreement]);
    assert.match(
      person.messages.at(-1)?.text ?? '',
      /^A new cleanup list was begun; nothing is sent for 24 hours/,
    );
    const kept = readdirSync(workshop.storage).find((name) => name.includes('.kept'));
    assert.ok(kept !== undefined);
    assert.equal(readFileSync(path.join(workshop.storage, kept), 'utf8'), damage);

    await workshop.run('deleteSession', workshop.sessionId(0));
    assert.match(person.dialogs.at(-1)?.text ?? '', /^No slot is free: put session .* on the cleanup list/);
    assert.deepEqual(workshop.deletions(), []);
    const [integration] = await workshop.storedIntegrations();
    assert.equal(workshop.entry(workshop.sessionId(0), integration)?.state, 'confirmed');
  });

  it('works after a list was deleted while it was open, which is not treated as a first start', async () => {
    const workshop = await HostWorkshop.open();
    const id = workshop.sessionId(0);
    person.agrees();
    await workshop.run('deleteSession', id);
    assert.equal(workshop.deletions().length, 1);
    for (const end of ['', '-wal', '-shm']) rmSync(workshop.databasePath + end, { force: true });
    await workshop.run('deleteSession', workshop.sessionId(1));
    assert.match(person.messages.at(-1)?.text ?? '', /Its file is not there any more/);
    assert.equal(workshop.deletions().length, 1);

    person.agrees();
    await workshop.run('beginNewList');
    await workshop.run('deleteSession', workshop.sessionId(1));
    assert.match(person.dialogs.at(-1)?.text ?? '', /^No slot is free/);
    assert.equal(workshop.deletions().length, 1);
  });

  it('changes nothing if the list can be used', async () => {
    const workshop = await HostWorkshop.open();
    person.agrees();
    await workshop.run('deleteSession', workshop.sessionId(0));
    person.agrees();
    const { length } = person.dialogs;
    await workshop.run('beginNewList');
    assert.equal(person.dialogs.length, length);
    assert.match(person.messages.at(-1)?.text ?? '', /^Nothing was changed: the cleanup list can be read/);
  });
});

describe('a new list that is begun in another window', () => {
  afterEach(closeWorkshops);

  /** Damages the file and begins a new list in another window. */
  async function begunAnew(workshop: HostWorkshop): Promise<void> {
    const other = workshop.openWindow();
    writeFileSync(workshop.databasePath, 'no database any more');
    await beginNewList(other);
  }

  for (const command of ['startCleanup', 'deleteSession'] as const)
    it(`while the dialog of ${command} is open: nothing is confirmed, and no slot is free`, async () => {
      const workshop = await HostWorkshop.open({ sandbox: { sessions } });
      await workshop.run('addToList', [first, second]);
      person.answer = async ({ isModal, text }) => {
        if (!isModal) return undefined;
        if (text.startsWith('Begin')) return 'Keep It and Begin Anew';
        await begunAnew(workshop);
        // Numbers of the old list belong to other entries on the new one.
        const [integration] = await workshop.storedIntegrations();
        assert.ok(integration !== undefined && integration.id !== workshop.integration.id);
        await workshop.run('addToList', third);
        return 'Delete';
      };
      await workshop.run(command, first);
      const [integration] = await workshop.storedIntegrations();
      assert.equal(workshop.entry(third, integration)?.state, 'listed');
      assert.equal(workshop.entry(first, integration), undefined);
      assert.match(
        person.messages.at(-1)?.text ?? '',
        /the integration was changed or removed while the question was open/,
      );
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

  const onRows: readonly CommandName[] = [
    'deleteSession',
    'removeFromList',
    'holdEntries',
    'sendNext',
    'toggleCheckbox',
    'lookUpEntries',
  ];
  it('while the menu of a row is open: the row has no meaning on the new one', async () => {
    const workshop = await HostWorkshop.open({ sandbox: { sessions } });
    await workshop.run('addToList', first);
    const [row] = rowsOf(workshop);
    person.agrees();
    await begunAnew(workshop);
    await workshop.run('addToList', second);
    const [integration] = await workshop.storedIntegrations();
    const before = workshop.entry(second, integration);
    assert.equal(before?.id, row?.entry.id, 'this test would prove nothing');
    for (const command of onRows) await workshop.run(command, row, [row]);
    assert.deepEqual(workshop.entry(second, integration), before);
    assert.equal(workshop.entryCount(), 1);
    assert.deepEqual(workshop.sandbox.requests(), []);
  });
});
