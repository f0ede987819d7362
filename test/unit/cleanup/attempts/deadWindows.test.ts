import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  secondMs,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('DeadWindows', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  describe('a window that has ended', () => {
    const other = (): AttemptBook => shop.window('b');

    it('leaves an unknown entry, blocks other requests for a minute, then counts', () => {
      const id = shop.confirmed(1);
      const second = shop.confirmed(2);
      shop.reserved(book, id);
      shop.dead.add('a');
      assert.equal(shop.reserve(other(), second).kind, 'busy');
      assert.deepEqual([shop.stateOf(id), shop.list.byId(id)?.reason], ['unknown', 'windowEnded']);
      shop.clock.pass(minuteMs - 1);
      assert.equal(shop.reserve(other(), second).kind, 'busy');
      shop.clock.pass(1);
      assert.equal(other().quota(integration).windows[0]?.used, 1);
      shop.reserved(other(), second);
      assert.equal(shop.stateOf(id), 'unknown');
    });

    it('is counted from the end of that minute', () => {
      shop.reserved(book, shop.confirmed(1));
      shop.dead.add('a');
      other().recover();
      shop.clock.pass(minuteMs);
      other().recover();
      shop.clock.pass(hourMs + marginMs - 1);
      assert.equal(other().quota(integration).freeNow, 4);
      shop.clock.pass(1);
      assert.equal(other().quota(integration).freeNow, 5);
    });

    it('is recorded only once', () => {
      shop.reserved(book, shop.confirmed(1));
      const changes = (): unknown => shop.database.get('SELECT total_changes() AS n')?.['n'];
      const before = changes();
      other().recover();
      assert.equal(changes(), before);
      shop.dead.add('a');
      other().recover();
      const noted = changes();
      assert.notEqual(noted, before);
      other().recover();
      assert.equal(changes(), noted);
    });

    it('is recognised by its owner and not by a reboot: another machine may read the file', () => {
      const id = shop.confirmed(1);
      shop.reserved(book, id);
      shop.clock.reboot(90 * secondMs);
      other().recover();
      assert.equal(shop.stateOf(id), 'sending');
      shop.dead.add('a');
      other().recover();
      assert.equal(shop.stateOf(id), 'unknown');
      assert.equal(other().quota(integration).inFlight, true);
      shop.clock.pass(minuteMs);
      assert.equal(other().quota(integration).inFlight, false);
    });

    it('stays dead, whatever process gets its id after that', () => {
      shop.reserved(book, shop.confirmed(1));
      shop.dead.add('a');
      other().recover();
      shop.dead.delete('a');
      shop.clock.pass(minuteMs);
      assert.equal(other().quota(integration).inFlight, false);
    });

    it('is not recognised by an uptime that goes back a little', () => {
      const id = shop.confirmed(1);
      shop.reserved(book, id);
      shop.clock.uptimeMs -= secondMs;
      other().recover();
      assert.equal(shop.stateOf(id), 'sending');
    });

    it('is settled after a second reboot only when a minute of the new uptime has passed', () => {
      shop.reserved(book, shop.confirmed(1));
      shop.dead.add('a');
      other().recover();
      // By this clock, a reboot takes 1 ms, however long it took.
      shop.clock.reboot(dayMs);
      assert.equal(other().quota(integration).inFlight, true);
      shop.clock.pass(minuteMs - 2);
      assert.equal(other().quota(integration).inFlight, true);
      shop.clock.pass(1);
      assert.equal(other().quota(integration).inFlight, false);
    });

    it('counts as dead after a day, so that a reused process id does not block the queue forever', () => {
      const id = shop.confirmed(1);
      shop.reserved(book, id);
      shop.clock.pass(dayMs);
      other().recover();
      assert.equal(shop.stateOf(id), 'sending');
      shop.clock.pass(1);
      other().recover();
      assert.equal(shop.stateOf(id), 'unknown');
    });

    it('still counts after its entry is removed from the list', () => {
      const id = shop.confirmed(1);
      shop.reserved(book, id);
      shop.dead.add('a');
      other().recover();
      assert.equal(shop.list.remove([shop.ref(id)], 1), 1);
      shop.clock.pass(minuteMs);
      assert.deepEqual([other().quota(integration).inFlight, other().quota(integration).freeNow], [false, 4]);
    });
  });

  describe('an answer that comes after its window was taken for dead', () => {
    let id: number;
    let late: (outcome: DeletionOutcome) => string | undefined;
    beforeEach(() => {
      id = shop.confirmed(1);
      const reservation = shop.reserved(book, id);
      shop.dead.add('a');
      shop.window('b').recover();
      shop.clock.pass(minuteMs);
      shop.window('b').recover();
      late = (outcome) => {
        book.record(reservation, outcome, 5);
        return shop.stateOf(id);
      };
    });

    function lookedUp(): void {
      const entry = shop.list.byId(id);
      assert.ok(entry);
      assert.equal(shop.list.recordLookUp(entry, { kind: 'found' }, book.nowMs(), 1), 'confirmed');
    }

    it('counts if the entry still waits for it', () => assert.equal(late(outcomeOf(200)), 'deleted'));

    it('moves the slot to the time of the answer', () => {
      shop.clock.pass(30 * minuteMs);
      late(outcomeOf(200));
      assert.equal(shop.window('b').schedule(integration).at(4), hourMs + marginMs);
    });

    it('does not restore a consent that ended meanwhile', () => {
      lookedUp();
      shop.list.cancel(1, 1);
      assert.equal(late(outcomeOf(429)), 'listed');
      assert.equal(late({ kind: 'unknown', reason: 'timeout' }), 'listed');
      assert.equal(late(outcomeOf(200)), 'deleted');
    });

    it('does not touch an entry that is being sent again', () => {
      lookedUp();
      shop.reserved(shop.window('b'), id);
      assert.equal(late(outcomeOf(401)), 'sending');
    });

    it('does not touch another session that was added since', () => {
      shop.list.remove([shop.ref(id)], 1);
      const added = shop.confirmed(2);
      late(outcomeOf(200));
      assert.equal(shop.stateOf(added), 'confirmed');
    });
  });
});
