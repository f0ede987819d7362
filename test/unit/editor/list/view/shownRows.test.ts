import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ListNode } from '../../../../../src/editor/list/view/listRows.ts';
import { ShownRows } from '../../../../../src/editor/list/view/shownRows.ts';
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

  function isChanged(): boolean {
    return tree.isChanged(list.children);
  }

  /** Looks at the list, and refreshes VS Code if that is wanted. */
  function look(rows: RowHolder): void {
    if (isChanged()) rows.refresh();
  }

  function assertCurrent(rows: RowHolder): void {
    assert.deepEqual(
      rows.visible(),
      list.visible((id) => rows.isOpen(id)),
    );
  }

  it('reports nothing before VS Code has requested anything', () => {
    assert.equal(isChanged(), false);
    assert.deepEqual(list.read, []);
  });

  it('reports nothing if nothing has changed', () => {
    shown();
    assert.equal(isChanged(), false);
  });

  it('reports a row whose content has changed, until VS Code has requested it', () => {
    const rows = shown();
    list.texts.set(4, 'deleted');
    assert.equal(isChanged(), true);
    assert.equal(isChanged(), true);
    rows.refresh();
    assert.equal(isChanged(), false);
    assertCurrent(rows);
  });

  it('reports another order, and a row that has moved to another group', () => {
    const rows = shown();
    list.groups.nextUp = [2, 1];
    assert.equal(isChanged(), true);
    rows.refresh();
    list.groups.nextUp = [2];
    list.groups.listed = [10, 1, 11];
    assert.equal(isChanged(), true);
    rows.refresh();
    assertCurrent(rows);
    assert.equal(tree.parentOf(rows.node('entry:1') ?? assert.fail())?.id, 'group:listed');
  });

  it('answers all requests of a refresh from one moment, so that a row that moves meanwhile is in one of them', () => {
    const rows = shown();
    list.groups.nextUp = [1];
    list.groups.waiting = [2, 3, 4, 5, 6, 7, 8, 9];
    assert.equal(isChanged(), true);
    list.groups.waiting = [3, 4, 5, 6, 7, 8, 9];
    list.groups.listed = [10, 2, 11];
    rows.refresh();
    assert.deepEqual(rows.visible('page:waiting:0'), ['entry 2', 'entry 3', 'entry 4']);
    assert.deepEqual(rows.visible('group:listed'), ['entry 10', 'entry 11']);
    look(rows);
    assertCurrent(rows);
  });

  it('reads nothing below rows that are collapsed or were never opened', () => {
    const rows = shown();
    rows.collapse('group:nextUp');
    list.read.length = 0;
    list.groups.nextUp = [2, 1];
    list.groups.waiting = [3, 4, 5, 6, 8, 7, 9];
    assert.equal(isChanged(), false);
    assert.deepEqual(list.read, ['root', 'group:waiting', 'page:waiting:0', 'group:listed']);
  });

  it('compares rows that are opened again, which VS Code shows from memory', () => {
    const rows = shown();
    rows.collapse('group:nextUp');
    list.texts.set(1, 'changed meanwhile');
    assert.equal(isChanged(), false);
    rows.expand('group:nextUp');
    assert.equal(isChanged(), true);
  });

  it('reads opened pages with the rest', () => {
    const rows = shown();
    rows.expand('page:waiting:3');
    list.groups.waiting = [6, 7, 8, 3, 4, 5, 9, 12, 13, 14];
    look(rows);
    assert.ok(isWhole);
    assertCurrent(rows);
  });

  it('returns a whole group that replaces another one with the same rows', () => {
    list.groups.listed = [];
    const rows = shown();
    list.groups.listed = list.groups.nextUp;
    list.groups.nextUp = [];
    look(rows);
    assert.ok(isWhole);
    assertCurrent(rows);
  });

  it('leaves out a row that VS Code has below another parent, and says so', () => {
    const rows = shown();
    list.groups.waiting = [3, 4, 5, 6, 1, 7, 8, 9];
    list.groups.nextUp = [2];
    rows.expand('page:waiting:3');
    assert.equal(isWhole, false);
    assert.ok(!rows.visible('page:waiting:3').includes('entry 1'));
    isWhole = true;
    look(rows);
    assert.ok(isWhole);
    assertCurrent(rows);
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

  it('knows the current row for an older one, which is itself if it is not shown any more', () => {
    const rows = shown();
    const old = rows.node('entry:4') ?? assert.fail();
    list.texts.set(4, 'deleted');
    look(rows);
    assert.equal(tree.current(old).row.label, 'deleted');
    list.groups.waiting = [3, 5, 6, 7, 8, 9];
    look(rows);
    assert.equal(tree.current(old), old);
  });

  it('becomes empty if nothing can be read any more, and fills again', () => {
    const rows = shown();
    assert.equal(
      tree.isChanged(() => []),
      true,
    );
    rows.refresh();
    assert.deepEqual(rows.visible(), []);
    look(rows);
    assertCurrent(rows);
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
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          list = new MadeUpList();
          list.groups.nextUp = [1, 2];
          list.groups.waiting = [3, 4, 5, 6, 7, 8, 9];
          list.groups.listed = [10, 11];
          tree = new ShownRows();
          const rows = shown();
          // VS Code does not refresh at once.
          let isTold = false;
          for (const each of steps) {
            if ('id' in each) changeList(list, each);
            else if ('at' in each) {
              const ids = rows.ids().filter((id) => !id.startsWith('entry'));
              const id = ids[each.at % Math.max(1, ids.length)] ?? '';
              if (each.kind === 'collapse') rows.collapse(id);
              else rows.expand(id);
            } else if (each.kind === 'look') isTold = isChanged() || isTold;
            else if (isTold) {
              rows.refresh();
              isTold = false;
            }
          }
          if (isTold) rows.refresh();
          for (let looks = 0; looks < 2; looks += 1) look(rows);
          assertCurrent(rows);
          assert.equal(isChanged(), false);
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
