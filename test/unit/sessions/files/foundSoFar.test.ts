import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/sessions/scan/findings.ts';
import { FoundSoFar, mostSkippedNames } from '../../../../src/sessions/files/foundSoFar.ts';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

function findings(count: number): readonly Finding[] {
  return Array.from({ length: count }, (_, index) => ({
    id: sessionNumber(index),
    role: 'session' as const,
    reason: 'made up',
    line: index,
    column: 0,
    count: 1,
  }));
}

describe('FoundSoFar', () => {
  it('returns the sources in their order, even if they were added in another', () => {
    const found = new FoundSoFar();
    found.add(3, { name: 'c', findings: findings(1) });
    found.add(1, { name: 'a', findings: findings(2) });
    found.add(2, { name: 'b', findings: [] });
    assert.equal(found.findingCount, 3);
    const { sources, isCancelled } = found.result(true);
    assert.deepEqual(
      sources.map(({ name }) => name),
      ['a', 'c'],
    );
    assert.equal(isCancelled, true);
  });

  it('keeps no more ids than the limit, and reports the sources that were cut', () => {
    const found = new FoundSoFar(1000);
    found.add(1, { name: 'a', findings: findings(999) });
    assert.equal(found.isFull, false);
    found.add(2, { name: 'b', findings: findings(3) });
    assert.equal(found.isFull, true);
    found.add(3, { name: 'c', findings: findings(1) });
    const { sources, skipped } = found.result(false);
    assert.deepEqual(
      sources.map((source) => [source.name, source.findings.length]),
      [
        ['a', 999],
        ['b', 1],
      ],
    );
    const reason = 'the search ends at 1,000 ids';
    assert.deepEqual(skipped, [
      { name: 'b', reason },
      { name: 'c', reason },
    ]);
  });

  it('reports nothing if exactly as many ids as the limit were found', () => {
    const found = new FoundSoFar(2);
    found.add(1, { name: 'a', findings: findings(2) });
    assert.deepEqual(found.result(false).skipped, []);
  });

  it('keeps the first skipped sources by name, and counts the rest by reason', () => {
    const found = new FoundSoFar();
    for (let index = 0; index < mostSkippedNames + 5; index += 1)
      found.skip(String(index), index % 2 === 0 ? 'even' : 'odd');
    const { skipped } = found.result(false);
    assert.equal(skipped.length, mostSkippedNames + 2);
    assert.deepEqual(skipped.slice(-3), [
      { name: '999', reason: 'odd' },
      { name: '1000', reason: 'even', count: 3 },
      { name: '1001', reason: 'odd', count: 2 },
    ]);
  });
});
