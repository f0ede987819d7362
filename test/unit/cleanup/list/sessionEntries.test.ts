import assert from 'node:assert/strict';
import { entriesOfSessions } from '../../../../src/cleanup/list/sessionEntries.ts';
import { CleanupWorkshop, integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

describe('the entries of sessions', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  const found = (...numbers: readonly number[]): readonly string[] =>
    entriesOfSessions(shop.database, numbers.map(sessionNumber))
      .map((entry) => `${entry.integration} ${Number(entry.sessionId.slice(-4))} ${entry.state}`)
      .sort();

  it('are those of all integrations, and of no other session', () => {
    shop.confirmed(1);
    shop.confirmed(2);
    shop.list.add('another', [{ sessionId: sessionNumber(1) }, { sessionId: sessionNumber(3) }], 1);
    assert.deepEqual(found(1), ['another 1 listed', `${integration} 1 confirmed`]);
    assert.deepEqual(found(3, 2, 9, 2), ['another 3 listed', `${integration} 2 confirmed`]);
    assert.deepEqual(found(9), []);
    assert.deepEqual(found(), []);
  });

  it('disappear when they are removed, and are found again when they are restored', () => {
    const id = shop.confirmed(1);
    shop.list.remove([shop.ref(id)], 1);
    assert.deepEqual(found(1), []);
    shop.confirmed(1);
    assert.deepEqual(found(1), [`${integration} 1 confirmed`]);
  });

  it('are found at once in a list of any length', () => {
    const asked: string[] = [];
    entriesOfSessions(
      {
        all: (sql, ...values) => {
          asked.push(
            ...shop.database.all(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => String(row['detail'])),
          );
          return [];
        },
      },
      [sessionNumber(1)],
    );
    assert.match(
      asked.join('\n'),
      /SEARCH list_entries USING INDEX \S+ \(integration=\? AND session_id=\?\)/,
    );
    assert.doesNotMatch(asked.join('\n'), /SCAN list_entries/);
  });
});
