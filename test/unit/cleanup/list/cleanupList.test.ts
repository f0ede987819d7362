import assert from 'node:assert/strict';
import {
  CleanupWorkshop,
  integration,
  outcomeOf,
  reserved,
  sessionNumber,
} from '../../../support/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);
const one = { sessionId: sessionNumber(1) };
const two = { sessionId: sessionNumber(2), source: { uri: 'file:///made-up.json', line: 0 } };

describe('CleanupList', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  /** Confirms session 1 and leaves it out on the wire. */
  function sendingOne(): number {
    const id = shop.confirmed(1);
    reserved(shop.window('a'), id);
    return id;
  }

  it('adds without consent, and keeps where an id was found', () => {
    assert.equal(shop.list.add(integration, [one, two], at), 2);
    const entry = shop.list.find(integration, two.sessionId);
    assert.deepEqual(entry, {
      ...two,
      id: entry?.id,
      integration,
      state: 'listed',
      shelf: 'listed',
      addedAt: at,
      changedAt: at,
      isChecked: true,
      blocks: 0,
      lookUps: 0,
      place: entry?.id,
    });
    assert.deepEqual([...shop.counts()], [['listed', 2]]);
  });

  it('takes doubles once, and leaves what is on the list as it is', () => {
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
    const [first, second] = shop.list.confirm(integration, [one, two], at + 5);
    assert.equal(first?.before?.state, 'listed');
    assert.equal(second?.before, undefined);
    assert.deepEqual([...shop.counts()], [['confirmed', 2]]);
  });

  it('confirms a double once', () => {
    shop.list.confirm(integration, [one, one], at);
    assert.deepEqual([...shop.counts()], [['confirmed', 1]]);
  });

  it('leaves what is being sent alone: no confirming, no removing', () => {
    const id = sendingOne();
    assert.deepEqual(shop.list.confirm(integration, [one], at), []);
    assert.equal(shop.list.remove([id]), 0);
    assert.equal(shop.stateOf(id), 'sending');
  });

  it('removes what it is told to, once, and nothing else', () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    assert.equal(shop.list.remove([first, first, 999]), 1);
    assert.equal(shop.stateOf(first), undefined);
    assert.equal(shop.stateOf(second), 'confirmed');
  });

  describe('withdraw', () => {
    it('takes an id that the confirmation put on the list off it again', () => {
      const [confirmed] = shop.list.confirm(integration, [one], at);
      assert.ok(confirmed);
      shop.list.withdraw(confirmed);
      assert.equal(shop.list.find(integration, one.sessionId), undefined);
    });

    it('makes an entry what it was before, with its reason and time', () => {
      const id = shop.confirmed(1);
      const book = shop.window('a');
      book.record(reserved(book, id), outcomeOf(400), 5);
      const before = shop.list.byId(id);
      const [confirmed] = shop.list.confirm(integration, [one], at + 99);
      assert.ok(confirmed);
      assert.equal(shop.list.byId(id)?.reason, undefined);
      shop.list.withdraw(confirmed);
      assert.deepEqual(shop.list.byId(id), before);
      assert.equal(before?.reason, 'notCompleted');
    });

    it('comes too late for what is out or was answered', () => {
      const [confirmed] = shop.list.confirm(integration, [one], at);
      assert.ok(confirmed);
      const book = shop.window('a');
      const reservation = reserved(book, confirmed.entry.id);
      shop.list.withdraw(confirmed);
      assert.equal(shop.stateOf(confirmed.entry.id), 'sending');
      book.record(reservation, outcomeOf(200), 5);
      shop.list.withdraw(confirmed);
      assert.equal(shop.stateOf(confirmed.entry.id), 'deleted');
    });

    it('is no more than once, and never gives a consent back', () => {
      shop.list.add(integration, [one], at);
      const [first] = shop.list.confirm(integration, [one], at);
      const [again] = shop.list.confirm(integration, [one], at);
      assert.ok(first && again);
      shop.list.withdraw(first);
      shop.list.withdraw(again);
      assert.equal(shop.stateOf(first.entry.id), 'listed');
    });

    it('touches no other entry, even where its own was removed and added anew', () => {
      const [gone] = shop.list.confirm(integration, [one], at);
      assert.ok(gone);
      shop.list.remove([gone.entry.id]);
      const other = shop.confirmed(2);
      const anew = shop.confirmed(1);
      shop.list.withdraw(gone);
      shop.list.withdraw({ ...gone, before: { ...gone.entry, state: 'listed' } });
      assert.deepEqual([shop.stateOf(other), shop.stateOf(anew)], ['confirmed', 'confirmed']);
    });
  });

  describe('noteLookUp', () => {
    function unknownOne(): number {
      const id = sendingOne();
      shop.dead.add('a');
      shop.window('b').recover(integration);
      assert.equal(shop.stateOf(id), 'unknown');
      return id;
    }

    it('calls what is not there gone, where nobody has seen it before', () => {
      const id = unknownOne();
      assert.equal(shop.list.noteLookUp(id, { kind: 'gone' }, at), 'gone');
      assert.equal(shop.stateOf(id), 'gone');
    });

    it('confirms what was found again, and calls it deleted once it was seen and then is not there', () => {
      const id = unknownOne();
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'confirmed');
      assert.equal(shop.list.byId(id)?.seenAt, at);
      shop.clock.pass(60_000);
      const book = shop.window('b');
      assert.equal(book.quota(integration).inFlight, false);
      book.record(reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 30_000);
      assert.equal(shop.list.noteLookUp(id, { kind: 'gone' }, at + 9), 'deleted');
    });

    it('says nothing about entries that are not unknown, or not there', () => {
      shop.list.add(integration, [one], at);
      const id = shop.list.find(integration, one.sessionId)?.id ?? 0;
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'listed');
      assert.equal(shop.stateOf(id), 'listed');
      assert.equal(shop.list.noteLookUp(999, { kind: 'gone' }, at), undefined);
    });
  });

  it('refuses an entry whose session id somebody has tampered with', () => {
    const id = shop.confirmed(1);
    shop.database.run("UPDATE entries SET session_id = '../decision' WHERE id = ?", id);
    assert.throws(() => shop.list.byId(id), /session id is none/);
    assert.equal(shop.window('a').reserve(id).kind, 'notConfirmed');
  });
});
