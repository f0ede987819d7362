import assert from 'node:assert/strict';
import { KeptMark } from '../../../../src/cleanup/attempts/keptMark.ts';
import type { Secrets } from '../../../../src/cleanup/integrations/integrationSecrets.ts';
import { markKey } from '../../../../src/cleanup/integrations/secretKeys.ts';
import { markOf, type ListMark } from '../../../../src/cleanup/list/listMark.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import { CleanupWorkshop, dayMs, integration, unusable } from '../../../support/cleanup/cleanupWorkshop.ts';

/** SecretStorage that answers on demand, or at once. */
class HandSecrets implements Secrets {
  readonly values = new Map<string, string>();
  readonly calls: string[] = [];
  isHeld = false;
  fails = false;
  readonly #waiting: (() => void)[] = [];

  get(key: string): Promise<string | undefined> {
    return this.#asked('get', () => this.values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.#asked('store', () => void this.values.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#asked('delete', () => void this.values.delete(key));
  }

  /** Answers the oldest waiting call, and lets its caller continue. */
  async answer(): Promise<void> {
    const next = this.#waiting.shift();
    assert.ok(next, 'nothing waits for an answer');
    next();
    await new Promise(setImmediate);
  }

  async #asked<T>(what: string, act: () => T): Promise<T> {
    this.calls.push(what);
    if (this.isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.fails) throw new Error('The keyring is locked.');
    return act();
  }
}

