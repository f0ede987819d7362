import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ListNode } from '../../../../../src/editor/list/view/listRows.ts';
import { ShownRows, type Changes } from '../../../../../src/editor/list/view/shownRows.ts';
import { madeUpEntry } from '../../../../support/cleanup/madeUpEntry.ts';
import { propertyCheck } from '../../../../support/random/propertyCheck.ts';
import { RowHolder } from '../../../../support/window/rowHolder.ts';

type Name = 'nextUp' | 'waiting' | 'listed';
const names: readonly Name[] = ['nextUp', 'waiting', 'listed'];
const pageSize = 3;

/** A made-up list: numbers of entries by group, in pages if there are more than three, and the text of each row. */
class MadeUpList {
  readonly groups: Record<Name, number[]> = { nextUp: [], waiting: [], listed: [] };
  readonly texts = new Map<number, string>();
  /** The parents of the rows that were read. */
  readonly read: string[] = [];

  readonly children = (parent: ListNode | undefined): readonly ListNode[] => {
    this.read.push(parent?.id ?? 'root');
    if (parent === undefined)
      return names.flatMap((name) => {
        const { length } = this.groups[name];
        return length === 0
          ? []
          : [{ kind: 'group', id: `group:${name}`, name, row: row(`${name} ${length}`) }];
      });
    if (parent.kind === 'entry') return [];
    const own = this.groups[parent.name as Name];
    if (parent.kind === 'page')
      return own.slice(parent.from, parent.from + pageSize).map((id) => this.#entry(id));
    if (own.length <= pageSize) return own.map((id) => this.#entry(id));
    return Array.from({ length: Math.ceil(own.length / pageSize) }, (_, page) => {
      const from = page * pageSize;
      const label = `${from + 1}–${Math.min(own.length, from + pageSize)}`;
      return { kind: 'page', id: `page:${parent.name}:${from}`, name: parent.name, from, row: row(label) };
    });
  };

  /** The rows that a tree without any memory would show. */
  visible(isOpen: (id: string) => boolean, parent?: ListNode): readonly string[] {
    return this.children(parent).flatMap((node) => [
      node.row.label,
      ...(node.kind !== 'entry' && isOpen(node.id) ? this.visible(isOpen, node) : []),
    ]);
  }

  #entry(id: number): ListNode {
    return {
      kind: 'entry',
      id: `entry:${id}`,
      entry: madeUpEntry({ id }),
      row: row(this.texts.get(id) ?? `entry ${id}`),
    };
  }
}

function row(label: string): ListNode['row'] {
  return { label, description: '', tooltip: '', spoken: label };
}

const none: ReadonlySet<string> = new Set();

describe('ShownRows', () => {
  let list: MadeUpList;
  let tree: ShownRows;
  let isWhole: boolean;

  beforeEach(() => {
    list = new MadeUpList();
    list.groups.nextUp = [1, 2];
    list.groups.waiting = [3, 4, 5, 6, 7, 8, 9];
    list.groups.listed = [10, 11];
    tree = new ShownRows();
    isWhole = true;
  });

  function holder(): RowHolder {
    return new RowHolder({
      children: (parent) => {
        const handedOut = tree.children(parent, list.children);
        isWhole &&= handedOut.isWhole;
        return handedOut.children;
      },
      collapse: (node) => tree.collapse(node),
      expand: (node) => tree.expand(node),
    });
  }

  function shown(): RowHolder {
    const rows = holder();
    rows.show();
    return rows;
  }

  function changed(selected = none): string {
    return idsOf(tree.changes(list.children, selected));
  }

  it('reports nothing before VS Code has requested anything', () => {
    assert.equal(changed(), '');
    assert.deepEqual(list.read, []);
  });

  it('reports nothing if nothing has changed', () => {
    shown();
    assert.equal(changed(), '');
  });

  it('reports the one row whose content has changed', () => {
    shown();
    list.texts.set(4, 'deleted');
    assert.equal(changed(), 'entry:4');
    assert.equal(changed(), '');
  });

  it('returns the same object for the same row, with its new content', () => {
    const rows = shown();
    const before = rows.node('entry:4');
    list.texts.set(4, 'deleted');
    rows.take(tree.changes(list.children, none));
    assert.equal(rows.node('entry:4'), before);
    assert.equal(before?.row.label, 'deleted');
  });

  it('reports only the group whose rows have changed', () => {
    shown();
    list.groups.nextUp = [2, 1];
    list.texts.set(1, 'first');
    assert.equal(changed(), 'group:nextUp');
  });

  it('reports both groups if an entry has moved from one to the other', () => {
    const rows = shown();
    const moved = rows.node('entry:2');
    list.groups.nextUp = [1];
    list.groups.listed = [10, 2, 11];
    const changes = tree.changes(list.children, none);
    assert.equal(idsOf(changes), 'group:nextUp group:listed');
    rows.take(changes);
    assert.equal(rows.node('entry:2'), moved);
    assert.equal(tree.parentOf(moved ?? assert.fail())?.id, 'group:listed');
  });

  it('reports only the pages whose rows have changed', () => {
    const rows = shown();
    rows.expand('page:waiting:3');
    list.groups.waiting = [4, 3, 5, 6, 7, 8, 9];
    assert.equal(changed(), 'page:waiting:0');
  });

  it('reports everything if a group appears or disappears', () => {
    const rows = shown();
    list.groups.listed = [];
    assert.equal(changed(), 'everything');
    rows.take('everything');
    list.groups.listed = [10];
    assert.equal(changed(), 'everything');
  });

  it('reports everything if a selected row has moved to another parent, so that it stays selected', () => {
    shown();
    list.groups.nextUp = [1, 3];
    list.groups.waiting = [2, 4, 5, 6, 7, 8, 9];
    assert.equal(changed(new Set(['entry:2'])), 'everything');
  });

  it('does the same if it moves on before VS Code has requested the reported rows', () => {
    const rows = shown();
    const selected = new Set(['entry:1']);
    list.groups.nextUp = [2, 1];
    const changes = tree.changes(list.children, selected);
    assert.equal(idsOf(changes), 'group:nextUp');
    list.groups.nextUp = [2, 3];
    list.groups.waiting = [1, 4, 5, 6, 7, 8, 9];
    rows.take(changes);
    assert.deepEqual(rows.visible('group:nextUp'), ['entry 2', 'entry 1']);
    assert.equal(changed(selected), 'everything');
    rows.take('everything');
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  });

  it('does not if a selected row was only removed, or moved below the same parent', () => {
    const rows = shown();
    list.groups.nextUp = [2, 1];
    const changes = tree.changes(list.children, new Set(['entry:2']));
    assert.equal(idsOf(changes), 'group:nextUp');
    rows.take(changes);
    list.groups.nextUp = [1];
    assert.equal(changed(new Set(['entry:2'])), 'group:nextUp');
  });

  it('reads nothing below rows that are collapsed or were never opened', () => {
    const rows = shown();
    rows.collapse('group:nextUp');
    list.read.length = 0;
    list.groups.nextUp = [2, 1];
    list.groups.waiting = [3, 4, 5, 6, 8, 7, 9];
    assert.equal(changed(), '');
    assert.deepEqual(list.read, ['root', 'group:waiting', 'page:waiting:0', 'group:listed']);
  });

  it('compares rows that are opened again, which VS Code shows from memory', () => {
    const rows = shown();
    rows.collapse('group:nextUp');
    list.texts.set(1, 'changed meanwhile');
    assert.equal(changed(), '');
    rows.expand('group:nextUp');
    assert.equal(changed(), 'entry:1');
  });

  it('reports a collapsed group that VS Code remembers a row below, before the row appears elsewhere', () => {
    const rows = shown();
    rows.collapse('group:nextUp');
    list.groups.nextUp = [1];
    list.groups.listed = [10, 11, 2];
    const changes = tree.changes(list.children, none);
    assert.match(idsOf(changes), /group:listed/);
    assert.match(idsOf(changes), /group:nextUp/);
    rows.take(changes);
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  });

  it('does the same for the rows of a collapsed page that has not changed itself', () => {
    const rows = shown();
    rows.expand('page:waiting:3');
    rows.collapse('page:waiting:3');
    list.groups.waiting = [6, 3, 4, 5, 7, 8, 9];
    const changes = tree.changes(list.children, none);
    assert.equal(idsOf(changes), 'page:waiting:0 page:waiting:3');
    rows.take(changes);
    assert.ok(isWhole);
  });

  it('returns whole pages at once if rows have moved between them and the group was reported', () => {
    const rows = shown();
    rows.expand('page:waiting:3');
    list.groups.waiting = [6, 7, 8, 3, 4, 5, 9, 12, 13, 14];
    const changes = tree.changes(list.children, none);
    assert.equal(idsOf(changes), 'group:waiting');
    rows.take(changes);
    assert.ok(isWhole);
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  });

  it('returns a whole group that replaces another one with the same rows', () => {
    list.groups.listed = [];
    const rows = shown();
    list.groups.listed = list.groups.nextUp;
    list.groups.nextUp = [];
    rows.take(tree.changes(list.children, none));
    assert.ok(isWhole);
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  });

  it('returns all rows of what is opened later, after VS Code had time to drop the old ones', () => {
    const rows = shown();
    rows.collapse('group:nextUp');
    list.groups.nextUp = [1, 2, 12];
    rows.take(tree.changes(list.children, none));
    rows.take(tree.changes(list.children, none));
    list.groups.waiting = [3, 4, 5, 6, 1, 7, 8, 9];
    rows.expand('page:waiting:3');
    assert.ok(isWhole);
  });

  it('reads again below a group that was collapsed, disappeared and came back', () => {
    const rows = shown();
    rows.collapse('group:listed');
    list.groups.listed = [];
    rows.take(tree.changes(list.children, none));
    list.groups.listed = [10];
    rows.take(tree.changes(list.children, none));
    list.texts.set(10, 'seen');
    assert.equal(changed(), 'entry:10');
  });

  it('forgets a row that is not shown any more', () => {
    const rows = shown();
    const gone = rows.node('entry:4') ?? assert.fail();
    list.groups.waiting = [3, 5, 6, 7, 8, 9, 12];
    rows.take(tree.changes(list.children, none));
    rows.take(tree.changes(list.children, none));
    assert.equal(tree.parentOf(gone)?.id, undefined);
    list.groups.waiting = [3, 4, 5, 6, 7, 8, 9];
    rows.take(tree.changes(list.children, none));
    assert.notEqual(rows.node('entry:4'), gone);
  });

  it('leaves out a row that VS Code has below another parent, and says so', () => {
    const rows = shown();
    list.groups.waiting = [3, 4, 5, 6, 1, 7, 8, 9];
    list.groups.nextUp = [2];
    rows.expand('page:waiting:3');
    assert.equal(isWhole, false);
    assert.ok(!rows.visible('page:waiting:3').includes('entry 1'));
    isWhole = true;
    rows.take(tree.changes(list.children, none));
    assert.ok(isWhole);
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  });

  it('leaves it out as well while VS Code may not yet have dropped what was reported', () => {
    const rows = shown();
    list.groups.waiting = [3, 4, 5, 6, 1, 7, 8, 9];
    list.groups.nextUp = [2];
    const changes = tree.changes(list.children, none);
    rows.expand('page:waiting:3');
    assert.equal(isWhole, false);
    rows.take(changes);
    rows.take(tree.changes(list.children, none));
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  });

  it('knows the parent of each row', () => {
    const rows = shown();
    const above = (id: string): string | undefined => tree.parentOf(rows.node(id) ?? assert.fail())?.id;
    assert.equal(above('entry:10'), 'group:listed');
    assert.equal(above('entry:4'), 'page:waiting:0');
    assert.equal(above('page:waiting:3'), 'group:waiting');
    assert.equal(above('group:waiting'), undefined);
    const [stranger = assert.fail()] = list.children({ ...(rows.node('group:listed') ?? assert.fail()) });
    assert.equal(new ShownRows().parentOf(stranger), undefined);
  });

  it('becomes empty if nothing can be read any more, and fills again', () => {
    const rows = shown();
    rows.take(tree.changes(() => [], none));
    rows.take(tree.changes(list.children, none));
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  });

  describe('after any sequence of changes', () => {
    const check = propertyCheck(1000);
    const group = fc.constantFrom(...names);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('move'), id: fc.integer({ min: 1, max: 14 }), group, at: fc.nat(9) }),
      fc.record({ kind: fc.constant('remove'), id: fc.integer({ min: 1, max: 14 }) }),
      fc.record({ kind: fc.constant('say'), id: fc.integer({ min: 1, max: 14 }), text: fc.nat(9) }),
      fc.record({ kind: fc.constantFrom('collapse', 'expand'), at: fc.nat(30) }),
      fc.record({ kind: fc.constantFrom('look', 'take') }),
    );

    it('VS Code rejects no row, and finally shows the current list', () => {
      check(
        fc.property(fc.array(step, { maxLength: 60 }), fc.subarray([1, 3, 7, 11]), (steps, chosen) => {
          list = new MadeUpList();
          list.groups.nextUp = [1, 2];
          list.groups.waiting = [3, 4, 5, 6, 7, 8, 9];
          list.groups.listed = [10, 11];
          tree = new ShownRows();
          const selected = new Set(chosen.map((id) => `entry:${id}`));
          const rows = shown();
          // VS Code does not handle a report at once, and handles one at a time.
          let told: Changes | undefined;
          for (const each of steps) {
            if ('id' in each) changeList(list, each);
            else if ('at' in each) {
              const ids = rows.ids().filter((id) => !id.startsWith('entry'));
              const id = ids[each.at % Math.max(1, ids.length)] ?? '';
              if (each.kind === 'collapse') rows.collapse(id);
              else rows.expand(id);
            } else if (each.kind === 'look') told ??= tree.changes(list.children, selected);
            else if (told !== undefined) {
              rows.take(told);
              told = undefined;
            }
          }
          if (told !== undefined) rows.take(told);
          for (let looks = 0; looks < 3; looks += 1) rows.take(tree.changes(list.children, selected));
          assert.deepEqual(
            rows.visible(),
            list.visible((id) => rows.isOpen(id)),
          );
          assert.deepEqual(tree.changes(list.children, selected), []);
        }),
      );
    });
  });
});

function changeList(
  list: MadeUpList,
  step: { kind: string; id: number; group?: Name; at?: number; text?: number },
): void {
  if (step.text !== undefined) return void list.texts.set(step.id, `text ${step.text}`);
  for (const name of names) list.groups[name] = list.groups[name].filter((id) => id !== step.id);
  if (step.group !== undefined) list.groups[step.group].splice(step.at ?? 0, 0, step.id);
}

function idsOf(changes: Changes): string {
  return changes === 'everything' ? changes : changes.map(({ id }) => id).join(' ');
}
