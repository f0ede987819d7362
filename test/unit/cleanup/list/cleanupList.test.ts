import assert from 'node:assert/strict';
import type { Agreed } from '../../../../src/cleanup/list/cleanupList.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import type { SessionId } from '../../../../src/veriff/sessionId.ts';
import {
  CleanupWorkshop,
  integration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);
const one = { sessionId: sessionNumber(1) };
const two = { sessionId: sessionNumber(2), source: { uri: 'file:///made-up.json', line: 0 } };

describe('CleanupList', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  /** Confirms session 1 and leaves its request in flight. */
  function sendingOne(): number {
    const id = shop.confirmed(1);
    shop.reserved(shop.window('a'), id);
    return id;
  }
  function agreed(...sessions: Parameters<typeof shop.list.agree>[1]): Agreed {
    const result = shop.list.agree(shop.stored(), sessions, at);
    assert.ok(result);
    return result;
  }
  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }

  it('adds sessions without consent, and keeps where an id was found', () => {
    assert.equal(shop.list.add(integration, [one, two], at), 2);
    const found = shop.list.find(integration, two.sessionId);
    assert.deepEqual(found, {
      ...two,
      list: markOf(shop.database).list,
      id: found?.id,
      revision: 0,
      integration,
      state: 'listed',
      group: 'listed',
      addedAt: at,
      changedAt: at,
      isChecked: true,
      blocks: 0,
      lookUps: 0,
      place: found?.id,
    });
    assert.deepEqual([...shop.counts()], [['listed', 2]]);
  });

  it('takes duplicates once, and leaves entries that are on the list as they are', () => {
    shop.confirmed(1);
    assert.equal(shop.list.add(integration, [one, two, two, one], at + 5), 1);
    assert.deepEqual(Object.fromEntries(shop.counts()), { confirmed: 1, listed: 1 });
  });

  it('keeps the lists of two integrations apart', () => {
    shop.list.add('another', [one], at);
    assert.equal(shop.list.find(integration, one.sessionId), undefined);
    shop.confirmed(1);
    assert.equal(shop.list.find('another', one.sessionId)?.state, 'listed');
  });

  it('adds all or nothing', () => {
    const nonsense = { sessionId: one.sessionId, source: { uri: 'u', line: 0.5 } };
    assert.throws(() => shop.list.add(integration, [two, nonsense], at));
    assert.equal(shop.counts().size, 0);
  });

  it('confirms new ids and known ones in any state but sending', () => {
    shop.list.add(integration, [one], at);
    const known = shop.list.find(integration, one.sessionId)?.id;
    const { entries } = agreed(one, two);
    assert.equal(entries[0]?.id, known);
    assert.deepEqual(
      entries.map(({ sessionId, state, confirmedAt }) => [sessionId, state, confirmedAt]),
      [
        [one.sessionId, 'confirmed', at],
        [two.sessionId, 'confirmed', at],
      ],
    );
    assert.deepEqual([...shop.counts()], [['confirmed', 2]]);
  });

  it('confirms a duplicate once', () => {
    agreed(one, one);
    assert.deepEqual([...shop.counts()], [['confirmed', 1]]);
    assert.equal(shop.database.get('SELECT count(*) AS n FROM consents WHERE ended_at IS NULL')?.['n'], 1);
  });

  it('leaves an entry alone while it is sent: no confirming, no removing', () => {
    const id = sendingOne();
    const before = entry(id);
    assert.deepEqual(agreed(one).entries, []);
    assert.equal(shop.list.remove([shop.ref(id)], at), 0);
    assert.deepEqual(entry(id), before);
  });

  it('removes the given entries, once, and nothing else', () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    assert.equal(shop.list.remove(shop.refs([first, first, 999]), at), 1);
    assert.equal(shop.stateOf(first), undefined);
    assert.equal(shop.stateOf(second), 'confirmed');
  });

  describe('cancel', () => {
    it('leaves an entry that the agreement put on the list there, without consent', () => {
      const { agreement } = agreed(one);
      assert.equal(shop.list.cancel(agreement, at + 3), 1);
      const { state, confirmedAt, changedAt } = shop.list.find(integration, one.sessionId) ?? {};
      assert.deepEqual([state, confirmedAt, changedAt], ['listed', undefined, at + 3]);
    });

    it('makes an entry that was blocked before the agreement listed, without its count and its wait', () => {
      const id = shop.confirmed(1);
      const book = shop.window('a');
      book.record(shop.reserved(book, id), outcomeOf(400), 5);
      assert.equal(entry(id).reason, 'notCompleted');
      const { agreement } = agreed(one);
      assert.equal(entry(id).reason, undefined);
      shop.list.cancel(agreement, at + 99);
      const { state, blocks, waitUntilMs, reason } = entry(id);
      assert.deepEqual([state, blocks, waitUntilMs, reason], ['listed', 0, undefined, undefined]);
    });

    it('ends the consent of a request in flight, which its answer does not revive', () => {
      const { agreement, entries } = agreed(one);
      const id = entries[0]?.id ?? 0;
      const book = shop.window('a');
      const reservation = shop.reserved(book, id);
      assert.equal(shop.list.cancel(agreement, at), 1);
      assert.deepEqual([entry(id).state, entry(id).confirmedAt], ['sending', undefined]);
      book.record(reservation, outcomeOf(429), 5);
      assert.deepEqual([entry(id).state, entry(id).confirmedAt], ['listed', undefined]);
    });

    it('comes too late for a deleted session', () => {
      const { agreement, entries } = agreed(one);
      const book = shop.window('a');
      book.record(shop.reserved(book, entries[0]?.id ?? 0), outcomeOf(200), 5);
      assert.equal(shop.list.cancel(agreement, at), 0);
      assert.equal(shop.stateOf(entries[0]?.id ?? 0), 'deleted');
    });

    it('works once, and ends only its own agreement: a later one has replaced it', () => {
      const [first, again] = [agreed(one), agreed(one)];
      const id = first.entries[0]?.id ?? 0;
      assert.equal(shop.list.cancel(first.agreement, at), 0);
      assert.equal(shop.stateOf(id), 'confirmed');
      assert.equal(shop.list.cancel(again.agreement, at), 1);
      assert.equal(shop.list.cancel(again.agreement, at), 0);
      assert.equal(shop.stateOf(id), 'listed');
    });

    it('ends all consents of an agreement, and none of the others', () => {
      const { agreement } = agreed(one, two);
      const other = shop.confirmed(3);
      assert.equal(shop.list.cancel(agreement, at), 2);
      assert.deepEqual(Object.fromEntries(shop.counts()), { confirmed: 1, listed: 2 });
      assert.equal(shop.stateOf(other), 'confirmed');
    });

    it('touches no other entry, even if its own was removed and added again', () => {
      const { agreement, entries } = agreed(one);
      shop.list.remove(entries, at);
      const [other, anew] = [shop.confirmed(2), shop.confirmed(1)];
      assert.equal(shop.list.cancel(agreement, at), 0);
      assert.deepEqual([shop.stateOf(other), shop.stateOf(anew)], ['confirmed', 'confirmed']);
    });

    it('does nothing for an agreement that does not exist', () => {
      shop.confirmed(1);
      assert.equal(shop.list.cancel(999, at), 0);
    });
  });

  describe('an entry reference', () => {
    it('matches by list, number and session together', () => {
      const id = shop.confirmed(1);
      const ref = shop.ref(id);
      assert.deepEqual(shop.list.meant(ref), entry(id));
      assert.equal(shop.list.meant({ ...ref, list: 'another' }), undefined);
      assert.equal(shop.list.meant({ ...ref, id: id + 1 }), undefined);
      assert.equal(shop.list.meant({ ...ref, sessionId: sessionNumber(2) }), undefined);
    });

    for (const [what, wrong] of [
      ['of another list', { list: 'another' }],
      ['with the number of another session', { sessionId: sessionNumber(77) }],
    ] as const)
      it(`is skipped by every change if it is ${what}`, () => {
        const ids = [1, 2, 3].map((number) => shop.confirmed(number));
        const [confirmed = 0, held = 0, failed = 0] = ids;
        shop.list.hold([shop.ref(held)], 'why', at);
        const book = shop.window('a');
        book.record(shop.reserved(book, failed), outcomeOf(422), 5);
        const before = ids.map(entry);
        const refs = shop.refs(ids).map((ref) => ({ ...ref, ...wrong }));
        assert.deepEqual(
          [
            shop.list.hold(refs, undefined, at + 1),
            shop.list.release(refs),
            shop.list.listAgain(refs, at + 1),
            shop.list.remove(refs, at + 1),
          ],
          [0, 0, 0, 0],
        );
        shop.list.setChecked(refs, false);
        for (const asked of before)
          assert.equal(
            shop.list.recordLookUp({ ...asked, ...wrong }, { kind: 'notFound' }, 0, at + 1),
            undefined,
          );
        assert.deepEqual(ids.map(entry), before);
        assert.equal(entry(confirmed).state, 'confirmed');
      });
  });

  it('refuses an entry whose session id was tampered with', () => {
    const id = shop.confirmed(1);
    const { list } = shop.ref(id);
    shop.database.run("UPDATE list_entries SET session_id = '../decision' WHERE id = ?", id);
    assert.throws(() => entry(id), /session id is none/);
    for (const sessionId of [sessionNumber(1), '../decision' as SessionId])
      assert.equal(shop.window('a').reserve({ list, id, sessionId }, shop.means()).kind, 'notConfirmed');
  });
});
