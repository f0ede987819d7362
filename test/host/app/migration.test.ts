import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { migrations } from '../../../src/cleanup/database/migrations.ts';
import { oldNameOf } from '../../../src/cleanup/integrations/integration.ts';
import { oldKey, slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import type { Integration } from '../../../src/editor/app/integration.ts';
import { sampleSessions, type SandboxSession } from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../../support/process/eventually.ts';
import type { SecretMap } from '../../support/cleanup/secretMap.ts';

const sessions: readonly SandboxSession[] = sampleSessions()
  .filter(({ status, inFlow }) => status === 'approved' && !inFlow)
  .slice(0, 5);
const [first = '', second = '', third = '', fourth = ''] = sessions.map(({ id }) => id);

interface OldEntry {
  readonly sessionId: string;
  readonly state: 'listed' | 'confirmed';
  readonly heldAt?: number;
  /** The index of the stored integration, from 0. */
  readonly of?: number;
}

describe('data of an older version', () => {
  afterEach(closeWorkshops);

  /** Opens VS Code with a list and the one secret value of version 2; all integrations have the sandbox's API key. */
  function opened(
    entries: readonly OldEntry[],
    hosts: readonly ((baseUrl: string) => string)[] = [(baseUrl) => baseUrl],
    answered = 0,
  ): Promise<HostWorkshop> {
    return HostWorkshop.open({
      sandbox: { sessions },
      beforeActivation: (storage, secrets) => {
        const old = oldIntegrations(secrets, hosts);
        rmSync(storage, { recursive: true });
        mkdirSync(storage, { recursive: true });
        const database = CleanupDatabase.open(path.join(storage, 'cleanup.sqlite'), {
          migrations: migrations.slice(0, 2),
        });
        for (const { sessionId, state, heldAt, of = 0 } of entries)
          database.run(
            `INSERT INTO entries (integration, session_id, state, added_at, changed_at, confirmed_at, held_at)
             VALUES (?, ?, ?, 1, 1, ?, ?)`,
            ...[nameOf(old[of]), sessionId, state, state === 'confirmed' ? 1 : null, heldAt ?? null],
          );
        for (let number = 0; number < answered; number += 1)
          database.run(
            `INSERT INTO attempts (integration, session_id, owner, reserved_at, reserved_uptime_ms, settled_at,
               settled_uptime_ms, outcome) VALUES (?, '', '', ?, 1, ?, 1, 'deleted')`,
            ...[nameOf(old[0]), Date.now(), Date.now()],
          );
        database.close();
      },
    });
  }

  it('is not sent before it is confirmed again, and the user is told once', async () => {
    const workshop = await opened([
      { sessionId: first, state: 'confirmed' },
      { sessionId: second, state: 'confirmed' },
      { sessionId: third, state: 'listed' },
      { sessionId: fourth, state: 'listed', heldAt: 5 },
    ]);
    await workshop.opened();
    await eventually('it is told', () => person.messages.length > 0);
    assert.match(
      person.messages[0]?.text ?? '',
      /^2 sessions were confirmed before this update\. .* nothing is sent before you confirm again\.$/,
    );
    const [integration] = await workshop.storedIntegrations();
    assert.ok(integration !== undefined);
    assert.deepEqual(
      [first, second, third, fourth].map((id) => workshop.entry(id, integration)?.state),
      ['listed', 'listed', 'listed', 'listed'],
    );
    assert.equal(workshop.entry(fourth, integration)?.heldAt, 5);
    assert.ok(!workshop.secrets.values.has(oldKey));
    assert.ok(workshop.secrets.values.has(slotKey(1)));

    const last = sessions[4]?.id ?? '';
    workshop.confirm([last], integration);
    workshop.secrets.touch();
    await eventually('the last one is sent', () => workshop.entry(last, integration)?.state === 'deleted');
    assert.deepEqual(
      workshop.deletions().map(({ sessionId }) => sessionId),
      [last],
    );

    await workshop.deactivate();
    person.shown.length = 0;
    workshop.activate();
    await workshop.opened();
    person.agrees();
    await workshop.run('startCleanup');
    await eventually('all are sent', () => workshop.deletions().length === 4);
    assert.ok(!person.messages.some(({ text }) => text.includes('before this update')));
  });

  it('still counts what was sent: an update frees no slot', async () => {
    const workshop = await opened([{ sessionId: first, state: 'confirmed' }], undefined, 5);
    person.agrees();
    await workshop.run('startCleanup');
    assert.match(person.dialogs[0]?.detail ?? '', /^The next slot comes /m);
    assert.deepEqual(workshop.deletions(), []);
  });

  it('becomes one integration if two had the same API key, with the entries of both', async () => {
    const workshop = await opened(
      [
        { sessionId: first, state: 'confirmed', of: 0 },
        { sessionId: second, state: 'confirmed', of: 1 },
        { sessionId: third, state: 'listed', heldAt: 5, of: 0 },
        { sessionId: third, state: 'confirmed', of: 1 },
      ],
      [(baseUrl) => baseUrl, (baseUrl) => `${baseUrl}/twin`],
    );
    await workshop.opened();
    await eventually('the old value is erased', () => !workshop.secrets.values.has(oldKey));
    const integrations = await workshop.storedIntegrations();
    assert.deepEqual(
      integrations.map(({ baseUrl }) => baseUrl),
      [workshop.sandbox.baseUrl],
    );
    const [integration] = integrations;
    assert.deepEqual(
      [first, second, third].map((id) => [
        workshop.entry(id, integration)?.state,
        workshop.entry(id, integration)?.confirmedAt,
      ]),
      Array(3).fill(['listed', undefined]),
    );
    assert.equal(workshop.entry(third, integration)?.heldAt, 5);
    await workshop.secrets.settled();
    assert.deepEqual(workshop.sandbox.requests(), []);
  });

  it('is migrated later if the keyring is locked or slow at the start, and nothing is sent until then', async () => {
    const workshop = await opened([{ sessionId: first, state: 'confirmed' }]);
    workshop.secrets.isLocked = true;
    await workshop.run('startCleanup');
    assert.match(person.messages.at(-1)?.text ?? '', /secret storage failed/);
    assert.ok(workshop.secrets.values.has(oldKey));
    workshop.secrets.isLocked = false;
    await workshop.run('startCleanup');
    const [integration] = await workshop.storedIntegrations();
    assert.equal(workshop.entry(first, integration)?.state, 'listed');
    assert.ok(!workshop.secrets.values.has(oldKey));
    assert.deepEqual(workshop.sandbox.requests(), []);
  });
});

/** Replaces the secrets with the one value of version 2, with an integration for each host; the first is current. */
function oldIntegrations(
  { values }: SecretMap,
  hosts: readonly ((baseUrl: string) => string)[],
): readonly Integration[] {
  const stored = JSON.parse(values.get(slotKey(1)) ?? '') as Integration;
  const integrations = hosts.map((host, index) => ({
    ...stored,
    id: `old ${index}`,
    baseUrl: host(stored.baseUrl),
    isSandbox: undefined,
  }));
  values.clear();
  values.set(oldKey, JSON.stringify({ integrations, currentId: 'old 0' }));
  return integrations.map((integration) => ({ ...integration, isSandbox: false }));
}

function nameOf(integration: Integration | undefined): string {
  assert.ok(integration !== undefined);
  return oldNameOf(integration);
}
