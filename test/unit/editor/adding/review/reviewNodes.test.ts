import assert from 'node:assert/strict';
import { Review } from '../../../../../src/editor/adding/review/review.ts';
import type { ReviewRole } from '../../../../../src/editor/adding/review/reviewRows.ts';
import {
  reviewNodes,
  reviewPageSize,
  rowsBelow,
  type ReviewNode,
} from '../../../../../src/editor/adding/review/reviewNodes.ts';
import type { Found, SourceFindings } from '../../../../../src/sessions/scan/findings.ts';
import { sessionNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { finding, foundIn, sourceOf } from '../../../../support/sessions/madeUpFound.ts';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => finding(from + at));

describe('the rows of a review', () => {
  let review: Review;
  beforeEach(() => (review = new Review()));

  const add = (found: Found, ...keys: readonly number[]): Promise<void> =>
    review.add(found, new Set(keys.map(sessionNumber)));
  const addAll = (...sources: readonly SourceFindings[]): Promise<void> => add(foundIn(...sources));

  /** The row at a path of labels. */
  function at(...labels: readonly string[]): ReviewNode {
    let node: ReviewNode | undefined;
    for (const label of labels) {
      const rows = reviewNodes(review, node);
      node = rows.find((row) => row.label === label);
      assert.ok(node !== undefined, `${label} among ${rows.map((row) => row.label).join(', ')}`);
    }
    assert.ok(node !== undefined);
    return node;
  }
  const labels = (parent?: ReviewNode): readonly string[] =>
    reviewNodes(review, parent).map(({ label, description }) => `${label} ${description}`.trim());

  /** All rows at all levels. */
  function all(parent?: ReviewNode): readonly ReviewNode[] {
    return reviewNodes(review, parent).flatMap((node) => [node, ...all(node)]);
  }

  it('are only the one for adding if there are no ids', () => {
    assert.deepEqual(labels(), ['Add 0 Sessions to the List choose some first']);
  });

  it('show other ids collapsed below the sessions, or expanded if there are no sessions', async () => {
    await addAll(
      sourceOf('a', finding(1), finding(2, { role: 'unknown' })),
      sourceOf('b', finding(3, { role: 'attempt' })),
    );
    assert.deepEqual(labels(), ['Add One Session to the List', 'a chosen · 1 other id', 'b 1 other id']);
    assert.equal(at('a', 'Other ids').isOpen, false);
    assert.equal(at('b', 'Other ids').isOpen, true);
    assert.equal(at('b').checkbox, undefined);
    assert.equal(at('a').checkbox?.isChecked, true);
    assert.equal(at('a', 'Other ids').checkbox?.isChecked, false);
  });

  it('have checkboxes for what they show: of a file its sessions, of a section or page itself', async () => {
    await addAll(sourceOf('a', ...numbers(0, 450), finding(900, { role: 'unknown' })));
    const count = (node: ReviewNode): number => rowsBelow(review, node).length;
    assert.deepEqual(labels(at('a')), [
      '1 to 200 all 200 chosen',
      '201 to 400 all 200 chosen',
      '401 to 450 all 50 chosen',
      'Other ids 1 · 0 of 1 chosen',
    ]);
    assert.deepEqual(
      [count(at('a')), count(at('a', '401 to 450')), count(at('a', 'Other ids'))],
      [450, 50, 1],
    );
    assert.equal(count(at('Add 450 Sessions to the List')), 0);
    const [first] = reviewNodes(review, at('a', '201 to 400'));
    assert.ok(first !== undefined);
    assert.deepEqual(
      rowsBelow(review, first).map(({ of }) => of?.id),
      [sessionNumber(200)],
    );
  });

  it('are pages of files if there are too many to look through', async () => {
    await addAll(...Array.from({ length: 450 }, (_, number) => sourceOf(`${number}.log`, finding(number))));
    assert.deepEqual(labels(), [
      'Add 450 Sessions to the List',
      'Files 1 to 200',
      'Files 201 to 400',
      'Files 401 to 450',
    ]);
    assert.equal(labels(at('Files 401 to 450')).length, 50);
    assert.equal(labels(at('Files 401 to 450'))[0], '400.log chosen');
  });

  it('have unique ids that stay the same when the choice or filter changes', async () => {
    await add(
      {
        sources: [
          sourceOf('a', ...numbers(0, 250), finding(1, { role: 'unknown', id: sessionNumber(700) })),
          sourceOf('b', finding(1), finding(7), finding(8), finding(2, { role: 'attempt' })),
          { name: 'a', findings: [finding(1)] },
        ],
        skipped: [
          { name: 'x', reason: 'a device' },
          { name: 'x', reason: 'a device' },
        ],
        isCancelled: true,
      },
      7,
      8,
    );
    const ids = all().map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    await review.chooseNone();
    assert.deepEqual(
      all().map(({ id }) => id),
      ids,
    );
    review.filter = new Set<ReviewRole>(['session', 'unknown']);
    const kept = all().map(({ id }) => id);
    assert.equal(new Set(kept).size, kept.length);
    for (const id of kept) if (id.startsWith('row:sessions')) assert.ok(ids.includes(id), id);
  });

  it('never contain the value of a stored key', async () => {
    await add(foundIn(sourceOf('.env', finding(7), finding(8), finding(1))), 7, 8);
    const key = at('.env', 'Other ids', 'A stored key');
    assert.equal(key.checkbox, undefined);
    assert.equal(key.icon, 'key');
    const text = JSON.stringify(
      all().map(({ id, label, description, tooltip, spoken, checkbox }) => [
        id,
        label,
        description,
        tooltip,
        spoken,
        checkbox,
      ]),
    );
    for (const number of [7, 8]) assert.ok(!text.includes(sessionNumber(number)), text);
  });

  it('say for each id what it is, where, why, and its state on the list', async () => {
    await addAll(
      sourceOf(
        'a.log',
        finding(1, { line: 1233, count: 3 }),
        finding(2),
        finding(3, { role: 'endUser' }),
        finding(4, { role: 'unknown' }),
      ),
      { name: 'terminal', findings: [finding(5)] },
    );
    await review.mark(() => new Map([[sessionNumber(2), 'held']]));
    assert.deepEqual(labels(at('a.log')).slice(0, 2), [
      '00000000…0001 line 1,234 · the value of "sessionId" · 3 places',
      '00000000…0002 line 3 · already on the list, on hold · the value of "sessionId"',
    ]);
    assert.deepEqual(labels(at('a.log', 'Other ids')), [
      '00000000…0003 line 4 · an end-user’s id · the value of "endUserId"',
      '00000000…0004 line 5 · not known to be a session',
    ]);
    const [row] = reviewNodes(review, at('a.log'));
    assert.equal(
      row?.spoken,
      `Session ${sessionNumber(1)}, line 1,234, the value of "sessionId", 3 places, a.log`,
    );
    assert.equal(row.checkbox?.spoken, `${sessionNumber(1)}, chosen for the list`);
    assert.equal(at('a.log', '00000000…0002').checkbox, undefined);
    assert.deepEqual(labels(at('terminal')), ['00000000…0005 the value of "sessionId"']);
  });

  it('make hidden characters of names and reasons visible, and no icons or links of them', async () => {
    const evil = 'a\u202Eb\n$(trash) [x](command:evil)';
    await add({
      sources: [
        {
          ...sourceOf(evil, finding(1, { reason: evil }), finding(2, { role: 'attempt', reason: evil })),
          uri: evil,
        },
      ],
      skipped: [{ name: evil, reason: evil }],
      isCancelled: false,
    });
    const seen = JSON.stringify(
      all().map(({ label, description, tooltip, spoken, checkbox }) => [
        label,
        description,
        tooltip,
        spoken,
        checkbox,
      ]),
    );
    assert.doesNotMatch(seen, /\u202E|\$\(|\]\(/);
    assert.match(seen, /<U\+202E>/);
  });

  it('list what was not read, in pages if it is much', async () => {
    const skipped = Array.from({ length: reviewPageSize + 1 }, (_, at) => ({
      name: `${at}`,
      reason: 'a device',
    }));
    await add({ ...foundIn(sourceOf('a', finding(1))), skipped });
    assert.deepEqual(labels().slice(2), ['Not read, 1 to 200 200', 'Not read, 201 to 201 1']);
    assert.deepEqual(labels(at('Not read, 201 to 201')), ['200 a device']);
  });

  it('are at most one page at each level for a hundred thousand ids', async () => {
    await addAll(
      sourceOf('a', ...numbers(0, 60_000)),
      ...Array.from({ length: 20_000 }, (_, at) =>
        sourceOf(`${at}.log`, finding(60_000 + at), finding(80_000 + at)),
      ),
    );
    assert.equal(review.size, 100_000);
    for (const node of [
      undefined,
      at('Files 1 to 200'),
      at('Files 1 to 200', 'a'),
      at('Files 1 to 200', 'a', '1 to 200'),
    ])
      assert.ok(reviewNodes(review, node).length <= 301, node?.label);
  });
});
