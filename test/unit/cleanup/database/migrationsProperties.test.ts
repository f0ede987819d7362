import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import { forgetIntegration } from '../../../../src/cleanup/database/forgetting.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import { CleanupWorkshop, hourMs, outcomeOf, sessionNumber } from '../../../support/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/propertyCheck.ts';

const both = ['made-up-integration', 'another'] as const;
const outcomes: readonly DeletionOutcome[] = [
  ...([200, 400, 401, 404, 422, 429] as const).map((status) => outcomeOf(status)),
  { kind: 'unknown', reason: 'timeout' },
  { kind: 'notSent', reason: 'noConnection' },
];

/** Every way to change the list, each with made-up numbers that say of what. */
type Change = (shop: CleanupWorkshop, book: AttemptBook) => unknown;

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
const place = fc.constantFrom(...both);
const sessions = numbers.map((all) => all.map((number) => ({ sessionId: sessionNumber(number) })));
const one = fc.integer({ min: 1, max: 30 });
const outcome = fc.constantFrom(...outcomes);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, sessions).map(
    ([of, all]): Change =>
      ({ list }) =>
        list.add(of, all, 1),
  ),
  fc.tuple(place, sessions).map(
    ([of, all]): Change =>
      ({ list }) =>
        list.confirm(of, all, 2),
  ),
  fc.tuple(place, sessions).map(([of, all]): Change => ({ list }) => {
    for (const confirmed of list.confirm(of, all, 3)) list.withdraw(confirmed);
  }),
  numbers.map(
    (ids): Change =>
      ({ list }) =>
        list.confirmListed(ids, 4),
  ),
  numbers.map(
    (ids): Change =>
      ({ list }) =>
        list.remove(ids),
  ),
  fc.nat(4).map(
    (most): Change =>
      ({ list }) =>
        list.undoRemoval(most),
  ),
  fc.constant<Change>(({ list }) => list.endUndo()),
  numbers.map(
    (ids): Change =>
      ({ list }) =>
        list.hold(ids, undefined, 5),
  ),
  numbers.map(
    (ids): Change =>
      ({ list }) =>
        list.release(ids),
  ),
  numbers.map(
    (ids): Change =>
      ({ list }) =>
        list.retry(ids, 6),
  ),
  one.map(
    (id): Change =>
      ({ list }) =>
        list.noteLookUp(id, { kind: 'found' }, 7),
  ),
  one.map(
    (id): Change =>
      ({ list }) =>
        list.noteLookUp(id, { kind: 'gone' }, 8),
  ),
  one.map(
    (id): Change =>
      ({ list, clock }) =>
        list.noteVainLookUp(id, clock.uptimeMs),
  ),
  fc.constant<Change>(({ list }) => list.moveTo(both[0], both[1])),
  fc.tuple(place, numbers, one).map(
    ([of, ids, before]): Change =>
      ({ order }) =>
        order.moveBefore(of, ids, before),
  ),
  // What is sent is most of what happens to a list, so it is most of what happens here.
  ...[1, 2, 3].map(() =>
    fc.tuple(place, outcome, fc.nat(3)).map(([of, answer, chance]): Change => (shop, book) => {
      shop.switches.resume();
      const next = book.reserveNext(of);
      // Sometimes no answer comes; then the window is taken for dead a day later.
      if (next.kind === 'reserved' && chance > 0) book.record(next.reservation, answer, 5);
    }),
  ),
  fc.integer({ min: 1, max: 30 }).map(
    (hours): Change =>
      ({ clock }) =>
        clock.pass(hours * hourMs),
  ),
  place.map(
    (of): Change =>
      ({ database }) =>
        forgetIntegration(database, of),
  ),
);

describe('the counts of the shelves', () => {
  const check = propertyCheck(300);

  it('equal what is there, after any changes', () => {
    const seen = new Set<string>();
    check(
      fc.property(fc.array(change, { minLength: 1, maxLength: 40 }), (changes) => {
        const shop = new CleanupWorkshop();
        const book = shop.window('a', { limits: [{ count: 9, windowMs: hourMs }] });
        for (const of of both) for (const number of [1, 2, 3, 4, 5, 6]) shop.confirmed(number, of);
        try {
          for (const each of changes) {
            each(shop, book);
            const counted = shop.database.all(
              'SELECT * FROM entry_counts WHERE n > 0 ORDER BY integration, shelf',
            );
            const there = shop.database.all(
              'SELECT integration, shelf, count(*) AS n FROM entries GROUP BY integration, shelf ORDER BY 1, 2',
            );
            assert.deepEqual(counted, there);
            for (const row of there) seen.add(String(row['shelf']));
          }
        } finally {
          shop.database.close();
        }
      }),
    );
    // A run in which nothing got anywhere would prove nothing.
    assert.deepEqual([...seen].sort(), ['done', 'held', 'later', 'listed', 'needsYou', 'queue', 'sending']);
  });
});
