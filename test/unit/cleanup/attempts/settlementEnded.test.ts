import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Reservation } from '../../../../src/cleanup/attempts/reservation.ts';
import type { Integration, IntegrationDraft } from '../../../../src/cleanup/integrations/integration.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  dayMs,
  hourMs,
  integration,
  madeUpKey,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const unknown: DeletionOutcome = { kind: 'unknown', reason: 'timeout' };
const notSent: DeletionOutcome = { kind: 'notSent', reason: 'noConnection' };

/** Each answer, and the state of an entry whose consent ended while the request was in flight. */
const outcomes = [
  [outcomeOf(200), 'deleted'],
  [outcomeOf(404), 'notFound'],
  [outcomeOf(400), 'listed'],
  [outcomeOf(422), 'failed'],
  [outcomeOf(401), 'listed'],
  [outcomeOf(403), 'listed'],
  [outcomeOf(429), 'listed'],
  [notSent, 'listed'],
  [unknown, 'unknown'],
] as const;

describe('an answer that comes after a change of its integration', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  let id: number;
  let reservation: Reservation;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a', { limits: [{ count: 99, windowMs: hourMs }] });
    id = shop.confirmed(1);
    reservation = shop.reserved(book, id);
  });
  afterEach(() => shop.database.close());

  function entry(): Entry {
    const found = shop.list.byId(id);
    assert.ok(found);
    return found;
  }
  /** Edits an integration as the user does; returns what replaces it. */
  function changed(from: string, parts: Partial<IntegrationDraft>): Integration {
    const draft = { ...shop.stored(), ...parts };
    const result = shop.integrations.change(from, draft, 1);
    assert.ok(result.kind === 'stored');
    return { ...draft, id: result.row.id };
  }
  /** Whether anything is sent without a new confirmation, with old or new credentials, however long one waits. */
  function assertNothingLeaves(...means: readonly Integration[]): void {
    shop.switches.resume();
    for (let day = 0; day < 5; day += 1) {
      for (const each of [shop.stored(), ...means]) {
        const using = { integration: each, mark: shop.means().mark };
        assert.notEqual(book.reserve(shop.ref(id), using).kind, 'reserved');
        assert.notEqual(book.reserveNext(using).kind, 'reserved');
      }
      shop.clock.pass(dayMs);
    }
    const attempts = shop.database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n'];
    assert.equal(attempts, 1);
  }

  for (const [outcome, state] of outcomes) {
    it(`settles its entry if the integration has ended: ${outcome.kind}`, () => {
      shop.integrations.end(integration, 1);
      assert.equal(entry().state, 'sending');
      book.record(reservation, outcome, 5);
      assert.deepEqual(
        [entry().state, entry().integration, entry().confirmedAt],
        [state, integration, undefined],
      );
      assert.equal(shop.switches.stopOf(integration), undefined);
      const row = shop.database.get('SELECT outcome, counts FROM deletion_attempts');
      assert.deepEqual({ ...row }, { outcome: outcome.kind, counts: outcome.kind === 'notSent' ? 0 : 1 });
      assertNothingLeaves();
    });

    for (const [what, parts] of [
      ['host', { baseUrl: 'https://other.example' }],
      ['API key', { apiKey: madeUpKey('another API key') }],
      ['kind', { kind: 'LIVE' }],
    ] as const)
      it(`settles its entry, which moves along if it is open, if another ${what} was entered: ${outcome.kind}`, () => {
        const next = changed(integration, parts);
        assert.deepEqual([entry().state, entry().integration], ['sending', integration]);
        book.record(reservation, outcome, 5);
        // A deletion or a 404 holds for the credentials that asked.
        const isDone = state === 'deleted' || state === 'notFound';
        assert.deepEqual([entry().state, entry().integration], [state, isDone ? integration : next.id]);
        assert.deepEqual([entry().confirmedAt, entry().seenAt], [undefined, undefined]);
        assert.equal(shop.switches.stopOf(next.id), undefined);
        assertNothingLeaves(next);
      });
  }

  for (const [what, settleIt] of [
    ['has no answer', () => book.record(reservation, unknown, 5)],
    [
      'is of a window that has ended',
      () => {
        shop.dead.add('a');
        shop.clock.pass(minuteMs);
        shop.window('b').recover();
      },
    ],
  ] as const) {
    it(`leaves its entry unknown for the replacing integration if the request ${what}`, () => {
      const next = changed(integration, { kind: 'LIVE' });
      settleIt();
      assert.deepEqual([entry().state, entry().integration], ['unknown', next.id]);
    });

    it(`lets the session be looked up first if it was confirmed again meanwhile and the request ${what}`, () => {
      const next = changed(integration, { kind: 'LIVE' });
      const again = shop.list.agree(next, [{ sessionId: sessionNumber(1) }], 2)?.entries[0];
      assert.equal(again?.state, 'confirmed');
      settleIt();
      const now = shop.list.byId(again.id);
      assert.deepEqual([now?.state, now?.integration, now?.confirmedAt], ['unknown', next.id, 2]);
      shop.clock.pass(dayMs);
      const using = { integration: next, mark: shop.means().mark };
      assert.notEqual(shop.window('c').reserveNext(using).kind, 'reserved');
      assert.equal(shop.window('c').nextLookUp(next.id)?.id, again.id);
    });
  }

  it('moves its entry over several replacements to the living one', () => {
    const second = changed(integration, { baseUrl: 'https://second.example' });
    const third = changed(second.id, { baseUrl: 'https://third.example' });
    book.record(reservation, unknown, 5);
    assert.equal(entry().integration, third.id);
    assert.equal(book.nextLookUp(second.id), undefined);
    shop.clock.pass(5000);
    assert.equal(book.nextLookUp(third.id)?.id, id);
  });

  it('leaves its entry if the last of them has ended or already has the session', () => {
    const second = changed(integration, { baseUrl: 'https://second.example' });
    shop.list.add(second.id, [{ sessionId: sessionNumber(1) }], 1);
    book.record(reservation, outcomeOf(400), 5);
    assert.deepEqual([entry().state, entry().integration], ['listed', integration]);
    assert.equal(shop.list.find(second.id, sessionNumber(1))?.state, 'listed');
    const third = changed(second.id, { baseUrl: 'https://third.example' });
    shop.integrations.end(third.id, 1);
    book.record(reservation, unknown, 5);
    assert.equal(entry().integration, integration);
  });

  it('to the old credentials says nothing about an entry that the new ones took over as unknown', () => {
    shop.dead.add('a');
    shop.window('b').recover();
    const next = changed(integration, { baseUrl: 'https://other.example' });
    const before = entry();
    assert.deepEqual([before.state, before.integration], ['unknown', next.id]);
    for (const [outcome] of outcomes) {
      book.record(reservation, outcome, 5);
      assert.deepEqual(entry(), before, outcome.kind);
    }
    assert.equal(book.recent(integration, 1).length, 1);
  });

  it('moves its entry to an integration that was added again with the same API key', () => {
    shop.integrations.end(integration, 1);
    const again = shop.integrations.add(shop.stored(), 2);
    assert.ok(again.kind === 'stored');
    book.record(reservation, outcomeOf(429), 5);
    assert.deepEqual([entry().state, entry().integration], ['listed', again.row.id]);
    assertNothingLeaves({ ...shop.stored(), id: again.row.id });
  });

  it('counts for the API key that sent it, parks it, and does the same for the key that has replaced it', () => {
    const next = changed(integration, { apiKey: madeUpKey('another API key') });
    assert.equal(book.quota(next.id).inFlight, true);
    book.record(reservation, outcomeOf(429, { retryAfterMs: 3 * hourMs }), 5);
    for (const each of [integration, next.id]) assert.equal(book.quota(each).parkedForMs, 3 * hourMs);
    assert.deepEqual(book.recent(integration, 9).length, 1);
  });

  it('finds no entry if the sandbox took its entries away, and is still recorded', () => {
    const sandbox = shop.store({
      ...shop.stored('sandbox'),
      id: 'a sandbox',
      apiKey: madeUpKey('s'),
      isSandbox: true,
    });
    const theirs = shop.confirmed(7, sandbox.id);
    const mine = shop.reserved(book, theirs);
    // The row of an entry in flight goes with its sandbox.
    shop.integrations.end(sandbox.id, 1);
    assert.equal(shop.list.byId(theirs), undefined);
    book.record(mine, outcomeOf(200), 5);
    assert.equal(book.recent(sandbox.id, 1)[0]?.outcome, 'deleted');
    assert.equal(entry().state, 'sending');
  });

  describe('to a request that is not the last one of its entry', () => {
    it('changes nothing in the entry, whatever it says, and counts', () => {
      shop.dead.add('a');
      const other = shop.window('b', { limits: [{ count: 99, windowMs: hourMs }] });
      other.recover();
      const asked = entry();
      assert.equal(asked.state, 'unknown');
      shop.list.recordLookUp(asked, { kind: 'found' }, other.nowMs(), 1);
      shop.clock.pass(minuteMs);
      const second = shop.reserved(other, id);
      for (const [outcome] of outcomes) {
        book.record(reservation, outcome, 5);
        assert.equal(entry().state, 'sending', outcome.kind);
      }
      other.record(second, outcomeOf(400), 5);
      const after = entry();
      for (const [outcome] of outcomes) {
        book.record(reservation, outcome, 5);
        assert.deepEqual(entry(), after, outcome.kind);
      }
      assert.equal(other.quota(integration).windows[0]?.used, 2);
    });
  });
});
