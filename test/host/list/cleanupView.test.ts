import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands, rowKinds } from '../../../src/contributions.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { elsewhere, ListAtWindow, type Row } from '../../support/window/listAtWindow.ts';
import { TreeAtWindow } from '../../support/window/treeAtWindow.ts';
import { beforeEachView, changeElsewhere, contextKey, idOf } from '../../support/window/viewSuite.ts';

const { Checked } = vscode.TreeItemCheckboxState;

describe('the view “Cleanup List”', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let tree: TreeAtWindow;

  beforeEachView((made) => ({ workshop, list } = made));

  async function opens(): Promise<void> {
    tree = await TreeAtWindow.opened();
  }

  const change = (work: Parameters<typeof changeElsewhere>[1]): void => changeElsewhere(workshop, work);

  function setStatus(row: Row, status: string): void {
    workshop.inDatabase((database) =>
      database.run('UPDATE list_entries SET seen_status = ? WHERE id = ?', status, row.entry.id),
    );
    workshop.secrets.touch();
  }

  describe('shows', () => {
    it('groups in order with their rows, each with its kind, texts and checkbox', async () => {
      const source = { uri: vscode.Uri.file('/project/orders.json').toString(), line: 11 };
      list.put(sessionNumber(1), { state: 'failed' });
      for (let number = 2; number <= 7; number += 1) list.put(sessionNumber(number), { state: 'confirmed' });
      list.put(sessionNumber(8), { heldAt: 1 });
      const listed = list.put(sessionNumber(9), { source });
      list.put(sessionNumber(10), { state: 'notFound' });
      await opens();
      const groups = await tree.children();
      assert.deepEqual(
        groups.map(({ row }) => row.spoken),
        ['Needs you, 1 session', 'Next up, 5 sessions', 'Waiting, 1 session', 'On hold, 1 session'].concat(
          'Listed, 1 session',
          'Not found, 1 session',
        ),
      );
      const kinds: unknown[] = [];
      for (const group of groups)
        for (const node of await tree.children(group)) kinds.push((await tree.item(node)).contextValue);
      const { needsYou, queue, held, notFound } = rowKinds;
      assert.deepEqual(kinds, [
        needsYou,
        queue,
        queue,
        queue,
        queue,
        queue,
        queue,
        held,
        rowKinds.listed,
        notFound,
      ]);

      const node = await tree.node(idOf(listed));
      const item = await tree.item(node);
      assert.equal(item.description, 'listed, not confirmed · orders.json:12');
      assert.equal(
        item.accessibilityInformation?.label,
        `Session ${sessionNumber(9)}, listed, not confirmed, Shop (TEST), orders.json, line 12`,
      );
      assert.deepEqual(item.checkboxState, {
        state: Checked,
        tooltip: `Session ${sessionNumber(9)}, checked for deletion`,
        accessibilityInformation: { label: `Session ${sessionNumber(9)}, checked for deletion` },
      });
      assert.deepEqual(item.command, {
        command: commands.openSource,
        title: 'Open Source',
        arguments: [node],
      });
    });

    it('waiting entries as paused, and the integration if there is more than one', async () => {
      list.put(sessionNumber(1), { state: 'confirmed' });
      await opens();
      assert.deepEqual(await tree.drawn(), ['Next up 1', '  00000000…0001 paused · confirmed']);
      list.put(sessionNumber(2), { state: 'confirmed', integration: elsewhere });
      assert.deepEqual(await tree.drawn(), [
        'Next up 1',
        '  00000000…0001 paused · confirmed · Shop (TEST)',
        'Waiting 1',
        '  00000000…0002 can’t be sent · confirmed · integration not stored here',
      ]);
    });

    it('pages if there are more than 200 entries, of which VS Code requests only the first', async () => {
      list.putMany(450, 'listed');
      await opens();
      const [group] = await tree.children();
      const pages = await tree.children(group);
      const items = await Promise.all(pages.map((page) => tree.item(page)));
      assert.deepEqual(
        items.map(({ collapsibleState }, index) => `${pages[index]?.row.label} ${collapsibleState}`),
        ['1–200 2', '201–400 1', '401–450 1'],
      );
    });

    it('one row of a closed page if it is revealed, and knows that it is selected', async () => {
      list.putMany(201, 'listed');
      await opens();
      const [group] = await tree.children();
      const [, second] = await tree.children(group);
      const [last] = await tree.children(second);
      assert.ok(last !== undefined);
      await tree.view.reveal(last, { select: true });
      await eventually('it is selected', () => tree.isSelected(last));
    });
  });

  describe('redraws', () => {
    it('a row that has changed', async () => {
      const [first, second] = list.putNumbers(3);
      assert.ok(first && second);
      await opens();
      setStatus(second, 'approved');
      await tree.fires();
      const { description } = await tree.item(await tree.node(idOf(second)));
      assert.match(String(description), /approved at Veriff/);
    });

    it('nothing if nothing that is shown has changed', async () => {
      const [first, second] = list.putNumbers(2);
      assert.ok(first && second);
      await opens();
      for (let round = 0; round < 5; round += 1) workshop.secrets.touch();
      // Only a change after that is shown.
      setStatus(second, 'approved');
      await tree.fires();
      assert.equal(tree.fired.length, 1);
      const { description } = await tree.item(await tree.node(idOf(second)));
      assert.match(String(description), /approved at Veriff/);
    });

    it('at most four times a second, and the last state at the end', async () => {
      const [first] = list.putNumbers(1);
      assert.ok(first);
      await opens();
      const until = performance.now() + 1200;
      let status = 0;
      for (; performance.now() < until; status += 1) {
        setStatus(first, `status ${status}`);
        await new Promise(setImmediate);
      }
      assert.ok(status > 20, `only ${status} changes`);
      await eventually('the last one is shown', async () => {
        const { description } = await tree.item(await tree.node(idOf(first)));
        return String(description).includes(`status ${status - 1} at`);
      });
      const times = tree.fired;
      const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
      assert.ok(times.length >= 3, `${times.length} fired`);
      assert.ok(Math.min(...gaps) >= 249, `fired after ${gaps.map(Math.round).join(', ')} ms`);
    });

    it('a selected row that has moved, so that it stays selected', async () => {
      const rows = list.putNumbers(6, { state: 'confirmed' });
      const [first] = rows;
      assert.ok(first);
      await opens();
      const node = await tree.node(idOf(first));
      await tree.view.reveal(node, { select: true });
      await eventually('it is selected', () => tree.isSelected(node));
      await workshop.run('moveDown');
      for (let times = 1; times < 5; times += 1) await workshop.run('moveDown');
      await eventually('it stands in “Waiting”', () => list.queue().at(-1) === first.entry.sessionId);
      await eventually('it is selected still', () => tree.fired.length > 0 && tree.isSelected(node));
    });

    it('nothing while it is hidden, and what has changed when it is shown', async () => {
      const [first] = list.putNumbers(2);
      assert.ok(first);
      await opens();
      await tree.hide();
      change((records, switches) => {
        records.setChecked([first.entry], false);
        switches.resume();
      });
      await eventually('the menus know', () => contextKey('isPaused') === false);
      assert.deepEqual(tree.fired, []);
      await tree.show();
      await tree.fires();
      assert.equal((await tree.node('group:listed')).row.checkbox?.isChecked, false);
    });
  });
});

