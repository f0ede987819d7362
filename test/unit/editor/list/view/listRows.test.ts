import assert from 'node:assert/strict';
import { Positions } from '../../../../../src/cleanup/list/positions.ts';
import { everything, type ListChoice } from '../../../../../src/editor/list/view/listFilter.ts';
import { isEntryNode } from '../../../../../src/editor/input/commandArguments.ts';
import { isListNode, ListRows, type ListNode } from '../../../../../src/editor/list/view/listRows.ts';
import { pageSize } from '../../../../../src/editor/list/view/listGroups.ts';
import { timeText } from '../../../../../src/editor/text/timeText.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  minuteMs,
  outcomeOf,
  sessionNumber,
} from '../../../../support/cleanup/cleanupWorkshop.ts';

const other = 'another';
const both = new Map([
  [integration, 'Shop (TEST)'],
  [other, 'Other (LIVE)'],
]);

describe('the rows of the list', () => {
  let shop: CleanupWorkshop;

  beforeEach(() => (shop = new CleanupWorkshop()));

  function reading(titles: ReadonlyMap<string, string> = both, choice: ListChoice = everything): ListRows {
    const { database, groups, switches, clock } = shop;
    const positions = new Positions(database);
    const absent = 'integration not stored here';
    const sources = {
      groups,
      switches,
      positions,
      book: shop.window('a'),
      titles,
      absent,
      now: clock.wallAt,
    };
    return new ListRows(sources, choice);
  }

  /** The whole tree, one indented line per row, with its description; pages other than the first are closed. */
  function drawn(look = reading(), parent?: ListNode, indent = ''): readonly string[] {
    return look.children(parent).flatMap((node) => {
      const { label, description } = node.row;
      const isOpen = node.kind !== 'page' || node.from === 0;
      return [
        `${indent}${label} ${description}`.trimEnd(),
        ...(node.kind !== 'entry' && isOpen ? drawn(look, node, `${indent}  `) : []),
      ];
    });
  }

  function groupOf(name: string, look = reading()): ListNode {
    return look.children(undefined).find(({ id }) => id === `group:${name}`) ?? assert.fail(name);
  }

  function list(count: number, of = integration): void {
    shop.list.add(
      of,
      Array.from({ length: count }, (_, index) => ({ sessionId: sessionNumber(index + 1) })),
      shop.clock.wallAt,
    );
  }

  it('are none if the list is empty', () => assert.deepEqual(drawn(), []));

  it('say for each entry what it waits for, and until when', () => {
    const { clock } = shop;
    const book = shop.window('a');
    for (let number = 1; number <= 7; number += 1) shop.confirmed(number);
    book.record(shop.reserved(book, 1), outcomeOf(200), 5);
    list(8);
    const later = timeText(clock.wallAt + hourMs + minuteMs, clock.wallAt);
    const [now, erased] = [
      timeText(clock.wallAt, clock.wallAt),
      timeText(clock.wallAt + 12 * hourMs, clock.wallAt),
    ];
    const row = (number: number): string => `00000000…000${number}`;
    assert.deepEqual(drawn(), [
      'Next up 5',
      ...[2, 3, 4, 5].map((number) => `  ${row(number)} slot free now · confirmed`),
      `  ${row(6)} about ${later} · confirmed`,
      'Waiting 1',
      `  ${row(7)} about ${later} · confirmed`,
      'Listed 1',
      `  ${row(8)} listed, not confirmed`,
      'Done 1',
      `  ${row(1)} deleted ${now}, erased by ${erased}`,
    ]);
  });

  it('name the integration if the list has more than one', () => {
    list(1);
    assert.deepEqual(drawn(), ['Listed 1', '  00000000…0001 listed, not confirmed']);
    list(1, other);
    assert.deepEqual(drawn().slice(1), [
      '  00000000…0001 listed, not confirmed · Shop (TEST)',
      '  00000000…0001 listed, not confirmed · Other (LIVE)',
    ]);
    // Even if only one of them passes the filter: the user has to see which one.
    const choice: ListChoice = { filter: { integrations: [other] }, order: 'place' };
    assert.deepEqual(drawn(reading(both, choice)).slice(1), [
      '  00000000…0001 listed, not confirmed · Other (LIVE)',
    ]);
  });

  it('say that an integration is not stored, and that nothing of it can be sent', () => {
    shop.confirmed(1);
    list(2);
    assert.deepEqual(drawn(reading(new Map())), [
      'Waiting 1',
      '  00000000…0001 can’t be sent · confirmed · integration not stored here',
      'Listed 1',
      '  00000000…0002 listed, not confirmed · integration not stored here',
    ]);
  });

  it('are directly below their group up to 200, and on pages if there are more', () => {
    list(200);
    assert.equal(reading().children(groupOf('listed')).length, 200);
    shop.list.add(integration, [{ sessionId: sessionNumber(201) }], 1);
    const pages = reading().children(groupOf('listed'));
    assert.deepEqual(
      pages.map(({ id, row }) => `${id} ${row.label}`),
      ['page:listed:0 1–200', 'page:listed:200 201–201'],
    );
    const rows = pages.map((page) => reading().children(page));
    assert.deepEqual(
      rows.map(({ length }) => length),
      [200, 1],
    );
    assert.equal(rows[1]?.[0]?.row.label, '00000000…00c9');
  });

  it('keep their ids while they represent the same', () => {
    list(201);
    const ids = (): readonly string[] =>
      [undefined, groupOf('listed')].flatMap((parent) =>
        reading()
          .children(parent)
          .map(({ id }) => id),
      );
    const before = ids();
    shop.list.setChecked(shop.refs([1]), false);
    assert.deepEqual(ids(), before);
    const [entry] = reading().children(reading().children(groupOf('listed'))[0]);
    assert.equal(entry?.id, 'entry:1');
    const agreement = shop.list.beginAgreement(shop.stored(), 1, 1) ?? 0;
    shop.list.agreeToListed(agreement, shop.refs([1]), 1);
    assert.equal(reading().children(groupOf('nextUp'))[0]?.id, 'entry:1');
  });

  it('have checkboxes only if “Delete Listed Sessions…” may include them', () => {
    for (let number = 900; number < 1200; number += 1) shop.confirmed(number);
    list(401);
    shop.list.setChecked(shop.refs([shop.list.find(integration, sessionNumber(300))?.id ?? 0]), false);
    const look = reading();
    const boxes = (parent?: ListNode): readonly unknown[] =>
      look.children(parent).map(({ row }) => row.checkbox?.isChecked);
    assert.deepEqual(boxes(), [undefined, undefined, false]);
    assert.deepEqual(boxes(groupOf('waiting')), [undefined, undefined]);
    assert.deepEqual(boxes(groupOf('listed')), [true, false, true]);
    const [, second] = look.children(groupOf('listed'));
    assert.equal(boxes(second).filter((isChecked) => isChecked === false).length, 1);
  });

  it('have no rows below an entry, or below a group or page that does not exist any more', () => {
    list(1);
    const look = reading();
    const group = groupOf('listed');
    const [entry] = look.children(group);
    assert.deepEqual(look.children(entry), []);
    shop.list.remove(shop.refs([1]), 1);
    assert.deepEqual(reading().children(group), []);
    const page: ListNode = { ...group, kind: 'page', id: 'page:listed:400', name: 'listed', from: 400 };
    assert.deepEqual(reading().children(page), []);
  });

  it('pass on the errors of the database', () => {
    list(1);
    const look = reading();
    shop.database.close();
    assert.throws(() => look.children(undefined), { name: 'DatabaseUnusable' });
  });
});

