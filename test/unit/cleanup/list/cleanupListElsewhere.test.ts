import assert from 'node:assert/strict';
import type { EntryState } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  integration,
  madeUpIntegration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);
const id = sessionNumber(1);

describe('CleanupList and other integrations', () => {
  let shop: CleanupWorkshop;
  let other: string;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    other = shop.store(madeUpIntegration('other')).id;
  });
  afterEach(() => shop.database.close());

  describe('elsewhere', () => {
    for (const [state, isTold] of [
      ['confirmed', true],
      ['sending', true],
      ['unknown', true],
      ['blocked', true],
      ['deleted', true],
      ['listed', false],
      ['notFound', false],
      ['failed', false],
    ] as const satisfies readonly (readonly [EntryState, boolean])[])
      it(`${isTold ? 'tells' : 'does not tell'} of a session that is ${state} there`, () => {
        entryInState(shop, state, 1, integration, 'idRefused');
        const told = shop.list.elsewhere([integration], [id, sessionNumber(2)]);
        assert.deepEqual(
          told.map((entry) => [entry.sessionId, entry.state]),
          isTold ? [[id, state]] : [],
        );
        assert.deepEqual(shop.list.elsewhere([other], [id]), []);
      });
  });

  describe('moveTo', () => {
    it('lists entries there without consent, with their source, and takes them off here', () => {
      const source = { uri: 'file:///a', line: 3 };
      shop.list.add(integration, [{ sessionId: id, source }], at);
      assert.equal(shop.list.moveTo(other, [shop.ref(1)], at), 1);
      assert.equal(shop.list.find(integration, id), undefined);
      const moved = shop.list.find(other, id);
      assert.deepEqual([moved?.state, moved?.source, moved?.confirmedAt], ['listed', source, undefined]);
    });

    it('ends the consent of what was confirmed, which is never sent then', () => {
      const entry = shop.confirmed(1);
      assert.equal(shop.list.moveTo(other, [shop.ref(entry)], at), 1);
      const alive = shop.database.get('SELECT count(*) AS n FROM consents WHERE ended_at IS NULL');
      assert.equal(alive?.['n'], 0);
      assert.equal(shop.list.find(other, id)?.state, 'listed');
    });

    it('leaves what the other list has already as it is', () => {
      const theirs = entryInState(shop, 'confirmed', 1, other);
      const ours = entryInState(shop, 'notFound', 1);
      const before = shop.list.byId(theirs);
      assert.equal(shop.list.moveTo(other, [shop.ref(ours)], at), 1);
      assert.deepEqual([shop.list.byId(theirs), shop.list.find(integration, id)], [before, undefined]);
    });

    for (const state of ['sending', 'deleted'] as const)
      it(`leaves out what is ${state}`, () => {
        const entry = entryInState(shop, state, 1);
        assert.equal(shop.list.moveTo(other, [shop.ref(entry)], at), 0);
        assert.equal(shop.stateOf(entry), state);
      });

    it('leaves out a reference to another list, and entries that are there already', () => {
      const entry = entryInState(shop, 'listed', 1);
      assert.equal(shop.list.moveTo(other, [{ ...shop.ref(entry), list: 'another' }], at), 0);
      assert.equal(shop.list.moveTo(integration, [shop.ref(entry)], at), 0);
      assert.ok(shop.list.byId(entry));
    });
  });

  describe('agree, with what a look-up found before', () => {
    const agree = (seen: { status?: string; at: number; after: { list: string; attempt: number } }) => {
      const agreed = shop.list.agree(shop.stored(), [{ sessionId: id, seen }], at);
      assert.ok(agreed);
      return agreed.entries[0];
    };

    it('notes status and time, so that a lost answer and a later 404 count as deleted', () => {
      const book = shop.window('a');
      const entry = agree({ status: 'approved', at: at - 5, after: book.lastRequest() });
      assert.deepEqual([entry?.seenStatus, entry?.seenAt], ['approved', at - 5]);
      book.record(shop.reserved(book, entry?.id ?? 0), { kind: 'unknown', reason: 'timeout' }, 5);
      const asked = shop.list.byId(entry?.id ?? 0);
      assert.ok(asked);
      assert.equal(shop.list.recordLookUp(asked, { kind: 'notFound' }, 0, at), 'deleted');
    });

    it('does not count as found before a DELETE that left after the look-up got its own answer', () => {
      const book = shop.window('a');
      const before = book.lastRequest();
      const first = shop.confirmed(1);
      book.record(shop.reserved(book, first), outcomeOf(404), 5);
      const entry = agree({ at: at + 1, after: before });
      assert.ok(entry);
      assert.equal(shop.list.recordLookUp(entry, { kind: 'notFound' }, 0, at), 'notFound');
    });

    it('ignores a look-up of before a new list, and an older one than the list knows', () => {
      const { attempt } = shop.window('a').lastRequest();
      assert.equal(agree({ at, after: { list: 'another', attempt } })?.seenAt, undefined);
      const listed = shop.list.find(integration, id);
      assert.ok(listed);
      shop.list.recordLookUp(listed, { kind: 'found', status: 'declined' }, 0, at + 9);
      const entry = agree({ status: 'approved', at: at + 8, after: shop.window('a').lastRequest() });
      assert.deepEqual([entry?.seenStatus, entry?.seenAt], ['declined', at + 9]);
    });
  });
});
