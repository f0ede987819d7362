import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { reservationLifeMs } from '../../../../src/cleanup/attempts/reservation.ts';
import { forgetAll } from '../../../../src/cleanup/database/forgetting.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  freshFolder,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  secondMs,
  sessionNumber,
  storeMadeUp,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('AttemptBook', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** Sends session `number` and records the outcome at once; returns its entry. */
  function sent(number: number, outcome: DeletionOutcome = outcomeOf(200), by = book): number {
    const id = shop.confirmed(number);
    by.record(shop.reserved(by, id), outcome, 5);
    return id;
  }

  describe('reserve', () => {
    it('refuses entries that are not confirmed, in every state, and takes no slot', () => {
      const states = ['listed', 'sending', 'deleted', 'notFound', 'failed', 'unknown'].map((state) => [
        state,
        0,
      ]);
      // Some states may have a living consent, which is not enough.
      const agreed = ['sending', 'blocked', 'unknown'].map((state) => [state, 1]);
      for (const [index, [state = '', hasConsent = 0]] of [...states, ...agreed].entries()) {
        const id = shop.confirmed(index + 1);
        const sql =
          'UPDATE list_entries SET state = ?, consent = CASE ? WHEN 1 THEN consent END WHERE id = ?';
        shop.database.run(sql, state, hasConsent, id);
        assert.deepEqual(shop.reserve(book, id), { kind: 'notConfirmed' }, String(state));
        assert.equal(shop.stateOf(id), state);
      }
      assert.deepEqual(shop.reserve(book, 999), { kind: 'notConfirmed' });
      assert.equal(book.quota(integration).freeNow, 5);
    });

    it('takes a slot and marks the entry', () => {
      const id = shop.confirmed(1);
      const { takenAt, ...rest } = shop.reserved(book, id);
      assert.deepEqual(takenAt, shop.clock.read());
      assert.deepEqual(rest, {
        list: markOf(shop.database).list,
        attemptId: 1,
        entryId: id,
        integration: shop.stored(),
        sessionId: sessionNumber(1),
        consent: 1,
        owner: 'a',
      });
      assert.equal(shop.stateOf(id), 'sending');
      assert.equal(book.quota(integration).inFlight, true);
    });

    it('is busy for every window while a request is in flight, for hours if its window lives', () => {
      shop.reserved(book, shop.confirmed(1));
      const second = shop.confirmed(2);
      for (const passed of [0, minuteMs, dayMs - minuteMs]) {
        shop.clock.pass(passed);
        assert.equal(shop.reserve(shop.window('b'), second).kind, 'busy');
        assert.equal(shop.reserve(book, second).kind, 'busy');
      }
      assert.equal(shop.stateOf(second), 'confirmed');
    });

    it('has no slot for the sixth in an hour, in any window, and none for the eleventh in a day', () => {
      for (const number of [1, 2, 3, 4, 5]) sent(number, outcomeOf(200), shop.window(`window ${number}`));
      const sixth = shop.confirmed(6);
      const refused = shop.reserve(shop.window('z'), sixth);
      assert.ok(refused.kind === 'noSlot');
      assert.equal(refused.quota.freeInMs, hourMs + marginMs);
      shop.clock.pass(hourMs + marginMs - 1);
      assert.equal(shop.reserve(book, sixth).kind, 'noSlot');
      shop.clock.pass(1);
      for (const number of [6, 7, 8, 9, 10]) sent(number);
      shop.clock.pass(2 * hourMs);
      assert.equal(shop.reserve(book, shop.confirmed(11)).kind, 'noSlot');
      assert.equal(book.schedule(integration).at(0), dayMs - 3 * hourMs);
    });

    it('counts every answer and every missing answer, but nothing that was not sent', () => {
      sent(1, outcomeOf(401));
      sent(2, outcomeOf(404));
      sent(3, { kind: 'unknown', reason: 'timeout' });
      sent(4, outcomeOf(400));
      for (const number of [5, 6, 7]) sent(number, { kind: 'notSent', reason: 'noConnection' });
      assert.equal(book.quota(integration).freeNow, 1);
    });

    it('counts from the answer, not from the reservation', () => {
      const reservation = shop.reserved(book, shop.confirmed(1));
      shop.clock.pass(25 * secondMs);
      book.record(reservation, outcomeOf(200), 25 * secondMs);
      shop.clock.pass(hourMs + marginMs - 1);
      assert.equal(book.quota(integration).freeNow, 4);
      shop.clock.pass(1);
      assert.equal(book.quota(integration).freeNow, 5);
    });

    it('counts separately for each integration', () => {
      for (const number of [1, 2, 3, 4, 5]) sent(number);
      assert.equal(book.quota('another').freeNow, 5);
      shop.reserved(book, shop.confirmed(6, 'another'));
      assert.equal(book.quota(integration).inFlight, false);
    });

    it('still counts the past after the list was emptied', () => {
      const ids = [1, 2, 3, 4, 5].map((number) => sent(number));
      assert.equal(shop.list.remove(shop.refs(ids), 1), 5);
      assert.equal(shop.reserve(book, shop.confirmed(6)).kind, 'noSlot');
      assert.equal(book.recent(integration, 3)[0]?.sessionId, sessionNumber(5));
    });

    it('keeps other limits if it is given some', () => {
      const generous = shop.window('a', { limits: [{ count: 7, windowMs: hourMs }] });
      for (const number of [1, 2, 3, 4, 5, 6, 7]) sent(number, outcomeOf(200), generous);
      assert.equal(shop.reserve(generous, shop.confirmed(8)).kind, 'noSlot');
    });
  });

  describe('a reservation', () => {
    it('is valid for two seconds of either clock and expired after that', () => {
      const reservation = shop.reserved(book, shop.confirmed(1));
      shop.clock.pass(reservationLifeMs);
      assert.equal(book.mayLeave(reservation), true);
      shop.clock.monotonicMs += 1;
      assert.equal(book.mayLeave(reservation), false);
      shop.clock.monotonicMs -= 1;
      shop.clock.uptimeMs += 1;
      assert.equal(book.mayLeave(reservation), false);
    });

    it('outlives a change of the wall clock, but not an uptime that goes back', () => {
      const reservation = shop.reserved(book, shop.confirmed(1));
      shop.clock.wallAt += 14 * hourMs;
      assert.equal(book.mayLeave(reservation), true);
      shop.clock.wallAt -= 28 * hourMs;
      assert.equal(book.mayLeave(reservation), true);
      shop.clock.uptimeMs -= 1;
      assert.equal(book.mayLeave(reservation), false);
    });

    it('that is released gives back its slot and its consent', () => {
      const id = shop.confirmed(1);
      book.release(shop.reserved(book, id));
      assert.equal(shop.stateOf(id), 'confirmed');
      const state = book.quota(integration);
      assert.deepEqual([state.freeNow, state.inFlight], [5, false]);
      assert.deepEqual(book.recent(integration, 9), []);
    });
  });

  describe('record', () => {
    for (const [outcome, state, reason] of [
      [outcomeOf(200), 'deleted', undefined],
      [outcomeOf(404), 'notFound', undefined],
      [outcomeOf(400), 'blocked', 'notCompleted'],
      [outcomeOf(422), 'failed', 'requestRefused'],
      [{ kind: 'unknown', reason: 'timeout' }, 'unknown', 'timeout'],
      [outcomeOf(401), 'confirmed', 'signature'],
      [outcomeOf(403), 'confirmed', undefined],
      [outcomeOf(429), 'confirmed', undefined],
      [{ kind: 'notSent', reason: 'noConnection' }, 'confirmed', 'noConnection'],
    ] as const) {
      it(`leaves an entry ${state} after ${outcome.kind}`, () => {
        const entry = shop.list.byId(sent(1, outcome));
        assert.deepEqual([entry?.state, entry?.reason], [state, reason]);
      });
    }

    it('keeps past answers for display', () => {
      sent(1, outcomeOf(200));
      sent(2, outcomeOf(404));
      assert.deepEqual(book.recent(integration, 1), [
        { sessionId: sessionNumber(2), settledAt: shop.clock.wallAt, outcome: 'notFound' },
      ]);
      const row = shop.database.get(
        'SELECT status, code, signature, duration_ms FROM deletion_attempts WHERE id = 1',
      );
      assert.deepEqual({ ...row }, { status: 200, code: '1101', signature: 'valid', duration_ms: 5 });
    });

    it('that comes after its row was deleted does not touch the next request', () => {
      const forgotten = shop.reserved(book, shop.confirmed(1, 'another'));
      const folder = freshFolder();
      forgetAll(shop.database, folder.path('list.sqlite'));
      folder.remove();
      storeMadeUp(shop.database, shop.stored());
      const id = shop.confirmed(2);
      shop.reserved(book, id);
      book.record(forgotten, outcomeOf(200), 5);
      assert.deepEqual([book.quota(integration).inFlight, shop.stateOf(id)], [true, 'sending']);
      const attempts = shop.database.all('SELECT entry_id FROM deletion_attempts');
      assert.deepEqual(
        attempts.map((row) => row['entry_id']),
        [id],
      );
    });

    it('parks the integration after a 429, longer with each in a row, and from the start again after an answer', () => {
      const parks = [outcomeOf(429), outcomeOf(429), outcomeOf(200), outcomeOf(429)].map((outcome, index) => {
        sent(index + 1, outcome);
        const { parkedForMs } = book.quota(integration);
        shop.clock.pass(parkedForMs + 2 * hourMs);
        return parkedForMs;
      });
      assert.deepEqual(parks, [11.25 * minuteMs, 22.5 * minuteMs, 0, 11.25 * minuteMs]);
    });

    it('counts 429s in a row across requests that were never sent, separately for each integration', () => {
      sent(1, outcomeOf(429));
      shop.clock.pass(dayMs);
      sent(2, { kind: 'notSent', reason: 'noConnection' });
      const other = shop.confirmed(3, 'another');
      book.record(shop.reserved(book, other), outcomeOf(200), 5);
      sent(4, outcomeOf(429));
      assert.equal(book.quota(integration).parkedForMs, 22.5 * minuteMs);
    });

    it('waits as long as the server asked', () => {
      sent(1, outcomeOf(429, { retryAfterMs: 3 * hourMs }));
      assert.equal(book.quota(integration).parkedForMs, 3 * hourMs);
      assert.equal(shop.reserve(book, shop.confirmed(2)).kind, 'noSlot');
    });
  });
});