describe('the view of a list that cannot be used', () => {
  beforeEach(() => person.contextKeys.clear());
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await closeWorkshops();
  });

  it('is empty, is logged once, and fills again when the list can be used', async () => {
    const workshop = await HostWorkshop.open({
      beforeActivation: (storage) => {
        rmSync(storage, { recursive: true });
        mkdirSync(storage, { recursive: true });
        writeFileSync(path.join(storage, 'cleanup.sqlite'), 'this is no database'.repeat(1000));
      },
    });
    const tree = await TreeAtWindow.opened();
    await eventually('it is known', () => contextKey('isListUnusable') === true);
    assert.deepEqual(await tree.drawn(), []);
    assert.equal(tree.view.message ?? '', '');
    assert.equal(tree.view.badge, undefined);
    for (let round = 0; round < 5; round += 1) {
      workshop.secrets.touch();
      await tree.drawn();
    }
    const lines = (): number =>
      person.log.filter((line) => line.includes('the cleanup list cannot be shown')).length;
    assert.equal(lines(), 1);

    workshop.clearStorage();
    const [integration] = await workshop.storedIntegrations();
    const list = new ListAtWindow(workshop);
    list.putNumbers(1, { integration: integration?.id ?? '' });
    workshop.secrets.touch();
    await eventually('it is known', () => contextKey('isListUnusable') === false);
    await tree.fires();
    assert.deepEqual(await tree.drawn(), ['Listed 1', '  00000000…0000 listed, not confirmed']);
    assert.equal(lines(), 1);

    workshop.clearStorage();
    mkdirSync(workshop.storage, { recursive: true });
    writeFileSync(workshop.databasePath, 'this is no database'.repeat(1000));
    workshop.secrets.touch();
    await eventually('it is known again', () => contextKey('isListUnusable') === true);
    assert.equal(lines(), 2);
    assert.deepEqual(await tree.drawn(), []);
  });

  it('keeps its rows if the credentials cannot be read, and treats no integration as removed', async () => {
    const workshop = await HostWorkshop.open();
    const list = new ListAtWindow(workshop);
    list.put(sessionNumber(1), { state: 'confirmed' });
    const tree = await TreeAtWindow.opened();
    await eventually('the row', async () => (await tree.drawn()).length === 2);
    workshop.secrets.isLocked = true;
    workshop.secrets.touch();
    await eventually('it says so', () => tree.view.message === 'Integration not readable · Nothing is sent.');
    assert.deepEqual(await tree.drawn(), [
      'Waiting 1',
      '  00000000…0001 can’t be sent · confirmed · integration not readable',
    ]);
  });
});
