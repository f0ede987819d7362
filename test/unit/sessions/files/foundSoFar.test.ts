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

describe('what a search has found so far', () => {
  it('is told in the order in which the sources were met, whenever they came', () => {
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

  it('keeps so many ids and no more, and says where it ends', () => {
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

  it('says nothing of an end if exactly so many were found', () => {
    const found = new FoundSoFar(2);
    found.add(1, { name: 'a', findings: findings(2) });
    assert.deepEqual(found.result(false).skipped, []);
  });

  it('names so much of what was skipped, and counts the rest by its reason', () => {
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
