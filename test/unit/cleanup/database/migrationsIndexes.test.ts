import assert from 'node:assert/strict';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { CleanupWorkshop, integration, outcomeOf } from '../../../support/cleanup/cleanupWorkshop.ts';

const short =
  /SCAN (list|clock|entry_counts|integrations|agreements|server_dates|successors|deletion_attempts USING INDEX attempts_out)\b/;

describe('the indexes of the schema', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  /** SQLite's plan for the statements that `work` runs: one line per step. */
  function plans(work: () => unknown): readonly string[] {
    const { database } = shop;
    const asked: string[] = [];
    const [get, all] = [database.get.bind(database), database.all.bind(database)];
    database.get = (sql, ...values) => {
      asked.push(sql);
      return get(sql, ...values);
    };
    database.all = (sql, ...values) => {
      asked.push(sql);
      return all(sql, ...values);
    };
    work();
    return asked.flatMap((sql) => all(`EXPLAIN QUERY PLAN ${sql}`).map((row) => String(row['detail'])));
  }

  const queued = (): Entry => {
    const entry = shop.list.byId(shop.confirmed(1));
    assert.ok(entry);
    return entry;
  };
  for (const [what, index, work] of [
    ['the next of the queue', 'entries_by_group', () => shop.window('a').reserveNext(shop.means())],
    ['a page of one integration', 'entries_by_group', () => shop.groups.page('queue', of, 'place', 0, 9)],
    [
      'a page of all integrations',
      'entries_by_group',
      () => [shop.confirmed(1, 'another'), queued(), shop.groups.page('queue', {}, 'place', 0, 9)],
    ],
    ['what points at a group', 'entries_by_group', () => shop.groups.refs(['listed'], of)],
    ['what is not checked', 'entries_unchecked', () => shop.groups.uncheckedCount(integration)],
    ['what waits', 'entries_waiting', () => shop.window('a').nextWaitMs(integration)],
    ['what is out', 'attempts_out', () => shop.window('a').nextLookUp(integration)],
    ['what has counted', 'attempts_counting', () => shop.window('a').quota(integration)],
    ['what was deleted elsewhere', 'attempts_elsewhere', () => shop.window('a').schedule(integration)],
    ['the neighbours in the queue', 'entries_by_group', () => shop.order.moveToHead(integration, [queued()])],
    [
      'the later attempts of an entry',
      'attempts_of_entry',
      () => shop.window('a').record(shop.reserved(shop.window('a'), queued().id), outcomeOf(400), 5),
    ],
  ] satisfies [string, string, () => unknown][])
    it(`let SQLite find ${what} at once, in a list of any length`, () => {
      const steps = plans(work);
      assert.ok(
        steps.some((step) => new RegExp(`USING (COVERING )?INDEX ${index}\\b`).test(step)),
        steps.join('\n'),
      );
      // Only these are scanned: what the user has chosen, tables with one row or a few for each integration, requests
      // in flight, and pieces of a page, which are also sorted.
      const slow = steps.filter(
        (step, index) =>
          (/SCAN (?!json_each|CONSTANT|\(subquery)/.test(step) && !short.test(step)) ||
          (step.includes('TEMP B-TREE') && !steps[index - 1]?.startsWith('SCAN (subquery')),
      );
      assert.deepEqual(slow, []);
    });
});

describe('the consents of the schema', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  for (const [what, sql, index] of [
    [
      'of an agreement',
      'UPDATE consents SET ended_at = 1 WHERE agreement = ? AND ended_at IS NULL',
      'consents_alive',
    ],
    ['of all', 'UPDATE consents SET ended_at = 1 WHERE ended_at IS NULL', 'consents_alive'],
    ['of an entry', 'SELECT id FROM list_entries WHERE consent = ?', 'entries_by_consent'],
  ] as const)
    it(`that are alive are found without reading those that have ended: ${what}`, () => {
      const steps = shop.database.all(`EXPLAIN QUERY PLAN ${sql}`).map((row) => String(row['detail']));
      assert.ok(
        new RegExp(`(SCAN|SEARCH) \\S+ USING (COVERING )?INDEX ${index}\\b`).test(steps[0] ?? ''),
        steps.join(),
      );
    });
});

const of = { integrations: [integration] };
