import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { oldKey, slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { contextKeys, type CommandName } from '../../../src/contributions.ts';
import { longestAnswerMs } from '../../../src/editor/app/integrationStore.ts';
import { eventually } from '../../support/process/eventually.ts';
import type { SecretMap } from '../../support/cleanup/secretMap.ts';
import { watchTimers, type TimerWatch } from '../../support/cleanup/timerWatch.ts';

const fileName = 'cleanup.sqlite';

/** What is in place of the database, and the next step that the user is told. */
const unusable: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  [
    'is no database',
    (file) => writeFileSync(file, 'this is no database'.repeat(1000)),
    /Its file is damaged/,
  ],
  ['is damaged', damagedDatabase, /Its file is damaged/],
  ['is of a newer version', newerDatabase, /A newer version of this extension has written it; update/],
  ['belongs to another program', foreignDatabase, /belongs to another program/],
  ['is a folder', (file) => mkdirSync(file), /check the permissions/],
];

describe('a database that cannot be used', () => {
  afterEach(closeWorkshops);

  for (const [what, make, nextStep] of unusable) {
    it(`stops everything, and is not changed, if the file ${what}`, async () => {
      const workshop = await HostWorkshop.open({
        beforeActivation: (storage) => {
          rmSync(storage, { recursive: true });
          mkdirSync(storage, { recursive: true });
          make(path.join(storage, fileName));
        },
      });
      const before = contentsOf(workshop.storage);
      person.answer = ({ isModal }) => (isModal ? 'Delete' : undefined);
      await workshop.run('deleteSession', workshop.sessionId(0));

      assert.deepEqual(person.dialogs, []);
      const [message] = person.messages;
      assert.equal(message?.kind, 'error');
      assert.match(message.text, /^The cleanup list cannot be used, .*: nothing was sent\. /);
      assert.match(message.text, nextStep);
      assert.deepEqual(workshop.sandbox.requests(), []);
      assert.deepEqual(contentsOf(workshop.storage), before);
      await eventually('the status bar says so', () =>
        [...person.statusItems].some(({ text }) => text === '$(warning) Veriff'),
      );
      const [provider] = person.trees.values();
      assert.deepEqual(await provider?.getChildren(), []);
      // VS Code's welcome text says so in the view, with what the user can do.
      await eventually('the view says so', () => person.contextKeys.get(contextKeys.isListUnusable) === true);
    });
  }

  for (const [what, isKept, state] of [
    ['sends if nothing was ever sent from this machine', false, 'deleted'],
    ['sends nothing if there was a list before, because it is not known what was sent', true, 'confirmed'],
  ] as const)
    it(`is usable for the next command after the problem is gone, and ${what}`, async () => {
      const workshop = await HostWorkshop.open({
        beforeActivation: (storage, secrets) => {
          rmSync(storage, { recursive: true });
          writeFileSync(storage, 'a file where the folder should be');
          if (isKept) return;
          // As stored by an older version that has never listed anything.
          const integrations = [JSON.parse(secrets.values.get(slotKey(1)) ?? '') as object];
          secrets.values.clear();
          secrets.values.set(oldKey, JSON.stringify({ integrations }));
        },
      });
      const id = workshop.sessionId(0);
      person.agrees();
      await workshop.run('deleteSession', id);
      assert.deepEqual(workshop.sandbox.requests(), []);
      assert.match(person.messages[0]?.text ?? '', /Its folder cannot be written to/);
      workshop.clearStorage();
      await workshop.run('deleteSession', id);
      // The new database has added the integration from its secrets, with a new id.
      const [integration] = await workshop.storedIntegrations();
      assert.ok(integration !== undefined && integration.id !== workshop.integration.id);
      assert.equal(workshop.entry(id, integration)?.state, state);
      assert.equal(workshop.deletions().length, isKept ? 0 : 1);
    });
});

const commandsThatRead: readonly CommandName[] = [
  'deleteSession',
  'checkCredentials',
  'editIntegration',
  'switchIntegration',
  'removeIntegration',
  'addIntegration',
  'resetSandbox',
];

