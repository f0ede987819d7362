import assert from 'node:assert/strict';
import type { IntegrationDraft, IntegrationRow } from '../../../../src/cleanup/integrations/integration.ts';
import type { IntegrationSecrets } from '../../../../src/cleanup/integrations/integrationSecrets.ts';
import { markKey, oldKey, slotKey } from '../../../../src/cleanup/integrations/secretKeys.ts';
import { storedText } from '../../../../src/cleanup/integrations/storedValue.ts';
import {
  CleanupWorkshop,
  integration,
  madeUpKey,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { allGoneOn, type HandSecrets } from '../../../support/cleanup/handSecrets.ts';
import { draftOf, ofRow, SecretWindows } from '../../../support/cleanup/secretWindows.ts';

describe('IntegrationSecrets', () => {
  let shop: CleanupWorkshop;
  let windows: SecretWindows;
  let secrets: HandSecrets;
  let mine: IntegrationSecrets;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    shop.integrations.end(integration, 1);
    shop.database.run("INSERT INTO switches VALUES ('secretsTakenIn', 'yes')");
    windows = new SecretWindows(shop);
    ({ secrets, integrations: mine } = windows.open());
  });
  afterEach(() => shop.database.close());

  async function added(name: string, parts: Partial<IntegrationDraft> = {}): Promise<IntegrationRow> {
    const result = await mine.add(draftOf(name, parts));
    assert.ok(result.kind === 'stored', result.kind);
    return result.row;
  }
  const living = (): readonly string[] => shop.integrations.living().map(({ name }) => name);
  /** Makes every store hang until the returned function is called. */
  function hangingStores(): () => void {
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    secrets.onAccess = ({ what, moment }) => (what === 'store' && moment === 'before' ? gate : undefined);
    return goOn;
  }
  const failing = (what: 'get' | 'store' | 'delete'): void => {
    secrets.onAccess = (access) => {
      if (access.what === what && access.moment === 'before') throw new Error(`no ${what}`);
    };
  };

  describe('add', () => {
    it('stores row and secrets, and makes it current', async () => {
      const first = await added('one');
      const row = await added('two', { kind: 'LIVE' });
      assert.deepEqual(await mine.readOne(row.id), ofRow(row, draftOf('two', { kind: 'LIVE' })));
      const { integrations, currentId, withoutKeys } = await mine.read();
      assert.deepEqual(
        integrations.map(({ id }) => id),
        [first.id, row.id],
      );
      assert.deepEqual([currentId, withoutKeys, await windows.flaws()], [row.id, [], []]);
    });

    it('writes the row first', async () => {
      const goOn = hangingStores();
      const adding = mine.add(draftOf('one'));
      await allGoneOn();
      assert.deepEqual([living(), windows.values.size], [['one'], 0]);
      goOn();
      assert.equal((await adding).kind, 'stored');
    });

    it('ends the row again if the secrets cannot be stored, so that the key can be added later', async () => {
      failing('store');
      await assert.rejects(mine.add(draftOf('one')), /no store/);
      assert.deepEqual([living(), windows.values.size], [[], 0]);
      secrets.onAccess = () => undefined;
      await added('one');
      assert.deepEqual(await windows.flaws(), []);
    });

    it('leaves the current one current if it fails', async () => {
      const first = await added('one');
      failing('store');
      await assert.rejects(mine.add(draftOf('two')), /no store/);
      assert.equal(shop.integrations.currentId(), first.id);
    });

    it('ends one with the same key that has lost its secrets, and brings none of its consents back', async () => {
      const lost = await added('one');
      shop.list.agree({ ...draftOf('one'), id: lost.id }, [{ sessionId: sessionNumber(1) }], 1);
      await mine.eraseSlot(lost.slot);
      const row = await added('one');
      assert.notEqual(row.id, lost.id);
      assert.equal(shop.list.find(row.id, sessionNumber(1))?.state, 'listed');
      assert.deepEqual((await mine.read()).withoutKeys, []);
    });

    it('touches no secret if the key is taken', async () => {
      const row = await added('one');
      const before = new Map(windows.values);
      assert.deepEqual(await mine.add(draftOf('one', { name: 'twin' })), { kind: 'sameApiKey', other: row });
      assert.deepEqual(windows.values, before);
    });

    for (const [what, end] of [
      ['removed', (row: IntegrationRow) => windows.open().integrations.remove(row)],
      ['changed', (row: IntegrationRow) => windows.open().integrations.change(row.id, draftOf('key'))],
    ] as const)
      it(`erases what it has stored if another window has ${what} it meanwhile`, async () => {
        const goOn = hangingStores();
        const adding = mine.add(draftOf('one'));
        await allGoneOn();
        const [row] = shop.integrations.living();
        assert.ok(row);
        await end(row);
        goOn();
        await adding;
        assert.deepEqual(await windows.flaws(), []);
        assert.equal(windows.values.has(slotKey(row.slot)), false);
        assert.deepEqual(living(), what === 'removed' ? [] : ['key']);
      });
  });

  describe('change', () => {
    it('of what a consent names stores under another slot, and erases the old secrets', async () => {
      const row = await added('one');
      const edited = draftOf('one', { baseUrl: 'https://other.example' });
      const result = await mine.change(row.id, edited);
      assert.ok(result.kind === 'stored');
      assert.notEqual(result.row.slot, row.slot);
      assert.deepEqual(await mine.readOne(result.row.id), ofRow(result.row, edited));
      assert.equal(await mine.readOne(row.id), undefined);
      assert.deepEqual(await windows.flaws(), []);
    });

    it('of a shared secret key or the name keeps id and slot', async () => {
      const row = await added('one');
      const edited = draftOf('one', { name: 'renamed', sharedSecretKeys: [madeUpKey('new secret')] });
      const result = await mine.change(row.id, edited);
      assert.ok(result.kind === 'stored');
      assert.deepEqual([result.row.id, result.row.slot], [row.id, row.slot]);
      assert.deepEqual(await mine.readOne(row.id), ofRow(row, edited));
    });

    it('prevents sending with the old credentials while the store hangs', async () => {
      const row = await added('one');
      const before = ofRow(row, draftOf('one'));
      const agreed = shop.list.agree(before, [{ sessionId: sessionNumber(1) }], 1);
      assert.ok(agreed);
      const goOn = hangingStores();
      const changing = mine.change(row.id, draftOf('one', { kind: 'LIVE' }));
      await allGoneOn();
      assert.equal(shop.integrations.isCurrent(before), false);
      assert.equal(await mine.readOne(row.id), undefined);
      assert.equal(shop.list.byId(agreed.entries[0]?.id ?? 0)?.confirmedAt, undefined);
      goOn();
      await changing;
    });

    it('erases what it has stored if another window has removed the integration meanwhile', async () => {
      const row = await added('one');
      const goOn = hangingStores();
      const changing = mine.change(row.id, draftOf('one', { kind: 'LIVE' }));
      await allGoneOn();
      const [after] = shop.integrations.living();
      assert.ok(after);
      await windows.open().integrations.remove(after);
      goOn();
      await changing;
      assert.deepEqual([living(), windows.values.size], [[], 0]);
    });

    it('of an ended integration stores nothing', async () => {
      const row = await added('one');
      await windows.open().integrations.remove(row);
      assert.deepEqual(await mine.change(row.id, draftOf('one', { name: 'late' })), { kind: 'ended' });
      assert.equal(windows.values.size, 0);
    });

    it('that was not stored leaves an integration without secrets, which is reported and can be changed', async () => {
      const row = await added('one');
      failing('store');
      await assert.rejects(mine.change(row.id, draftOf('one', { kind: 'LIVE' })), /no store/);
      secrets.onAccess = () => undefined;
      const { integrations, withoutKeys } = await mine.read();
      assert.deepEqual([integrations, withoutKeys.map(({ kind }) => kind)], [[], ['LIVE']]);
      await mine.eraseEnded();
      const again = await mine.change(
        withoutKeys[0]?.id ?? '',
        draftOf('one', { kind: 'LIVE', name: 'again' }),
      );
      assert.equal(again.kind, 'stored');
      assert.deepEqual(await windows.flaws(), []);
    });
  });

  describe('remove', () => {
    it('ends the row before it touches the secrets, which stay if the storage fails', async () => {
      const row = await added('one');
      failing('delete');
      await assert.rejects(mine.remove(row), /no delete/);
      assert.deepEqual([living(), windows.values.size], [[], 1]);
      assert.equal(await mine.readOne(row.id), undefined);
      // The next start erases what is left.
      await windows.open().integrations.eraseEnded();
      assert.equal(windows.values.size, 0);
    });

    it('can be done twice, by two windows, and for an integration that never existed', async () => {
      const row = await added('one');
      await Promise.all([mine.remove(row), windows.open().integrations.remove(row)]);
      await mine.remove(row);
      await mine.remove({ id: 'unheard of' });
      assert.deepEqual([living(), windows.values.size], [[], 0]);
    });

    it('leaves the secrets of another integration that has got its slot meanwhile', async () => {
      const row = await added('one');
      let goOn = (): void => undefined;
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      secrets.onAccess = ({ what }) => (what === 'get' ? gate : undefined);
      const removing = mine.remove(row);
      await allGoneOn();
      const other = windows.open().integrations;
      shop.database.run('UPDATE integrations SET slot = 50 WHERE ended_at IS NOT NULL AND id <> ?', row.id);
      const next = shop.integrations.add(draftOf('two'), 1, row.slot);
      assert.ok(next.kind === 'stored' && next.row.slot === row.slot);
      windows.values.set(slotKey(row.slot), storedText(ofRow(next.row, draftOf('two'))));
      goOn();
      await removing;
      assert.deepEqual(await other.readOne(next.row.id), ofRow(next.row, draftOf('two')));
    });
  });

  it('returns false for an integration that is not on the list, as after a new list was started', async () => {
    const row = await added('one');
    assert.equal(await mine.remove({ id: 'of another list' }), false);
    assert.equal(await mine.remove(row), true);
    const again = await mine.add(draftOf('one'));
    assert.equal(again.kind, 'stored');
    assert.equal(await mine.remove(row), false, 'the one that was added in its place is another');
    assert.equal((await mine.read()).integrations.length, 1);
  });

  describe('secrets count as missing', () => {
    for (const [what, wrong] of [
      ['with another id', { id: 'another' }],
      ['for another host', { baseUrl: 'https://evil.example' }],
      ['of another kind', { kind: 'LIVE' }],
      ['with another API key', { apiKey: madeUpKey('another key') }],
    ] as const)
      it(what, async () => {
        const row = await added('one');
        windows.values.set(slotKey(row.slot), storedText({ ...ofRow(row, draftOf('one')), ...wrong }));
        assert.equal(await mine.readOne(row.id), undefined);
        const { integrations, currentId, withoutKeys } = await mine.read();
        assert.deepEqual([integrations, currentId, withoutKeys], [[], undefined, [row]]);
      });

    it('if there are none', async () => {
      const row = await added('one');
      windows.values.clear();
      assert.equal(await mine.readOne(row.id), undefined);
      assert.deepEqual((await mine.read()).withoutKeys, [row]);
    });

    it('except for the name and the sandbox flag, which only the row decides', async () => {
      const row = await added('one');
      const stored = { ...ofRow(row, draftOf('one')), name: 'an old name', isSandbox: true };
      windows.values.set(slotKey(row.slot), storedText(stored));
      assert.deepEqual(await mine.readOne(row.id), ofRow(row, draftOf('one')));
    });
  });

  it('makes the first one with secrets current if the current one has none', async () => {
    const [first, second] = [await added('one'), await added('two')];
    windows.values.delete(slotKey(second.slot));
    assert.equal((await mine.read()).currentId, first.id);
    mine.switchTo(first.id);
    windows.values.delete(slotKey(first.slot));
    assert.equal((await mine.read()).currentId, undefined);
  });

  it('rejects if the storage fails, and takes no integration for removed', async () => {
    const row = await added('one');
    failing('get');
    await assert.rejects(mine.read(), /no get/);
    await assert.rejects(mine.readOne(row.id), /no get/);
    assert.deepEqual(living(), ['one']);
  });

  it('rejects if one value cannot be read, without quoting it, and reads the others one by one', async () => {
    const [first, second] = [await added('one'), await added('two')];
    windows.values.set(slotKey(first.slot), 'secret text');
    for (const reading of [mine.read(), mine.readOne(first.id)])
      await assert.rejects(reading, (error: Error) => {
        assert.equal(error.name, 'IntegrationsUnreadable');
        return !error.message.includes('secret text');
      });
    assert.deepEqual(await mine.readOne(second.id), ofRow(second, draftOf('two')));
    await mine.remove(first);
    assert.deepEqual(await windows.flaws(), []);
  });

  describe('without a usable database', () => {
    it('returns what the slots hold, and erases one or all of them', async () => {
      const row = await added('one');
      await added('two');
      windows.values.set(slotKey(50), 'cannot be read');
      windows.values.set(oldKey, 'old');
      windows.values.set(markKey, 'a mark');
      const blind = windows.open().integrations;
      assert.deepEqual(
        (await blind.readSecretsAlone()).map(({ slot, integration: { name } }) => [slot, name]),
        [
          [row.slot, 'one'],
          [row.slot + 1, 'two'],
        ],
      );
      await blind.eraseSlot(row.slot);
      assert.equal(windows.values.has(slotKey(row.slot)), false);
      await blind.eraseAll();
      assert.deepEqual([...windows.values.keys()], [markKey]);
    });
  });

  it('erases at a start what ended integrations have left, and nothing of living ones', async () => {
    const [first, second] = [await added('one'), await added('two')];
    shop.integrations.end(first.id, 1);
    assert.equal(windows.values.size, 2);
    await windows.open().integrations.eraseEnded();
    assert.deepEqual([...windows.values.keys()], [slotKey(second.slot)]);
    await windows.open().integrations.eraseEnded();
    assert.deepEqual(await windows.flaws(), []);
  });
});
