import assert from 'node:assert/strict';
import { Review } from '../../../../../src/editor/adding/review/review.ts';
import type { ReviewRole } from '../../../../../src/editor/adding/review/reviewRows.ts';
import {
  addTitle,
  chosenText,
  endText,
  headText,
  labelText,
  nothingText,
} from '../../../../../src/editor/adding/review/reviewText.ts';
import { sessionNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { finding, foundIn, sourceOf } from '../../../../support/sessions/madeUpFound.ts';

describe('the texts of a review', () => {
  it('have a button with singular or plural', () => {
    assert.equal(addTitle(1), 'Add One Session to the List');
    assert.equal(addTitle(12_345), 'Add 12,345 Sessions to the List');
  });

  for (const [chosen, choosable, text] of [
    [0, 0, 'none to choose'],
    [1, 1, 'chosen'],
    [0, 1, '0 of 1 chosen'],
    [7, 7, 'all 7 chosen'],
    [1, 2000, '1 of 2,000 chosen'],
  ] as const)
    it(`are “${text}” for ${chosen} of ${choosable}`, () =>
      assert.equal(chosenText({ chosen, choosable }), text));

  it('say above the rows what is chosen, hidden, left out and not read', async () => {
    const review = new Review();
    await review.add(
      foundIn(sourceOf('a', finding(1), finding(7), finding(2, { role: 'unknown' }))),
      new Set([sessionNumber(7)]),
    );
    const start = '1 of 2 ids chosen. Nothing is listed before you add it.';
    assert.equal(headText(review), `${start} A stored key is left out.`);
    await review.add(
      { ...foundIn(), skipped: [{ name: 'x', reason: 'a device', count: 4 }], isCancelled: true },
      new Set(),
    );
    review.filter = new Set<ReviewRole>(['session']);
    assert.equal(
      headText(review),
      `${start} The filter hides some; what it hides stays chosen. A stored key is left out. The search was cancelled: there may be more. Not read, or not to the end: 4 files and folders.`,
    );
  });

  it('do not mention the end of a search that read everything', () => {
    assert.deepEqual(endText({ skipped: [], isCut: false }), []);
  });

  it('name at most three skipped sources if nothing was found, and count the others', () => {
    const skip = (name: string, count?: number) => ({
      name,
      reason: 'a device',
      ...(count !== undefined && { count }),
    });
    assert.equal(nothingText({ skipped: [], isCut: false }), 'Nothing was added: no session id was found.');
    assert.equal(
      nothingText({ skipped: [skip('a\u202Eb'), skip('b')], isCut: true }),
      'Nothing was added: no session id was found. The search was cancelled. Not read: a<U+202E>b (a device), b (a device).',
    );
    assert.match(
      nothingText({ skipped: [skip('a'), skip('b'), skip('c'), skip('d', 5000)], isCut: false }),
      /c \(a device\) and 5,000 more\.$/,
    );
  });

  it('make no icon or link of a name, and shorten long names', () => {
    assert.equal(labelText('$(trash) [x](command:y)'), '$ (trash) [x] (command:y)');
    assert.equal(labelText('x'.repeat(500), 10).length, 10);
  });
});
