import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { Integration } from '../../../../src/cleanup/integrations/integration.ts';
import { compareMark, markOf } from '../../../../src/cleanup/list/listMark.ts';
import type { LookUpResult } from '../../../../src/cleanup/list/lookUpResult.ts';
import type { DeletionOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  hourMs,
  madeUpIntegration,
  outcomeOf,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const both = ['made-up-integration', 'another'] as const;
const outcomes: readonly DeletionOutcome[] = [
  ...([200, 400, 401, 404, 422, 429] as const).map((status) => outcomeOf(status)),
  { kind: 'unknown', reason: 'timeout' },
  { kind: 'notSent', reason: 'noConnection' },
];

/** Every way to change the list, each with random numbers that choose what changes. */
type Change = (shop: CleanupWorkshop, book: AttemptBook) => unknown;

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
const place = fc.constantFrom(...both);
const sessions = numbers.map((all) => all.map((number) => ({ sessionId: sessionNumber(number) })));
const one = fc.integer({ min: 1, max: 30 });
const outcome = fc.constantFrom(...outcomes);

/** The living integration that has replaced the one with this name, if there is one. */
function living(shop: CleanupWorkshop, name: string): Integration | undefined {
  const row = shop.integrations.living().find((each) => each.name === name);
  return row && madeUpIntegration(name, { id: row.id, baseUrl: row.baseUrl });
}

function lookUp(id: number, result: LookUpResult): Change {
  return ({ list }) => {
    const entry = list.byId(id);
    return entry && list.recordLookUp(entry, result, 0, 7);
  };
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, sessions).map(
    ([of, all]): Change =>
      (shop) =>
        shop.list.add(living(shop, of)?.id ?? of, all, 1),
  ),
  fc.tuple(place, sessions).map(([of, all]): Change => (shop) => {
    const named = living(shop, of);
    return named && shop.list.agree(named, all, 2);
  }),
  fc.tuple(place, sessions).map(([of, all]): Change => (shop) => {
    const named = living(shop, of);
    const agreed = named && shop.list.agree(named, all, 3);
    return agreed && shop.list.cancel(agreed.agreement, 3);
  }),
  fc.tuple(place, numbers).map(([of, ids]): Change => (shop) => {
    const named = living(shop, of);
    const agreement = named && shop.list.beginAgreement(named, ids.length, 4);
    return agreement === undefined ? undefined : shop.list.agreeToListed(agreement, shop.refs(ids), 4);
  }),
  one.map(
    (agreement): Change =>
      ({ list }) =>
        list.cancel(agreement, 4),
  ),
  numbers.map(
    (ids): Change =>
      (shop) =>
        shop.list.remove(shop.refs(ids), 4),
  ),
  fc.nat(4).map(
    (most): Change =>
      ({ list }) =>
        list.undoRemoval(most),
  ),
  fc.constant<Change>(({ list }) => list.endUndo()),
  numbers.map(
    (ids): Change =>
      (shop) =>
        shop.list.hold(shop.refs(ids), undefined, 5),
  ),
  numbers.map(
    (ids): Change =>
      (shop) =>
        shop.list.release(shop.refs(ids)),
  ),
  numbers.map(
    (ids): Change =>
      (shop) =>
        shop.list.listAgain(shop.refs(ids), 6),
  ),
  one.map((id) => lookUp(id, { kind: 'found' })),
  one.map((id) => lookUp(id, { kind: 'notFound' })),
  one.map((id): Change => ({ list, clock }) => {
    const entry = list.byId(id);
    if (entry !== undefined) list.recordVainLookUp(entry, clock.uptimeMs);
  }),
  fc.tuple(place, numbers, one).map(
    ([of, ids, before]): Change =>
      (shop) =>
        shop.order.moveBefore(living(shop, of)?.id ?? of, shop.refs(ids), shop.ref(before)),
  ),
  // Most changes of a list are requests, so most changes here are too.
  ...[1, 2, 3].map(() =>
    fc.tuple(place, outcome, fc.nat(3)).map(([of, answer, chance]): Change => (shop, book) => {
      shop.switches.resume();
      const named = living(shop, of);
      if (named === undefined) return;
      const next = book.reserveNext({ integration: named, mark: markOf(shop.database) });
      // Sometimes no answer comes; then the window counts as dead a day later.
      if (next.kind === 'reserved' && chance > 0) book.record(next.reservation, answer, 5);
    }),
  ),
  fc.integer({ min: 1, max: 30 }).map(
    (hours): Change =>
      ({ clock }) =>
        clock.pass(hours * hourMs),
  ),
  place.map((of): Change => (shop) => {
    const named = living(shop, of);
    if (named !== undefined) shop.integrations.end(named.id, 7);
  }),
  fc.tuple(place, fc.nat(3)).map(([of, host]): Change => (shop) => {
    const to = madeUpIntegration(of, { baseUrl: `https://host-${host}.example` });
    const named = living(shop, of);
    return named === undefined ? shop.integrations.add(to, 8) : shop.integrations.change(named.id, to, 8);
  }),
  fc.nat(99).map(
    (generation): Change =>
      ({ database }) =>
        database.transaction(() =>
          compareMark(database, generation === 0 ? undefined : { ...markOf(database), generation }, 9, 9),
        ),
  ),
);

/** Which rules of consent are broken in the file, in words; there should be none. */
function brokenRules(shop: CleanupWorkshop): readonly string[] {
  const count = (sql: string): number => Number(shop.database.get(`SELECT count(*) AS n FROM ${sql}`)?.['n']);
  const rules = [
    [
      'an entry waits without a living consent',
      `list_entries WHERE state IN ('confirmed', 'blocked')
       AND NOT EXISTS (SELECT 1 FROM consents WHERE id = consent AND ended_at IS NULL)`,
    ],
    [
      'a consent is of another session or integration than its entry',
      `list_entries AS entry
       JOIN consents ON consents.id = consent JOIN agreements ON agreements.id = agreement
       WHERE consents.session_id <> entry.session_id OR agreements.integration <> entry.integration`,
    ],
    [
      'a consent of an ended integration is alive',
      `consents JOIN agreements ON agreements.id = agreement
       JOIN integrations ON integrations.id = integration
       WHERE consents.ended_at IS NULL AND integrations.ended_at IS NOT NULL`,
    ],
    [
      'a consent is alive and no entry has it',
      `consents WHERE ended_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM list_entries WHERE consent = consents.id)`,
    ],
    [
      'two living integrations have one API key',
      `(SELECT 1 FROM integrations WHERE ended_at IS NULL
       GROUP BY key_hash HAVING count(*) > 1)`,
    ],
  ] as const;
  return rules.flatMap(([what, sql]) => (count(sql) > 0 ? [what] : []));
}

describe('the counts of the groups, and the rules of consent', () => {
  const check = propertyCheck(300);

  it('hold after any changes: the counts match the entries, and nothing waits without its consent', () => {
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
              'SELECT * FROM entry_counts WHERE n > 0 ORDER BY integration, entry_group',
            );
            const there = shop.database.all(
              'SELECT integration, entry_group, count(*) AS n FROM list_entries GROUP BY integration, entry_group ORDER BY 1, 2',
            );
            assert.deepEqual(counted, there);
            assert.deepEqual(brokenRules(shop), []);
            for (const row of there) seen.add(String(row['entry_group']));
          }
        } finally {
          shop.database.close();
        }
      }),
    );
    // A run in which no request succeeds would prove nothing.
    assert.deepEqual([...seen].sort(), [
      'done',
      'held',
      'later',
      'listed',
      'needsYou',
      'notFound',
      'queue',
      'sending',
    ]);
  });
});
