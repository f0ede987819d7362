import { person, type Shown } from '../../support/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { secretKey } from '../../../src/contributions.ts';
import { IntegrationStore } from '../../../src/editor/credentials.ts';
import type { Integration, StoredIntegrations } from '../../../src/editor/integration.ts';
import { backButton } from '../../support/scriptedInputs.ts';
import { SecretMap } from '../../support/secretMap.ts';

const base: Integration = {
  id: 'first',
  name: 'Shop',
  kind: 'TEST',
  baseUrl: 'https://stationapi.veriff.com',
  apiKey: '00000000-0000-4000-8000-0000000000a1',
  sharedSecretKeys: ['00000000-0000-4000-8000-0000000000b1'],
};
const other: Integration = { ...base, id: 'second', apiKey: '00000000-0000-4000-8000-0000000000a2' };

describe('IntegrationStore', () => {
  let secrets: SecretMap;
  let here: IntegrationStore;
  let there: IntegrationStore;

  beforeEach(() => {
    secrets = new SecretMap();
    here = new IntegrationStore(secrets);
    there = new IntegrationStore(secrets);
  });
  afterEach(() => {
    here.dispose();
    there.dispose();
  });

  it('reads what another one has stored, and tells of the change', async () => {
    let changes = 0;
    there.onDidChange(() => (changes += 1));
    await here.save(base);
    assert.deepEqual(await there.read(), { integrations: [base], currentId: 'first' });
    await here.save(other);
    assert.deepEqual(await there.current(), other);
    await here.switchTo('first');
    assert.deepEqual(await there.current(), base);
    await here.remove('first');
    assert.deepEqual(await there.current(), other);
    assert.equal(changes, 4);
  });

  it('loses nothing where many changes are made at once', async () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ ...base, id: `number ${index}` }));
    await Promise.all(many.map((integration) => here.save(integration)));
    assert.deepEqual((await there.read()).integrations, many);
    await Promise.all([
      ...many.slice(0, 10).map(({ id }) => here.remove(id)),
      here.save(other),
      here.switchTo('number 15'),
    ]);
    const { integrations, currentId } = await there.read();
    assert.deepEqual(integrations, [...many.slice(10), other]);
    assert.equal(currentId, 'number 15');
  });

  it('goes on after a change that failed, and says that it failed', async () => {
    await here.save(base);
    secrets.isLocked = true;
    await assert.rejects(here.save(other), { name: 'SecretStorageFailed' });
    secrets.isLocked = false;
    await here.save(other);
    assert.deepEqual((await here.read()).integrations, [base, other]);
  });

  it('tells of nothing that is stored under another key, and of nothing after its end', async () => {
    let changes = 0;
    here.onDidChange(() => (changes += 1));
    await secrets.store('another key', 'x');
    here.dispose();
    await there.save(base);
    assert.equal(changes, 0);
  });

  it('leaves nothing where the last one is removed', async () => {
    await here.save(base);
    await here.remove('first');
    assert.deepEqual([...secrets.values], []);
    assert.equal(await there.current(), undefined);
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

  it('add what was typed as one value, and hide the keys while they are typed', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    person.answer = answerFrom(answers);
    await workshop.run('addIntegration');
    const { integrations, currentId } = stored(workshop);
    assert.deepEqual(
      integrations.map(({ id, ...rest }) => [id === currentId, rest]),
      [
        [
          true,
          {
            name: 'Shop, live',
            kind: 'LIVE',
            baseUrl: 'https://stationapi.veriff.com',
            apiKey: answers['The API key'],
            sharedSecretKeys: answers['The shared secret key']?.split(' '),
          },
        ],
      ],
    );
    assert.deepEqual([...workshop.secrets.values.keys()], [secretKey]);
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

  it('go back a step, and keep what was typed', async () => {
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
    assert.equal(stored(workshop).integrations.length, 1);
  });

  it('add nothing twice', async () => {
    const workshop = await HostWorkshop.open();
    const { apiKey, baseUrl } = workshop.integration;
    person.answer = answerFrom({ ...answers, 'The base URL': baseUrl, 'The API key': apiKey.toUpperCase() });
    await workshop.run('addIntegration');
    assert.deepEqual(stored(workshop).integrations, [workshop.integration]);
    assert.match(person.messages[0]?.text ?? '', /^Nothing was added: Shop \(TEST\) has the same API key/);
  });

  it('edit a name without asking for the keys again, and never show them', async () => {
    const workshop = await HostWorkshop.open();
    person.answer = (shown) => {
      if (shown.kind === 'pick') return shown.choices.includes('Shop') ? 'Shop' : 'TEST';
      if (shown.isMasked) return '';
      return shown.detail.startsWith('What do you call') ? 'Renamed' : shown.value;
    };
    await workshop.run('editIntegration');
    assert.deepEqual(stored(workshop).integrations, [{ ...workshop.integration, name: 'Renamed' }]);
    assertNoKeyShown([workshop.integration]);
  });

  it('remove nothing where the question is left, and nothing but the integration where it is answered', async () => {
    const workshop = await HostWorkshop.open();
    const id = workshop.sessionId(0);
    person.agrees();
    await workshop.run('deleteSession', id);

    person.answer = ({ kind }) => (kind === 'pick' ? 'Shop' : undefined);
    await workshop.run('removeIntegration');
    assert.deepEqual(stored(workshop).integrations, [workshop.integration]);

    person.answer = ({ kind }) => (kind === 'pick' ? 'Shop' : 'Remove');
    await workshop.run('removeIntegration');
    assert.deepEqual([...workshop.secrets.values], []);
    // Added again, it has to find its own past, or the rate limit would be broken.
    assert.equal(workshop.entry(id)?.state, 'deleted');
    assert.equal(workshop.attemptCount(), 1);
    assert.equal(workshop.sandbox.requests().length, 1);
    assertNoKeyShown([workshop.integration]);
  });

  it('switch to another one, which the next deletion then means', async () => {
    const workshop = await HostWorkshop.open();
    workshop.storeIntegrations([workshop.integration, { ...other, name: 'Elsewhere' }]);
    person.answer = ({ kind }) => (kind === 'pick' ? 'Elsewhere' : undefined);
    await workshop.run('switchIntegration');
    await workshop.run('deleteSession', workshop.sessionId(0));
    assert.match(person.dialogs[0]?.detail ?? '', /^Integration: Elsewhere \(TEST\)$/m);
    assert.match(person.dialogs[0]?.detail ?? '', /^Host: stationapi\.veriff\.com$/m);
  });

  it('check the credentials without spending quota', async () => {
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
    assert.deepEqual(await provider?.getChildren(), []);
    assert.equal(workshop.sandbox.requests().length, 3);
  });

  it('forgets nothing where the question is left', async () => {
    const workshop = await HostWorkshop.open();
    person.agrees();
    await workshop.run('deleteSession', workshop.sessionId(0));
    person.answer = () => undefined;
    await workshop.run('forgetEverything');
    assert.deepEqual(stored(workshop).integrations, [workshop.integration]);
    assert.equal(workshop.entryCount() + workshop.attemptCount(), 2);
  });
});

function stored(workshop: HostWorkshop): StoredIntegrations {
  return JSON.parse(workshop.secrets.values.get(secretKey) ?? '{"integrations":[]}') as StoredIntegrations;
}

function assertNoKeyShown(integrations: readonly Integration[]): void {
  for (const key of integrations.flatMap(({ apiKey, sharedSecretKeys }) => [apiKey, ...sharedSecretKeys]))
    assert.ok(!person.everythingSeen().includes(key), `${key} was shown`);
}
