import assert from 'node:assert/strict';
import type { Row } from '../../../../src/cleanup/database/database.ts';
import { newestEntries } from '../../../../src/cleanup/list/newestEntries.ts';
import { CleanupWorkshop, integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

describe('newestEntries', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  it('returns the last ones first, of all integrations, from these groups alone, and no more than asked for', () => {
    const numbers = [1, 2, 3, 4, 5, 6];
    for (const number of numbers) {
      const of = number % 2 === 0 ? integration : 'another';
      if (number < 5) shop.list.add(of, [{ sessionId: sessionNumber(number) }], 100 - number);
      else shop.confirmed(number, of);
    }
    const ids = (entries: ReturnType<typeof newestEntries>): readonly string[] =>
      entries.map(({ sessionId }) => sessionId);
    const named = (...wanted: number[]): readonly string[] => wanted.map(sessionNumber);
    assert.deepEqual(ids(newestEntries(shop.database, ['listed'], 10)), named(4, 3, 2, 1));
    assert.deepEqual(ids(newestEntries(shop.database, ['queue', 'listed'], 3)), named(6, 5, 4));
    assert.deepEqual(newestEntries(shop.database, ['held', 'done'], 10), []);
  });

  it('walks down the ids instead of sorting', () => {
    const plan: Row[] = [];
    const explained = {
      all(sql: string, ...values: string[]): Row[] {
        plan.push(...shop.database.all(`EXPLAIN QUERY PLAN ${sql}`, ...values));
        return [];
      },
    };
    newestEntries(explained, ['held'], 10);
    const steps = plan.map(({ detail }) => String(detail)).filter((step) => !step.includes('SUBQUERY'));
    assert.deepEqual(steps, [
      'SCAN list_entries',
      // One row.
      'SCAN list',
      'SEARCH agreements USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH consents USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });
});
