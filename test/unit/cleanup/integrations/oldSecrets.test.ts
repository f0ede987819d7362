import assert from 'node:assert/strict';
import type { IntegrationDraft } from '../../../../src/cleanup/integrations/integration.ts';
import { oldKey, slotKey } from '../../../../src/cleanup/integrations/secretKeys.ts';
import { oldNameOf } from '../../../../src/cleanup/integrations/integration.ts';
import { CleanupWorkshop, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { allGoneOn, forever } from '../../../support/cleanup/handSecrets.ts';
import { draftOf, SecretWindows } from '../../../support/cleanup/secretWindows.ts';

describe('integrations that were all stored under one old key', () => {
  let shop: CleanupWorkshop;
  let windows: SecretWindows;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    // A database that was just created has no integration.
    shop.database.run('DELETE FROM integrations');
    windows = new SecretWindows(shop);
  });
  afterEach(() => shop.database.close());

  type Named = readonly [id: string, draft: IntegrationDraft];
  const oldValue = (all: readonly Named[], currentId: string): string =>
    JSON.stringify({ integrations: all.map(([id, draft]) => ({ ...draft, id })), currentId });
  /** What living rows and their secrets contain, in the order in which they were stored. */
  async function stored(): Promise<readonly unknown[]> {
    const { integrations, withoutKeys } = await windows.open().integrations.read();
    assert.deepEqual(withoutKeys, []);
    return integrations.map(({ name, kind, baseUrl, apiKey, sharedSecretKeys, isSandbox }) => ({
      name,
      kind,
      baseUrl,
      apiKey,
      sharedSecretKeys,
      isSandbox,
    }));
  }
  const currentName = async (): Promise<string | undefined> => {
    const { integrations, currentId } = await windows.open().integrations.read();
    return integrations.find(({ id }) => id === currentId)?.name;
  };

  const one = draftOf('one', { kind: 'LIVE' });
  const two = draftOf('two');
  const both: readonly Named[] = [
    ['old 1', one],
    ['old 2', two],
  ];

  /** A request that version 2 recorded. */
  const sent = (oldName: string): unknown =>
    shop.database.run(
      `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms, settled_at,
         settled_ms, outcome) VALUES (?1, ?1, 'x', 'a', 0, 0, 0, 0, 'deleted')`,
      oldName,
    );

  it('are taken in once, under new ids and keys of their own, the current one first', async () => {
    windows.values.set(oldKey, oldValue(both, 'old 2'));
    assert.deepEqual(await stored(), [two, one]);
    assert.equal(await currentName(), 'two');
    assert.deepEqual([...windows.values.keys()], [slotKey(1), slotKey(2)]);
    assert.ok(shop.integrations.living().every(({ id }) => !id.startsWith('old')));
    // What is stored there later is ignored by a window that has looked already.
    assert.deepEqual(await windows.flaws(), []);
  });

  it('bring nothing back that has been removed since', async () => {
    windows.values.set(oldKey, oldValue(both, 'old 1'));
    const { integrations } = windows.open();
    await integrations.read();
    const [first] = shop.integrations.living();
    assert.ok(first);
    await integrations.remove(first);
    assert.deepEqual(await stored(), [two]);
    assert.deepEqual(await windows.flaws(), []);
  });

  it('bring nothing back that another window has taken in, and its user has removed, while this one waits', async () => {
    windows.values.set(oldKey, oldValue(both, 'old 1'));
    const slow = windows.open();
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    slow.secrets.onAccess = ({ what, moment }) => (what === 'get' && moment === 'after' ? gate : undefined);
    const reading = slow.integrations.read();
    await allGoneOn();
    const { integrations } = windows.open();
    const [first] = (await integrations.read()).integrations;
    assert.ok(first);
    await integrations.remove(first);
    goOn();
    await reading;
    assert.deepEqual(await stored(), [two]);
    assert.deepEqual(await windows.flaws(), []);
  });

  it('recognise a sandbox by its old id', async () => {
    windows.values.set(oldKey, oldValue([['sandbox', two]], 'sandbox'));
    assert.deepEqual(await stored(), [{ ...two, isSandbox: true }]);
  });

  it('become one integration if they have the same API key, with all entries and no consent', async () => {
    const twin = { ...two, baseUrl: 'https://other.example', name: 'twin' };
    for (const [number, draft] of [two, twin].entries()) {
      shop.list.add(oldNameOf(draft), [{ sessionId: sessionNumber(number) }], 1);
      sent(oldNameOf(draft));
    }
    windows.values.set(
      oldKey,
      oldValue(
        [
          ['old 2', two],
          ['old 3', twin],
        ],
        'old 3',
      ),
    );
    const all = await stored();
    assert.equal(all.length, 1);
    const [row] = shop.integrations.living();
    assert.ok(row);
    assert.equal(shop.window('a').quota(row.id).windows[0]?.used, 2);
    assert.deepEqual(
      [0, 1].map((number) => shop.list.find(row.id, sessionNumber(number))?.state),
      ['listed', 'listed'],
    );
    assert.equal(row.name, 'twin');
  });

  it('take over their entries and their past requests', async () => {
    const old = oldNameOf(one);
    shop.list.add(old, [{ sessionId: sessionNumber(1) }], 1);
    sent(old);
    windows.values.set(oldKey, oldValue(both, 'old 1'));
    await stored();
    const [row] = shop.integrations.living();
    assert.equal(shop.list.find(row?.id ?? '', sessionNumber(1))?.state, 'listed');
    assert.equal(shop.window('a').quota(row?.id ?? '').windows[0]?.used, 1);
  });

  for (const text of ['no JSON', '{}', '{"integrations":[{}]}'])
    it(`that cannot be read stay where they are: ${text}`, async () => {
      windows.values.set(oldKey, text);
      await assert.rejects(windows.open().integrations.read(), { name: 'IntegrationsUnreadable' });
      assert.deepEqual([[...windows.values], shop.integrations.all()], [[[oldKey, text]], []]);
    });

  it('are looked for again if the storage failed', async () => {
    windows.values.set(oldKey, oldValue(both, 'old 1'));
    const { secrets, integrations } = windows.open();
    secrets.onAccess = () => {
      throw new Error('locked');
    };
    await assert.rejects(integrations.read(), /locked/);
    secrets.onAccess = () => undefined;
    assert.equal((await integrations.read()).integrations.length, 2);
  });

  describe('are completed by the next start after a crash', () => {
    const twin = { ...two, baseUrl: 'https://other.example', name: 'twin' };
    const all: readonly Named[] = [...both, ['old 3', twin]];
    /** A read that ends with the window at the `number`-th access to the secrets; whether it got that far. */
    async function crashingRead(number: number): Promise<boolean> {
      const { secrets, integrations } = windows.open();
      let [left, isDead] = [number, false];
      secrets.onAccess = () => {
        if (left > 0) left -= 1;
        else isDead = true;
        return isDead ? forever() : undefined;
      };
      const reading = integrations.read().catch((error: unknown) => assert.fail(String(error)));
      await Promise.race([reading, allGoneOn()]);
      return isDead;
    }

    it('before or after any access to the secrets', async () => {
      let crashes = 0;
      for (let number = 0; ; number += 1) {
        shop.database.run('DELETE FROM integrations');
        shop.database.run('DELETE FROM switches');
        windows.values.clear();
        windows.values.set(oldKey, oldValue(all, 'old 1'));
        if (!(await crashingRead(number))) break;
        // A second crash at the same access must not stop it either.
        await crashingRead(number);
        crashes += 1;
        const drafts = (await stored()) as readonly IntegrationDraft[];
        assert.deepEqual(
          drafts.map(({ apiKey, sharedSecretKeys }) => [apiKey, sharedSecretKeys]),
          [one, two].map(({ apiKey, sharedSecretKeys }) => [apiKey, sharedSecretKeys]),
          `crash ${number}`,
        );
        assert.equal(windows.values.has(oldKey), false, `crash ${number}`);
        await windows.open().integrations.eraseEnded();
        assert.deepEqual(await windows.flaws(), [], `crash ${number}`);
      }
      assert.ok(crashes > 100, String(crashes));
    });
  });
});
