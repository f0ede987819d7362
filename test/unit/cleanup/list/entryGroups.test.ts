import assert from 'node:assert/strict';
import type { EntryOrder } from '../../../../src/cleanup/list/entryGroups.ts';
import {
  CleanupWorkshop,
  integration,
  madeUpIntegration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('EntryGroups', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  /** Puts session `number` on the list without consent, with this source. */
  function listed(number: number, of = integration, uri = 'file:///made-up', line = 0): number {
    shop.list.add(of, [{ sessionId: sessionNumber(number), source: { uri, line } }], at);
    return shop.list.find(of, sessionNumber(number))?.id ?? 0;
  }
  function confirm(id: number, of = integration): void {
    const agreement = shop.list.beginAgreement(shop.stored(of), 1, at);
    assert.equal(shop.list.agreeToListed(agreement ?? 0, [shop.ref(id)], at), 1);
  }
  const ids = (...of: Parameters<typeof shop.groups.refs>): readonly number[] =>
    shop.groups.refs(...of).map(({ id }) => id);
  const counts = (filter = {}): unknown => Object.fromEntries(shop.groups.counts(filter));

  describe('counts', () => {
    it('cover all integrations, or those that are named', () => {
      listed(1);
      listed(1, 'another');
      shop.confirmed(2, 'another');
      listed(1, 'a third');
      assert.deepEqual(counts(), { listed: 3, queue: 1 });
      assert.deepEqual(counts({ integrations: ['another'] }), { listed: 1, queue: 1 });
      assert.deepEqual(counts({ integrations: [integration, 'a third'] }), { listed: 2 });
      assert.deepEqual(counts({ integrations: ['unheard of'] }), {});
      assert.deepEqual(counts({ integrations: [] }), {});
    });

    it('follow an entry from group to group, and leave out empty groups', () => {
      const book = shop.window('a');
      const id = listed(1);
      assert.deepEqual(counts(), { listed: 1 });
      confirm(id);
      assert.deepEqual(counts(), { queue: 1 });
      shop.list.hold([shop.ref(id)], undefined, at);
      assert.deepEqual(counts(), { held: 1 });
      shop.list.release([shop.ref(id)]);
      assert.deepEqual(counts(), { listed: 1 });
      confirm(id);
      const reservation = shop.reserved(book, id);
      assert.deepEqual(counts(), { sending: 1 });
      book.record(reservation, outcomeOf(400), 5);
      assert.deepEqual(counts(), { later: 1 });
      shop.list.listAgain([shop.ref(id)], at);
      assert.deepEqual(counts(), { listed: 1 });
      confirm(id);
      book.record(shop.reserved(book, id), outcomeOf(422), 5);
      assert.deepEqual(counts(), { needsYou: 1 });
      shop.list.listAgain([shop.ref(id)], at);
      assert.deepEqual(counts(), { listed: 1 });
      confirm(id);
      book.record(shop.reserved(book, id), outcomeOf(200), 5);
      assert.deepEqual(counts(), { done: 1 });
      shop.list.remove([shop.ref(id)], at);
      assert.deepEqual(counts(), {});
    });

    it('for a text cover what contains it, in those integrations', () => {
      const id = listed(1, integration, 'file:///Orders.json');
      listed(2, integration, 'file:///other.json');
      listed(3, 'another', 'file:///ORDERS.json');
      confirm(id);
      assert.deepEqual(counts({ text: 'oRDers' }), { queue: 1, listed: 1 });
      assert.deepEqual(counts({ text: 'orders', integrations: ['another'] }), { listed: 1 });
      assert.deepEqual(counts({ text: 'orders', integrations: [] }), {});
      assert.deepEqual(counts({ text: '' }), { queue: 1, listed: 2 });
      shop.list.hold([shop.ref(id)], 'Ask Legal', at);
      assert.deepEqual(counts({ text: 'ASK lEGAL' }), { held: 1 });
    });

    it('follow entries that another integration takes over, and drop those of a removed sandbox', () => {
      listed(1);
      const sandbox = shop.store(madeUpIntegration('another', { isSandbox: true }));
      listed(1, sandbox.id);
      const edited = { ...shop.stored(), baseUrl: 'https://other.example' };
      const stored = shop.integrations.change(integration, edited, at);
      assert.ok(stored.kind === 'stored');
      assert.deepEqual(counts({ integrations: [stored.row.id] }), { listed: 1 });
      assert.deepEqual(counts({ integrations: [integration] }), {});
      shop.integrations.end(sandbox.id, at);
      assert.deepEqual(counts(), { listed: 1 });
    });
  });

  it('tell which integrations have entries in some groups', () => {
    listed(1);
    shop.confirmed(1, 'another');
    const gone = shop.confirmed(1, 'a third');
    shop.list.remove([shop.ref(gone)], at);
    shop.list.hold([shop.ref(shop.confirmed(2))], undefined, at);
    assert.deepEqual(shop.groups.integrationsOn(['held', 'listed']), [integration]);
    assert.deepEqual(shop.groups.integrationsOn(['listed']), [integration]);
    assert.deepEqual([...shop.groups.integrationsOn(['queue', 'listed', 'done'])].sort(), [
      'another',
      integration,
    ]);
    assert.deepEqual(shop.groups.integrationsOn([]), []);
    assert.deepEqual(shop.groups.integrationsOn(['later']), []);
  });

  describe('the order of a page', () => {
    const order = (by: EntryOrder): readonly number[] =>
      shop.groups.page('listed', {}, by, 0, 99).map(({ id }) => id);

    /** Entries 1 to 4, and the result of each order. */
    beforeEach(() => {
      listed(9, integration, 'file:///b', 10);
      listed(7, 'another', 'file:///b', 2);
      listed(8, integration, 'file:///a', 99);
      shop.list.add(integration, [{ sessionId: sessionNumber(6) }], at);
      shop.database.run(
        'UPDATE list_entries SET added_at = added_at - id % 2, changed_at = id * 10, rank = -id',
      );
    });

    for (const [by, expected] of [
      ['place', [4, 3, 2, 1]],
      // Equal times: the one that was added last comes first.
      ['added', [4, 2, 3, 1]],
      ['changed', [4, 3, 2, 1]],
      // Lines by number, and entries without a source last.
      ['source', [3, 2, 1, 4]],
      ['sessionId', [4, 2, 3, 1]],
    ] as const)
      it(`by ${by} is that of all integrations together`, () => assert.deepEqual(order(by), expected));

    it('of finished entries is the latest first', () => {
      shop.database.run("UPDATE list_entries SET state = 'deleted'");
      assert.deepEqual(
        shop.groups.page('done', {}, 'place', 0, 99).map(({ id }) => id),
        [4, 3, 2, 1],
      );
    });

    it('has complete entries', () => {
      const [entry] = shop.groups.page('listed', {}, 'source', 1, 1);
      assert.deepEqual(entry, shop.list.byId(2));
    });
  });

  it('has nothing beyond the end, and nothing if nothing is asked for', () => {
    listed(1);
    assert.deepEqual(shop.groups.page('listed', {}, 'place', 1, 10), []);
    assert.deepEqual(shop.groups.page('listed', {}, 'place', 0, 0), []);
    assert.deepEqual(shop.groups.page('listed', { integrations: [] }, 'place', 0, 10), []);
    assert.deepEqual(shop.groups.page('done', {}, 'place', 0, 10), []);
    assert.deepEqual(ids([]), []);
    assert.deepEqual(ids(['listed'], { integrations: [] }), []);
  });

  it('references the entries of several groups, one group after the other', () => {
    const [first, second] = [listed(1), listed(2)];
    const [third, fourth] = [shop.confirmed(3), shop.confirmed(4)];
    shop.order.moveToHead(integration, [shop.ref(fourth)]);
    assert.deepEqual(shop.groups.refs(['listed'])[0], {
      list: shop.ref(first).list,
      id: first,
      sessionId: sessionNumber(1),
    });
    assert.deepEqual(ids(['queue', 'listed']), [fourth, third, first, second]);
    assert.deepEqual(ids(['listed', 'queue'], { text: sessionNumber(3) }), [third]);
  });
});
