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
  reserved,
  secondMs,
} from '../../../support/cleanupWorkshop.ts';

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

    it('leaves an unknown entry, blocks for a minute, then counts', () => {
      const id = shop.confirmed(1);
      const second = shop.confirmed(2);
      reserved(book, id);
      shop.dead.add('a');
      assert.equal(other().reserve(second).kind, 'busy');
      assert.deepEqual([shop.stateOf(id), shop.list.byId(id)?.reason], ['unknown', 'windowEnded']);
      shop.clock.pass(minuteMs - 1);
      assert.equal(other().reserve(second).kind, 'busy');
      shop.clock.pass(1);
      assert.equal(other().quota(integration).windows[0]?.used, 1);
      reserved(other(), second);
      assert.equal(shop.stateOf(id), 'unknown');
    });

    it('is counted from the end of that minute', () => {
      reserved(book, shop.confirmed(1));
      shop.dead.add('a');
      other().recover(integration);
      shop.clock.pass(minuteMs);
      other().recover(integration);
      shop.clock.pass(hourMs + marginMs - 1);
      assert.equal(other().quota(integration).freeNow, 4);
      shop.clock.pass(1);
      assert.equal(other().quota(integration).freeNow, 5);
    });

    it('is not written about again and again', () => {
      reserved(book, shop.confirmed(1));
      const changes = (): unknown => shop.database.get('SELECT total_changes() AS n')?.['n'];
      const before = changes();
      other().recover(integration);
      assert.equal(changes(), before);
      shop.dead.add('a');
      other().recover(integration);
      const noted = changes();
      assert.notEqual(noted, before);
      other().recover(integration);
      assert.equal(changes(), noted);
    });

    it('is told by a reboot, though its id may live again', () => {
      const id = shop.confirmed(1);
      reserved(book, id);
      shop.clock.reboot(90 * secondMs);
      other().recover(integration);
      assert.equal(shop.stateOf(id), 'unknown');
      assert.equal(other().quota(integration).inFlight, true);
      shop.clock.pass(minuteMs);
      assert.equal(other().quota(integration).inFlight, false);
    });

    it('stays dead, whoever gets its process id after that', () => {
      reserved(book, shop.confirmed(1));
      shop.dead.add('a');
      other().recover(integration);
      shop.dead.delete('a');
      shop.clock.pass(minuteMs);
      assert.equal(other().quota(integration).inFlight, false);
    });

    it('is not told by an uptime that shakes', () => {
      const id = shop.confirmed(1);
      reserved(book, id);
      shop.clock.uptimeMs -= secondMs;
      other().recover(integration);
      assert.equal(shop.stateOf(id), 'sending');
    });

    it('is settled at a second reboot only after a minute of the new uptime', () => {
      reserved(book, shop.confirmed(1));
      shop.dead.add('a');
      other().recover(integration);
      shop.clock.reboot(minuteMs - 1);
      assert.equal(other().quota(integration).inFlight, true);
      shop.clock.pass(1);
      assert.equal(other().quota(integration).inFlight, false);
    });

    it('is taken for dead after a day, so that a process id in use again blocks nobody for ever', () => {
      const id = shop.confirmed(1);
      reserved(book, id);
      shop.clock.pass(dayMs);
      other().recover(integration);
      assert.equal(shop.stateOf(id), 'sending');
      shop.clock.pass(1);
      other().recover(integration);
      assert.equal(shop.stateOf(id), 'unknown');
    });

    it('leaves its past behind when the entry is removed from the list', () => {
      const id = shop.confirmed(1);
      reserved(book, id);
      shop.dead.add('a');
      other().recover(integration);
      assert.equal(shop.list.remove([id]), 1);
      shop.clock.pass(minuteMs);
      assert.deepEqual([other().quota(integration).inFlight, other().quota(integration).freeNow], [false, 4]);
    });
  });

  describe('an answer that comes after its window was taken for dead', () => {
    let id: number;
    let late: (outcome: DeletionOutcome) => string | undefined;
    beforeEach(() => {
      id = shop.confirmed(1);
      const reservation = reserved(book, id);
      shop.dead.add('a');
      shop.window('b').recover(integration);
      shop.clock.pass(minuteMs);
      shop.window('b').recover(integration);
      late = (outcome) => {
        book.record(reservation, outcome, 5);
        return shop.stateOf(id);
      };
    });

    it('is believed where the entry still waits for it', () => assert.equal(late(outcomeOf(200)), 'deleted'));

    it('moves the slot to its own time', () => {
      shop.clock.pass(30 * minuteMs);
      late(outcomeOf(200));
      assert.equal(shop.window('b').schedule(integration).at(4), hourMs + marginMs);
    });

    it('gives back no consent that was taken back meanwhile', () => {
      shop.list.noteLookUp(id, { kind: 'found' }, 1);
      const entry = shop.list.byId(id);
      assert.ok(entry);
      shop.list.withdraw({ entry, before: { ...entry, state: 'listed' } });
      assert.equal(late(outcomeOf(429)), 'listed');
      assert.equal(late({ kind: 'unknown', reason: 'timeout' }), 'listed');
      assert.equal(late(outcomeOf(200)), 'deleted');
    });

    it('does not touch an entry that is out again', () => {
      shop.list.noteLookUp(id, { kind: 'found' }, 1);
      reserved(shop.window('b'), id);
      assert.equal(late(outcomeOf(401)), 'sending');
    });

    it('does not touch another session that was added since', () => {
      shop.list.remove([id]);
      const added = shop.confirmed(2);
      late(outcomeOf(200));
      assert.equal(shop.stateOf(added), 'confirmed');
    });
  });
});
