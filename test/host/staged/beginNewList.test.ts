import { person } from '../../support/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const agreement = 'Keep It and Begin Anew';

describe('Begin a New List…', () => {
  afterEach(closeWorkshops);

  it('keeps the file that cannot be used, only where the user says so, and frees no slot', async () => {
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

  it('follows a list that was deleted while it was open, and does not take it for a first start', async () => {
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

  it('changes nothing where the list can be used', async () => {
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
