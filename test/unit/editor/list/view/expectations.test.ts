import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../../src/cleanup/attempts/attemptBook.ts';
import type { Entry } from '../../../../../src/cleanup/list/entry.ts';
import { Positions } from '../../../../../src/cleanup/list/positions.ts';
import { Expectations } from '../../../../../src/editor/list/view/expectations.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
} from '../../../../support/cleanup/cleanupWorkshop.ts';

const other = 'another';

describe('the expectations for entries', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;

  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });

  function expectations(stored: readonly string[] = [integration, other]): Expectations {
    const { database, switches, clock } = shop;
    const positions = new Positions(database);
    return new Expectations({ book, switches, positions, stored: new Set(stored), now: clock.wallAt });
  }

  const entry = (id: number): Entry => {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  };

  /** In ms from now, or the reason for none; undefined if nothing is expected. */
  function expected(id: number, stored?: readonly string[]): number | string | undefined {
    const expectation = expectations(stored)
      .of([entry(id)])
      .get(id);
    if (expectation === undefined) return undefined;
    return expectation.kind === 'at' ? expectation.at - shop.clock.wallAt : expectation.kind;
  }

  function confirmed(count: number, of = integration, from = 1): readonly number[] {
    return Array.from({ length: count }, (_, index) => shop.confirmed(from + index, of));
  }

  it('are the slots at their positions in their own integration’s queue', () => {
    const ids = [confirmed(7), confirmed(7, other)];
    const slots = [0, 0, 0, 0, 0, hourMs + minuteMs, hourMs + minuteMs];
    for (const own of ids)
      assert.deepEqual(
        own.map((id) => expected(id)),
        slots,
      );
  });

  it('are the same one by one, all at once or for a page in the middle', () => {
    const ids = confirmed(30);
    const all = expectations().of(ids.map(entry));
    const middle = expectations().of(ids.slice(11, 23).map(entry).reverse());
    for (const [id, expectation] of middle) assert.deepEqual(expectation, all.get(id));
    assert.equal(middle.size, 12);
    assert.equal(all.size, 30);
  });

  it('follow the order that the user gave to the queue', () => {
    const ids = confirmed(6);
    shop.order.moveToHead(integration, shop.refs([ids[5] ?? 0]));
    assert.equal(expected(ids[5] ?? 0), 0);
    assert.equal(expected(ids[4] ?? 0), hourMs + minuteMs);
  });

  it('take earlier requests into account, and the limits that Veriff granted', () => {
    const [first = 0, ...others] = confirmed(6);
    book.record(shop.reserved(book, first), outcomeOf(200), 5);
    shop.clock.pass(10 * minuteMs);
    assert.deepEqual(
      others.map((id) => expected(id)),
      [0, 0, 0, 0, 51 * minuteMs],
    );
    shop.switches.setLimits(integration, [{ count: 1, windowMs: dayMs }]);
    assert.equal(expected(others[0] ?? 0), dayMs + minuteMs - 10 * minuteMs);
  });

  it('are later while a 429 prevents all requests', () => {
    const [first = 0, second = 0] = confirmed(2);
    book.record(shop.reserved(book, first), outcomeOf(429, { retryAfterMs: 2 * hourMs }), 5);
    assert.equal(expected(first), 2 * hourMs);
    assert.equal(expected(second), 2 * hourMs);
  });

  it('are found quickly for 100,000 sessions, for the last as for the first', () => {
    const many = shop.window('b');
    const schedule = many.schedule(integration);
    confirmed(1);
    const slotAt = expectations().slotAt(integration, 100_000 - 1) - shop.clock.wallAt;
    assert.equal(slotAt, schedule.at(99_999));
    assert.ok(slotAt > 9_999 * dayMs);
  });

  it('are, for blocked entries, the end of the wait or the next slot, whichever is later', () => {
    const [blocked = 0, ...others] = confirmed(5);
    book.record(shop.reserved(book, blocked), outcomeOf(400), 5);
    assert.equal(expected(blocked), hourMs);
    for (const id of others) book.record(shop.reserved(book, id), outcomeOf(200), 5);
    assert.equal(expected(blocked), hourMs + minuteMs);
    shop.clock.pass(dayMs);
    assert.equal(expected(blocked), 0);
  });

  it('are, for unanswered entries, the look-up, which needs no slot', () => {
    const ids = confirmed(5);
    for (const id of ids) book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    assert.equal(expected(ids[0] ?? 0), 5000);
    shop.list.recordVainLookUp(entry(ids[0] ?? 0), book.nowMs());
    assert.equal(entry(ids[0] ?? 0).group, 'needsYou');
    assert.equal(expected(ids[0] ?? 0), minuteMs);
    shop.list.hold(shop.refs([ids[1] ?? 0]), undefined, 1);
    assert.equal(expected(ids[1] ?? 0), 5000);
  });

  it('are absent for entries of which nothing happens automatically', () => {
    const [held = 0, failed = 0, blocked = 0] = confirmed(3);
    shop.list.add(integration, [{ sessionId: entry(held).sessionId }], 1);
    book.record(shop.reserved(book, failed), outcomeOf(422), 5);
    book.record(shop.reserved(book, blocked), outcomeOf(400), 5);
    shop.list.hold(shop.refs([held, blocked]), undefined, 1);
    for (const id of [held, failed, blocked]) assert.equal(expected(id), undefined, String(id));
    assert.equal(expectations().of([]).size, 0);
  });

  describe('while nothing is sent', () => {
    it('are paused, stopped or not stored, with the last taking precedence', () => {
      const [id = 0] = confirmed(1);
      const [elsewhere = 0] = confirmed(1, other, 9);
      shop.switches.setStop(integration, 'forbidden');
      assert.equal(expected(id), 'stopped');
      assert.equal(expected(elsewhere), 0);
      shop.switches.pause();
      assert.equal(expected(id), 'paused');
      assert.equal(expected(elsewhere), 'paused');
      assert.equal(expected(elsewhere, [integration]), 'notStored');
      assert.equal(expected(id, []), 'notStored');
    });

    it('are the same for entries that are retried or looked up again', () => {
      const [blocked = 0, unknown = 0] = confirmed(2);
      book.record(shop.reserved(book, blocked), outcomeOf(400), 5);
      book.record(shop.reserved(book, unknown), { kind: 'unknown', reason: 'timeout' }, 5);
      shop.switches.pause();
      for (const id of [blocked, unknown]) assert.equal(expected(id), 'paused');
    });
  });

  it('do not change when only the wall clock jumps', () => {
    const ids = confirmed(6);
    const before = ids.map((id) => expected(id));
    shop.clock.wallAt += 14 * hourMs;
    assert.deepEqual(
      ids.map((id) => expected(id)),
      before,
    );
  });
});
