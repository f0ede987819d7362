import assert from 'node:assert/strict';
import { reservationLifeMs, type AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { forgetIntegration } from '../../../../src/cleanup/database/forgetting.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  reserved,
  secondMs,
  sessionNumber,
  unusable,
} from '../../../support/cleanupWorkshop.ts';

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
    by.record(reserved(by, id), outcome, 5);
    return id;
  }

  describe('reserve', () => {
    it('refuses what nobody agreed to, in every other state, and takes no slot', () => {
      shop.list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
      const id = shop.list.find(integration, sessionNumber(1))?.id ?? 0;
      for (const state of ['listed', 'sending', 'deleted', 'gone', 'blocked', 'failed', 'unknown']) {
        shop.database.run('UPDATE entries SET state = ? WHERE id = ?', state, id);
        assert.deepEqual(book.reserve(id), { kind: 'notConfirmed' }, state);
        assert.equal(shop.stateOf(id), state);
      }
      assert.deepEqual(book.reserve(999), { kind: 'notConfirmed' });
      assert.equal(book.quota(integration).freeNow, 5);
    });

    it('takes a slot and marks the entry', () => {
      const id = shop.confirmed(1);
      const { takenAt, ...rest } = reserved(book, id);
      assert.deepEqual(takenAt, shop.clock.read());
      assert.deepEqual(rest, { attemptId: 1, entryId: id, integration, sessionId: sessionNumber(1) });
      assert.equal(shop.stateOf(id), 'sending');
      assert.equal(book.quota(integration).inFlight, true);
    });

    it('is busy for every window while a request is out, for hours where its window lives', () => {
      reserved(book, shop.confirmed(1));
      const second = shop.confirmed(2);
      for (const passed of [0, minuteMs, dayMs - minuteMs]) {
        shop.clock.pass(passed);
        assert.equal(shop.window('b').reserve(second).kind, 'busy');
        assert.equal(book.reserve(second).kind, 'busy');
      }
      assert.equal(shop.stateOf(second), 'confirmed');
    });

    it('has no slot for the sixth in the hour, in any window, and none for the eleventh in the day', () => {
      for (const number of [1, 2, 3, 4, 5]) sent(number, outcomeOf(200), shop.window(`window ${number}`));
      const sixth = shop.confirmed(6);
      const refused = shop.window('z').reserve(sixth);
      assert.ok(refused.kind === 'noSlot');
      assert.equal(refused.quota.freeInMs, hourMs + marginMs);
      shop.clock.pass(hourMs + marginMs - 1);
      assert.equal(book.reserve(sixth).kind, 'noSlot');
      shop.clock.pass(1);
      for (const number of [6, 7, 8, 9, 10]) sent(number);
      shop.clock.pass(2 * hourMs);
      assert.equal(book.reserve(shop.confirmed(11)).kind, 'noSlot');
      assert.equal(book.schedule(integration).at(0), dayMs - 3 * hourMs);
    });

    it('counts every answer and every silence, but not what never left', () => {
      sent(1, outcomeOf(401));
      sent(2, outcomeOf(404));
      sent(3, { kind: 'unknown', reason: 'timeout' });
      sent(4, outcomeOf(400));
      for (const number of [5, 6, 7]) sent(number, { kind: 'notSent', reason: 'noConnection' });
      assert.equal(book.quota(integration).freeNow, 1);
    });

    it('counts from the answer, not from the reservation', () => {
      const reservation = reserved(book, shop.confirmed(1));
      shop.clock.pass(25 * secondMs);
      book.record(reservation, outcomeOf(200), 25 * secondMs);
      shop.clock.pass(hourMs + marginMs - 1);
      assert.equal(book.quota(integration).freeNow, 4);
      shop.clock.pass(1);
      assert.equal(book.quota(integration).freeNow, 5);
    });

    it('counts for each integration by itself', () => {
      for (const number of [1, 2, 3, 4, 5]) sent(number);
      assert.equal(book.quota('another').freeNow, 5);
      reserved(book, shop.confirmed(6, 'another'));
      assert.equal(book.quota(integration).inFlight, false);
    });

    it('finds its past again after the list was emptied', () => {
      const ids = [1, 2, 3, 4, 5].map((number) => sent(number));
      assert.equal(shop.list.remove(ids), 5);
      assert.equal(book.reserve(shop.confirmed(6)).kind, 'noSlot');
      assert.equal(book.recent(integration, 3)[0]?.sessionId, sessionNumber(5));
    });

    it('keeps other limits where it is given some', () => {
      const generous = shop.window('a', { limits: [{ count: 7, windowMs: hourMs }] });
      for (const number of [1, 2, 3, 4, 5, 6, 7]) sent(number, outcomeOf(200), generous);
      assert.equal(generous.reserve(shop.confirmed(8)).kind, 'noSlot');
    });
  });

  describe('a reservation', () => {
    it('is good for two seconds of either clock and burnt after that', () => {
      const reservation = reserved(book, shop.confirmed(1));
      shop.clock.pass(reservationLifeMs);
      assert.equal(book.mayLeave(reservation), true);
      shop.clock.monotonicMs += 1;
      assert.equal(book.mayLeave(reservation), false);
      shop.clock.monotonicMs -= 1;
      shop.clock.uptimeMs += 1;
      assert.equal(book.mayLeave(reservation), false);
    });

    it('outlives a wall clock that is set, and no uptime that goes back', () => {
      const reservation = reserved(book, shop.confirmed(1));
      shop.clock.wallAt += 14 * hourMs;
      assert.equal(book.mayLeave(reservation), true);
      shop.clock.wallAt -= 28 * hourMs;
      assert.equal(book.mayLeave(reservation), true);
      shop.clock.uptimeMs -= 1;
      assert.equal(book.mayLeave(reservation), false);
    });

    it('that is released gives its slot and its consent back', () => {
      const id = shop.confirmed(1);
      book.release(reserved(book, id));
      assert.equal(shop.stateOf(id), 'confirmed');
      const state = book.quota(integration);
      assert.deepEqual([state.freeNow, state.inFlight], [5, false]);
      assert.deepEqual(book.recent(integration, 9), []);
    });
  });

  describe('record', () => {
    for (const [outcome, state, reason] of [
      [outcomeOf(200), 'deleted', undefined],
      [outcomeOf(404), 'gone', undefined],
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

    it('keeps what was answered for people to read', () => {
      sent(1, outcomeOf(200));
      sent(2, outcomeOf(404));
      assert.deepEqual(book.recent(integration, 1), [
        { sessionId: sessionNumber(2), settledAt: shop.clock.wallAt, outcome: 'gone' },
      ]);
      const row = shop.database.get('SELECT status, code, signature, duration_ms FROM attempts WHERE id = 1');
      assert.deepEqual({ ...row }, { status: 200, code: '1101', signature: 'valid', duration_ms: 5 });
    });

    it('that comes after its row was forgotten does not touch the next request', () => {
      const forgotten = reserved(book, shop.confirmed(1, 'sandbox'));
      forgetIntegration(shop.database, 'sandbox');
      const id = shop.confirmed(2);
      reserved(book, id);
      book.record(forgotten, outcomeOf(200), 5);
      assert.deepEqual([book.quota(integration).inFlight, shop.stateOf(id)], [true, 'sending']);
    });

    it('parks the integration after a 429, longer with each in a row, and afresh after an answer', () => {
      const parks = [outcomeOf(429), outcomeOf(429), outcomeOf(200), outcomeOf(429)].map((outcome, index) => {
        sent(index + 1, outcome);
        const { parkedForMs } = book.quota(integration);
        shop.clock.pass(parkedForMs + 2 * hourMs);
        return parkedForMs;
      });
      assert.deepEqual(parks, [11.25 * minuteMs, 22.5 * minuteMs, 0, 11.25 * minuteMs]);
    });

    it('counts 429s in a row across what was never sent, and apart for each integration', () => {
      sent(1, outcomeOf(429));
      shop.clock.pass(dayMs);
      sent(2, { kind: 'notSent', reason: 'noConnection' });
      const other = shop.confirmed(3, 'another');
      book.record(reserved(book, other), outcomeOf(200), 5);
      sent(4, outcomeOf(429));
      assert.equal(book.quota(integration).parkedForMs, 22.5 * minuteMs);
    });

    it('waits as long as the server asked', () => {
      sent(1, outcomeOf(429, { retryAfterMs: 3 * hourMs }));
      assert.equal(book.quota(integration).parkedForMs, 3 * hourMs);
      assert.equal(book.reserve(shop.confirmed(2)).kind, 'noSlot');
    });
  });

  describe('a disk that refuses', () => {
    const refuse = (): void => void shop.database.run('PRAGMA query_only = ON');
    const accept = (): void => void shop.database.run('PRAGMA query_only = OFF');

    it('keeps the answer, counts the request as out, and writes it before the next reservation', () => {
      const first = shop.confirmed(1);
      const second = shop.confirmed(2);
      const reservation = reserved(book, first);
      refuse();
      assert.throws(() => book.record(reservation, outcomeOf(200), 5), unusable('notWritable'));
      assert.throws(() => book.reserve(second), unusable('notWritable'));
      accept();
      assert.equal(shop.stateOf(first), 'sending');
      assert.equal(shop.window('b').reserve(second).kind, 'busy');
      shop.clock.pass(minuteMs);
      reserved(book, second);
      assert.equal(shop.stateOf(first), 'deleted');
      assert.equal(book.recent(integration, 1)[0]?.outcome, 'deleted');
    });

    it('loses none of several answers, and writes each once', () => {
      const [first, second] = [shop.confirmed(1), shop.confirmed(2, 'another')];
      const [mine, others] = [reserved(book, first), reserved(book, second)];
      refuse();
      assert.throws(() => book.record(mine, outcomeOf(200), 5), unusable('notWritable'));
      assert.throws(() => book.record(others, outcomeOf(404), 5), unusable('notWritable'));
      accept();
      sent(3);
      assert.deepEqual([shop.stateOf(first), shop.stateOf(second)], ['deleted', 'gone']);
      shop.list.confirm(integration, [{ sessionId: sessionNumber(1) }], 1);
      sent(4);
      assert.equal(shop.stateOf(first), 'confirmed');
    });

    it('is told as full where it is full, and the answer is kept the same way', () => {
      const first = shop.confirmed(1);
      const reservation = reserved(book, first);
      shop.database.run(`PRAGMA max_page_count = 1`);
      shop.database.run('CREATE TABLE IF NOT EXISTS entries (id INTEGER)');
      const pages = Number(shop.database.get('PRAGMA page_count')?.['page_count']);
      // Rows long enough to need a page of their own fill the rest of what is left.
      const fill = (): void => {
        for (let index = 0; index < 50; index += 1)
          shop.database.run('INSERT INTO server_times VALUES (?, 1, 1)', `${index}`.padStart(3000, 'x'));
      };
      assert.throws(fill, unusable('diskFull'));
      const long = { kind: 'unknown', reason: 'x'.repeat(9000) as 'timeout' } as const;
      assert.throws(() => book.record(reservation, long, 5), unusable('diskFull'));
      assert.equal(shop.stateOf(first), 'sending');
      shop.database.run(`PRAGMA max_page_count = ${pages + 100}`);
      assert.equal(book.reserve(999).kind, 'notConfirmed');
      assert.equal(shop.stateOf(first), 'unknown');
    });

    it('gives a slot back late where the release could not be written', () => {
      const id = shop.confirmed(1);
      const reservation = reserved(book, id);
      refuse();
      assert.throws(() => book.release(reservation), unusable('notWritable'));
      accept();
      reserved(book, id);
      assert.equal(book.quota(integration).windows[0]?.used, 1);
    });
  });

  describe('the server’s time', () => {
    const noon = Date.UTC(2026, 0, 5, 12);

    it('tells after a reboot how long ago the last answers were', () => {
      for (const number of [1, 2, 3, 4, 5]) sent(number, outcomeOf(200, { serverAt: noon }));
      shop.clock.reboot(5 * minuteMs);
      assert.equal(book.quota(integration).freeInMs, hourMs + marginMs - 5 * minuteMs);
      book.noteServerTime(integration, noon + 2 * hourMs);
      assert.equal(book.quota(integration).freeNow, 5);
    });

    it('of an answer that is not believed tells nothing', () => {
      for (const number of [1, 2, 3, 4]) sent(number, outcomeOf(200, { serverAt: noon }));
      const answer = { status: 200, signature: 'mismatch', serverAt: noon + dayMs } as const;
      sent(5, { kind: 'unknown', reason: 'signatureMismatch', answer });
      assert.equal(book.quota(integration).freeNow, 0);
    });

    it('is kept for each integration by itself', () => {
      for (const number of [1, 2, 3, 4, 5]) sent(number, outcomeOf(200, { serverAt: noon }));
      book.noteServerTime('another', noon + dayMs);
      assert.equal(book.quota(integration).freeNow, 0);
    });
  });
});
