import { person, type Shown } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { markKey, slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { systemClock } from '../../../src/cleanup/quota/clock.ts';
import { IntegrationStore } from '../../../src/editor/app/integrationStore.ts';
import type { Integration, IntegrationDraft } from '../../../src/editor/app/integration.ts';
import { madeUpKey } from '../../support/cleanup/cleanupWorkshop.ts';
import { backButton } from '../../support/window/scriptedInputs.ts';
import { eventually } from '../../support/process/eventually.ts';
import { SecretMap } from '../../support/cleanup/secretMap.ts';

const base: IntegrationDraft = {
  name: 'Shop',
  kind: 'TEST',
  baseUrl: 'https://stationapi.veriff.com',
  apiKey: '00000000-0000-4000-8000-0000000000a1',
  sharedSecretKeys: ['00000000-0000-4000-8000-0000000000b1'],
  isSandbox: false,
};
const other: IntegrationDraft = { ...base, apiKey: '00000000-0000-4000-8000-0000000000a2' };

describe('IntegrationStore', () => {
  let secrets: SecretMap;
  let database: CleanupDatabase;
  let here: IntegrationStore;
  let there: IntegrationStore;
  let hasDatabase: boolean;

  beforeEach(() => {
    secrets = new SecretMap();
    database = CleanupDatabase.open(':memory:');
    hasDatabase = true;
    const records = { database, integrations: new Integrations(database) };
    const open = (): IntegrationStore =>
      new IntegrationStore(secrets, {
        records: () => records,
        hasDatabase: () => hasDatabase,
        clock: systemClock,
      });
    [here, there] = [open(), open()];
  });
  afterEach(() => {
    here.dispose();
    there.dispose();
    database.close();
  });

  /** Stores an integration and returns it with its new id. */
  async function added(draft: IntegrationDraft, store = here): Promise<Integration> {
    const result = await store.add(draft);
    assert.ok(result.kind === 'stored');
    return { ...draft, id: result.row.id };
  }

  it('reads what another window has stored, and fires an event for the change', async () => {
    let changes = 0;
    there.onDidChange(() => (changes += 1));
    const first = await added(base);
    assert.match(first.id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.deepEqual(await there.read(), { integrations: [first], currentId: first.id, withoutKeys: [] });
    const second = await added(other);
    assert.deepEqual(await there.current(), second);
    assert.equal(changes, 2);
    here.switchTo(first.id);
    assert.deepEqual(await there.current(), first);
    await here.remove(first.id);
    assert.deepEqual(await there.current(), second);
    assert.equal(changes, 3);
  });

  it('stores each integration under its own key', async () => {
    await added(base);
    await added(other);
    assert.deepEqual([...secrets.values.keys()].sort(), [slotKey(1), slotKey(2), markKey].sort());
  });

  it('loses nothing if many changes are made at once', async () => {
    const drafts = Array.from({ length: 20 }, (_, index) => ({
      ...base,
      name: `number ${index}`,
      apiKey: madeUpKey(String(index)),
    }));
    const many = await Promise.all(
      drafts.map((draft, index) => added(draft, index % 2 === 0 ? here : there)),
    );
    const names = async (): Promise<readonly string[]> =>
      (await there.read()).integrations.map(({ name }) => name).sort();
    assert.deepEqual(await names(), drafts.map(({ name }) => name).sort());
    const [last] = await Promise.all([
      added(other, there),
      ...many.slice(0, 10).map(({ id }, index) => (index % 2 === 0 ? there : here).remove(id)),
    ]);
    assert.deepEqual(await names(), [...drafts.slice(10).map(({ name }) => name), last.name].sort());
    assert.equal(secrets.values.size, 12);
  });

  it('stores no second integration with the same API key, whatever its host, kind, name or case', async () => {
    const first = await added(base);
    for (const draft of [
      base,
      { ...base, baseUrl: 'https://veriff.example', kind: 'LIVE', name: 'Another' } as const,
      { ...base, apiKey: base.apiKey.toUpperCase() },
    ]) {
      const result = await there.add(draft);
      assert.equal(result.kind, 'sameApiKey');
    }
    assert.deepEqual((await there.read()).integrations, [first]);
  });

  it('works after a failed change, and reports the failure', async () => {
    const first = await added(base);
    secrets.isLocked = true;
    await assert.rejects(here.add(other), { name: 'SecretStorageFailed' });
    secrets.isLocked = false;
    const second = await added(other);
    assert.deepEqual((await here.read()).integrations, [first, second]);
  });

  it('does not bring back an integration that is removed while its keys are being stored', async () => {
    const asked = Promise.withResolvers<undefined>();
    secrets.beforeChange = (key) => (key === slotKey(1) ? asked.promise : undefined);
    const adding = here.add(base);
    const [row] = new Integrations(database).living();
    assert.ok(row !== undefined);
    const removing = there.remove(row.id);
    asked.resolve(undefined);
    await Promise.all([adding, removing]);
    assert.deepEqual((await there.read()).integrations, []);
    assert.ok(!secrets.values.has(slotKey(1)));
  });

  it('does not bring back older keys if they are edited in two windows at once', async () => {
    const first = await added(base);
    const edits = [
      { ...base, baseUrl: 'https://one.example' },
      { ...base, baseUrl: 'https://two.example' },
    ];
    const results = await Promise.all([
      here.change(first.id, edits[0] ?? base),
      there.change(first.id, edits[1] ?? base),
    ]);
    assert.deepEqual(results.map(({ kind }) => kind).sort(), ['ended', 'stored']);
    const { integrations } = await here.read();
    assert.equal(integrations.length, 1);
    assert.ok(integrations[0] !== undefined && integrations[0].id !== first.id);
    for (const text of secrets.values.values())
      assert.ok(!text.includes(base.baseUrl), 'the old host is kept');
  });

  it('returns no credentials for a request if the integration has ended or does not exist', async () => {
    const first = await added(base);
    assert.deepEqual((await here.readMeans(first.id))?.integration, first);
    const changed = await there.change(first.id, { ...base, kind: 'LIVE' });
    assert.ok(changed.kind === 'stored');
    assert.equal(await here.readMeans(first.id), undefined);
    assert.equal(await here.readMeans('nobody'), undefined);
    secrets.values.delete(slotKey(2));
    const { id } = changed.row;
    assert.equal(await here.readMeans(id), undefined);
    assert.deepEqual(
      (await here.read()).withoutKeys.map((row) => row.id),
      [id],
    );
  });

  it('fires no event for other keys, for the mark, or after it is disposed', async () => {
    let changes = 0;
    here.onDidChange(() => (changes += 1));
    await secrets.store('another key', 'x');
    await secrets.store(markKey, 'x');
    here.dispose();
    await added(base, there);
    assert.equal(changes, 0);
  });

  it('leaves no secret after the last one is removed', async () => {
    const first = await added(base);
    await here.remove(first.id);
    assert.deepEqual([...secrets.values.keys()], [markKey]);
    assert.equal(await there.current(), undefined);
    await here.removeAll();
    assert.deepEqual([...secrets.values], []);
  });

  it('creates no database if nothing was ever stored', async () => {
    hasDatabase = false;
    assert.deepEqual(await here.read(), { integrations: [], currentId: undefined, withoutKeys: [] });
    await here.eraseEnded();
  });
});

describe('the commands for integrations', () => {
  afterEach(closeWorkshops);

  const answers: Readonly<Record<string, string>> = {
    'What do you call': ' Shop, live ',
    'Is it a test': 'LIVE',
    'The base URL': 'https://stationapi.veriff.com/v1/',
    'The API key': '00000000-0000-4000-8000-0000000000a9',
    'The shared secret key': '00000000-0000-4000-8000-0000000000b9 00000000-0000-4000-8000-0000000000b8',
  };
  const answerFrom =
    (given: Readonly<Record<string, string>>) =>
    ({ detail }: Shown) =>
      Object.entries(given).find(([question]) => detail.startsWith(question))?.[1];

  it('add what was typed, and hide the keys while they are typed', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    person.answer = answerFrom(answers);
    await workshop.run('addIntegration');
    const integrations = await workshop.storedIntegrations();
    assert.deepEqual(
      integrations.map(({ id, ...rest }) => [id.length, rest]),
      [
        [
          36,
          {
            name: 'Shop, live',
            kind: 'LIVE',
            baseUrl: 'https://stationapi.veriff.com',
            apiKey: answers['The API key'],
            sharedSecretKeys: answers['The shared secret key']?.split(' '),
            isSandbox: false,
          },
        ],
      ],
    );
    assert.deepEqual([...workshop.secrets.values.keys()].sort(), [slotKey(1), markKey].sort());
    const masked = person.shown.filter(({ isMasked }) => isMasked).map(({ detail }) => detail.slice(0, 11));
    assert.deepEqual(masked, ['The API key', 'The shared ']);
    assert.match(person.messages[0]?.text ?? '', /^Integration Shop, live \(LIVE\) added/);
    assertNoKeyShown(integrations);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['What do you call', '   '],
    ['What do you call', 'Shop\u202e'],
    ['The base URL', 'http://stationapi.veriff.com'],
    ['The base URL', 'https://user@stationapi.veriff.com'],
    ['The API key', 'no uuid'],
    ['The shared secret key', 'no uuid'],
    ['The shared secret key', '00000000-0000-4000-8000-0000000000b9 '.repeat(6)],
  ];
  for (const [question, typed] of wrong) {
    it(`refuse ${JSON.stringify(typed.slice(0, 40))} for “${question}…”`, async () => {
      const workshop = await HostWorkshop.open({ integration: null });
      person.answer = answerFrom({ ...answers, [question]: typed });
      await workshop.run('addIntegration');
      assert.deepEqual([...workshop.secrets.values], []);
      assert.equal(person.refusals.length, 1);
      assert.deepEqual(person.messages, []);
    });
  }

  it('can go back a step, and keep what was typed', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    let backs = 0;
    person.answer = (shown) => {
      if (!shown.detail.startsWith('The base URL') || backs > 0) return answerFrom(answers)(shown);
      backs += 1;
      return backButton;
    };
    await workshop.run('addIntegration');
    const kinds = person.shown.filter(({ kind }) => kind === 'pick').map(({ value }) => value);
    assert.deepEqual(kinds, ['TEST', 'LIVE']);
    assert.equal((await workshop.storedIntegrations()).length, 1);
  });

  it('do not add the same API key twice', async () => {
    const workshop = await HostWorkshop.open();
    const { apiKey } = workshop.integration;
    // With another host and kind: the rate limit belongs to the key.
    person.answer = answerFrom({ ...answers, 'The API key': apiKey.toUpperCase() });
    await workshop.run('addIntegration');
    assert.deepEqual(await workshop.storedIntegrations(), [workshop.integration]);
    assert.match(
      person.messages[0]?.text ?? '',
      /^Nothing was added: Shop \(TEST\) has the same API key\. Edit that one instead\.$/,
    );
  });

  it('can edit a name without asking for the keys again, and never show them', async () => {
    const workshop = await HostWorkshop.open();
    person.answer = (shown) => {
      if (shown.kind === 'pick') return shown.choices.includes('Shop') ? 'Shop' : 'TEST';
      if (shown.isMasked) return '';
      return shown.detail.startsWith('What do you call') ? 'Renamed' : shown.value;
    };
    await workshop.run('editIntegration');
    assert.deepEqual(await workshop.storedIntegrations(), [{ ...workshop.integration, name: 'Renamed' }]);
    assertNoKeyShown([workshop.integration]);
  });

  it('remove nothing if the dialog is cancelled, and only the integration if it is confirmed', async () => {
    const workshop = await HostWorkshop.open();
    const id = workshop.sessionId(0);
    person.agrees();
    await workshop.run('deleteSession', id);

    person.answer = ({ kind }) => (kind === 'pick' ? 'Shop' : undefined);
    await workshop.run('removeIntegration');
    assert.deepEqual(await workshop.storedIntegrations(), [workshop.integration]);

    person.answer = ({ kind }) => (kind === 'pick' ? 'Shop' : 'Remove');
    await workshop.run('removeIntegration');
    assert.deepEqual([...workshop.secrets.values.keys()], [markKey]);
    // If it is added again, its past requests must still count, or the rate limit would be exceeded.
    assert.equal(workshop.entry(id)?.state, 'deleted');
    assert.equal(workshop.attemptCount(), 1);
    assert.equal(workshop.sandbox.requests().length, 1);
    assertNoKeyShown([workshop.integration]);
  });

  it('switch to another one, which the next deletion uses', async () => {
    const workshop = await HostWorkshop.open();
    await workshop.addIntegration({ ...other, name: 'Elsewhere' });
    await workshop.switchTo(workshop.integration);
    person.answer = ({ kind }) => (kind === 'pick' ? 'Elsewhere' : undefined);
    await workshop.run('switchIntegration');
    await workshop.run('deleteSession', workshop.sessionId(0));
    assert.match(person.dialogs[0]?.detail ?? '', /^Integration: Elsewhere \(TEST\)$/m);
    assert.match(person.dialogs[0]?.detail ?? '', /^Host: stationapi\.veriff\.com$/m);
  });

  it('check the credentials without using quota', async () => {
    const workshop = await HostWorkshop.open();
    await workshop.run('checkCredentials');
    assert.match(person.messages[0]?.text ?? '', /Veriff accepts the API key and the shared secret key/);
    assert.deepEqual(
      workshop.sandbox.requests().map(({ method, status }) => [method, status]),
      [['GET', 404]],
    );
    assert.equal(workshop.attemptCount(), 0);
  });

  it('check the credentials, and say which one is wrong', async () => {
    const wrongKey = '00000000-0000-4000-8000-00000000dead';
    for (const [integration, says] of [
      [{ apiKey: wrongKey }, /does not accept the API key \(401\)/],
      [{ sharedSecretKeys: [wrongKey] }, /rejects the signature \(401\)\. Check the shared secret key/],
    ] as const) {
      const workshop = await HostWorkshop.open({ integration });
      await workshop.run('checkCredentials');
      assert.equal(person.messages[0]?.kind, 'error');
      assert.match(person.messages[0].text, says);
      assert.equal(person.messages[0].choices[0], 'Edit Integration…');
      await workshop.close();
    }
  });
});

describe('forgetting everything', () => {
  afterEach(closeWorkshops);

  it('leaves nothing behind in the storage folder, the secrets and the view', async () => {
    const workshop = await HostWorkshop.open();
    const ids = [workshop.sessionId(0), workshop.sessionId(1), workshop.sessionId(3)];
    person.agrees();
    await workshop.run('deleteSession', ids);
    const marks = [...ids, workshop.integration.apiKey, workshop.sandbox.sharedSecretKey];
    assert.ok(
      ids.every((id) => workshop.storedBytes().includes(id)),
      'this test would find nothing',
    );

    person.answer = ({ isModal }) => (isModal ? 'Forget Everything' : undefined);
    await workshop.run('forgetEverything');
    const bytes = workshop.storedBytes();
    assert.deepEqual(
      marks.filter((mark) => bytes.includes(mark)),
      [],
    );
    assert.equal(workshop.secrets.values.size, 0);
    assert.equal(workshop.entryCount() + workshop.attemptCount(), 0);
    const [provider] = person.trees.values();
    // VS Code may still be given what was read right before; then it is told to request the rows again.
    await eventually('the view is empty', async () => (await provider?.getChildren())?.length === 0);
    assert.equal(workshop.sandbox.requests().length, 3);
  });

  it('forgets nothing if the dialog is cancelled', async () => {
    const workshop = await HostWorkshop.open();
    person.agrees();
    await workshop.run('deleteSession', workshop.sessionId(0));
    person.answer = () => undefined;
    await workshop.run('forgetEverything');
    assert.deepEqual(await workshop.storedIntegrations(), [workshop.integration]);
    assert.equal(workshop.entryCount() + workshop.attemptCount(), 2);
  });
});

function assertNoKeyShown(integrations: readonly Integration[]): void {
  for (const key of integrations.flatMap(({ apiKey, sharedSecretKeys }) => [apiKey, ...sharedSecretKeys]))
    assert.ok(!person.everythingSeen().includes(key), `${key} was shown`);
}
