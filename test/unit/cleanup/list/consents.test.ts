import assert from 'node:assert/strict';
import {
  countAlive,
  endAllConsents,
  endConsentOf,
  takeUnconfirmedByUpdate,
} from '../../../../src/cleanup/list/consents.ts';
import { CleanupWorkshop, integration, outcomeOf } from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('consents', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  it('are counted for an integration while something can be sent by them', () => {
    for (const [number, state] of (['confirmed', 'blocked', 'unknown', 'sending'] as const).entries())
      entryInState(shop, state, number);
    for (const [number, state] of (['listed', 'deleted', 'notFound', 'failed'] as const).entries())
      entryInState(shop, state, number + 10);
    shop.confirmed(1, 'another');
    assert.deepEqual([countAlive(shop.database, integration), countAlive(shop.database, 'another')], [4, 1]);
    shop.integrations.end(integration, at);
    assert.deepEqual([countAlive(shop.database, integration), countAlive(shop.database, 'another')], [0, 1]);
  });

  it('end once: the first reason and moment stay', () => {
    const id = shop.confirmed(1);
    assert.equal(endConsentOf(shop.database, id, 'held', 5.4), true);
    assert.equal(endConsentOf(shop.database, id, 'removed', 9), false);
    assert.equal(endAllConsents(shop.database, 'rolledBack', 9), 0);
    const row = shop.database.get('SELECT ended_at, ended_by FROM consents');
    assert.deepEqual({ ...row }, { ended_at: 5, ended_by: 'held' });
  });

  it('all end at once, of every integration and in every state', () => {
    const ids = [shop.confirmed(1), shop.confirmed(1, 'another'), entryInState(shop, 'blocked', 2)];
    assert.equal(endAllConsents(shop.database, 'rolledBack', at), 3);
    assert.deepEqual(
      ids.map((id) => shop.stateOf(id)),
      ['listed', 'listed', 'listed'],
    );
  });

  for (const status of [200, 400, 401, 403, 404, 422, 429] as const)
    it(`are not revived by an answer ${status} to a request that was in flight when they ended`, () => {
      const id = shop.confirmed(1);
      const book = shop.window('a');
      const reservation = shop.reserved(book, id);
      shop.list.cancel(1, at);
      book.record(reservation, outcomeOf(status), 5);
      assert.equal(countAlive(shop.database, integration), 0);
      assert.ok(!['confirmed', 'blocked'].includes(shop.stateOf(id) ?? ''), shop.stateOf(id));
      // After a 404 only a look-up is due.
      assert.equal(shop.list.byId(id)?.waitUntilMs !== undefined, status === 404);
    });

  describe('that an update of the schema has ended', () => {
    it('are reported once, in one window', () => {
      shop.database.run("INSERT INTO switches VALUES ('unconfirmedByUpdate', '12')");
      assert.equal(takeUnconfirmedByUpdate(shop.database), 12);
      assert.equal(takeUnconfirmedByUpdate(shop.database), 0);
    });

    it('are none if there were none', () => assert.equal(takeUnconfirmedByUpdate(shop.database), 0));
  });
});
