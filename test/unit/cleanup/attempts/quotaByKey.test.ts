import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Reservation, ReservationResult } from '../../../../src/cleanup/attempts/reservation.ts';
import type { Integration, IntegrationDraft } from '../../../../src/cleanup/integrations/integration.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  madeUpIntegration,
  madeUpKey,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('the past of an API key', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  let session = 0;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
    session = 0;
  });
  afterEach(() => shop.database.close());

  function confirmed(of: Integration): Entry {
    session += 1;
    const sessions = [{ sessionId: sessionNumber(session) }];
    const [entry] = shop.list.agree(of, sessions, 1)?.entries ?? [];
    assert.ok(entry);
    return entry;
  }
  /** Asks for a slot for one more session of an integration, with its credentials. */
  function reserve(of: Integration): ReservationResult {
    return book.reserve(confirmed(of), { integration: of, mark: markOf(shop.database) });
  }
  function reserved(of: Integration): Reservation {
    const result = reserve(of);
    assert.ok(result.kind === 'reserved', result.kind);
    return result.reservation;
  }
  /** Sends the given number of sessions of an integration, answered at once. */
  function sent(count: number, of: Integration): void {
    for (let time = 0; time < count; time += 1) book.record(reserved(of), outcomeOf(404), 5);
  }
  /** Edits an integration as the user does; returns what replaces it. */
  function changed(from: Integration, parts: Partial<IntegrationDraft>): Integration {
    const draft = { ...from, ...parts };
    const result = shop.integrations.change(from.id, draft, 1);
    assert.ok(result.kind === 'stored');
    return { ...draft, id: result.row.id };
  }
  function added(draft: IntegrationDraft): Integration {
    const result = shop.integrations.add(draft, 2);
    assert.ok(result.kind === 'stored');
    return { ...draft, id: result.row.id };
  }
  function removedAndAdded(from: Integration, parts: Partial<IntegrationDraft> = {}): Integration {
    shop.integrations.end(from.id, 1);
    return added({ ...from, ...parts });
  }
  const used = (of: Integration): number | undefined => book.quota(of.id).windows[0]?.used;

  const sameKey: readonly (readonly [string, Partial<IntegrationDraft>])[] = [
    ['another spelling of the host', { baseUrl: 'https://VERIFF.example/' }],
    ['another host', { baseUrl: 'https://other.example' }],
    ['another name', { name: 'another name' }],
    ['LIVE instead of TEST', { kind: 'LIVE' }],
    ['the key in capitals', { apiKey: madeUpIntegration().apiKey.toUpperCase() }],
    ['nothing else', {}],
  ];
  for (const [what, parts] of sameKey)
    it(`is found again if the integration is removed and added with ${what}: no fresh slot`, () => {
      const first = shop.stored();
      sent(5, first);
      const again = removedAndAdded(first, parts);
      assert.notEqual(again.id, first.id);
      assert.deepEqual([used(again), used(first)], [5, 5]);
      assert.equal(reserve(again).kind, 'noSlot');
      assert.equal(book.recent(again.id, 9).length, 5);
    });

  it('has one request in flight, whichever integration sent it', () => {
    const first = shop.stored();
    const reservation = reserved(first);
    const again = removedAndAdded(first, { kind: 'LIVE' });
    assert.equal(book.quota(again.id).inFlight, true);
    assert.equal(reserve(again).kind, 'busy');
    book.record(reservation, outcomeOf(200), 5);
    assert.equal(used(again), 1);
    reserved(again);
    assert.equal(used(first), 2);
  });

  it('is parked for all of its integrations, and counts 429s in a row across them', () => {
    const first = shop.stored();
    book.record(reserved(first), outcomeOf(429), 5);
    const again = removedAndAdded(first, { kind: 'LIVE' });
    assert.equal(book.quota(again.id).parkedForMs, 11.25 * minuteMs);
    shop.clock.pass(dayMs);
    book.record(reserved(again), outcomeOf(429), 5);
    assert.equal(book.quota(again.id).parkedForMs, 22.5 * minuteMs);
  });

  it('counts what was deleted elsewhere, and keeps the limits that were granted', () => {
    const first = shop.stored();
    const granted = [{ count: 7, windowMs: hourMs }];
    shop.switches.setLimits(first.id, granted);
    book.recordElsewhere(first.id, 4, minuteMs);
    const again = removedAndAdded(first, { kind: 'LIVE' });
    assert.deepEqual([used(again), book.limits(again.id)], [4, granted]);
  });

  it('counts for no other key', () => {
    sent(5, shop.stored());
    const other = shop.stored('another');
    assert.deepEqual([used(other), book.quota(other.id).freeNow], [0, 5]);
    reserved(other);
  });

  describe('that replaces another', () => {
    const key = (name: string): Partial<IntegrationDraft> => ({ apiKey: madeUpKey(name) });

    it('includes that of the replaced key: an edit makes no new slot', () => {
      const first = shop.stored();
      sent(3, first);
      const second = changed(first, key('second'));
      assert.deepEqual([used(second), used(first)], [3, 3]);
      sent(2, second);
      assert.equal(reserve(second).kind, 'noSlot');
      const third = changed(second, key('third'));
      assert.equal(used(third), 5);
      assert.equal(reserve(third).kind, 'noSlot');
    });

    it('includes the replaced key’s request in flight, its answer and its park', () => {
      const first = shop.stored();
      const reservation = reserved(first);
      const second = changed(first, key('second'));
      assert.equal(book.quota(second.id).inFlight, true);
      assert.equal(reserve(second).kind, 'busy');
      book.record(reservation, outcomeOf(429, { retryAfterMs: 3 * hourMs }), 5);
      assert.equal(book.quota(second.id).parkedForMs, 3 * hourMs);
      assert.equal(reserve(second).kind, 'noSlot');
    });

    it('inherits earlier deletions elsewhere and the granted limits, but not what the replaced key sends later', () => {
      const first = shop.stored();
      const granted = [{ count: 9, windowMs: hourMs }];
      shop.switches.setLimits(first.id, granted);
      book.recordElsewhere(first.id, 4, minuteMs);
      const second = changed(first, key('second'));
      assert.deepEqual([used(second), book.limits(second.id)], [4, granted]);
      const back = added(first);
      sent(2, back);
      book.recordElsewhere(back.id, 1, 0);
      assert.deepEqual([used(back), used(second)], [7, 4]);
    });

    it('has both pasts if the key is changed back', () => {
      const first = shop.stored();
      sent(2, first);
      const second = changed(first, key('second'));
      sent(2, second);
      const back = changed(second, { apiKey: first.apiKey });
      assert.equal(used(back), 4);
      sent(1, back);
      assert.equal(reserve(back).kind, 'noSlot');
    });

    it('loses none of them, however many there are', () => {
      let last = shop.stored();
      for (const name of ['second', 'third', 'fourth']) {
        sent(1, last);
        shop.clock.pass(minuteMs);
        last = changed(last, key(name));
      }
      sent(2, last);
      shop.clock.pass(hourMs + marginMs - 3 * minuteMs);
      // The oldest of the five, with the first of four keys, is the first to be free.
      assert.deepEqual([used(last), book.quota(last.id).freeNow], [4, 1]);
    });
  });
});
