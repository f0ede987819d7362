import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Entry, EntryGroup } from '../../../../src/cleanup/list/entry.ts';
import type { EntryFilter, EntryOrder } from '../../../../src/cleanup/list/entryGroups.ts';
import { CleanupWorkshop, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const names = ['made-up-integration', 'another', 'a third'] as const;
// What SQLite, a pattern or a person could misread.
const fragments = [
  '%',
  '_',
  "'",
  '"',
  '\\',
  '*',
  '?',
  '--',
  'A',
  'a',
  'Z',
  'é',
  'É',
  'ß',
  '日本',
  '😀',
  ' ',
  '0',
];
const someText = fc.array(fc.constantFrom(...fragments), { maxLength: 4 }).map((parts) => parts.join(''));

interface Made {
  readonly of: (typeof names)[number];
  readonly kind: 'listed' | 'confirmed' | 'held' | 'deleted';
  readonly uri: string;
  readonly line: number;
  readonly note: string;
  readonly rank: number | null;
  readonly at: number;
}
const someEntry: fc.Arbitrary<Made> = fc.record({
  of: fc.constantFrom(...names),
  kind: fc.constantFrom('listed', 'confirmed', 'held', 'deleted'),
  uri: someText,
  line: fc.nat(12),
  note: someText,
  rank: fc.option(fc.integer({ min: -3, max: 3 })),
  at: fc.nat(5),
});
const someFilter: fc.Arbitrary<EntryFilter> = fc.record(
  {
    integrations: fc.subarray([...names], { minLength: 1 }),
    // Short, or nothing would ever contain it.
    text: fc.oneof(fc.constantFrom(...fragments), someText),
  },
  { requiredKeys: [] },
);
const orders: readonly EntryOrder[] = ['place', 'added', 'changed', 'source', 'sessionId'];
const groups: readonly EntryGroup[] = ['listed', 'queue', 'held', 'done', 'later'];

function put(shop: CleanupWorkshop, made: Made, index: number): void {
  const { of, kind, uri, line, note, rank, at } = made;
  const sessionId = sessionNumber((index * 7) % 101);
  shop.list.add(of, [{ sessionId, source: { uri, line } }], at);
  const id = shop.list.find(of, sessionId)?.id ?? 0;
  if (kind !== 'listed') {
    const agreement = shop.list.beginAgreement(shop.stored(of), 1, at + 1);
    assert.equal(shop.list.agreeToListed(agreement ?? 0, [shop.ref(id)], at + 1), 1);
  }
  const entry = shop.list.byId(id);
  if (kind === 'held') shop.list.hold([shop.ref(id)], note, at);
  if (kind === 'deleted' && entry !== undefined)
    assert.equal(shop.list.recordLookUp(entry, { kind: 'notFound' }, 0, at + 2), 'notFound');
  shop.database.run('UPDATE list_entries SET rank = ? WHERE id = ?', rank, id);
}

/** Lower case of ASCII alone, which is all that the list promises. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function passes({ integrations, text }: EntryFilter, entry: Entry): boolean {
  if (integrations?.includes(entry.integration) === false) return false;
  const all = `${entry.sessionId} ${entry.source?.uri ?? ''} ${entry.holdNote ?? ''}`;
  return text === undefined || lower(all).includes(lower(text));
}

/** SQLite compares texts by their bytes in UTF-8. */
const byBytes = (a = '', b = ''): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const plainOrder: Readonly<Record<EntryOrder, (a: Entry, b: Entry) => number>> = {
  place: (a, b) => a.place - b.place || a.id - b.id,
  added: (a, b) => b.addedAt - a.addedAt || b.id - a.id,
  changed: (a, b) => b.changedAt - a.changedAt || b.id - a.id,
  source: (a, b) =>
    byBytes(a.source?.uri, b.source?.uri) || (a.source?.line ?? 0) - (b.source?.line ?? 0) || a.id - b.id,
  sessionId: (a, b) => byBytes(a.sessionId, b.sessionId) || a.id - b.id,
};

describe('EntryGroups compared with a plain array', () => {
  const check = propertyCheck(80);
  const someEntries = fc.array(someEntry, { maxLength: 25 });

  /** Fills a list, and returns it with the same entries in an array. */
  function withList(
    made: readonly Made[],
    look: (shop: CleanupWorkshop, plain: readonly Entry[]) => void,
  ): void {
    const shop = new CleanupWorkshop();
    try {
      made.forEach((each, index) => put(shop, each, index));
      const ids = shop.database
        .all('SELECT id FROM list_entries ORDER BY id')
        .map((row) => Number(row['id']));
      look(
        shop,
        ids.flatMap((id) => shop.list.byId(id) ?? []),
      );
    } finally {
      shop.database.close();
    }
  }

  it('counts the same, whatever is filtered', () => {
    check(
      fc.property(someEntries, someFilter, (made, filter) =>
        withList(made, (shop, plain) => {
          const counted = Object.groupBy(
            plain.filter((entry) => passes(filter, entry)),
            ({ group }) => group,
          );
          assert.deepEqual(
            shop.groups.counts(filter),
            new Map(Object.entries(counted).map(([group, entries]) => [group, entries.length])),
          );
        }),
      ),
    );
  });

  it('gives the same pages in every order, and the same ids', () => {
    check(
      fc.property(someEntries, someFilter, fc.integer({ min: 1, max: 7 }), (made, filter, size) =>
        withList(made, (shop, plain) => {
          for (const group of groups) {
            const on = plain.filter((entry) => entry.group === group && passes(filter, entry));
            for (const order of orders) {
              const sorted = on.toSorted(plainOrder[order]);
              for (let from = 0; from <= on.length; from += size)
                assert.deepEqual(
                  shop.groups.page(group, filter, order, from, size),
                  sorted.slice(from, from + size),
                  `${group} by ${order} from ${from}`,
                );
            }
            assert.deepEqual(
              shop.groups.refs([group], filter).map(({ id }) => id),
              on.toSorted(plainOrder.place).map(({ id }) => id),
            );
          }
        }),
      ),
    );
  });

  it('returns a whole group part by part, and how many come before each', () => {
    check(
      fc.property(someEntries, fc.integer({ min: 1, max: 4 }), (made, size) =>
        withList(made, (shop, plain) => {
          for (const integration of names) {
            const queue = plain
              .filter((entry) => entry.group === 'queue' && entry.integration === integration)
              .toSorted(plainOrder.place);
            const pieces: Entry[] = [];
            for (;;) {
              const piece = shop.groups.after('queue', integration, pieces.at(-1), size);
              if (piece.length === 0) break;
              pieces.push(...piece);
            }
            assert.deepEqual(pieces, queue);
          }
        }),
      ),
    );
  });

  it('lets the same ids through', () => {
    check(
      fc.property(someEntries, someFilter, fc.uniqueArray(fc.nat(30)), (made, filter, asked) =>
        withList(made, (shop, plain) =>
          assert.deepEqual(
            shop.groups.matching(asked, filter).toSorted((a, b) => a - b),
            plain.filter((entry) => asked.includes(entry.id) && passes(filter, entry)).map(({ id }) => id),
          ),
        ),
      ),
    );
  });
});
