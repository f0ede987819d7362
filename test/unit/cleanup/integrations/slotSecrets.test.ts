import assert from 'node:assert/strict';
import { mostIntegrations } from '../../../../src/cleanup/integrations/integrations.ts';
import { slotKey } from '../../../../src/cleanup/integrations/secretKeys.ts';
import { storedText } from '../../../../src/cleanup/integrations/storedValue.ts';
import { compareMark } from '../../../../src/cleanup/list/listMark.ts';
import { CleanupWorkshop, madeUpKey, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { allGoneOn, forever } from '../../../support/cleanup/handSecrets.ts';
import { draftOf, SecretWindows } from '../../../support/cleanup/secretWindows.ts';

describe('secrets in slots that are not in the database', () => {
  let shop: CleanupWorkshop;
  let windows: SecretWindows;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    // A database that was just created has no integration.
    shop.database.run('DELETE FROM integrations');
    windows = new SecretWindows(shop);
  });
  afterEach(() => shop.database.close());

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
  describe('in the slots of a new database', () => {
    const one = draftOf('one');
    const two = draftOf('two', { isSandbox: true });
    beforeEach(() => {
      windows.values.set(slotKey(7), storedText({ ...one, id: 'of an earlier database' }));
      windows.values.set(slotKey(3), storedText({ ...two, id: 'of an earlier database too' }));
    });

    it('are taken in under new ids, and keep their slots', async () => {
      assert.deepEqual(await stored(), [two, one]);
      assert.deepEqual(
        shop.integrations.living().map(({ slot, name }) => [slot, name]),
        [
          [3, 'two'],
          [7, 'one'],
        ],
      );
      assert.deepEqual([...windows.values.keys()].sort(), [slotKey(3), slotKey(7)]);
      assert.ok(![...windows.values.values()].some((text) => text.includes('earlier')));
    });

    it('are taken in once: what is put into a slot later is ignored', async () => {
      await stored();
      windows.values.set(slotKey(9), storedText({ ...draftOf('three'), id: 'by hand' }));
      assert.equal((await stored()).length, 2);
    });

    it('are skipped and kept if they cannot be read', async () => {
      windows.values.set(slotKey(1), 'nonsense');
      assert.equal((await stored()).length, 2);
      assert.equal(windows.values.get(slotKey(1)), 'nonsense');
    });

    it('are completed by the next start after a crash', async () => {
      let crashes = 0;
      for (let number = 0; number < 1000; number += 1) {
        const fresh = new CleanupWorkshop();
        fresh.database.run('DELETE FROM integrations');
        const own = new SecretWindows(fresh);
        own.values.set(slotKey(7), storedText({ ...one, id: 'x' }));
        own.values.set(slotKey(3), storedText({ ...two, id: 'y' }));
        const { secrets, integrations } = own.open();
        let left = number;
        secrets.onAccess = () => ((left -= 1) < 0 ? forever() : undefined);
        void integrations.read();
        await allGoneOn();
        const { integrations: after } = await own.open().integrations.read();
        assert.deepEqual(after.map(({ name }) => name).sort(), ['one', 'two'], `crash ${number}`);
        assert.deepEqual(await own.flaws(), [], `crash ${number}`);
        fresh.database.close();
        if (left >= 0) break;
        crashes += 1;
      }
      assert.ok(crashes > 2 * mostIntegrations, String(crashes));
    });
  });

  describe('while another window is taking something back', () => {
    it('bring nothing back that is removed meanwhile', async () => {
      const { integrations } = windows.open();
      const result = await integrations.add(draftOf('one'));
      assert.ok(result.kind === 'stored');
      const slow = await slotsRead();
      await integrations.remove(result.row);
      await slow();
      assert.deepEqual([shop.integrations.living(), windows.values.size], [[], 0]);
    });

    it('do not restore a host that was edited meanwhile', async () => {
      const { integrations } = windows.open();
      const result = await integrations.add(draftOf('one'));
      assert.ok(result.kind === 'stored');
      const slow = await slotsRead();
      const edited = draftOf('one', { baseUrl: 'https://other.example' });
      let goOn = (): void => undefined;
      const editor = windows.open();
      editor.secrets.onAccess = ({ what, moment }) =>
        what === 'store' && moment === 'before' ? new Promise((resolve) => (goOn = resolve)) : undefined;
      const changing = editor.integrations.change(result.row.id, edited);
      await allGoneOn();
      await slow();
      goOn();
      await changing;
      assert.deepEqual(
        shop.integrations.living().map(({ baseUrl }) => baseUrl),
        ['https://other.example'],
      );
      assert.deepEqual(await windows.flaws(), []);
    });

    /** Lets a window read all slots, and returns a function that lets it continue with what it has read. */
    async function slotsRead(): Promise<() => Promise<unknown>> {
      const { secrets, integrations } = windows.open();
      let goOn = (): void => undefined;
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      secrets.onAccess = ({ key, moment }) => (key === slotKey(50) && moment === 'after' ? gate : undefined);
      const reading = integrations.read();
      await allGoneOn();
      return () => {
        goOn();
        return reading;
      };
    }
  });

  describe('after an older copy of the file was put back', () => {
    const rollBack = (): unknown =>
      shop.database.transaction(() =>
        compareMark(shop.database, { list: 'ours', generation: 999, name: 'none' }, 0, 1),
      );

    it('are taken in, with what was edited since, and none of it is confirmed', async () => {
      const { integrations } = windows.open();
      const first = await integrations.add(draftOf('one'));
      const second = await integrations.add(draftOf('two'));
      assert.ok(first.kind === 'stored' && second.kind === 'stored');
      await integrations.read();
      const agreed = shop.list.agree({ ...first.row }, [{ sessionId: sessionNumber(1) }], 1);
      assert.ok(agreed);
      // Since the copy: one was edited, one removed, one added.
      const edited = draftOf('one', { apiKey: madeUpKey('edited key') });
      const after = [edited, draftOf('three')];
      windows.values.clear();
      windows.values.set(slotKey(11), storedText({ ...edited, id: 'edited since' }));
      windows.values.set(slotKey(12), storedText({ ...draftOf('three'), id: 'added since' }));
      shop.database.transaction(() =>
        compareMark(shop.database, { list: 'ours', generation: 99, name: 'none' }, 0, 1),
      );
      const next = windows.open().integrations;
      const { integrations: found, withoutKeys } = await next.read();
      assert.deepEqual(
        found.map(({ apiKey }) => apiKey),
        after.map(({ apiKey }) => apiKey),
      );
      assert.deepEqual(
        withoutKeys.map(({ name }) => name),
        ['one', 'two'],
      );
      assert.equal(shop.database.get('SELECT 1 FROM consents WHERE ended_at IS NULL'), undefined);
      assert.equal(shop.list.byId(agreed.entries[0]?.id ?? 0)?.state, 'listed');
    });

    it('with the same words under another slot leave no secret without an integration', async () => {
      const { integrations } = windows.open();
      const first = await integrations.add(draftOf('one'));
      assert.ok(first.kind === 'stored');
      await integrations.read();
      windows.values.clear();
      windows.values.set(slotKey(11), storedText({ ...draftOf('one'), id: 'added again since' }));
      rollBack();
      const { integrations: found } = await windows.open().integrations.read();
      assert.deepEqual(
        found.map(({ id }) => id),
        [first.row.id],
      );
      assert.deepEqual(await windows.flaws(), []);
    });

    it('stay where they are if there is no slot for them', async () => {
      const { integrations } = windows.open();
      for (let number = 1; number <= mostIntegrations; number += 1)
        await integrations.add(draftOf(`number ${number}`));
      await integrations.read();
      const extra = storedText({ ...draftOf('one too many'), id: 'added since' });
      windows.values.set(slotKey(1), extra);
      rollBack();
      assert.equal((await windows.open().integrations.read()).integrations.length, mostIntegrations - 1);
      assert.equal(windows.values.get(slotKey(1)), extra);
    });

    it('with the same API key at another host leave no secret without an integration', async () => {
      const { integrations } = windows.open();
      const first = await integrations.add(draftOf('one'));
      assert.ok(first.kind === 'stored');
      await integrations.read();
      const edited = draftOf('one', { baseUrl: 'https://other.example' });
      windows.values.clear();
      windows.values.set(slotKey(11), storedText({ ...edited, id: 'edited since' }));
      shop.database.transaction(() =>
        compareMark(shop.database, { list: 'ours', generation: 99, name: 'none' }, 0, 1),
      );
      const { integrations: found } = await windows.open().integrations.read();
      assert.deepEqual(
        found.map(({ baseUrl }) => baseUrl),
        ['https://other.example'],
      );
      assert.deepEqual(await windows.flaws(), []);
    });
  });
});
