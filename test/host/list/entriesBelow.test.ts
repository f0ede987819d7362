import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import type { GroupName } from '../../../src/editor/list/view/listFilter.ts';
import type { ListNode } from '../../../src/editor/list/view/listRows.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { elsewhere, ListAtWindow, told, type Row } from '../../support/window/listAtWindow.ts';
import { TreeAtWindow } from '../../support/window/treeAtWindow.ts';

const named = (...numbers: readonly number[]): readonly string[] => numbers.map(sessionNumber);

describe('commands on groups and pages of the list', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;

  beforeEach(async () => {
    workshop = await HostWorkshop.open();
    list = new ListAtWindow(workshop);
  });
  afterEach(closeWorkshops);

  const group = (name: GroupName): ListNode => list.group(name);

  /** The ids below the rows, as they are copied to the clipboard. */
  async function below(...rows: readonly object[]): Promise<readonly string[]> {
    person.clipboard = '';
    await workshop.run('copySessionId', rows[0], rows);
    return person.clipboard === '' ? [] : person.clipboard.split('\n');
  }

  it('work on all entries there, of every integration, even if no row is expanded', async () => {
    list.put(sessionNumber(0));
    list.put(sessionNumber(1), { integration: elsewhere });
    list.put(sessionNumber(2), { state: 'notFound' });
    await workshop.run('removeFromList', group('listed'));
    assert.equal(told(), 'info: 2 removed from the list; nothing was deleted at Veriff.');
    assert.equal(workshop.entryCount(), 1);
  });

  it('work on each group', async () => {
    list.put(sessionNumber(0));
    list.put(sessionNumber(1), { state: 'failed' });
    list.put(sessionNumber(2), { state: 'sending' });
    list.put(sessionNumber(3), { heldAt: 5 });
    list.put(sessionNumber(4), { state: 'deleted' });
    list.put(sessionNumber(5), { state: 'unknown' });
    for (let number = 10; number < 18; number += 1) list.put(sessionNumber(number), { state: 'confirmed' });
    assert.deepEqual(await below(group('listed')), named(0));
    assert.deepEqual(await below(group('needsYou')), named(1));
    assert.deepEqual(await below(group('sending')), named(2));
    assert.deepEqual(await below(group('held')), named(3));
    assert.deepEqual(await below(group('done')), named(4));
    // As many as the tightest limit allows at once; the others wait.
    assert.deepEqual(await below(group('nextUp')), named(10, 11, 12, 13, 14));
    assert.deepEqual(await below(group('waiting')), named(15, 16, 17, 5));
  });

  it('count an entry once if both its row and its group are selected', async () => {
    const row = list.put(sessionNumber(0));
    list.put(sessionNumber(1));
    assert.deepEqual(await below(row, group('listed'), group('listed')), named(0, 1));
  });

  it('say what they skipped there', async () => {
    const row = list.put(sessionNumber(0));
    list.put(sessionNumber(1), { state: 'sending' });
    await workshop.run('removeFromList', row, [group('sending'), row]);
    assert.equal(
      told(),
      'warning: 1 removed from the list; nothing was deleted at Veriff. 1 skipped: being sent just now.',
    );
  });

  it('say what was done, because it is not visible in a closed group', async () => {
    list.put(sessionNumber(0));
    await workshop.run('toggleCheckbox', group('listed'));
    assert.equal(told(), 'info: 1 unchecked: “Delete Listed Sessions…” leaves them out.');
  });

  it('say so if there are no entries any more', async () => {
    const row = list.put(sessionNumber(0), { state: 'notFound' });
    const notFound = group('notFound');
    workshop.inDatabase((database) => new CleanupList(database).remove([row.entry], 1));
    await workshop.run('removeFromList', notFound);
    assert.equal(told(), 'info: Nothing was removed: there is nothing on the list for that.');
  });

  it('work on thousands below one row', async () => {
    list.putMany(3000, 'listed');
    await workshop.run('holdEntries', group('listed'));
    assert.equal(person.shown[0]?.text, 'Hold 3000 sessions');
    await workshop.run('removeFromList', group('listed'));
    assert.match(told(), /^info: 3000 removed/);
    assert.equal(workshop.entryCount(), 0);
  });

  it('work on a page of two hundred', async () => {
    const rows = list.putMany(450, 'listed');
    const ids = rows.map(({ entry }: Row) => entry.sessionId);
    assert.deepEqual(await below(list.page('listed', 200)), ids.slice(200, 400));
    const last = list.page('listed', 400);
    assert.deepEqual(await below(last), ids.slice(400));
    workshop.inDatabase((database) =>
      new CleanupList(database).remove(
        rows.slice(300).map(({ entry }) => entry),
        1,
      ),
    );
    assert.deepEqual(await below(last), []);
  });

  it('work only on entries that pass the filter', async () => {
    list.put(sessionNumber(0), { source: { uri: 'file:///orders.csv', line: 0 } });
    list.put(sessionNumber(1), { source: { uri: 'file:///others.csv', line: 0 } });
    person.answer = ({ kind, choices }) =>
      kind === 'pick'
        ? choices.find((choice) => choice === 'Text…')
        : kind === 'input'
          ? 'ORDERS'
          : undefined;
    await workshop.run('filterList');
    person.answer = () => undefined;
    assert.deepEqual(await below(group('listed')), named(0));
  });

  describe('without arguments', () => {
    let tree: TreeAtWindow;

    beforeEach(async () => {
      list.put(sessionNumber(0));
      list.put(sessionNumber(1));
      list.put(sessionNumber(2), { state: 'notFound' });
      tree = await TreeAtWindow.opened();
    });
    afterEach(() => tree.hide());

    async function selectRow(id: string): Promise<void> {
      const node = await tree.node(id);
      await eventually('it is selected', async () => {
        // VS Code's page draws rows a little after it requests them, and cannot reveal them before.
        await Promise.resolve(tree.view.reveal(node, { select: true })).catch(() => undefined);
        return tree.isSelected(node);
      });
    }

    it('work on the selected row', async () => {
      await selectRow(`entry:${workshop.entry(sessionNumber(1))?.id ?? ''}`);
      await workshop.run('removeFromList');
      assert.equal(told(), 'info: 1 removed from the list; nothing was deleted at Veriff.');
      assert.equal(workshop.entry(sessionNumber(1)), undefined);
    });

    it('work on the selected group', async () => {
      await selectRow('group:listed');
      await workshop.run('removeFromList');
      assert.equal(told(), 'info: 2 removed from the list; nothing was deleted at Veriff.');
      assert.equal(workshop.entryCount(), 1);
    });

    it('do not use the selection if the clicked row was redrawn meanwhile', async () => {
      await selectRow('group:listed');
      await workshop.run('removeFromList', undefined);
      assert.match(told(), /^warning: Nothing was removed: the row was drawn anew/);
      assert.equal(workshop.entryCount(), 3);
    });
  });

  it('work only on the integrations that are shown', async () => {
    list.put(sessionNumber(0));
    list.put(sessionNumber(1), { integration: elsewhere });
    person.answer = ({ choices }) =>
      choices.find((choice) => choice === 'Integration…') ??
      choices.filter((choice) => choice === 'Shop (TEST)');
    await workshop.run('filterList');
    person.answer = () => undefined;
    assert.deepEqual(await below(group('listed')), named(0));
  });

  for (const made of [
    { kind: 'group', name: 'listed' },
    { kind: 'page', name: 'listed', from: 0 },
    { kind: 'group', name: 'everything' },
    { kind: 'group', name: ['listed'] },
    { kind: 'group', name: '__proto__' },
    { kind: 'page', name: 'listed' },
    { kind: 'page', name: 'listed', from: -1 },
    { kind: 'page', name: 'listed', from: 0.5 },
    { kind: 'page', name: 'listed', from: '0; DROP TABLE list_entries' },
  ])
    it(`do not accept ${JSON.stringify(made)} as a row`, async () => {
      list.put(sessionNumber(0));
      await workshop.run('removeFromList', made);
      assert.deepEqual(
        person.shown.map(({ kind }) => kind),
        ['pick'],
      );
      assert.equal(workshop.entryCount(), 1);
    });
});
