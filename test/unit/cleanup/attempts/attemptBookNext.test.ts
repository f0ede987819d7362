import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Reservation } from '../../../../src/cleanup/attempts/reservation.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import { marginMs } from '../../../../src/cleanup/quota/quota.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  sessionNumber,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

describe('AttemptBook.reserveNext', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  /** The reservation of the next entry; throws if there is none. */
  function next(by = book, of = integration): Reservation {
    const result = by.reserveNext(shop.means(of));
    if (result.kind !== 'reserved') throw new Error(`Expected a reservation, got ${result.kind}.`);
    return result.reservation;
  }
  function sendNext(outcome: DeletionOutcome = outcomeOf(200), by = book): number {
    const reservation = next(by);
    by.record(reservation, outcome, 5);
    return reservation.entryId;
  }
  const kind = (by = book): string => by.reserveNext(shop.means()).kind;
  const entries = (): string => JSON.stringify(shop.database.all('SELECT * FROM list_entries'));
  const attempts = (): unknown => shop.database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n'];

  it('takes the first entry, as reserving by name would', () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    const { takenAt, ...rest } = next();
    assert.deepEqual(takenAt, shop.clock.read());
    assert.deepEqual(rest, {
      list: markOf(shop.database).list,
      attemptId: 1,
      entryId: first,
      integration: shop.stored(),
      sessionId: sessionNumber(1),
      consent: 1,
      owner: 'a',
    });
    assert.deepEqual([shop.stateOf(first), shop.stateOf(second)], ['sending', 'confirmed']);
  });

  it('goes through the queue in its order', () => {
    const ids = [1, 2, 3, 4].map((number) => shop.confirmed(number));
    shop.order.moveToHead(integration, shop.refs([ids[2] ?? 0]));
    shop.list.hold(shop.refs(ids.slice(0, 1)), undefined, 1);
    assert.deepEqual([sendNext(), sendNext(), sendNext()], [ids[2], ids[1], ids[3]]);
    assert.equal(kind(), 'idle');
    shop.list.release(shop.refs(ids.slice(0, 1)));
    assert.equal(kind(), 'idle');
    assert.equal(shop.confirmed(1), ids[0]);
    assert.equal(sendNext(), ids[0]);
  });

  it('gives no entry twice, and no slot too many, to windows that ask in turn', () => {
    const ids = [1, 2, 3, 4, 5, 6, 7].map((number) => shop.confirmed(number));
    const windows = ['a', 'b', 'c'].map((owner) => shop.window(owner));
    const sent = [0, 1, 2, 3, 4].map((turn) => {
      const by = windows[turn % 3] ?? book;
      const reservation = next(by);
      for (const other of windows) assert.equal(kind(other), 'busy');
      by.record(reservation, outcomeOf(200), 5);
      return reservation.entryId;
    });
    assert.deepEqual(sent, ids.slice(0, 5));
    for (const by of windows) {
      const refused = by.reserveNext(shop.means());
      assert.ok(refused.kind === 'noSlot');
      assert.equal(refused.quota.freeInMs, hourMs + marginMs);
    }
  });

  describe('if nothing may be sent', () => {
    it('is idle if the queue is empty, whatever else is on the list', () => {
      assert.equal(kind(), 'idle');
      shop.list.add(integration, [{ sessionId: sessionNumber(1) }], 1);
      ['deleted', 'notFound', 'failed', 'unknown'].forEach((state, index) => {
        const id = shop.confirmed(index + 2);
        shop.database.run('UPDATE list_entries SET state = ?, consent = NULL WHERE id = ?', state, id);
      });
      // Unknown and confirmed: it is looked up first.
      shop.database.run("UPDATE list_entries SET state = 'unknown' WHERE id = ?", shop.confirmed(6));
      shop.confirmed(9, 'another');
      const before = entries();
      assert.equal(kind(), 'idle');
      assert.deepEqual([entries(), attempts()], [before, 0]);
    });

    it('checks the pause first, and the stop before the queue', () => {
      shop.switches.setStop(integration, 'forbidden');
      shop.switches.pause();
      assert.equal(kind(), 'paused');
      shop.database.run("DELETE FROM switches WHERE name = 'paused'");
      assert.equal(kind(), 'stopped');
      shop.confirmed(1);
      const before = entries();
      assert.equal(kind(shop.window('b')), 'stopped');
      assert.deepEqual([entries(), attempts()], [before, 0]);
      assert.equal(next(book, (shop.confirmed(1, 'another'), 'another')).integration.id, 'another');
    });

    it('leaves a blocked entry that is due blocked while the list is paused', () => {
      shop.confirmed(1);
      const id = sendNext(outcomeOf(400));
      shop.clock.pass(hourMs);
      shop.switches.pause();
      assert.equal(kind(), 'paused');
      assert.equal(shop.stateOf(id), 'blocked');
    });
  });

  describe('a blocked entry', () => {
    it('is in the queue again after its wait, in its old position, with its old consent', () => {
      const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
      const { confirmedAt } = shop.list.byId(first) ?? {};
      sendNext(outcomeOf(400));
      assert.equal(book.nextWaitMs(integration), hourMs);
      shop.clock.pass(hourMs - 1);
      assert.equal(sendNext(), second);
      assert.deepEqual([kind(), book.nextWaitMs(integration)], ['idle', 1]);
      shop.clock.pass(1);
      shop.confirmed(3);
      assert.equal(book.nextWaitMs(integration), 0);
      assert.equal(next().entryId, first);
      const { confirmedAt: after, blocks } = shop.list.byId(first) ?? {};
      assert.deepEqual([after, blocks], [confirmedAt, 1]);
    });

    it('stays in the queue from then on, even if no slot is free yet', () => {
      const id = shop.confirmed(1);
      sendNext(outcomeOf(400));
      book.recordElsewhere(integration, 10, 0);
      shop.clock.pass(hourMs);
      assert.equal(kind(), 'noSlot');
      assert.deepEqual([shop.stateOf(id), shop.list.byId(id)?.changedAt], ['confirmed', shop.clock.wallAt]);
      assert.equal(book.nextWaitMs(integration), undefined);
    });

    it('that is put on hold is listed, and stays listed after its release', () => {
      const id = shop.confirmed(1);
      sendNext(outcomeOf(400));
      shop.list.hold([shop.ref(id)], undefined, 1);
      shop.clock.pass(2 * hourMs);
      assert.equal(kind(), 'idle');
      assert.equal(shop.stateOf(id), 'listed');
      assert.equal(book.nextWaitMs(integration), undefined);
      shop.list.release([shop.ref(id)]);
      assert.equal(kind(), 'idle');
      assert.equal(shop.stateOf(id), 'listed');
    });

    it('of another integration is left alone', () => {
      const id = shop.confirmed(1);
      sendNext(outcomeOf(400));
      shop.clock.pass(2 * hourMs);
      assert.equal(book.reserveNext(shop.means('another')).kind, 'idle');
      assert.equal(shop.stateOf(id), 'blocked');
    });
  });

  for (const [what, tables] of [
    ['', ['list_entries']],
    ['and of the one in its consent, ', ['list_entries', 'consents']],
  ] as const)
    it(`never sends a text that was written in place of a session id, ${what}and continues with the next entry`, () => {
      const [id, second] = [shop.confirmed(1), shop.confirmed(2)];
      for (const table of tables)
        shop.database.run(`UPDATE ${table} SET session_id = '../decision' WHERE id = 1`);
      assert.equal(kind(), 'idle');
      const row = shop.database.get('SELECT state, reason, entry_group FROM list_entries WHERE id = ?', id);
      assert.deepEqual({ ...row }, { state: 'failed', reason: 'idRefused', entry_group: 'needsYou' });
      assert.equal(attempts(), 0);
      assert.equal(next().entryId, second);
    });

  it('notices what an ended window left, and waits until that is over', () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    next();
    shop.dead.add('a');
    const other = shop.window('b');
    assert.equal(kind(other), 'busy');
    assert.equal(shop.stateOf(first), 'unknown');
    shop.clock.pass(minuteMs);
    assert.equal(next(other).entryId, second);
  });

  it('first writes an answer that could not be written, and reserves nothing if that fails again', () => {
    const [first, second] = [shop.confirmed(1), shop.confirmed(2)];
    const reservation = next();
    shop.database.run('PRAGMA query_only = ON');
    assert.throws(() => book.record(reservation, outcomeOf(200), 5), unusable('notWritable'));
    assert.throws(() => book.reserveNext(shop.means()), unusable('notWritable'));
    shop.database.run('PRAGMA query_only = OFF');
    assert.equal(next().entryId, second);
    assert.equal(shop.stateOf(first), 'deleted');
  });

  it('undoes everything if the reservation cannot be written', () => {
    const id = shop.confirmed(1);
    sendNext(outcomeOf(400));
    shop.clock.pass(hourMs);
    shop.database.run(
      "CREATE TRIGGER refusing BEFORE INSERT ON deletion_attempts BEGIN SELECT RAISE(ABORT, 'refused'); END",
    );
    assert.throws(() => book.reserveNext(shop.means()), /refused/);
    assert.equal(shop.stateOf(id), 'blocked');
    assert.equal(attempts(), 1);
  });
});

