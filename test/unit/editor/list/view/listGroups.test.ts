import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Positions } from '../../../../../src/cleanup/list/positions.ts';
import type { EntryOrder } from '../../../../../src/cleanup/list/entryGroups.ts';
import {
  groupNames,
  type GroupName,
  type ListFilter,
} from '../../../../../src/editor/list/view/listFilter.ts';
import { ListGroups, pageSize } from '../../../../../src/editor/list/view/listGroups.ts';
import {
  CleanupWorkshop,
  integration,
  outcomeOf,
  sessionNumber,
} from '../../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../../support/random/propertyCheck.ts';

const other = 'another';
const orders: readonly EntryOrder[] = ['place', 'added', 'changed', 'source', 'sessionId'];

function outline(
  shop: CleanupWorkshop,
  { filter = {}, order = 'place', stored = [integration, other] }: Options = {},
): ListGroups {
  const sources = {
    groups: shop.groups,
    positions: new Positions(shop.database),
    book: shop.window('a'),
    stored: new Set(stored),
  };
  return new ListGroups(sources, { filter, order });
}

interface Options {
  readonly filter?: ListFilter;
  readonly order?: EntryOrder;
  readonly stored?: readonly string[];
}

/** The groups with their counts, as text. */
function groups(shop: CleanupWorkshop, options?: Options): string {
  return outline(shop, options)
    .groups()
    .map(({ name, count }) => `${name} ${count}`)
    .join(', ');
}

function idsOf(shop: CleanupWorkshop, name: GroupName, options?: Options): readonly number[] {
  return outline(shop, options)
    .entries(name, 0, 10_000)
    .map(({ id }) => id);
}

function confirm(shop: CleanupWorkshop, count: number, of = integration, from = 1): readonly number[] {
  return Array.from({ length: count }, (_, index) => shop.confirmed(from + index, of));
}

/** At least one entry in every group: 15 sessions of the made-up integration and another one. */
function fullList(): CleanupWorkshop {
  const shop = new CleanupWorkshop();
  const book = shop.window('a');
  const [failed = 0, blocked = 0, deleted = 0, gone = 0] = confirm(shop, 4);
  book.record(shop.reserved(book, failed), outcomeOf(422), 5);
  book.record(shop.reserved(book, blocked), outcomeOf(400), 5);
  book.record(shop.reserved(book, deleted), outcomeOf(200), 5);
  book.record(shop.reserved(book, gone), outcomeOf(404), 5);
  shop.reserved(book, shop.confirmed(5));
  confirm(shop, 7, integration, 6);
  shop.list.add(integration, [{ sessionId: sessionNumber(13) }, { sessionId: sessionNumber(14) }], 1);
  shop.list.hold(shop.refs([13]), 'keep me', 1);
  shop.confirmed(15, other);
  return shop;
}

