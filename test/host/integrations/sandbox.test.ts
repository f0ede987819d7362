import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { keyHashOf } from '../../../src/cleanup/integrations/integration.ts';
import { SandboxControl } from '../../../src/editor/integrations/sandboxControl.ts';
import type { Integration } from '../../../src/editor/app/integration.ts';
import { sampleSessions } from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../../support/process/eventually.ts';

describe('the sandbox commands, with the sandbox of the extension', () => {
  const handedOver = process.env['VERIFF_CLEANUP_SANDBOX'];

  beforeEach(() => {
    delete process.env['VERIFF_CLEANUP_SANDBOX'];
  });
  afterEach(async () => {
    await closeWorkshops();
    if (handedOver !== undefined) process.env['VERIFF_CLEANUP_SANDBOX'] = handedOver;
  });

  it('start it, offer its sessions, and delete those that were picked and confirmed', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    const [first, , third] = sampleSessions();
    assert.ok(first !== undefined && third !== undefined);
    person.answer = ({ kind, isModal }) =>
      kind === 'pick' ? [first.id, third.id] : isModal ? 'Delete' : undefined;
    await workshop.run('startSandbox');

    const [pick] = person.shown;
    assert.deepEqual(
      pick?.rows.map(({ label }) => label),
      sampleSessions().map(({ id }) => id),
    );
    const integration = await sandboxIntegration(workshop);
    assert.match(integration?.baseUrl ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(person.dialogs[0]?.text, 'Delete 2 sessions at Veriff?');
    assert.match(person.dialogs[0].detail, /^Integration: Sandbox \(TEST\)$/m);
    const left = (await control(integration).sessions()).map(({ id }) => id);
    assert.deepEqual(
      sampleSessions()
        .map(({ id }) => id)
        .filter((id) => !left.includes(id)),
      [first.id, third.id],
    );
    assert.equal(workshop.entry(first.id, integration)?.state, 'deleted');
  });

  it('delete nothing that was picked and not confirmed, and nothing that was not picked', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    for (const pick of [undefined, [], sampleSessions().map(({ id }) => id)]) {
      person.answer = ({ kind }) => (kind === 'pick' ? pick : undefined);
      await workshop.run('startSandbox');
    }
    const left = await control(await sandboxIntegration(workshop)).sessions();
    assert.equal(left.length, sampleSessions().length);
    assert.equal(workshop.entryCount(), 0);
  });

  it('start only one, however often they are called', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    const addresses = new Set<string | undefined>();
    await Promise.all([workshop.run('startSandbox'), workshop.run('startSandbox')]);
    addresses.add((await sandboxIntegration(workshop))?.baseUrl);
    await workshop.run('startSandbox');
    addresses.add((await sandboxIntegration(workshop))?.baseUrl);
    assert.equal(addresses.size, 1);
    const started = person.log.filter((line) => line.startsWith('info: sandbox: '));
    assert.equal(new Set(started).size, 1, started.join('\n'));
  });

  it('use another window’s sandbox while it runs, and their own after that', async () => {
    const workshop = await HostWorkshop.open({ integration: { name: 'Sandbox', isSandbox: true } });
    const { baseUrl } = workshop.integration;
    await workshop.run('startSandbox');
    assert.deepEqual(await sandboxIntegration(workshop), workshop.integration);

    await workshop.sandbox.close();
    await workshop.run('startSandbox');
    const own = await sandboxIntegration(workshop);
    assert.notEqual(own?.baseUrl, baseUrl);
    assert.ok(await control(own).isRunning());
  });

  it('stop it when the extension is disposed', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    await workshop.run('startSandbox');
    const running = control(await sandboxIntegration(workshop));
    assert.ok(await running.isRunning());
    await workshop.deactivate();
    await eventually('the sandbox has ended', async () => !(await running.isRunning()));
  });

  it('say what to do if a deletion is sent to a sandbox that was stopped', async () => {
    const workshop = await HostWorkshop.open({ integration: { name: 'Sandbox', isSandbox: true } });
    const id = workshop.sessionId(0);
    await workshop.sandbox.close();
    person.agrees();
    await workshop.run('deleteSession', id);
    assert.match(person.messages[0]?.text ?? '', /Nothing was sent: the sandbox is not running any more/);
    assert.equal(person.messages[0]?.choices[0], 'Try with the Sandbox');
    assert.equal(workshop.entry(id)?.state, 'confirmed');
  });

  it('reset it, with its first sessions, a fresh quota, and an empty list', async () => {
    const workshop = await HostWorkshop.open({ integration: { name: 'Sandbox', isSandbox: true } });
    const kept = await workshop.addIntegration({
      name: 'Kept',
      isSandbox: false,
      apiKey: '00000000-0000-4000-8000-0000000000aa',
    });
    const keptId = workshop.sessionId(1);
    person.agrees();
    await workshop.run('deleteSession', keptId);
    await workshop.switchTo(workshop.integration);
    for (const index of [0, 2]) await workshop.run('deleteSession', workshop.sessionId(index));
    assert.equal(workshop.entryCount(), 3);

    await workshop.run('resetSandbox');
    assert.equal(workshop.sandbox.sessions().length, sampleSessions().length);
    assert.equal(workshop.sandbox.requests().filter(({ method }) => method === 'DELETE').length, 0);
    // The past of another integration is not affected.
    assert.equal(workshop.entryCount(), 1);
    assert.equal(workshop.entry(keptId, kept)?.state, 'confirmed');
    // A fresh quota needs a fresh key.
    const fresh = await sandboxIntegration(workshop);
    assert.ok(fresh !== undefined && fresh.id !== workshop.integration.id);
    assert.notEqual(fresh.apiKey, workshop.integration.apiKey);
    assert.equal((await workshop.storedIntegrations())[0]?.id, fresh.id);
    const used = (integration: Integration): number =>
      workshop.inDatabase((database) => {
        const past = database.get(
          'SELECT count(*) AS n FROM deletion_attempts WHERE counts = 1 AND key_hash = ?',
          keyHashOf(integration),
        );
        return Number(past?.['n']);
      });
    assert.deepEqual([used(workshop.integration), used(fresh)], [2, 0]);
  });

  it('do not let their integration be edited, because the next start overwrites it', async () => {
    const workshop = await HostWorkshop.open({ integration: { name: 'Sandbox', isSandbox: true } });
    await workshop.run('editIntegration');
    assert.match(person.messages[0]?.text ?? '', /^The sandbox’s integration cannot be edited/);
  });

  it('say so if there is none to reset', async () => {
    const workshop = await HostWorkshop.open();
    await workshop.run('resetSandbox');
    assert.match(person.messages[0]?.text ?? '', /^There is no sandbox to reset/);
    assert.equal(workshop.entryCount(), 0);
  });

  it('erase nothing if the one to reset does not answer', async () => {
    const workshop = await HostWorkshop.open({ integration: { name: 'Sandbox', isSandbox: true } });
    person.agrees();
    await workshop.run('deleteSession', workshop.sessionId(0));
    await workshop.sandbox.close();
    await workshop.run('resetSandbox');
    assert.equal(workshop.attemptCount(), 1);
    assert.match(person.messages.at(-1)?.text ?? '', /^Nothing was reset: the sandbox is not running/);
  });
});

async function sandboxIntegration(workshop: HostWorkshop): Promise<Integration | undefined> {
  return (await workshop.storedIntegrations()).find(({ isSandbox }) => isSandbox);
}

function control(integration: Integration | undefined): SandboxControl {
  assert.ok(integration !== undefined, 'no sandbox is stored');
  return new SandboxControl(integration.baseUrl, integration.apiKey);
}
