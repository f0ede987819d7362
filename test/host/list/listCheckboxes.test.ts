import { person } from '../../support/window/personAtWindow.ts';
import type { HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import type { ListAtWindow } from '../../support/window/listAtWindow.ts';
import { told, type Row } from '../../support/window/listAtWindow.ts';
import { TreeAtWindow } from '../../support/window/treeAtWindow.ts';
import { beforeEachView, idOf } from '../../support/window/viewSuite.ts';

const { Checked, Unchecked } = vscode.TreeItemCheckboxState;

describe('the checkboxes of the cleanup list check and uncheck', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let tree: TreeAtWindow;

  beforeEachView((made) => ({ workshop, list } = made));

  async function opens(): Promise<void> {
    tree = await TreeAtWindow.opened();
  }

  const checked = (rows: readonly Row[]): readonly unknown[] => rows.map((row) => list.now(row)?.isChecked);

  it('one row, and the group with it', async () => {
    const rows = list.putNumbers(2);
    const [first] = rows;
    assert.ok(first);
    await opens();
    person.ticks([await tree.node(idOf(first)), Unchecked]);
    await tree.fires();
    assert.equal(checked(rows).join(), 'false,true');
    const group = await tree.node('group:listed');
    assert.equal(group.row.checkbox?.isChecked, false);
    person.ticks([await tree.node(idOf(first)), Checked]);
    await eventually('it is checked', () => checked(rows).join() === 'true,true');
  });

  it('all of a group, including closed pages, except for what the filter hides', async () => {
    const rows = list.putMany(450, 'listed');
    await opens();
    person.ticks([await tree.node('group:listed'), Unchecked]);
    await eventually('all are unchecked', () => checked(rows).every((each) => each === false));
    person.answer = ({ kind }) => (kind === 'pick' ? 'Text…' : '-0000000000');
    await workshop.run('filterList');
    person.answer = ({ kind }) => (kind === 'pick' ? 'Text…' : sessionNumber(5));
    await workshop.run('filterList');
    person.ticks([await tree.node('group:listed'), Checked]);
    await eventually('it is checked', () => checked(rows).filter((each) => each === true).length === 1);
    assert.equal(checked(rows)[5], true);
  });

  it('all of a page', async () => {
    const rows = list.putMany(401, 'listed');
    await opens();
    const [, second] = await tree.children(await tree.node('group:listed'));
    person.ticks([second, Unchecked]);
    await eventually(
      'they are unchecked',
      () => checked(rows).filter((each) => each === false).length === 200,
    );
    assert.deepEqual(
      [checked(rows)[199], checked(rows)[200], checked(rows)[399], checked(rows)[400]],
      [true, false, false, true],
    );
    const boxes = (await tree.children(await tree.node('group:listed'))).map(
      ({ row }) => row.checkbox?.isChecked,
    );
    assert.deepEqual(boxes, [true, false, true]);
  });

  it('nothing if the database fails; they are redrawn as they were, and the user is told', async () => {
    const rows = list.putNumbers(2);
    const [first] = rows;
    assert.ok(first);
    await opens();
    const node = await tree.node(idOf(first));
    const other = CleanupDatabase.open(workshop.databasePath);
    try {
      other.run('BEGIN IMMEDIATE');
      person.ticks([node, Unchecked]);
      await eventually('it says so', () => person.messages.length > 0);
    } finally {
      other.run('ROLLBACK');
      other.close();
    }
    assert.match(told(), /^error: .*Another window or program holds it/);
    assert.ok(tree.fired.length > 0);
    assert.equal(checked(rows).join(), 'true,true');
    assert.equal((await tree.node(idOf(first))).row.checkbox?.isChecked, true);
  });
});