describe('the groups of the list', () => {
  it('are none if the list is empty', () => assert.equal(groups(new CleanupWorkshop()), ''));

  it('are in order, each with its count, without empty ones', () => {
    assert.equal(
      groups(fullList()),
      'needsYou 1, sending 1, nextUp 6, waiting 3, held 1, listed 1, notFound 1, done 1',
    );
    const shop = new CleanupWorkshop();
    confirm(shop, 1);
    assert.equal(groups(shop), 'nextUp 1');
  });

  it('contain each entry of the list once', () => {
    const shop = fullList();
    const all = groupNames.flatMap((name) => idsOf(shop, name));
    assert.deepEqual(
      [...all].sort((a, b) => a - b),
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
  });

  it('have the entries for the next slots of each integration in “Next up”', () => {
    const shop = new CleanupWorkshop();
    const own = confirm(shop, 8);
    const others = confirm(shop, 2, other, 100);
    assert.deepEqual(idsOf(shop, 'nextUp'), [...own.slice(0, 5), ...others]);
    assert.deepEqual(idsOf(shop, 'waiting'), own.slice(5));
    shop.switches.setLimits(integration, [
      { count: 7, windowMs: 1000 },
      { count: 3, windowMs: 5000 },
    ]);
    assert.deepEqual(idsOf(shop, 'nextUp'), [...own.slice(0, 3), ...others]);
    shop.switches.setLimits(integration, [{ count: 1_000_000, windowMs: 1000 }]);
    confirm(shop, 50, integration, 200);
    assert.equal(idsOf(shop, 'nextUp').length, 20 + 2);
  });

  it('have no entries in “Next up” whose credentials are not stored here', () => {
    const shop = new CleanupWorkshop();
    confirm(shop, 3);
    assert.equal(groups(shop, { stored: [other] }), 'waiting 3');
    assert.equal(groups(shop, { stored: [] }), 'waiting 3');
  });

  it('have retried entries after those that wait for a slot, in one group', () => {
    const shop = new CleanupWorkshop();
    const book = shop.window('a');
    const [blocked = 0, ...queue] = confirm(shop, 8);
    book.record(shop.reserved(book, blocked), outcomeOf(400), 5);
    assert.deepEqual(idsOf(shop, 'waiting'), [...queue.slice(5), blocked]);
    assert.equal(groups(shop), 'nextUp 5, waiting 3');
  });

  it('follow the order that the user gave to the queue', () => {
    const shop = new CleanupWorkshop();
    const ids = confirm(shop, 7);
    shop.order.moveToHead(integration, shop.refs([ids[6] ?? 0]));
    assert.deepEqual(idsOf(shop, 'nextUp'), [7, 1, 2, 3, 4]);
    assert.deepEqual(idsOf(shop, 'waiting'), [5, 6]);
  });
});

describe('a filter', () => {
  const filters: readonly (readonly [ListFilter, string])[] = [
    [{}, 'needsYou 1, sending 1, nextUp 6, waiting 3, held 1, listed 1, notFound 1, done 1'],
    [{ groups: ['waiting', 'done'] }, 'waiting 3, done 1'],
    [{ groups: ['nextUp'] }, 'nextUp 6'],
    [{ groups: [] }, ''],
    [{ integrations: [other] }, 'nextUp 1'],
    [
      { integrations: [integration] },
      'needsYou 1, sending 1, nextUp 5, waiting 3, held 1, listed 1, notFound 1, done 1',
    ],
    [{ integrations: [] }, ''],
    [{ integrations: ['nobody'] }, ''],
    [{ text: 'keep ME' }, 'held 1'],
    [{ text: '00000000000c' }, 'waiting 1'],
    [{ text: '000000000006' }, 'nextUp 1'],
    [{ text: '00000000000f' }, 'nextUp 1'],
    [{ text: '00000000000f', integrations: [integration] }, ''],
    [{ text: 'nothing has this' }, ''],
    [{ text: "%' OR 1=1 --" }, ''],
    [{ text: '-', groups: ['listed'], integrations: [integration] }, 'listed 1'],
  ];
  for (const [filter, shown] of filters)
    it(`of ${JSON.stringify(filter)} shows ${shown === '' ? 'nothing' : shown}`, () => {
      const shop = fullList();
      assert.equal(groups(shop, { filter }), shown);
      for (const { name, count } of outline(shop, { filter }).groups())
        assert.equal(idsOf(shop, name, { filter }).length, count, name);
    });

  it('does not move other entries into “Next up” because some are hidden', () => {
    const shop = new CleanupWorkshop();
    confirm(shop, 8);
    assert.equal(groups(shop, { filter: { text: '000000000008' } }), 'waiting 1');
  });
});

describe('the pages of a group', () => {
  const check = propertyCheck(60);

  it('together contain each entry of the group once, in every order and with any filter', () => {
    check(
      fc.property(
        fc.nat(30),
        fc.nat(8),
        fc.nat(30),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(...orders),
        fc.constantFrom<ListFilter>({}, { integrations: [other] }, { text: '1' }),
        (queued, later, listed, size, order, filter) => {
          const shop = new CleanupWorkshop();
          const book = shop.window('a', { limits: [{ count: 5, windowMs: 1 }] });
          for (const id of confirm(shop, later, other, 500)) {
            book.record(shop.reserved(book, id), outcomeOf(400), 5);
            shop.clock.pass(3_600_000);
          }
          confirm(shop, queued);
          confirm(shop, Math.floor(queued / 2), other);
          shop.list.add(
            integration,
            Array.from({ length: listed }, (_, n) => ({ sessionId: sessionNumber(900 + n) })),
            1,
          );
          const whole = outline(shop, { filter, order });
          for (const { name, count } of whole.groups()) {
            const pages = Array.from({ length: Math.ceil(count / size) }, (_, page) =>
              whole.entries(name, page * size, size).map(({ id }) => id),
            );
            assert.deepEqual(pages.flat(), idsOf(shop, name, { filter, order }), `${name} in pages`);
            assert.equal(new Set(pages.flat()).size, count, `${name} each once`);
            assert.ok(pages.slice(0, -1).every((page) => page.length === size));
          }
        },
      ),
    );
  });

  it('are empty after the last one', () => {
    const shop = fullList();
    for (const name of groupNames) assert.deepEqual(outline(shop).entries(name, 1000), [], name);
  });

  it('are in the chosen order, except for “Next up”', () => {
    const shop = new CleanupWorkshop();
    for (const [id, uri] of ['c', 'a', 'b', 'z', 'y', 'x', 'w', 'v'].entries())
      shop.list.add(integration, [{ sessionId: sessionNumber(id + 1), source: { uri, line: 0 } }], id);
    assert.deepEqual(idsOf(shop, 'listed', { order: 'source' }), [2, 3, 1, 8, 7, 6, 5, 4]);
    assert.deepEqual(idsOf(shop, 'listed', { order: 'added' }), [8, 7, 6, 5, 4, 3, 2, 1]);
    const agreement = shop.list.beginAgreement(shop.stored(), 8, 1) ?? 0;
    assert.equal(shop.list.agreeToListed(agreement, shop.refs([1, 2, 3, 4, 5, 6, 7, 8]), 1), 8);
    assert.deepEqual(idsOf(shop, 'nextUp', { order: 'source' }), [1, 2, 3, 4, 5]);
    assert.deepEqual(idsOf(shop, 'waiting', { order: 'source' }), [8, 7, 6]);
  });
});

describe('the checkbox of listed entries', () => {
  function listed(count: number): CleanupWorkshop {
    const shop = new CleanupWorkshop();
    const sessions = Array.from({ length: count }, (_, index) => ({ sessionId: sessionNumber(index + 1) }));
    shop.list.add(integration, sessions, 1);
    return shop;
  }

  it('is checked if nothing is unchecked, for the group and for each page', () => {
    const shop = listed(2 * pageSize + 1);
    const checked = (): readonly boolean[] =>
      [undefined, 0, 1, 2].map((page) => outline(shop).isChecked(page));
    assert.deepEqual(checked(), [true, true, true, true]);
    shop.list.setChecked(shop.refs([pageSize + 1]), false);
    assert.deepEqual(checked(), [false, true, false, true]);
    shop.list.setChecked(shop.refs([2 * pageSize + 1]), false);
    assert.deepEqual(checked(), [false, true, false, false]);
  });

  it('counts only entries that pass the filter', () => {
    const shop = listed(3);
    shop.list.setChecked(shop.refs([2]), false);
    assert.equal(outline(shop, { filter: { text: '000000000001' } }).isChecked(), true);
    assert.equal(outline(shop, { filter: { text: '000000000002' } }).isChecked(), false);
    assert.equal(outline(shop, { filter: { integrations: [other] } }).isChecked(), true);
  });
});

describe('a huge list', () => {
  it('needs no more rows to be read for groups and pages than a short one', () => {
    const read: number[] = [];
    for (const count of [1000, 20_000]) {
      const shop = new CleanupWorkshop();
      const agreement = shop.list.beginAgreement(shop.stored(), count / 2, 1) ?? 0;
      shop.database.run(
        `INSERT INTO consents (id, agreement, session_id)
         WITH RECURSIVE n (id) AS (SELECT 2 UNION ALL SELECT id + 2 FROM n WHERE id < ?)
         SELECT id, ?, printf('00000000-0000-4000-8000-%012x', id) FROM n`,
        count,
        agreement,
      );
      shop.database.run(
        `INSERT INTO list_entries (integration, session_id, state, consent, added_at, changed_at)
         WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ?)
         SELECT ?, printf('00000000-0000-4000-8000-%012x', id), iif(id % 2, 'listed', 'confirmed'),
           iif(id % 2, NULL, id), 1, 1 FROM n`,
        count,
        integration,
      );
      let rows = 0;
      const all = shop.database.all.bind(shop.database);
      shop.database.all = (sql, ...values) => {
        const found = all(sql, ...values);
        rows += found.length;
        return found;
      };
      const whole = outline(shop);
      assert.equal(
        whole
          .groups()
          .map(({ name, count: size }) => `${name} ${size}`)
          .join(', '),
        `nextUp 5, waiting ${count / 2 - 5}, listed ${count / 2}`,
      );
      assert.equal(whole.entries('waiting', 0).length, pageSize);
      assert.equal(whole.entries('listed', 0).length, pageSize);
      assert.equal(whole.isChecked(), true);
      read.push(rows);
    }
    assert.equal(read[0], read[1]);
    assert.ok((read[0] ?? NaN) < 2 * pageSize + 50, String(read[0]));
  });
});
