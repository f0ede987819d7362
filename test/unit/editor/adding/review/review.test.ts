import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Review } from '../../../../../src/editor/adding/review/review.ts';
import type {
  ReviewGroup,
  ReviewMark,
  ReviewRole,
} from '../../../../../src/editor/adding/review/reviewRows.ts';
import type { Finding, Found, SourceFindings } from '../../../../../src/sessions/scan/findings.ts';
import { sessionNumber as idNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';
import { finding, foundIn, sourceOf } from '../../../../support/sessions/madeUpFound.ts';
import { propertyCheck } from '../../../../support/random/propertyCheck.ts';

const noKeys: ReadonlySet<string> = new Set();

describe('Review', () => {
  let review: Review;
  beforeEach(() => (review = new Review()));

  const add = (...sources: readonly SourceFindings[]): Promise<void> =>
    review.add(foundIn(...sources), noKeys);
  const chosen = async (): Promise<readonly string[]> =>
    (await review.chosen()).map(({ sessionId }) => sessionId);
  const ids = (...numbers: readonly number[]): readonly string[] => numbers.map(idNumber);
  const group = (index = 0): ReviewGroup => {
    const found = review.groups[index];
    assert.ok(found !== undefined);
    return found;
  };
  const marking = (marks: Readonly<Record<number, ReviewMark>>): Promise<void> =>
    review.mark((asked) => {
      const all = new Map(Object.entries(marks).map(([number, mark]) => [idNumber(Number(number)), mark]));
      return new Map([...all].filter(([id]) => asked.includes(id)));
    });

  /** Checks that the stored counts equal a count of all rows. */
  function assertCounts(): void {
    const known = new Set<unknown>();
    let all = 0;
    for (const { sessions, others } of review.groups)
      for (const section of [sessions, others]) {
        const choosable = section.rows.filter(({ of }) => of !== undefined && of.mark === undefined);
        assert.equal(section.choosable, choosable.length);
        assert.equal(section.chosen, section.rows.filter(({ of }) => of?.isChosen === true).length);
        for (const { of } of section.rows) {
          if (of === undefined || known.has(of)) continue;
          known.add(of);
          if (of.isChosen) all += 1;
        }
      }
    assert.equal(review.size, known.size);
    assert.equal(review.chosenCount, all);
  }

  it('chooses only the sessions at first', async () => {
    const others: readonly ReviewRole[] = ['unknown', 'attempt', 'endUser', 'vendorData'];
    await add(sourceOf('a.log', finding(1), ...others.map((role, at) => finding(2 + at, { role }))));
    assert.deepEqual(await chosen(), ids(1));
    assert.equal(group().sessions.rows.length, 1);
    assert.deepEqual(
      group().others.rows.map(({ role }) => role),
      others,
    );
    assertCounts();
  });

  it('returns each chosen id once, with the file and line that say most about it', async () => {
    await add(
      { name: 'the clipboard', findings: [finding(1, { line: 9 }), finding(3)] },
      sourceOf('unknown.ts', finding(1, { role: 'unknown', line: 7 })),
      sourceOf('session.json', finding(1, { line: 5 }), finding(2)),
      sourceOf('again.json', finding(1, { line: 6 })),
    );
    assert.deepEqual(await review.chosen(), [
      { sessionId: idNumber(1), source: { uri: 'file:///made-up/session.json', line: 5 } },
      { sessionId: idNumber(3) },
      { sessionId: idNumber(2), source: { uri: 'file:///made-up/session.json', line: 2 } },
    ]);
    assertCounts();
  });

  it('chooses an id in all its sources at once', async () => {
    await add(
      sourceOf('a', finding(1), finding(2)),
      sourceOf('b', finding(1, { role: 'unknown' })),
      sourceOf('c', finding(1)),
    );
    await review.choose(
      [group(1).others.rows[0]].flatMap((row) => row ?? []),
      false,
    );
    assert.deepEqual(await chosen(), ids(2));
    assert.deepEqual(
      [0, 1, 2].map((at) => group(at).sessions.chosen + group(at).others.chosen),
      [1, 0, 0],
    );
    assertCounts();
    await review.choose(group(2).sessions.rows, true);
    assert.deepEqual(
      [0, 1, 2].map((at) => group(at).sessions.chosen + group(at).others.chosen),
      [2, 1, 1],
    );
    assertCounts();
  });

  describe('stored keys', () => {
    const keyed = new Set([idNumber(7)]);

    it('are shown without their value, and can never be chosen', async () => {
      await review.add(foundIn(sourceOf('.env', finding(7), finding(8, { role: 'credential' }))), keyed);
      assert.equal(review.size, 0);
      assert.equal(review.countOf('credential'), 2);
      await review.chooseAll();
      await review.choose(group().others.rows, true);
      assert.deepEqual(await chosen(), []);
      const shown = JSON.stringify(
        review.groups.map(({ sessions, others }) =>
          [sessions.rows, others.rows].map((rows) =>
            rows.map(({ section, ...row }) => ({ ...row, kind: section.kind })),
          ),
        ),
      );
      for (const number of [7, 8]) assert.ok(!shown.includes(idNumber(number)), shown);
      assertCounts();
    });

    it('are keys in every source, even if they looked like sessions before', async () => {
      await add(sourceOf('a', finding(8), finding(1)), sourceOf('b', finding(8, { role: 'unknown' })));
      assert.deepEqual(await chosen(), ids(8, 1));
      await add(sourceOf('c', finding(8, { role: 'credential' })));
      assert.deepEqual(await chosen(), ids(1));
      await add(sourceOf('d', finding(8)));
      assert.deepEqual(await chosen(), ids(1));
      assert.equal(review.countOf('credential'), 4);
      assert.equal(review.countOf('session'), 1);
      await review.choose([...group(0).sessions.rows, ...group(1).others.rows], true);
      assert.deepEqual(await chosen(), ids(1));
      assertCounts();
    });

    it('stay refused if they were marked before', async () => {
      await add(sourceOf('a', finding(8)));
      await marking({ 8: 'listed' });
      await review.add(foundIn(sourceOf('b', finding(8))), new Set([idNumber(8)]));
      await marking({});
      await review.chooseAll();
      assert.deepEqual(await chosen(), []);
      assertCounts();
    });
  });

  describe('an id that is on the list', () => {
    for (const mark of ['listed', 'held', 'deleted', 'notFound'] as const)
      it(`is not chosen, and cannot be: ${mark}`, async () => {
        await add(sourceOf('a', finding(1), finding(2)), sourceOf('b', finding(1, { role: 'unknown' })));
        await marking({ 1: mark });
        assert.deepEqual(await chosen(), ids(2));
        await review.chooseAll();
        await review.choose(group(1).others.rows, true);
        assert.deepEqual(await chosen(), ids(2));
        assert.equal(group().sessions.rows[0]?.of?.mark, mark);
        assertCounts();
      });

    it('can be chosen after it was removed from the list, but is not chosen automatically', async () => {
      await add(sourceOf('a', finding(1), finding(2)));
      await marking({ 1: 'listed', 2: 'held' });
      await marking({ 1: 'deleted' });
      assert.deepEqual(await chosen(), []);
      await review.chooseAll();
      assert.deepEqual(await chosen(), ids(2));
      assertCounts();
    });

    it('is looked up in parts, and errors of the list are passed on', async () => {
      await add(sourceOf('a', ...Array.from({ length: 5000 }, (_, number) => finding(number))));
      const lengths: number[] = [];
      await review.mark((asked) => {
        lengths.push(asked.length);
        return new Map();
      });
      assert.equal(
        lengths.reduce((sum, length) => sum + length, 0),
        5000,
      );
      assert.ok(lengths.length > 2);
      const failure = new Error('made up');
      await assert.rejects(
        review.mark(() => {
          throw failure;
        }),
        failure,
      );
      assertCounts();
    });
  });

  describe('adding more ids', () => {
    it('keeps the user’s choice, and chooses new sessions', async () => {
      await add(sourceOf('a', finding(1), finding(2), finding(3, { role: 'unknown' })));
      await review.choose(group().sessions.rows.slice(0, 1), false);
      await review.choose(group().others.rows, true);
      await add(sourceOf('b', finding(1), finding(3, { role: 'attempt' }), finding(4)));
      assert.deepEqual(await chosen(), ids(2, 3, 4));
      assertCounts();
    });

    it('chooses an id that turns out to be a session', async () => {
      await add(sourceOf('a', finding(1, { role: 'unknown' })));
      await add(sourceOf('b', finding(1)));
      assert.deepEqual(await chosen(), ids(1));
      assertCounts();
    });

    it('adds ids to an existing source, each id once', async () => {
      await add(sourceOf('a', finding(1), finding(2)));
      await add(sourceOf('a', finding(2), finding(3)), { name: 'a', findings: [finding(1)] });
      assert.equal(review.groups.length, 2);
      assert.deepEqual(
        group().sessions.rows.map(({ of }) => of?.id),
        ids(1, 2, 3),
      );
      assertCounts();
    });

    it('makes no source without ids', async () => {
      await add(sourceOf('empty'), sourceOf('a', finding(1)));
      assert.deepEqual(
        review.groups.map(({ name }) => name),
        ['a'],
      );
    });

    it('remembers what was not read, and that a search was cancelled', async () => {
      const skipped = [{ name: 'device', reason: 'a device' }];
      await review.add({ ...foundIn(sourceOf('a', finding(1))), skipped, isCancelled: true }, noKeys);
      await review.add({ ...foundIn(), skipped }, noKeys);
      assert.deepEqual(review.skipped, [...skipped, ...skipped]);
      assert.equal(review.isCut, true);
    });
  });

  describe('a filter', () => {
    const mixed = sourceOf('a', finding(1), finding(2, { role: 'unknown' }), finding(3, { role: 'attempt' }));

    it('shows only these roles, and keeps the choice of hidden rows', async () => {
      await add(mixed, sourceOf('b', finding(4)));
      review.filter = new Set<ReviewRole>(['attempt']);
      assert.deepEqual(
        review.groups.map(({ name }) => name),
        ['a'],
      );
      assert.deepEqual(review.rowsOf(group().sessions), []);
      assert.deepEqual(
        review.rowsOf(group().others).map(({ role }) => role),
        ['attempt'],
      );
      assert.deepEqual(review.sumOf(group().others), { chosen: 0, choosable: 1 });
      assert.deepEqual(await chosen(), ids(1, 4));
      await add(sourceOf('c', finding(5, { role: 'attempt' })));
      assert.deepEqual(
        review.groups.map(({ name }) => name),
        ['a', 'c'],
      );
      review.filter = undefined;
      assert.equal(review.groups.length, 3);
    });

    it('chooses for “all” what may be a session, and other roles only if the filter shows them', async () => {
      await add(mixed);
      await review.chooseAll();
      assert.deepEqual(await chosen(), ids(1, 2));
      await review.chooseNone();
      assert.deepEqual(await chosen(), []);
      review.filter = new Set<ReviewRole>(['attempt']);
      await review.chooseAll();
      assert.deepEqual(await chosen(), ids(3));
      assertCounts();
    });
  });

  describe('after any sequence of changes', () => {
    const check = propertyCheck(300) as (property: unknown) => Promise<void>;
    const number = fc.nat(9);
    const role = fc.constantFrom('session', 'unknown', 'attempt') as fc.Arbitrary<Finding['role']>;
    const source = fc
      .tuple(
        fc.constantFrom('a', 'b', 'c'),
        fc.uniqueArray(fc.tuple(number, role), { selector: ([id]) => id }),
      )
      .map(([name, all]) => sourceOf(name, ...all.map(([id, as]) => finding(id, { role: as }))));
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), source, key: fc.option(number) }),
      fc.record({ do: fc.constant('choose' as const), at: fc.nat(40), isChosen: fc.boolean() }),
      fc.record({ do: fc.constant('mark' as const), marked: fc.uniqueArray(number) }),
      fc.record({ do: fc.constantFrom('all' as const, 'none' as const) }),
      fc.record({ do: fc.constant('filter' as const), roles: fc.option(fc.uniqueArray(role)) }),
    );
    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

    async function take(each: Step): Promise<void> {
      switch (each.do) {
        case 'add':
          return review.add(foundIn(each.source), new Set(each.key === null ? [] : [idNumber(each.key)]));
        case 'choose': {
          const rows = review.groups.flatMap(({ sessions, others }) => [...sessions.rows, ...others.rows]);
          return review.choose(rows.slice(each.at, each.at + 3), each.isChosen);
        }
        case 'mark':
          return marking(Object.fromEntries(each.marked.map((id) => [id, 'listed'])));
        case 'all':
          return review.chooseAll();
        case 'none':
          return review.chooseNone();
        case 'filter':
          review.filter = each.roles === null ? undefined : new Set(each.roles);
      }
    }

    it('counts correctly, and never chooses a key or an id that is on the list', async () => {
      await check(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          review = new Review();
          const keys = new Set<string>();
          let marked = new Set<string>();
          for (const each of steps) {
            await take(each);
            if (
              each.do === 'add' &&
              each.key !== null &&
              each.source.findings.some(({ id }) => id === idNumber(each.key ?? -1))
            )
              keys.add(idNumber(each.key));
            if (each.do === 'mark') marked = new Set(each.marked.map(idNumber));
            if (each.do === 'add')
              await marking(
                Object.fromEntries([...marked].map((id) => [Number(`0x${id.slice(-8)}`), 'listed'])),
              );
            for (const id of await chosen()) assert.ok(!keys.has(id) && !marked.has(id), id);
            const { filter } = review;
            review.filter = undefined;
            assertCounts();
            assert.equal((await chosen()).length, review.chosenCount);
            review.filter = filter;
          }
        }),
      );
    });
  });

  it('is empty at first, and stays empty if nothing is added', async () => {
    const nothing: Found = { sources: [], skipped: [], isCancelled: false };
    await review.add(nothing, noKeys);
    await review.chooseAll();
    await marking({});
    assert.deepEqual([review.groups, review.size, review.chosenCount, await review.chosen()], [[], 0, 0, []]);
  });

  it('does not block the event loop while it works on a hundred thousand ids', async () => {
    let turns = 0;
    let isDone = false;
    const next = (): void => {
      turns += 1;
      if (!isDone) setImmediate(next);
    };
    setImmediate(next);
    await add(sourceOf('a', ...Array.from({ length: 100_000 }, (_, number) => finding(number))));
    const afterAdding = turns;
    await marking({ 5: 'deleted' });
    await review.chooseNone();
    await review.chooseAll();
    await review.choose(group().sessions.rows, false);
    isDone = true;
    assert.ok(afterAdding > 5, `${afterAdding} turns while adding`);
    assert.ok(turns - afterAdding > 40, `${turns - afterAdding} turns after that`);
    assertCounts();
  });
});
