import assert from 'node:assert/strict';
import { Skips } from '../../../../../src/editor/list/entries/skips.ts';

describe('Skips', () => {
  const cases: readonly (readonly [readonly (readonly [string, number])[], number, string])[] = [
    [[], 0, ''],
    [[['done already', 0]], 0, ''],
    [[['done already', 1]], 1, '1 skipped: done already.'],
    [[['done already', 2]], 2, '2 skipped: done already.'],
    [
      [
        ['done already', 2],
        ['on hold', 1],
        ['done already', 3],
      ],
      6,
      '6 skipped: 5 done already, 1 on hold.',
    ],
    [[['changed meanwhile', -1]], 0, ''],
  ];
  for (const [noted, count, text] of cases)
    it(text === '' ? `has no text for ${JSON.stringify(noted)}` : text, () => {
      const skips = new Skips();
      for (const [reason, times] of noted) skips.add(reason, times);
      assert.deepEqual([skips.count, skips.text()], [count, text]);
    });

  it('adds one if no number is given', () => {
    const skips = new Skips();
    skips.add('on hold');
    skips.add('on hold');
    assert.equal(skips.count, 2);
  });
});
