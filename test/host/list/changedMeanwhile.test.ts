import { person, type Shown } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { editIntegration, removeIntegration } from '../../../src/editor/integrations/integrationCommands.ts';
import {
  sampleSessions,
  startSandbox,
  type Sandbox,
  type SandboxSession,
} from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../../support/process/eventually.ts';
import { rowsOf } from '../../support/window/listAtWindow.ts';

const sessions: readonly SandboxSession[] = sampleSessions()
  .filter(({ status, inFlow }) => status === 'approved' && !inFlow)
  .slice(0, 6);
const [first = '', second = '', third = ''] = sessions.map(({ id }) => id);

/** What is typed into the questions about an integration; what is left out stays as it is offered. */
function types(
  {
    name,
    kind,
    baseUrl,
    apiKey,
    secret,
  }: Partial<Record<'name' | 'kind' | 'baseUrl' | 'apiKey' | 'secret', string>>,
  otherwise: (shown: Shown) => string | undefined | Promise<string | undefined> = () => undefined,
): void {
  person.answer = (shown) => {
    const { kind: of, detail, value, choices } = shown;
    if (detail.startsWith('What do you call')) return name ?? value;
    if (detail.startsWith('Is it a test')) return kind ?? value;
    if (detail.startsWith('The base URL')) return baseUrl ?? value;
    if (detail.startsWith('The API key')) return apiKey ?? '';
    if (detail.startsWith('The shared secret')) return secret ?? '';
    return of === 'pick' && choices.includes('Shop') ? 'Shop' : otherwise(shown);
  };
}

