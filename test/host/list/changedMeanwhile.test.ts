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

/** The answers to the questions about an integration; others keep the default. */
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

describe('if something changes while a session is confirmed or a request is out', () => {
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

  it('an unanswered deletion is not called “deleted” if only another integration lacks the session', async () => {
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
    // An edit wakes the runner, which looks up unknown entries.
    await eventually('it is looked up', () => workshop.entry(first, edited)?.state !== 'unknown');
    assert.equal(workshop.entry(first, edited)?.state, 'notFound');
    assert.ok(workshop.sandbox.sessions().some(({ id }) => id === first));
    assert.ok(other.requests().every(({ method }) => method === 'GET'));
    assert.equal(workshop.deletions().length, 1);
    await other.close();
  });

  it('a look-up that is out is ignored after the integration was replaced', async () => {
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
    // The 404 came from the old host, which is not used any more.
    assert.equal(workshop.entry(first, edited)?.state, 'listed');
    await other.close();
  });

  it('nothing is sent to a host that no dialog named, even if a slow keyring delays an edit meanwhile', async () => {
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

  it('nothing is sent as LIVE that was confirmed as TEST, even with the same host and key', async () => {
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

  it('nothing confirmed is sent after the integration was removed and added again, as LIVE or unchanged', async () => {
    for (const kind of ['LIVE', 'TEST'] as const) {
      const workshop = await open();
      await waiting(workshop, [first, second]);
      await workshop.removeIntegration();
      const again = await workshop.addIntegration({ kind });
      await drained(workshop);
      // Its past requests still count: the rate limit belongs to the key.
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

  it('nothing else is sent after an edit while a request is out, with the old keys or the new ones', async () => {
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

  it('nothing can be confirmed if another window removes the integration while the dialog is open', async () => {
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

  /** Confirms these after five slots were used. */
  async function waiting(workshop: HostWorkshop, ids: readonly string[]): Promise<void> {
    person.answer = ({ detail }) => (detail.startsWith('How many') ? '5' : '1 min');
    await workshop.run('recordElsewhere');
    await workshop.run('addToList', ids);
    person.agrees();
    await workshop.run('startCleanup');
    for (const id of ids) assert.equal(workshop.entry(id)?.state, 'confirmed');
  }

  /** Frees all slots and waits for a session of another integration to be sent; anything else has been sent by then. */
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