describe('secrets that cannot be read', () => {
  let timers: TimerWatch;

  beforeEach(() => {
    timers = watchTimers(__filename);
  });
  afterEach(async () => {
    await closeWorkshops();
    timers.stop();
  });

  for (const name of commandsThatRead) {
    it(`stop ${name} with a message if SecretStorage fails`, async () => {
      const workshop = await HostWorkshop.open();
      workshop.secrets.isLocked = true;
      person.agrees();
      await workshop.run(name, workshop.sessionId(0));
      assertStopped(workshop);
      assert.match(person.messages[0]?.text ?? '', /secret storage failed.*nothing was sent\. Unlock/);
    });
  }

  const garbage: readonly string[] = [
    '',
    'garbage-with-a-secret',
    'null',
    '[]',
    '{"integrations":7}',
    '{"integrations":[{"id":"x","name":"garbage-with-a-secret"}],"currentId":"x"}',
    '{"integrations":[{"id":"x","name":"n","kind":"TEST","baseUrl":"http://example.test","apiKey":"garbage-with-a-secret","sharedSecretKeys":["k"]}],"currentId":"x"}',
  ];
  for (const stored of garbage) {
    it(`stop a deletion with a message if they are ${stored.slice(0, 60) || 'empty'}`, async () => {
      for (const key of [slotKey(1), oldKey]) {
        const workshop = await HostWorkshop.open({
          beforeActivation: (_, secrets) => void secrets.values.set(key, stored),
        });
        person.agrees();
        await workshop.run('deleteSession', workshop.sessionId(0));
        assertStopped(workshop);
        assert.match(
          person.messages[0]?.text ?? '',
          /^The stored integrations cannot be read: nothing was sent\. Run “Veriff: Forget Everything…”/,
        );
        assert.ok(!person.everythingSeen().includes('garbage'), 'what was stored was shown');
        await workshop.close();
      }
    });
  }

  it('are repaired by forgetting everything', async () => {
    const workshop = await HostWorkshop.open();
    for (const key of [slotKey(1), slotKey(50), oldKey]) workshop.secrets.values.set(key, 'garbage');
    person.answer = ({ isModal }) => (isModal ? 'Forget Everything' : undefined);
    await workshop.run('forgetEverything');
    assert.equal(workshop.secrets.values.size, 0);
    assert.match(person.messages[0]?.text ?? '', /^Everything is forgotten/);
  });

  it('are reported as kept if SecretStorage refuses to erase them', async () => {
    const workshop = await HostWorkshop.open();
    await workshop.run('removeFromList');
    workshop.secrets.isLocked = true;
    person.answer = ({ isModal }) => (isModal ? 'Forget Everything' : undefined);
    person.shown.length = 0;
    await workshop.run('forgetEverything');
    assert.ok(workshop.secrets.values.has(slotKey(1)));
    assert.equal(person.messages[0]?.kind, 'error');
    assert.ok(!person.messages.some(({ text }) => text.startsWith('Everything is forgotten')));
  });

  describe('after the user has confirmed', () => {
    for (const [what, fail, says] of [
      ['fail', (secrets) => (secrets.isLocked = true), /secret storage failed.*nothing was sent\. Unlock/],
      ['do not answer', (secrets) => (secrets.isSilent = true), /has not answered for 10 seconds/],
    ] as const satisfies readonly (readonly [string, (secrets: SecretMap) => void, RegExp])[])
      it(`prevent all requests if they ${what}, then and later without a new confirmation`, async () => {
        const workshop = await HostWorkshop.open();
        const id = workshop.sessionId(0);
        person.answer = ({ isModal, choices }) => {
          if (!isModal) return undefined;
          fail(workshop.secrets);
          return choices.at(-1);
        };
        const run = workshop.run('deleteSession', id);
        if (what === 'do not answer')
          await eventually('it is waited for', () => timers.fire(longestAnswerMs) > 0);
        await run;
        assert.deepEqual(workshop.sandbox.requests(), []);
        assert.match(person.messages[0]?.text ?? '', says);
        assert.equal(workshop.entry(id), undefined, 'it was confirmed without the mark');
      });
  });

  describe('if there is no answer', () => {
    for (const name of commandsThatRead)
      it(`are reported after 10 s by ${name}, and nothing is sent`, async () => {
        const workshop = await HostWorkshop.open();
        await workshop.secrets.settled();
        workshop.secrets.isSilent = true;
        person.agrees();
        let isDone = false;
        const run = workshop.run(name, workshop.sessionId(0)).finally(() => (isDone = true));
        await workshop.secrets.settled();
        assert.equal(isDone, false);
        assert.deepEqual(person.shown, []);
        await eventually('10 s have passed for each', () => {
          timers.fire(longestAnswerMs);
          return isDone;
        });
        await run;
        assertStopped(workshop);
        assert.match(
          person.messages[0]?.text ?? '',
          /^VS Code’s secret storage has not answered for 10 seconds, .*: nothing was sent\. Look for a window/,
        );
      });

    it('prevent requests for confirmed sessions that have a slot', async () => {
      const workshop = await HostWorkshop.open();
      const id = workshop.sessionId(0);
      await workshop.opened();
      workshop.secrets.isSilent = true;
      workshop.confirm([id]);
      workshop.secrets.touch();
      await eventually('it is waited for', () => timers.fire(longestAnswerMs) > 0);
      await eventually('it is in the log', () =>
        person.log.some((line) => line.includes('the cleanup stands still, and nothing is sent')),
      );
      assert.deepEqual(workshop.sandbox.requests(), []);
      workshop.secrets.isSilent = false;
      // Reads that are still waiting give up before the runner checks again.
      timers.fire(longestAnswerMs);
      await workshop.secrets.settled();
      workshop.secrets.touch();
      await eventually('it goes on', () => workshop.entry(id)?.state === 'deleted');
    });
  });

  it('do not prevent the activation', async () => {
    const workshop = await HostWorkshop.open({
      beforeActivation: (_, secrets) => {
        secrets.isLocked = true;
      },
    });
    await workshop.secrets.settled();
    assert.equal(person.statusItems.size, 0);
    await workshop.run('showLog');
    await eventually('the status bar says so', () =>
      [...person.statusItems].some(({ text }) => text === '$(warning) Veriff'),
    );
  });
});

