import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Positions } from '../../../../src/cleanup/list/positions.ts';
import type { EntryFilter, EntryOrder } from '../../../../src/cleanup/list/entryGroups.ts';
import { CleanupWorkshop, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const both = ['made-up-integration', 'another'] as const;
const orders: readonly EntryOrder[] = ['place', 'added', 'changed', 'source', 'sessionId'];

function confirm(shop: CleanupWorkshop, id: number): void {
  const entry = shop.list.byId(id);
  assert.ok(entry);
  const agreement = shop.list.beginAgreement(shop.stored(entry.integration), 1, id);
  assert.equal(shop.list.agreeToListed(agreement ?? 0, [entry], id), 1);
}

/** Two integrations' entries in turn, every third confirmed, with a source each; the ids are 1 to `count`. */
function workshopWith(count: number): CleanupWorkshop {
  const shop = new CleanupWorkshop();
  for (let id = 1; id <= count; id += 1) {
    const source = { uri: `file:///orders/${id % 4}.json`, line: count - id };
    shop.list.add(both[id % 2] ?? both[0], [{ sessionId: sessionNumber(id), source }], 1000 - id);
    if (id % 3 === 0) confirm(shop, id);
  }
  return shop;
}

const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })), {
  maxLength: 8,
});

describe('the position in the queue', () => {
  const check = propertyCheck(60);

  it('is how many of its integration come before it, after any moves, and for any choice of entries', () => {
    check(
      fc.property(moves, fc.uniqueArray(fc.nat(12)), (moved, chosen) => {
        const shop = workshopWith(40);
        for (const [id, before] of moved)
          for (const integration of both)
            shop.order.moveBefore(integration, [shop.ref(id)], shop.ref(before));
        const queue = shop.groups.page('queue', {}, 'place', 0, 100);
        const entries = chosen.flatMap((index) => queue[index] ?? []);
        const positions = new Positions(shop.database).queued(entries);
        for (const entry of entries)
          assert.equal(
            positions.get(entry.id),
            queue.filter(({ integration }) => integration === entry.integration).indexOf(entry),
            `of entry ${entry.id}`,
          );
        assert.equal(positions.size, entries.length);
      }),
    );
  });

  it('is empty if nothing is asked for', () => {
    assert.equal(new Positions(workshopWith(3).database).queued([]).size, 0);
  });
});

describe('the pages with unchecked entries', () => {
  const check = propertyCheck(80);

  /** The same by reading every page. */
  function byReading(shop: CleanupWorkshop, filter: EntryFilter, order: EntryOrder, size: number): number[] {
    const entries = shop.groups.page('listed', filter, order, 0, 10_000);
    return [
      ...new Set(entries.flatMap(({ isChecked }, index) => (isChecked ? [] : [Math.floor(index / size)]))),
    ].sort((a, b) => a - b);
  }

  const filters: readonly EntryFilter[] = [
    {},
    { integrations: [both[0]] },
    { integrations: [both[1], 'nobody'] },
    { integrations: [] },
    { text: 'orders/2' },
    { text: 'found nowhere' },
  ];

  it('are those that reading all of them finds, in each order, whatever is filtered', () => {
    check(
      fc.property(
        moves,
        fc.uniqueArray(fc.integer({ min: 1, max: 60 })),
        fc.constantFrom(...filters),
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 9 }),
        (moved, unchecked, filter, order, size) => {
          const shop = workshopWith(60);
          for (const [id, before] of moved) shop.order.moveBefore(both[0], [shop.ref(id)], shop.ref(before));
          shop.list.setChecked(shop.refs(unchecked), false);
          const positions = new Positions(shop.database);
          const expected = byReading(shop, filter, order, size);
          assert.deepEqual(
            [...positions.uncheckedPages(filter, order, size)].sort((a, b) => a - b),
            expected,
          );
          assert.equal(positions.hasUnchecked(filter), expected.length > 0);
        },
      ),
    );
  });

  it('are the same if more are unchecked than are counted one by one', () => {
    const shop = workshopWith(3000);
    const refs = shop.groups.refs(['listed'], { integrations: [both[0]] });
    for (const few of [500, 501, 900]) {
      shop.list.setChecked(refs, true);
      shop.list.setChecked(refs.slice(-few), false);
      const pages = new Positions(shop.database).uncheckedPages({}, 'place', 10);
      assert.deepEqual(
        [...pages].sort((a, b) => a - b),
        byReading(shop, {}, 'place', 10),
        String(few),
      );
    }
  });

  it('do not depend on unchecked entries in another group', () => {
    const shop = workshopWith(9);
    shop.list.setChecked(shop.refs([3, 6, 9]), false);
    assert.equal(new Positions(shop.database).hasUnchecked({}), false);
    assert.equal(new Positions(shop.database).uncheckedPages({}, 'place', 2).size, 0);
  });
});

describe('a page of a group', () => {
  it('leaves out the given entries, without a gap', () => {
    const { groups } = workshopWith(40);
    const all = groups.page('queue', {}, 'place', 0, 100).map(({ id }) => id);
    const except = [all[0], all[3], all[9], 4711].flatMap((id) => id ?? []);
    const left = all.filter((id) => !except.includes(id));
    for (const order of orders) {
      const pages = [0, 4, 8].flatMap((from) => groups.page('queue', { except }, order, from, 4));
      assert.deepEqual(
        pages.map(({ id }) => id).sort((a, b) => a - b),
        left.toSorted((a, b) => a - b),
        order,
      );
    }
    assert.deepEqual(
      groups.page('queue', { except: [] }, 'place', 0, 100).map(({ id }) => id),
      all,
    );
  });
});

describe('a text filter', () => {
  const shop = new CleanupWorkshop();
  const uris = [
    'file:///shop/My%20Orders%20%28old%29.json',
    'file:///shop/caf%C3%A9.json',
    'file:///shop/100%25_sure.json',
  ];
  uris.forEach((uri, index) =>
    shop.list.add(both[0], [{ sessionId: sessionNumber(index + 1), source: { uri, line: 0 } }], 1),
  );
  shop.list.hold([shop.ref(2)], 'Ärger mit Übermut', 1);
  const found = (text: string): readonly number[] =>
    shop.groups.matching([1, 2, 3], { text }).toSorted((a, b) => a - b);

  for (const [text, ids] of [
    ['my orders', [1]],
    ['(OLD)', [1]],
    ['shop/my orders', [1]],
    ['café', [2]],
    ['Ärger', [2]],
    ['MIT', [2]],
    ['mit über', []],
    ['ärger', []],
    ['100%', [3]],
    ['100%25', [3]],
    ['%_', [3]],
    ['00000003', [3]],
    ["'; DROP TABLE list_entries; --", []],
    ['\ud800', []],
    ['\0', []],
  ] as const)
    it(`finds ${JSON.stringify(ids)} for ${JSON.stringify(text)}`, () => {
      assert.deepEqual(found(text), ids);
      assert.equal(
        [...shop.groups.counts({ text }).values()].reduce((sum, n) => sum + n, 0),
        ids.length,
      );
    });

  it('passes only the entries that were asked about', () => {
    assert.deepEqual(shop.groups.matching([3, 99], { text: 'shop' }), [3]);
    assert.deepEqual(shop.groups.matching([], { text: 'shop' }), []);
  });
});