describe('AttemptBook.nextLookUp', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  it('is the entry without an answer, after five seconds, and then less and less often', () => {
    const id = shop.confirmed(1);
    book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    assert.deepEqual([book.nextLookUp(integration)?.id, book.nextWaitMs(integration)], [undefined, 5000]);
    shop.clock.pass(5000);
    assert.deepEqual([book.nextLookUp(integration)?.id, book.nextWaitMs(integration)], [id, 0]);
    assert.equal(book.nextLookUp('another'), undefined);
    const asked = shop.list.byId(id);
    assert.ok(asked);
    shop.list.recordVainLookUp(asked, book.nowMs());
    assert.deepEqual([book.nextLookUp(integration)?.id, book.nextWaitMs(integration)], [undefined, minuteMs]);
  });

  it('is the entry that an ended window left, five seconds after the window is seen dead', () => {
    const id = shop.confirmed(1);
    shop.reserved(book, id);
    shop.dead.add('a');
    const other = shop.window('b');
    assert.equal(other.nextLookUp(integration), undefined);
    assert.equal(shop.stateOf(id), 'unknown');
    shop.clock.pass(5000);
    assert.equal(other.nextLookUp(integration)?.id, id);
  });

  it('continues after a reboot, even if nothing else is written, with the wait that was left', () => {
    const id = shop.confirmed(1);
    book.record(shop.reserved(book, id), { kind: 'unknown', reason: 'timeout' }, 5);
    shop.clock.pass(4000);
    shop.clock.reboot(minuteMs);
    const other = shop.window('b');
    // The clock reading has not been stored since the answer.
    assert.equal(other.nextLookUp(integration), undefined);
    shop.clock.pass(4990);
    assert.equal(other.nextLookUp(integration), undefined);
    shop.clock.pass(10);
    assert.equal(other.nextLookUp(integration)?.id, id);
  });

  it('writes nothing if there is nothing to look up', () => {
    shop.reserved(book, shop.confirmed(1));
    const before = shop.database.get('SELECT total_changes() AS n');
    assert.equal(book.nextLookUp(integration), undefined);
    assert.deepEqual(shop.database.get('SELECT total_changes() AS n'), before);
  });
});