describe('what changes while something is confirmed or out', () => {
  /** Another server that has the same sessions. */
  let elsewhere: Sandbox;

  beforeEach(async () => {
    elsewhere = await startSandbox({ sessions });
  });
  afterEach(async () => {
    await closeWorkshops();
    await elsewhere.close();
  });

  const open = (): Promise<HostWorkshop> => HostWorkshop.open({ sandbox: { sessions } });

  it('a deletion without an answer is not called “deleted” since another integration does not know the session', async () => {
    const other = await startSandbox({ sessions: [] });
    const workshop = await open();
    await workshop.run('addToList', first);
    await workshop.run('lookUpEntries', rowsOf(workshop)[0]);
    assert.ok(workshop.entry(first)?.seenAt !== undefined, 'this test would prove nothing');
    workshop.sandbox.misbehave('500/1101');
    person.agrees();
    await workshop.run('deleteSession', first);
    assert.equal(workshop.entry(first)?.state, 'unknown');

    types({ baseUrl: other.baseUrl, apiKey: other.apiKey, secret: other.sharedSecretKey });
    await workshop.run('editIntegration');
    const [edited] = await workshop.storedIntegrations();
    assert.ok(edited !== undefined);
    assert.equal(workshop.entry(first, edited)?.seenAt, undefined);
    // An edit wakes the list, which looks up what is unknown.
    await eventually('it is looked up', () => workshop.entry(first, edited)?.state !== 'unknown');
    assert.equal(workshop.entry(first, edited)?.state, 'gone');
    assert.ok(workshop.sandbox.sessions().some(({ id }) => id === first));
    assert.ok(other.requests().every(({ method }) => method === 'GET'));
    assert.equal(workshop.deletions().length, 1);
    await other.close();
  });

  it('a look-up that is out counts for nothing once the integration is another one', async () => {
    const other = await startSandbox({ sessions: [], latencyMs: 0 });
    const workshop = await HostWorkshop.open({ sandbox: { sessions: [], latencyMs: 300 } });
    await workshop.run('addToList', first);
    const asking = workshop.run('lookUpEntries', rowsOf(workshop)[0]);
    await eventually('the question', () => workshop.sandbox.requests().length === 1);
    const edited = await workshop.changeIntegration({
      baseUrl: other.baseUrl,
      apiKey: other.apiKey,
      sharedSecretKeys: [other.sharedSecretKey],
    });
    await asking;
    // The 404 came from where it is not asked for any more.
    assert.equal(workshop.entry(first, edited)?.state, 'listed');
    await other.close();
  });

  it('nothing reaches a host that no dialog named, though the keyring lets an edit wait while the old one is confirmed', async () => {
    const workshop = await open();
    await workshop.run('addToList', first);
    const agreed = Promise.withResolvers<string>();
    const unlocked = Promise.withResolvers<undefined>();
    types({ baseUrl: elsewhere.baseUrl }, ({ isModal }) => (isModal ? agreed.promise : undefined));
    const confirming = workshop.run('startCleanup');
    await eventually('the question', () => person.dialogs.length === 1);
    assert.ok(person.dialogs[0]?.detail.includes(`Host: ${new URL(workshop.sandbox.baseUrl).host}`));

    workshop.secrets.beforeChange = (key) => (key === slotKey(2) ? unlocked.promise : undefined);
    const editing = editIntegration(workshop.openWindow());
    await eventually('the edit waits for the keyring', () =>
      workshop.inDatabase(livingHosts).includes(elsewhere.baseUrl),
    );
    agreed.resolve('Delete');
    await confirming;
    assert.ok(
      person.messages.some(({ text }) =>
        text.startsWith('Nothing was confirmed: the integration was changed'),
      ),
    );
    unlocked.resolve(undefined);
    await editing;
    const [edited] = await workshop.storedIntegrations();
    assert.equal(edited?.baseUrl, elsewhere.baseUrl);
    assert.deepEqual(
      [workshop.entry(first, edited)?.state, workshop.entry(first, edited)?.confirmedAt],
      ['listed', undefined],
    );
    await drained(workshop);
    assert.deepEqual([...workshop.sandbox.requests(), ...elsewhere.requests()], []);
  });

  it('nothing is sent as LIVE that was confirmed as TEST, though host and key stay', async () => {
    const workshop = await open();
    await waiting(workshop, [first, second]);
    types({ kind: 'LIVE' });
    await workshop.run('editIntegration');
    const [live] = await workshop.storedIntegrations();
    assert.equal(live?.kind, 'LIVE');
    assert.match(
      person.messages.at(-1)?.text ?? '',
      /2 were confirmed for the integration as it was: confirm again/,
    );
    await drained(workshop);
    for (const id of [first, second])
      assert.deepEqual(
        [workshop.entry(id, live)?.state, workshop.entry(id, live)?.confirmedAt],
        ['listed', undefined],
      );
    assert.deepEqual(workshop.deletions(), []);
  });

  it('nothing is sent of what was confirmed before the integration was removed and added again, as LIVE or as it was', async () => {
    for (const kind of ['LIVE', 'TEST'] as const) {
      const workshop = await open();
      await waiting(workshop, [first, second]);
      await workshop.removeIntegration();
      const again = await workshop.addIntegration({ kind });
      await drained(workshop);
      // Its past is found again all the same: the rate limit belongs to the key.
      assert.equal(usedSlots(workshop, again.id), 5);
      for (const id of [first, second])
        assert.deepEqual(
          [workshop.entry(id, again)?.state, workshop.entry(id, again)?.confirmedAt],
          ['listed', undefined],
        );
      assert.deepEqual(workshop.deletions(), []);
      await workshop.close();
    }
  });

  it('an edit while a request is out lets no other leave, with the old keys or with the new ones', async () => {
    const workshop = await HostWorkshop.open({ sandbox: { sessions, latencyMs: 250 } });
    await workshop.run('addToList', [first, second, third]);
    person.agrees();
    await workshop.run('startCleanup');
    await eventually('the first is out', () => workshop.deletions().length === 1);
    types({ baseUrl: elsewhere.baseUrl });
    await editIntegration(workshop.openWindow());
    const [edited] = await workshop.storedIntegrations();
    await eventually('its answer is written down', () => workshop.entry(first)?.state === 'deleted');
    await drained(workshop);
    assert.equal(workshop.deletions().length, 1);
    assert.deepEqual(elsewhere.requests(), []);
    assert.deepEqual(
      [second, third].map((id) => workshop.entry(id, edited)?.state),
      ['listed', 'listed'],
    );
  });

  it('a removal in another window while the confirmation is open leaves nothing to be agreed to', async () => {
    const workshop = await open();
    await workshop.run('addToList', [first, second]);
    for (const command of ['startCleanup', 'deleteSession'] as const) {
      const other = workshop.openWindow();
      let asked = 0;
      person.answer = async ({ kind, isModal, text }) => {
        if (kind === 'pick') return 'Shop';
        if (!isModal || text.startsWith('Remove ')) return isModal ? 'Remove' : undefined;
        asked += 1;
        await removeIntegration(other);
        return 'Delete';
      };
      await workshop.run(command, first);
      assert.equal(asked, 1);
      assert.match(
        person.messages.at(-1)?.text ?? '',
        /the integration was changed or removed while the question was open/,
      );
      await workshop.addIntegration();
    }
    assert.deepEqual(workshop.sandbox.requests(), []);
  });

  /** Has these wait as confirmed after five slots that are used. */
  async function waiting(workshop: HostWorkshop, ids: readonly string[]): Promise<void> {
    person.answer = ({ detail }) => (detail.startsWith('How many') ? '5' : '1 min');
    await workshop.run('recordElsewhere');
    await workshop.run('addToList', ids);
    person.agrees();
    await workshop.run('startCleanup');
    for (const id of ids) assert.equal(workshop.entry(id)?.state, 'confirmed');
  }

  /** Frees all slots and lets a session of another integration go; whatever else may leave has left by then. */
  async function drained(workshop: HostWorkshop): Promise<void> {
    const last = await startSandbox({ sessions });
    const { id } = workshop.inDatabase((database) => {
      database.run("UPDATE deletion_attempts SET settled_ms = -1e12 WHERE outcome = 'elsewhere'");
      return { id: sessions.at(-1)?.id ?? '' };
    });
    const integration = await workshop.addIntegration({
      name: 'Last',
      kind: 'TEST',
      baseUrl: last.baseUrl,
      apiKey: last.apiKey,
      sharedSecretKeys: [last.sharedSecretKey],
    });
    workshop.confirm([id], integration);
    workshop.secrets.touch();
    await eventually('the last one is sent', () => workshop.entry(id, integration)?.state === 'deleted');
    await last.close();
    workshop.inDatabase((database) =>
      database.run("UPDATE deletion_attempts SET settled_ms = 0 WHERE outcome = 'elsewhere'"),
    );
  }
});

function livingHosts(database: Parameters<Parameters<HostWorkshop['inDatabase']>[0]>[0]): readonly string[] {
  return database
    .all('SELECT base_url FROM integrations WHERE ended_at IS NULL')
    .map((row) => String(row['base_url']));
}

function usedSlots(workshop: HostWorkshop, integration: string): number {
  const row = workshop.inDatabase((database) =>
    database.get(
      `SELECT count(*) AS n FROM deletion_attempts WHERE counts = 1
       AND key_hash = (SELECT key_hash FROM integrations WHERE id = ?)`,
      integration,
    ),
  );
  return Number(row?.['n']);
}
