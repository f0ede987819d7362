import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  unusable,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const answer = { status: 200, signature: 'valid', serverAt: noon } as const;

describe('what an answer settles', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    shop.stored('another');
    // Limits that are never reached here.
    book = shop.window('a', { limits: [{ count: 99, windowMs: hourMs }] });
  });
  afterEach(() => shop.database.close());

  /** Sends session `number` and records the outcome at once; returns its entry. */
  function sent(number: number, outcome: DeletionOutcome): number {
    const id = shop.confirmed(number);
    book.record(shop.reserved(book, id), outcome, 5);
    return id;
  }

  describe('of the integration', () => {
    for (const [status, reason] of [
      [401, 'unauthorised'],
      [403, 'forbidden'],
    ] as const)
      it(`is stopped by a ${status}, for every window, while its entry waits`, () => {
        const id = sent(1, outcomeOf(status));
        assert.equal(shop.stateOf(id), 'confirmed');
        assert.equal(shop.switches.stopOf(integration), reason);
        assert.equal(shop.switches.stopOf('another'), undefined);
        assert.equal(shop.window('b').reserveNext(shop.means()).kind, 'stopped');
        shop.clock.reboot(minuteMs);
        assert.equal(shop.window('b').reserveNext(shop.means()).kind, 'stopped');
      });

    for (const outcome of [
      outcomeOf(200),
      outcomeOf(404),
      outcomeOf(400),
      outcomeOf(422),
      outcomeOf(429),
      { kind: 'unknown', reason: 'serverError', answer: { ...answer, status: 503 } },
      { kind: 'unknown', reason: 'signatureMismatch', answer },
      { kind: 'notSent', reason: 'noConnection' },
    ] satisfies DeletionOutcome[])
      it(`stays as it was after ${outcome.kind}${'reason' in outcome ? `, ${outcome.reason}` : ''}`, () => {
        sent(1, outcome);
        assert.equal(shop.switches.stopOf(integration), undefined);
        for (const [index, stop] of (['unauthorised', 'forbidden'] as const).entries()) {
          shop.clock.pass(dayMs);
          shop.switches.setStop(integration, stop);
          sent(2 + index, outcome);
          assert.equal(shop.switches.stopOf(integration), stop);
        }
      });

    it('is stopped for the latest reason', () => {
      sent(1, outcomeOf(401));
      sent(2, outcomeOf(403));
      assert.equal(shop.switches.stopOf(integration), 'forbidden');
    });

    it('is not stopped by an answer that could not be recorded, until it is', () => {
      const reservation = shop.reserved(book, shop.confirmed(1));
      shop.database.run(
        "CREATE TRIGGER refusing BEFORE UPDATE OF stopped ON integrations BEGIN SELECT RAISE(ABORT, 'refused'); END",
      );
      assert.throws(() => book.record(reservation, outcomeOf(401), 5), /refused/);
      // An answer is written as a whole or not at all.
      assert.equal(shop.stateOf(reservation.entryId), 'sending');
      assert.equal(shop.window('b').quota(integration).inFlight, true);
      shop.database.run('DROP TRIGGER refusing');
      book.recordWhatFailed();
      assert.equal(shop.stateOf(reservation.entryId), 'confirmed');
      assert.equal(shop.switches.stopOf(integration), 'unauthorised');
    });
  });

  describe('of an entry that is blocked', () => {
    it('waits 1, 2, 4, 8 and 16 hours, and after the sixth answer for the user', () => {
      const id = shop.confirmed(1);
      for (const [index, hours] of [1, 2, 4, 8, 16, undefined].entries()) {
        book.record(shop.reserved(book, id), outcomeOf(400), 5);
        const { state, blocks, waitUntilMs, group, reason } = shop.list.byId(id) ?? {};
        assert.deepEqual([state, blocks, reason], ['blocked', index + 1, 'notCompleted']);
        const forMs = hours && hours * hourMs;
        assert.equal(waitUntilMs, forMs && book.nowMs() + forMs);
        assert.equal(group, forMs === undefined ? 'needsYou' : 'later');
        if (forMs === undefined) break;
        shop.clock.pass(forMs);
        const next = book.reserveNext(shop.means());
        assert.ok(next.kind === 'reserved');
        book.release(next.reservation);
      }
      shop.clock.pass(30 * dayMs);
      assert.equal(book.reserveNext(shop.means()).kind, 'idle');
      assert.equal(book.nextWaitMs(integration), undefined);
    });

    it('starts again if the user lists or confirms it again', () => {
      const id = sent(1, outcomeOf(400));
      shop.list.listAgain([shop.ref(id)], noon);
      assert.equal(shop.reserve(book, id).kind, 'notConfirmed');
      for (const again of [1, 2]) {
        assert.equal(shop.confirmed(1), id);
        book.record(shop.reserved(book, id), outcomeOf(400), 5);
        const { blocks, waitUntilMs } = shop.list.byId(id) ?? {};
        assert.deepEqual([blocks, waitUntilMs], [1, book.nowMs() + hourMs], `time ${again}`);
      }
    });

    it('is not counted by answers that say nothing about the session', () => {
      const id = sent(1, outcomeOf(400));
      shop.clock.pass(hourMs);
      for (const outcome of [outcomeOf(429), { kind: 'notSent', reason: 'noConnection' }] as const) {
        const next = book.reserveNext(shop.means());
        assert.ok(next.kind === 'reserved');
        book.record(next.reservation, outcome, 5);
        assert.equal(shop.list.byId(id)?.blocks, 1);
        shop.clock.pass(dayMs);
      }
    });

    it('continues to wait after a reboot, no longer than both the wall clock and the server’s time say', () => {
      for (const number of [1, 2]) sent(number, outcomeOf(200, { serverAt: noon }));
      sent(3, outcomeOf(400, { serverAt: noon }));
      const offMs = 2 * hourMs;
      shop.clock.wallAt += offMs;
      shop.clock.reboot(minuteMs);
      const told = { kind: 'found', answer: { ...answer, serverAt: noon + offMs } } as const;
      for (const number of [1, 2]) {
        book.noteLookUp(shop.stored(), told);
        // A start of the machine takes at least 1 ms.
        assert.equal(book.nextWaitMs(integration), hourMs - 1, `after date ${number}`);
      }
      book.noteLookUp(shop.stored(), told);
      assert.equal(book.nextWaitMs(integration), 0);
      assert.equal(book.reserveNext(shop.means()).kind, 'reserved');
    });
  });

  it('lets an entry without a valid answer be looked up after five seconds', () => {
    const id = sent(1, { kind: 'unknown', reason: 'signatureMismatch', answer });
    const { state, waitUntilMs, group, reason } = shop.list.byId(id) ?? {};
    assert.deepEqual([state, group, reason], ['unknown', 'later', 'signatureMismatch']);
    assert.equal(waitUntilMs, book.nowMs() + 5000);
  });

  it('lets a look-up follow a 404 at once, since an endpoint that is switched off may answer the same', () => {
    const id = sent(1, outcomeOf(404));
    assert.equal(shop.stateOf(id), 'notFound');
    assert.equal(book.nextLookUp(integration)?.id, id);
  });

  for (const status of [200, 422] as const)
    it(`leaves nothing waiting after a ${status}`, () =>
      assert.equal(shop.list.byId(sent(1, outcomeOf(status)))?.waitUntilMs, undefined));

  it('counts 429s in a row across deletions that were made elsewhere', () => {
    sent(1, outcomeOf(429));
    shop.clock.pass(dayMs);
    book.recordElsewhere(integration, 3, hourMs);
    sent(2, outcomeOf(429));
    assert.equal(book.quota(integration).parkedForMs, 22.5 * minuteMs);
  });

  it('writes nothing of an answer if the disk refuses', () => {
    const reservation = shop.reserved(book, shop.confirmed(1));
    shop.database.run('PRAGMA query_only = ON');
    assert.throws(() => book.record(reservation, outcomeOf(403), 5), unusable('notWritable'));
    assert.equal(shop.switches.stopOf(integration), undefined);
    assert.equal(shop.database.get('SELECT status FROM deletion_attempts')?.['status'], null);
  });
});
