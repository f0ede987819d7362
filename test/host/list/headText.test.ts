import { person } from '../../support/window/personAtWindow.ts';
import type { HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { contextKeys } from '../../../src/contributions.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import type { ListAtWindow } from '../../support/window/listAtWindow.ts';
import { TreeAtWindow } from '../../support/window/treeAtWindow.ts';
import { beforeEachView, changeElsewhere, contextKey, idOf } from '../../support/window/viewSuite.ts';

describe('the head of the cleanup list', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let tree: TreeAtWindow;

  beforeEachView((made) => ({ workshop, list } = made));

  async function opens(): Promise<void> {
    tree = await TreeAtWindow.opened();
  }

  const change = (work: Parameters<typeof changeElsewhere>[1]): void => changeElsewhere(workshop, work);

  describe('says above the rows', () => {
    it('the integration and the rate limit, and that the list is paused', async () => {
      list.put(sessionNumber(1), { state: 'confirmed' });
      await opens();
      await eventually('the message', () => tree.view.message !== '');
      assert.equal(tree.view.message, 'Shop (TEST) · 0/5 h · 0/10 d · Paused: nothing is sent.');
      assert.equal(tree.view.description, '0/5 h · 0/10 d · paused');
      assert.equal(tree.view.badge, undefined);
    });

    it('why an integration is stopped, and that it needs the user', async () => {
      list.put(sessionNumber(1), { state: 'failed' });
      await opens();
      assert.equal(tree.view.badge?.value, 1);
      change((_, switches) => {
        switches.resume();
        switches.setStop(workshop.integration.id, 'forbidden');
      });
      await eventually('it is stopped', () => contextKey('isStopped') === true);
      assert.match(tree.view.message ?? '', /· Stopped: Veriff forbids deletions \(403\)/);
      assert.deepEqual(tree.view.badge, {
        value: 2,
        tooltip: 'Veriff Cleanup: one session needs you, one integration is stopped',
      });
    });

    it('nothing if the welcome text is shown, and whether the last removal can be undone', async () => {
      const [first] = list.putNumbers(1);
      assert.ok(first);
      await opens();
      assert.equal(contextKey('canUndo'), false);
      change((records) => records.remove([first.entry], 1));
      await eventually('it can be undone', () => contextKey('canUndo') === true);
      assert.equal(tree.view.message, '');
      assert.deepEqual(await tree.drawn(), []);
    });

    it('only changes: a text that has not changed is not assigned', async () => {
      list.put(sessionNumber(1), { state: 'failed' });
      await opens();
      person.contextKeys.clear();
      change((_, switches) => switches.resume());
      await eventually('it goes on', () => contextKey('isPaused') === false);
      const others = [...person.contextKeys.keys()].filter((key) => key !== contextKeys.documentsWithIds);
      assert.deepEqual(others, [contextKeys.isPaused]);
    });
  });

  describe('filters', () => {
    it('by text, state and integration, says so, and shows everything again', async () => {
      list.putNumbers(3);
      list.put(sessionNumber(8), { state: 'confirmed' });
      await opens();
      person.answer = ({ kind }) => (kind === 'pick' ? 'Text…' : sessionNumber(1).slice(-4));
      await workshop.run('filterList');
      await eventually('it is filtered', () => contextKey('isFiltered') === true);
      assert.deepEqual(await tree.drawn(), ['Listed 1', '  00000000…0001 listed, not confirmed']);
      assert.match(tree.view.message ?? '', /Shows what matches “0001”\.$/);

      person.shown.length = 0;
      person.answer = ({ text, choices }) =>
        choices.includes('State…') ? 'State…' : text === 'Filter the Cleanup List' ? ['Next up'] : undefined;
      await workshop.run('filterList');
      assert.deepEqual(await tree.drawn(), []);
      await eventually('no message', () => tree.view.message === '');
      assert.equal(person.shown[0]?.rows[0]?.description, '“0001”');

      await workshop.run('clearFilter');
      await eventually('it is not filtered', () => contextKey('isFiltered') === false);
      assert.equal((await tree.drawn()).length, 6);
    });

    it('nothing if the user gives up', async () => {
      list.putNumbers(1);
      await opens();
      for (const way of ['Text…', 'State…', 'Integration…', undefined]) {
        let isFirst = true;
        person.answer = () => {
          const answer = isFirst ? way : undefined;
          isFirst = false;
          return answer;
        };
        await workshop.run('filterList');
      }
      assert.equal((await tree.drawn()).length, 2);
    });

    it('and sorts, except for “Next up”', async () => {
      const rows = list.putNumbers(2);
      await opens();
      person.answer = () => 'Last added first';
      await workshop.run('sortList');
      const [group] = await tree.children();
      assert.deepEqual(
        (await tree.children(group)).map(({ id }) => id),
        rows.map(idOf).reverse(),
      );
      await eventually('it says so', () => tree.view.message?.includes('Sorted: last added first.'));
    });
  });
});