describe('a row as a command’s argument', () => {
  const shop = new CleanupWorkshop();
  shop.list.add(
    integration,
    Array.from({ length: pageSize + 1 }, (_, index) => ({ sessionId: sessionNumber(index) })),
    1,
  );
  const { database, groups, switches, clock } = shop;
  const sources = { groups, switches, positions: new Positions(database), book: shop.window('a') };
  const look = new ListRows({ ...sources, titles: both, absent: '', now: clock.wallAt }, everything);
  const [group] = look.children(undefined);
  const [page] = look.children(group);
  const [entry] = look.children(page);

  it('is recognised if the view made it', () => {
    assert.deepEqual([group, page, entry].map(isListNode), [true, true, true]);
    assert.deepEqual([group, page, entry].map(isEntryNode), [false, false, true]);
  });

  it('is not recognised if it only looks like one', () => {
    for (const node of [group, page, entry]) {
      const copies: unknown[] = [
        { ...node },
        JSON.parse(JSON.stringify(node)),
        structuredClone(node),
        Object.create(node ?? null),
        Object.freeze({ ...node }),
      ];
      for (const copy of copies) {
        assert.equal(isListNode(copy), false);
        assert.equal(isEntryNode(copy), false);
      }
    }
  });

  for (const value of [
    undefined,
    null,
    'entry',
    7,
    {},
    [],
    { kind: 'entry' },
    { kind: 'entry', entry: null },
  ])
    it(`is not ${JSON.stringify(value)}`, () => {
      assert.equal(isListNode(value), false);
      assert.equal(isEntryNode(value), false);
    });
});
