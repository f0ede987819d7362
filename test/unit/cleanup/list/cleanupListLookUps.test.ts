import assert from 'node:assert/strict';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  reserved,
  sessionNumber,
} from '../../../support/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('CleanupList, and what look-ups tell', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }
  function inState(state: string): number {
    const id = shop.confirmed(1);
    shop.database.run("UPDATE entries SET state = ?, reason = 'idRefused' WHERE id = ?", state, id);
    return id;
  }
  /** An entry that was sent and got no answer. */
  function unknown(): number {
    const book = shop.window('a');
    const id = shop.confirmed(1);
    book.record(reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    return id;
  }

  describe('noteLookUp that found the session', () => {
    for (const [state, after] of [
      ['listed', 'listed'],
      ['confirmed', 'confirmed'],
      ['blocked', 'blocked'],
      ['failed', 'failed'],
    ] as const)
      it(`leaves what is ${state} as it is, and keeps that it was seen`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(shop.list.noteLookUp(id, { kind: 'found', status: 'approved' }, at), after);
        assert.deepEqual(entry(id), { ...before, seenAt: at, seenStatus: 'approved' });
      });

    for (const state of ['sending', 'deleted', 'gone'])
      it(`says nothing of what is ${state} by now`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(shop.list.noteLookUp(id, { kind: 'found', status: 'approved' }, at), state);
        assert.deepEqual(entry(id), before);
      });

    it('lets what is unknown be sent again, where its consent still stands', () => {
      const id = unknown();
      shop.list.noteVainLookUp(id, 1);
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'confirmed');
      const { reason, shelf, changedAt, seenAt, lookUps, wait } = entry(id);
      assert.deepEqual(
        [reason, shelf, changedAt, seenAt, lookUps, wait],
        ['lookedUp', 'queue', at, at, 0, undefined],
      );
    });

    it('lets nothing be sent again where it is older than the last request', () => {
      const id = unknown();
      const asked = entry(id);
      // Another window was quicker: it found the session as well, and its request got no answer either.
      shop.list.noteLookUp(id, { kind: 'found' }, at);
      shop.clock.pass(minuteMs);
      const book = shop.window('b');
      book.record(reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at, asked), 'unknown');
      assert.notEqual(shop.list.noteLookUp(id, { kind: 'found' }, at, entry(id)), 'unknown');
    });

    it('lets it wait longer each time that an answer is lost again, and asks the user after the fifth', () => {
      const id = unknown();
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'confirmed');
      const book = shop.window('b');
      for (const hours of [1, 2, 4, 8, 16, undefined]) {
        shop.clock.pass(2 * dayMs);
        book.recover(integration);
        shop.clock.pass(2 * dayMs);
        const next = book.reserveNext(integration);
        assert.ok(next.kind === 'reserved', next.kind);
        book.record(next.reservation, { kind: 'unknown', reason: 'serverError' }, 5);
        assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'blocked');
        const { reason, wait, shelf } = entry(id);
        assert.deepEqual(
          [reason, wait?.forMs, shelf],
          [
            'noAnswer',
            hours === undefined ? undefined : hours * hourMs,
            hours === undefined ? 'needsYou' : 'later',
          ],
        );
      }
      assert.equal(shop.list.retry([id], at), 1);
      assert.equal(entry(id).blocks, 0);
    });

    it('lists what is unknown where no consent stands', () => {
      const id = unknown();
      shop.database.run('UPDATE entries SET confirmed_at = NULL');
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'listed');
    });

    it('keeps what is unknown and on hold on hold', () => {
      const id = unknown();
      shop.list.hold([id], undefined, at);
      assert.equal(shop.list.noteLookUp(id, { kind: 'found' }, at), 'confirmed');
      assert.equal(entry(id).shelf, 'held');
    });

    it('keeps the last status where Veriff gave none this time', () => {
      const id = inState('listed');
      shop.list.noteLookUp(id, { kind: 'found', status: 'declined' }, at);
      shop.list.noteLookUp(id, { kind: 'found' }, at + 5);
      assert.deepEqual([entry(id).seenAt, entry(id).seenStatus], [at + 5, 'declined']);
    });

    it('does not forget how often Veriff blocked it', () => {
      const id = inState('blocked');
      shop.database.run('UPDATE entries SET blocks = 4, wait_ms = 9, wait_from_uptime_ms = 3');
      shop.list.noteLookUp(id, { kind: 'found' }, at);
      assert.deepEqual([entry(id).blocks, entry(id).wait], [4, { forMs: 9, fromUptimeMs: 3 }]);
    });
  });

  describe('noteLookUp that found nothing', () => {
    for (const state of ['listed', 'confirmed', 'blocked', 'failed'])
      it(`calls what is ${state} gone, whether it was seen or not: nobody here asked for it`, () => {
        const id = inState(state);
        shop.list.noteLookUp(id, { kind: 'found' }, at);
        shop.list.hold([id], 'why', at);
        assert.equal(shop.list.noteLookUp(id, { kind: 'gone' }, at + 5), 'gone');
        const { reason, changedAt, shelf, wait } = entry(id);
        assert.deepEqual([reason, changedAt, shelf, wait], ['lookedUp', at + 5, 'done', undefined]);
      });

    for (const state of ['sending', 'deleted', 'gone'])
      it(`says nothing of what is ${state} by now`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(shop.list.noteLookUp(id, { kind: 'gone' }, at), state);
        assert.deepEqual(entry(id), before);
      });

    it('calls what is unknown deleted only where it was seen before it was sent', () => {
      const id = unknown();
      assert.equal(shop.list.noteLookUp(id, { kind: 'gone' }, at), 'gone');
      shop.list.remove([id]);
      shop.clock.pass(hourMs);
      shop.list.add(integration, [{ sessionId: sessionNumber(1) }], at);
      shop.list.noteLookUp(shop.list.find(integration, sessionNumber(1))?.id ?? 0, { kind: 'found' }, at);
      assert.equal(shop.list.noteLookUp(unknown(), { kind: 'gone' }, at + 9), 'deleted');
    });

    it('knows nothing of an entry that is not on the list', () => {
      const id = unknown();
      shop.list.remove([id]);
      assert.equal(shop.list.noteLookUp(id, { kind: 'gone' }, at), undefined);
      assert.equal(shop.list.byId(id), undefined);
    });
  });

  describe('noteVainLookUp', () => {
    it('lets each look-up wait longer, from the moment of the one before, and asks the user from the first on', () => {
      const id = unknown();
      assert.deepEqual([entry(id).wait?.forMs, entry(id).shelf], [5000, 'later']);
      [1, 4, 16, 64, 240, 240].forEach((minutes, index) => {
        shop.list.noteVainLookUp(id, 1000 + index);
        const { wait, lookUps, shelf, state, reason } = entry(id);
        assert.deepEqual(wait, { forMs: minutes * minuteMs, fromUptimeMs: 1000 + index });
        assert.deepEqual([lookUps, shelf, state, reason], [index + 1, 'needsYou', 'unknown', 'timeout']);
      });
    });

    for (const state of ['listed', 'confirmed', 'sending', 'deleted', 'gone', 'blocked', 'failed'])
      it(`says nothing of what is ${state} by now`, () => {
        const id = inState(state);
        const before = entry(id);
        shop.list.noteVainLookUp(id, 5);
        assert.deepEqual(entry(id), before);
      });

    it('says nothing of an entry that is not on the list', () => {
      shop.list.noteVainLookUp(999, 5);
      assert.equal(shop.list.byId(999), undefined);
    });

    it('begins anew where it was sent again and is unknown again', () => {
      const id = unknown();
      for (const uptimeMs of [1, 2, 3]) shop.list.noteVainLookUp(id, uptimeMs);
      shop.list.noteLookUp(id, { kind: 'found' }, at);
      unknown();
      assert.deepEqual([entry(id).lookUps, entry(id).wait?.forMs, entry(id).shelf], [0, 5000, 'later']);
    });
  });
});