describe('KeptMark', () => {
  let shop: CleanupWorkshop;
  let secrets: HandSecrets;
  let mark: KeptMark;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    secrets = new HandSecrets();
    mark = window();
  });
  afterEach(() => shop.database.close());

  function window(): KeptMark {
    return new KeptMark({ secrets, database: () => shop.database, clock: shop.clock.read });
  }
  const own = (): ListMark => markOf(shop.database);
  const keep = (kept: ListMark): void => void secrets.values.set(markKey, JSON.stringify(kept));
  const kept = (): ListMark | undefined => {
    const text = secrets.values.get(markKey);
    return text === undefined ? undefined : (JSON.parse(text) as ListMark);
  };
  /** Takes one more thing back on the list. */
  const takeBack = (): void => {
    shop.list.cancel(1, 1);
    shop.list.hold([shop.ref(shop.confirmed(shop.counts().get('listed') ?? 0))], undefined, 1);
  };

  it('is written the first time, and equals that of the file', async () => {
    assert.equal(await mark.bringUpToDate(), 'same');
    assert.deepEqual(kept(), own());
    assert.deepEqual(await mark.read(), own());
  });

  it('is written again once it is older than the file, and only then', async () => {
    await mark.bringUpToDate();
    const before = own();
    takeBack();
    assert.ok(own().generation > before.generation);
    assert.equal(await mark.bringUpToDate(), 'same');
    assert.deepEqual(kept(), own());
    secrets.calls.length = 0;
    await mark.bringUpToDate();
    assert.deepEqual(secrets.calls, ['get']);
  });

  it('keeps up without asking SecretStorage if the file has not changed', async () => {
    takeBack();
    await mark.keepUp();
    assert.deepEqual(kept(), own());
    secrets.calls.length = 0;
    await mark.keepUp();
    assert.deepEqual(secrets.calls, []);
    takeBack();
    await mark.keepUp();
    assert.deepEqual(kept(), own());
  });

  it('asks for nothing if nothing was reserved, stored or taken back on the list', async () => {
    shop.database.run('UPDATE list SET generation = 0');
    assert.equal(await mark.keepUp(), 'same');
    assert.deepEqual([secrets.calls, kept()], [[], undefined]);
  });

  for (const [what, ahead] of [
    ['ahead', (of: ListMark): ListMark => ({ ...of, generation: of.generation + 1 })],
    ['far ahead', (of: ListMark): ListMark => ({ ...of, generation: of.generation + 1000 })],
    ['of another list', (): ListMark => ({ list: 'another list', generation: 0, name: 'none' })],
    ['of the same number by another name', (of: ListMark): ListMark => ({ ...of, name: 'another name' })],
    [
      'of another list, far ahead',
      (): ListMark => ({ list: 'another list', generation: 1000, name: 'none' }),
    ],
  ] as const)
    it(`that is ${what} ends all consents, leaves no slot, reports it, and is replaced by a newer one`, async () => {
      const id = shop.confirmed(1);
      const before = own();
      keep(ahead(before));
      const judged = ahead(before);
      assert.equal(await mark.bringUpToDate(), 'rolledBack');
      assert.equal(shop.stateOf(id), 'listed');
      assert.equal(shop.window('a').quota(integration).freeInMs, dayMs + marginMs);
      assert.deepEqual(kept(), own());
      assert.notEqual(own().list, before.list);
      // A comparison with the old mark finds another list, and never an older generation.
      assert.ok(own().generation > judged.generation && own().generation > before.generation);
      assert.equal(await mark.bringUpToDate(), 'same');
      assert.equal(await window().bringUpToDate(), 'same');
    });

  it('is never lowered to that of an older copy, whichever window asks first', async () => {
    const before = own();
    keep({ ...before, generation: before.generation + 5 });
    const two = [window(), window()];
    const verdicts = await Promise.all(two.map((each) => each.bringUpToDate()));
    assert.deepEqual(verdicts.toSorted(), ['rolledBack', 'same']);
    assert.deepEqual(kept(), own());
    assert.ok(own().generation > before.generation + 5);
  });

  it('that is missing ends the living consents, reports it only if there were any, and is written', async () => {
    const id = shop.confirmed(1);
    assert.equal(await mark.bringUpToDate(), 'noneKept');
    assert.deepEqual([shop.stateOf(id), kept()], ['listed', own()]);
    await mark.forget();
    assert.equal(kept(), undefined);
    assert.equal(await window().bringUpToDate(), 'same');
  });

  for (const text of [
    '',
    'x',
    '{}',
    'null',
    '7',
    '[]',
    '{"list":7,"generation":1}',
    '{"list":"a","generation":"1"}',
  ])
    it(`that cannot be read counts as missing: ${text}`, async () => {
      shop.confirmed(1);
      secrets.values.set(markKey, text);
      assert.equal(await mark.read(), undefined);
      assert.equal(await mark.bringUpToDate(), 'noneKept');
      assert.deepEqual(kept(), own());
    });

  it('of a list that was just created is written whatever was kept, and deleted with everything else', async () => {
    keep({ list: 'another list', generation: 1000, name: 'none' });
    const id = shop.confirmed(1);
    await mark.beginAnew();
    assert.deepEqual([kept(), shop.stateOf(id)], [own(), 'confirmed']);
    await mark.forget();
    assert.equal(kept(), undefined);
  });

  describe('if SecretStorage fails', () => {
    it('rejects, gives no verdict on the list, and ends no consent', async () => {
      const id = shop.confirmed(1);
      secrets.fails = true;
      await assert.rejects(mark.read(), /locked/);
      await assert.rejects(mark.bringUpToDate(), /locked/);
      await assert.rejects(mark.keepUp(), /locked/);
      assert.equal(shop.stateOf(id), 'confirmed');
      secrets.fails = false;
      keep(own());
      assert.equal(await mark.keepUp(), 'same');
      assert.equal(shop.stateOf(id), 'confirmed');
    });

    it('after reading, leaves the old mark and tries again later', async () => {
      takeBack();
      keep({ ...own(), generation: 0 });
      secrets.isHeld = true;
      const writing = assert.rejects(mark.bringUpToDate(), /locked/);
      await secrets.answer();
      assert.deepEqual(secrets.calls, ['get', 'store']);
      secrets.fails = true;
      await secrets.answer();
      await writing;
      assert.equal(kept()?.generation, 0);
      secrets.isHeld = false;
      secrets.fails = false;
      assert.equal(await mark.keepUp(), 'same');
      assert.deepEqual(kept(), own());
    });

    it('while storing the new mark of an older copy, reports the copy once and stores the mark later', async () => {
      const id = shop.confirmed(1);
      keep({ ...own(), generation: own().generation + 1 });
      secrets.isHeld = true;
      const writing = assert.rejects(mark.bringUpToDate(), /locked/);
      await secrets.answer();
      assert.equal(shop.stateOf(id), 'listed');
      secrets.fails = true;
      await secrets.answer();
      await writing;
      secrets.isHeld = false;
      secrets.fails = false;
      shop.confirmed(1);
      assert.equal(await mark.bringUpToDate(), 'same');
      assert.deepEqual([shop.stateOf(id), kept()], ['confirmed', own()]);
    });

    it('writes no mark if the database cannot be written', async () => {
      shop.confirmed(1);
      const ahead = { ...own(), generation: own().generation + 1 };
      keep(ahead);
      shop.database.run('PRAGMA query_only = ON');
      await assert.rejects(mark.bringUpToDate(), unusable('notWritable'));
      shop.database.run('PRAGMA query_only = OFF');
      assert.deepEqual(kept(), ahead);
      assert.equal(await mark.bringUpToDate(), 'rolledBack');
    });
  });

  describe('if SecretStorage is slow', () => {
    beforeEach(() => {
      keep(own());
      secrets.isHeld = true;
    });

    it('does not resolve before it, for any caller, and writes nothing twice at a time', async () => {
      takeBack();
      const before = kept();
      const [first, second] = [mark.bringUpToDate(), mark.bringUpToDate()];
      assert.equal(first, second);
      assert.deepEqual(secrets.calls, ['get']);
      await secrets.answer();
      assert.deepEqual([secrets.calls, kept()], [['get', 'store'], before]);
    });

    it('writes what was taken back while it was writing before it resolves', async () => {
      takeBack();
      const first = mark.bringUpToDate();
      await secrets.answer();
      const written = own();
      takeBack();
      const second = mark.bringUpToDate();
      await secrets.answer();
      assert.deepEqual(kept(), written);
      secrets.isHeld = false;
      await secrets.answer();
      assert.deepEqual([await first, await second], ['same', 'same']);
      assert.deepEqual(kept(), own());
      assert.ok(own().generation > written.generation);
    });

    for (let turns = 0; turns < 12; turns += 1)
      it(`writes what is taken back ${turns} turns after nothing was found to be written`, async () => {
        secrets.isHeld = false;
        const first = mark.bringUpToDate();
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        takeBack();
        await mark.bringUpToDate();
        await first;
        assert.deepEqual(kept(), own());
      });

    it('keeps the newest mark if two windows write in turn, even if the older one is stored last', async () => {
      const other = window();
      takeBack();
      const mine = mark.bringUpToDate();
      await secrets.answer();
      // This window is about to store its mark; meanwhile, another one takes more back and is quicker.
      takeBack();
      secrets.isHeld = false;
      await other.bringUpToDate();
      assert.deepEqual(kept(), own());
      await secrets.answer();
      await mine;
      assert.deepEqual(kept(), own());
    });
  });
});
