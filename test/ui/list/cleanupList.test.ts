import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/process/eventually.ts';
import { ListAtPage } from '../../support/page/listAtPage.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';

suiteAtPage('The cleanup list', (person) => {
  let list: ListAtPage;
  beforeEach(async () => {
    await person().startsAfresh();
    // Listing costs no slot, so `startsAfresh` considers the sandbox unused and would not reset it.
    await person().workbench.command('Veriff: Reset the Sandbox');
    await person().workbench.command('Veriff: Resume Cleanup');
    await person().closesEditors();
    list = new ListAtPage(person());
    await person().looksAtList();
  });
  // Sessions that stay on the list would be marked in the next suite's review.
  after(() => person().workbench.command('Veriff: Reset the Sandbox'));

  it('holds a thousand: adds them at once, shows them in pages, plans, confirms and drains', async () => {
    const { workbench, page, deletable } = person();
    const first = deletable.slice(0, 5);
    const ids = [...first, ...Array.from({ length: 995 }, () => randomUUID())];
    await list.addsCopied(ids);
    await list.group('Listed', 1000).waitFor();
    await page.getByRole('treeitem', { name: 'Listed, sessions 1 to 200 of 1000' }).waitFor();
    assert.equal(person().deletions().length, 0);

    await list.addsCopied(ids.slice(0, 3));
    await list.group('Listed', 1000).waitFor();

    await workbench.command('Veriff: Show Plan');
    await page.locator('.editor-instance .view-line', { hasText: 'Plan: delete 1000 sessions' }).waitFor();
    await page.locator('.editor-instance .view-line', { hasText: first[0] ?? '' }).waitFor();
    await person().closesEditors();

    await list.confirms(1000);
    await person().arrived(5, 'DELETE');
    await list.group('Done', 5).waitFor();
    await list.group('Next up', 5).waitFor();
    await list.group('Waiting', 990).waitFor();
    for (const id of first) assert.equal(person().exists(id), false);
    await person().status('Veriff 5/5 h · 5/10 d').waitFor();
    await page
      .locator('.part.sidebar')
      .getByText(/5\/5 h · 5\/10 d · last one /)
      .filter({ visible: true })
      .first()
      .waitFor();
    assert.equal(person().deletions().length, 5);
  });

  it('is one list for two windows: both see it, either stops it, and together they keep the limit', async () => {
    const { workbench, deletable } = person();
    const ids = deletable.slice(0, 8);
    await list.addsCopied(ids);
    const other = await person().opensAnotherWindow();
    const otherList = new ListAtPage(other);
    try {
      await other.looksAtList();
      await otherList.group('Listed', 8).waitFor();
      await other.workbench.command('Veriff: Pause Cleanup');
      await other.sees('The cleanup is paused');
      await other.tidiesUp();
      await workbench.page.bringToFront();
      await workbench.command('Veriff: Delete Listed Sessions…');
      assert.match(await person().reads('Delete 8 listed sessions'), /The cleanup is paused/);
      await person().chooses('Delete');
      await list.group('Next up', 5).waitFor();
      await list.group('Waiting', 3).waitFor();
      assert.equal(person().deletions().length, 0);

      await person().resumes('Resume deleting 8 TEST sessions at Veriff?');
      await person().arrived(5, 'DELETE');
      await list.group('Done', 5).waitFor();
      await other.page.bringToFront();
      await otherList.group('Done', 5).waitFor();
      await other.row(ids[0] ?? '', 'deleted').waitFor();
      await other.status('Veriff 5/5 h').waitFor();
      await otherList.group('Next up', 3).waitFor();
      assert.equal(person().deletions().length, 5);
    } finally {
      await other.page.close();
      await workbench.page.bringToFront();
    }
  });

  it('survives a reload during a request: looks the session up, sends it only once, and loses nothing', async () => {
    const { workbench, page, setUp, deletable } = person();
    const ids = deletable.slice(0, 4);
    await list.addsCopied(ids);
    await workbench.command('Veriff: Delete Listed Sessions…');
    await person().reads('Delete 4 listed sessions');
    // After the look-ups before the question, which would hang as well.
    setUp.sandbox.misbehave('deletes-and-never-answers');
    await person().chooses('Delete');
    await person().arrived(1, 'DELETE');
    await page.reload();
    await workbench.extensionReady();
    setUp.sandbox.misbehave(undefined);
    await person().looksAtList();
    await person()
      .row(ids[0] ?? '', '(?:not found|deleted)')
      .waitFor({ timeout: 90_000 });
    assert.equal(person().exists(ids[0] ?? ''), false);
    const sent = person()
      .deletions()
      .filter(({ sessionId }) => sessionId === ids[0]);
    assert.equal(sent.length, 1);
    for (const id of ids.slice(1)) await person().row(id, '').waitFor();
  });

  it('is reordered by dragging, and sends in that order', async () => {
    const { workbench, deletable } = person();
    const ids = deletable.slice(0, 7);
    await workbench.command('Veriff: Pause Cleanup');
    await list.addsCopied(ids);
    await workbench.command('Veriff: Delete Listed Sessions…');
    await person().reads('Delete 7 listed sessions');
    await person().chooses('Delete');
    await list.group('Next up', 5).waitFor();
    await person().tidiesUp();
    const [a = '', b = '', ...others] = ids;
    const last = ids.at(-1) ?? '';
    await list.drags(person().row(last, ''), person().row(a, ''));
    await eventually('the last one stands first', async () => (await list.idsInView(/./))[0] === last);
    await list.drags(person().row(b, ''), list.group('Waiting', 2));
    await eventually('the second one stands last', async () => (await list.idsInView(/./)).at(-1) === b);
    assert.deepEqual(await list.idsInView(/./), [last, a, ...others.slice(0, -1), b]);

    await person().resumes('Resume deleting 7 TEST sessions at Veriff?');
    await person().arrived(5, 'DELETE');
    assert.deepEqual(
      person()
        .deletions()
        .map(({ sessionId }) => sessionId),
      [last, a, ...others.slice(0, 3)],
    );
  });

  it('takes a file that is dropped onto it', async () => {
    const { workbench, page, deletable } = person();
    await list.addsCopied(deletable.slice(2, 3));
    await workbench.openFile('two.txt');
    await person().looksAtList();
    const tab = page.locator('.tabs-container').getByRole('tab', { name: /^two\.txt/ });
    await list.drags(tab, list.group('Listed', 1));
    // Nothing next to these ids says what they are, so none of them is picked in advance.
    const { input } = person();
    await input.getByText('Review 2 ids for the list of Sandbox (TEST)').waitFor();
    for (const id of deletable.slice(0, 2))
      await input.getByRole('checkbox', { name: new RegExp(`^${id}, line`) }).click();
    await page.keyboard.press('Enter');
    await list.group('Listed', 3).waitFor();
    for (const id of deletable.slice(0, 2)) await person().row(id, 'listed').waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    const { workbench, page, deletable } = person();
    const [first = '', second = '', third = ''] = deletable;
    await workbench.command('Veriff: Pause Cleanup');
    await person().tidiesUp();
    const { keyboard } = page;
    await list.addsCopied([first]);
    await person().copies([second, third].join('\n'));
    await list.takesFocus();
    await keyboard.press('Control+V');
    await list.group('Listed', 3).waitFor();

    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'Space']) await keyboard.press(key);
    const box = person().row(second, '').getByRole('checkbox');
    assert.equal(await box.getAttribute('aria-checked'), 'true');
    await keyboard.press('Shift+Space');
    await eventually(
      'the second is not checked',
      async () => (await box.getAttribute('aria-checked')) === 'false',
    );

    for (const key of ['Space', 'ArrowDown', 'Space', 'Delete']) await keyboard.press(key);
    await list.group('Listed', 2).waitFor();
    await person().row(third, '').waitFor({ state: 'detached' });
    assert.equal(person().exists(third), true);
    await keyboard.press('Control+Z');
    await list.group('Listed', 3).waitFor();

    await workbench.command('Veriff: Delete Listed Sessions…');
    await person().reads('Delete 2 listed sessions');
    await person().choosesByKeys('Delete');
    await list.group('Next up', 2).waitFor();
    await person().tidiesUp();
    await list.takesFocus();
    for (const key of ['Home', 'ArrowDown', 'Space', 'Alt+ArrowDown']) await keyboard.press(key);
    await eventually(
      'the first goes second',
      async () => (await list.idsInView(/paused/)).join() === [third, first].join(),
    );
    assert.deepEqual(person().deletions(), []);
    await workbench.command('Veriff: Resume Cleanup');
    await person().reads('Resume deleting 2 TEST sessions at Veriff?');
    await person().choosesByKeys('Resume');
    await person().arrived(2, 'DELETE');
    assert.equal(person().exists(second), true);
  });
});