describe('secrets if the list cannot be written', () => {
  afterEach(closeWorkshops);

  const failures: readonly (readonly [string, (workshop: HostWorkshop) => () => void])[] = [
    [
      'is damaged',
      ({ databasePath }) => {
        for (const end of ['-wal', '-shm']) rmSync(databasePath + end, { force: true });
        writeFileSync(databasePath, 'this is no database'.repeat(1000));
        return () => undefined;
      },
    ],
    [
      'has been taken away',
      ({ databasePath }) => {
        for (const end of ['', '-wal', '-shm']) rmSync(databasePath + end, { force: true });
        return () => undefined;
      },
    ],
    [
      'is held by another program',
      ({ databasePath }) => {
        const database = CleanupDatabase.open(databasePath);
        database.run('BEGIN IMMEDIATE');
        return () => database.close();
      },
    ],
  ];
  for (const [what, fail] of failures) {
    it(`are erased by “Remove Integration…” even if it ${what}`, async () => {
      const workshop = await HostWorkshop.open();
      await workshop.addIntegration({ name: 'Other', apiKey: '00000000-0000-4000-8000-0000000000d2' });
      await workshop.storedIntegrations();
      await workshop.opened();
      const end = fail(workshop);
      person.answer = ({ kind, isModal }) => (kind === 'pick' ? 'Shop' : isModal ? 'Remove' : undefined);
      await workshop.run('removeIntegration');
      end();
      assert.ok(!workshop.secrets.values.has(slotKey(1)));
      assert.ok(workshop.secrets.values.has(slotKey(2)), 'another integration’s keys were erased');
      assert.ok(
        ![...workshop.secrets.values.values()].some((text) => text.includes(workshop.sandbox.apiKey)),
      );
      assert.deepEqual(workshop.sandbox.requests(), []);
    });

    it(`are erased by “Forget Everything…” even if it ${what}`, async () => {
      const workshop = await HostWorkshop.open();
      await workshop.addIntegration({ name: 'Other', apiKey: '00000000-0000-4000-8000-0000000000d2' });
      await workshop.storedIntegrations();
      await workshop.opened();
      const end = fail(workshop);
      person.answer = ({ isModal }) => (isModal ? 'Forget Everything' : undefined);
      await workshop.run('forgetEverything');
      end();
      assert.deepEqual([...workshop.secrets.values], []);
      assert.equal(person.messages.at(-1)?.kind, 'error');
      assert.match(person.messages.at(-1)?.text ?? '', /^The cleanup list cannot be used/);
      assert.ok(!person.messages.some(({ text }) => text.startsWith('Everything is forgotten')));
    });
  }
});

function assertStopped(workshop: HostWorkshop): void {
  assert.deepEqual(person.dialogs, []);
  assert.equal(person.messages.length, 1, 'one message');
  assert.equal(person.messages[0]?.kind, 'error');
  assert.match(person.messages[0].text, /nothing (?:more )?was sent/);
  assert.deepEqual(workshop.sandbox.requests(), []);
}

function damagedDatabase(file: string): void {
  CleanupDatabase.open(file).close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, 100, 4096);
  writeFileSync(file, bytes);
}

function newerDatabase(file: string): void {
  const database = CleanupDatabase.open(file);
  database.all('PRAGMA user_version = 99');
  database.close();
}

function foreignDatabase(file: string): void {
  const database = CleanupDatabase.open(file);
  database.all('PRAGMA application_id = 7');
  database.close();
}

/** Names and contents of the files in a folder, except for SQLite's own files next to a database that is being read. */
function contentsOf(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder)
    .filter((name) => !/-(?:shm|wal)$/.test(name))
    .map((name) => {
      const file = path.join(folder, name);
      return [name, statSync(file).isDirectory() ? 'a folder' : readFileSync(file, 'latin1')];
    });
}
