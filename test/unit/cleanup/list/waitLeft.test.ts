import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  hourMs,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('what is left of an entry’s wait', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  let id: number;

  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
    id = shop.confirmed(1);
  });

  const entry = (): Entry => {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  };
  const left = (): number | undefined => book.waitLeftMs(entry());

  it('is undefined if it waits for a slot or for the user', () => {
    assert.equal(left(), undefined);
    book.record(shop.reserved(book, id), outcomeOf(422), 5);
    assert.equal(entry().group, 'needsYou');
    assert.equal(left(), undefined);
  });

  it('shrinks while a blocked entry waits, and is 0 from then on', () => {
    book.record(shop.reserved(book, id), outcomeOf(400), 5);
    assert.equal(left(), hourMs);
    shop.clock.pass(20 * minuteMs);
    assert.equal(left(), 40 * minuteMs);
    shop.clock.pass(2 * hourMs);
    assert.equal(left(), 0);
  });

  it('is counted by the uptime, whatever the wall clock says', () => {
    book.record(shop.reserved(book, id), outcomeOf(400), 5);
    shop.clock.wallAt -= 14 * hourMs;
    assert.equal(left(), hourMs);
    shop.clock.pass(minuteMs);
    assert.equal(left(), 59 * minuteMs);
  });

  it('continues after a reboot, however long the machine was off', () => {
    book.record(shop.reserved(book, id), outcomeOf(400), 5);
    shop.clock.pass(30 * minuteMs);
    book.noteLookUp(shop.stored(), { kind: 'unknown', reason: 'timeout' });
    shop.clock.wallAt += 14 * hourMs;
    shop.clock.reboot(minuteMs);
    assert.equal(left(), 30 * minuteMs);
    book.noteLookUp(shop.stored(), { kind: 'unknown', reason: 'timeout' });
    shop.clock.pass(minuteMs);
    // A start of the machine takes at least 1 ms.
    assert.ok(Math.abs((left() ?? NaN) - 29 * minuteMs) <= 1, String(left()));
  });

  it('ends for entries on hold, except for those that are looked up anyway', () => {
    book.record(shop.reserved(book, id), outcomeOf(400), 5);
    shop.list.hold([shop.ref(id)], 'wait', 1);
    assert.equal(left(), undefined);
    shop.list.release([shop.ref(id)]);
    assert.equal(left(), undefined);
    shop.list.agree(shop.stored(), [{ sessionId: sessionNumber(1) }], 1);
    shop.clock.pass(2 * hourMs);
    book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    shop.list.hold([shop.ref(id)], 'wait', 1);
    assert.equal(left(), 5000);
  });
});
