import assert from 'node:assert/strict';
import type { Entry, EntryState } from '../../../../src/cleanup/list/entry.ts';
import type { LookUpResult } from '../../../../src/cleanup/list/lookUpResult.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { entryInState } from '../../../support/cleanup/entryInState.ts';

const at = Date.UTC(2026, 0, 5, 9);
const nowMs = 777;

describe('CleanupList and look-up results', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  function entry(id: number): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }
  const inState = (state: EntryState): number => entryInState(shop, state, 1, integration, 'idRefused');
  /** Records the result of a look-up that asked about the entry as it is now. */
  const told = (id: number, result: LookUpResult, atMs = at): EntryState | undefined =>
    shop.list.recordLookUp(entry(id), result, nowMs, atMs);
  /** An entry that was sent and got no answer. */
  function unknown(number = 1): number {
    const book = shop.window('a');
    const id = shop.confirmed(number);
    book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    return id;
  }

  describe('recordLookUp that found the session', () => {
    for (const state of ['listed', 'confirmed', 'blocked', 'failed'] as const)
      it(`leaves an entry that is ${state} as it is, and records that it was seen`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(told(id, { kind: 'found', status: 'approved' }), state);
        assert.deepEqual(entry(id), { ...before, seenAt: at, seenStatus: 'approved' });
      });

    for (const state of ['sending', 'deleted'] as const)
      it(`ignores an entry that is ${state} by now`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(told(id, { kind: 'found', status: 'approved' }), state);
        assert.deepEqual(entry(id), before);
      });

    it('lists an entry again that was not found before, without a consent', () => {
      const id = inState('notFound');
      assert.equal(told(id, { kind: 'found', status: 'approved' }), 'listed');
      const { group, seenStatus, confirmedAt, waitUntilMs } = entry(id);
      assert.deepEqual(
        [group, seenStatus, confirmedAt, waitUntilMs],
        ['listed', 'approved', undefined, undefined],
      );
    });

    it('lets an unknown entry be sent again if its consent is alive', () => {
      const id = unknown();
      shop.list.recordVainLookUp(entry(id), 1);
      assert.equal(told(id, { kind: 'found' }), 'confirmed');
      const { reason, group, changedAt, seenAt, lookUps, waitUntilMs } = entry(id);
      assert.deepEqual(
        [reason, group, changedAt, seenAt, lookUps, waitUntilMs],
        ['lookedUp', 'queue', at, at, 0, undefined],
      );
    });

    it('does not let it be sent again if the look-up is older than the last request', () => {
      const id = unknown();
      const asked = entry(id);
      // Another window was quicker: it found the session too, and its request got no answer either.
      told(id, { kind: 'found' });
      shop.clock.pass(minuteMs);
      const book = shop.window('b');
      book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
      assert.equal(shop.list.recordLookUp(asked, { kind: 'found' }, nowMs, at), 'unknown');
      assert.notEqual(told(id, { kind: 'found' }), 'unknown');
    });

    it('makes it wait longer each time that an answer is lost again, and leaves it to the user after the fifth', () => {
      const id = unknown();
      assert.equal(told(id, { kind: 'found' }), 'confirmed');
      const book = shop.window('b');
      for (const hours of [1, 2, 4, 8, 16, undefined]) {
        shop.clock.pass(2 * dayMs);
        const next = book.reserveNext(shop.means());
        assert.ok(next.kind === 'reserved', next.kind);
        book.record(next.reservation, { kind: 'unknown', reason: 'serverError' }, 5);
        const now = book.nowMs();
        assert.equal(shop.list.recordLookUp(entry(id), { kind: 'found' }, now, at), 'blocked');
        const { reason, waitUntilMs, group } = entry(id);
        assert.deepEqual(
          [reason, waitUntilMs, group],
          [
            'noAnswer',
            hours === undefined ? undefined : now + hours * hourMs,
            hours === undefined ? 'needsYou' : 'later',
          ],
        );
      }
      assert.equal(shop.list.listAgain([shop.ref(id)], at), 1);
      shop.confirmed(1);
      assert.equal(entry(id).blocks, 0);
    });

    it('lists an unknown entry if no consent is alive', () => {
      const id = unknown();
      assert.equal(shop.list.cancel(1, at), 1);
      assert.equal(told(id, { kind: 'found' }), 'listed');
      assert.equal(entry(id).confirmedAt, undefined);
    });

    it('lists an unknown entry on hold, still on hold', () => {
      const id = unknown();
      shop.list.hold([shop.ref(id)], undefined, at);
      assert.equal(told(id, { kind: 'found' }), 'listed');
      assert.equal(entry(id).group, 'held');
    });

    it('keeps the last status if Veriff gave none this time', () => {
      const id = inState('listed');
      told(id, { kind: 'found', status: 'declined' });
      told(id, { kind: 'found' }, at + 5);
      assert.deepEqual([entry(id).seenAt, entry(id).seenStatus], [at + 5, 'declined']);
    });

    it('does not forget how often Veriff blocked it', () => {
      const id = inState('blocked');
      shop.database.run('UPDATE list_entries SET blocks = 4, wait_until_ms = ?', nowMs + 9);
      told(id, { kind: 'found' });
      assert.deepEqual([entry(id).state, entry(id).blocks, entry(id).waitUntilMs], ['blocked', 4, nowMs + 9]);
    });

    describe('with a status that Veriff refuses', () => {
      const refused = { kind: 'found', status: 'submitted' } as const;

      it('blocks a confirmed entry without an end to its consent, for longer each time', () => {
        const id = inState('confirmed');
        const waits = [1, 2, 3].map(() => {
          told(id, refused);
          assert.deepEqual([entry(id).state, entry(id).reason], ['blocked', 'notCompleted']);
          assert.ok(entry(id).confirmedAt);
          const waitMs = (entry(id).waitUntilMs ?? 0) - nowMs;
          shop.database.run("UPDATE list_entries SET state = 'confirmed', wait_until_ms = NULL");
          return waitMs / hourMs;
        });
        assert.deepEqual(waits, [1, 2, 4]);
      });

      it('makes a blocked one wait again if its wait was over, and confirms it with another status', () => {
        const id = inState('blocked');
        shop.database.run('UPDATE list_entries SET blocks = 1, wait_until_ms = ?', nowMs);
        told(id, refused);
        assert.deepEqual([entry(id).state, entry(id).waitUntilMs], ['blocked', nowMs + 2 * hourMs]);
        shop.database.run('UPDATE list_entries SET wait_until_ms = ?', nowMs);
        told(id, { kind: 'found', status: 'approved' });
        assert.deepEqual([entry(id).state, entry(id).waitUntilMs], ['confirmed', undefined]);
      });

      it('changes no other entry', () => {
        for (const state of ['listed', 'failed', 'deleted'] as const) {
          const id = inState(state);
          told(id, refused);
          assert.equal(entry(id).state, state);
        }
      });

      it('neither blocks again nor confirms what is blocked and on hold', () => {
        const id = inState('blocked');
        shop.list.hold([shop.ref(id)], undefined, at);
        const before = entry(id);
        told(id, refused);
        told(id, { kind: 'found', status: 'approved' });
        assert.deepEqual([entry(id).state, entry(id).blocks], [before.state, before.blocks]);
      });
    });
  });

  describe('recordLookUp that found nothing', () => {
    for (const state of ['listed', 'confirmed', 'blocked', 'failed'] as const)
      it(`calls an entry that is ${state} not found, whether it was seen or not, since we did not delete it`, () => {
        const id = inState(state);
        told(id, { kind: 'found' });
        shop.list.hold([shop.ref(id)], 'why', at);
        assert.equal(told(id, { kind: 'notFound' }, at + 5), 'notFound');
        const { reason, changedAt, group, waitUntilMs, confirmedAt } = entry(id);
        assert.deepEqual(
          [reason, changedAt, group, waitUntilMs, confirmedAt],
          ['lookedUp', at + 5, 'notFound', undefined, undefined],
        );
      });

    for (const state of ['sending', 'deleted', 'notFound'] as const)
      it(`ignores an entry that is ${state} by now`, () => {
        const id = inState(state);
        const before = entry(id);
        assert.equal(told(id, { kind: 'notFound' }), state);
        assert.deepEqual(entry(id), before);
      });

    it('ignores an entry that is not on the list', () => {
      const asked = entry(unknown());
      shop.list.remove([asked], at);
      assert.equal(shop.list.recordLookUp(asked, { kind: 'notFound' }, nowMs, at), undefined);
      assert.equal(shop.list.byId(asked.id), undefined);
    });
  });

  describe('recordVainLookUp', () => {
    it('makes each look-up wait longer after the last one, and needs the user from the first on', () => {
      const id = unknown();
      assert.deepEqual([entry(id).waitUntilMs, entry(id).group], [5000, 'later']);
      [1, 4, 16, 64, 240, 240].forEach((minutes, index) => {
        shop.list.recordVainLookUp(entry(id), 1000 + index);
        const { waitUntilMs, lookUps, group, state, reason } = entry(id);
        assert.equal(waitUntilMs, 1000 + index + minutes * minuteMs);
        assert.deepEqual([lookUps, group, state, reason], [index + 1, 'needsYou', 'unknown', 'timeout']);
      });
    });

    for (const state of [
      'listed',
      'confirmed',
      'sending',
      'deleted',
      'notFound',
      'blocked',
      'failed',
    ] as const)
      it(`ignores an entry that is ${state} by now`, () => {
        const id = inState(state);
        const before = entry(id);
        shop.list.recordVainLookUp(before, 5);
        assert.deepEqual(entry(id), before);
      });

    it('ignores an entry that is not on the list', () => {
      const asked = entry(unknown());
      shop.list.remove([asked], at);
      shop.list.recordVainLookUp(asked, 5);
      assert.equal(shop.list.byId(asked.id), undefined);
    });

    it('starts again if the entry was sent again and is unknown again', () => {
      const id = unknown();
      for (const reading of [1, 2, 3]) shop.list.recordVainLookUp(entry(id), reading);
      told(id, { kind: 'found' });
      unknown();
      const { lookUps, waitUntilMs, group } = entry(id);
      assert.deepEqual([lookUps, waitUntilMs, group], [0, 5000, 'later']);
    });
  });
});
