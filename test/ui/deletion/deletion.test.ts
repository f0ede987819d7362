import assert from 'node:assert/strict';
import { eventually } from '../../support/process/eventually.ts';
import { ownFiles } from '../../support/page/personAtPage.ts';
import { sampleFiles } from '../../support/page/sampleFolder.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';

suiteAtPage('Deleting one session', (person) => {
  beforeEach(() => person().startsAfresh());

  it('from the context menu deletes it once, after a question with all facts, and shows it everywhere', async () => {
    const { workbench, setUp, deletable } = person();
    const { id } = setUp.firstSession;
    await workbench.openFile(sampleFiles.test);
    await workbench.clickMenuEntry(await workbench.menuEntry(id, 'Delete Veriff Session…'));

    const question = await person().reads(`Delete session ${id} at Veriff?`);
    assert.match(question, /Integration: Sandbox \(TEST\)/);
    assert.ok(question.includes(`Host: ${new URL(setUp.sandbox.baseUrl).host}`), question);
    assert.match(question, /It costs 1 slot of the rate limit: leaves 4 this hour, 9 today\./);
    assert.match(question, /This cannot be undone\./);
    assert.equal(person().deletions().length, 0, 'sent before the answer');

    await person().chooses('Delete');
    await person().sees(`${id}: Deleted.`);
    assert.equal(person().exists(id), false);
    assert.equal(setUp.sandbox.sessions().length, 23);
    assert.deepEqual(
      person()
        .deletions()
        .map(({ sessionId, status }) => [sessionId, status]),
      [[id, 200]],
    );

    const line = await workbench.logged(new RegExp(`deleted · ${id}`));
    assert.match(
      line,
      /· Sandbox \(TEST\) · HTTP 200 · signature valid · \d+ ms · rate limit 1\/5 used this hour \(4 free\), 1\/10 used in 24 h \(9 free\), next slot now$/,
    );
    await person().status('Veriff 1/5 h · 1/10 d · Sandbox (TEST)').waitFor();
    await person().clicks('Deleted.', 'Show Log');
    await workbench.page.locator('.panel .view-line', { hasText: 'signature valid' }).first().waitFor();
    await person().looksAtList();
    await person().row(id, 'deleted').waitFor();
    assert.ok(deletable.includes(id));
  });

  it('sends the webhook that the question announced, if the user has not entered the session yet', async () => {
    const { setUp } = person();
    const created = setUp.sandbox.sessions().find(({ status }) => status === 'created');
    assert.ok(created);
    await person().closesEditors();
    await person().asksToDeleteTyped(created.id);
    const question = await person().reads(`Delete session ${created.id} at Veriff?`);
    assert.match(question, /also fire a decision webhook \(expired\/abandoned\)/);
    await person().chooses('Delete');
    await person().sees('Deleted.');
    assert.deepEqual(
      setUp.sandbox.webhooks().map(({ verification: { id, status } }) => [id, status]),
      [[created.id, 'expired']],
    );
  });

  it('works with the keyboard alone', async () => {
    const { page, workbench, deletable } = person();
    const id = deletable[1] ?? '';
    await person().closesEditors();
    await person().copies('');
    await page.keyboard.press('F1');
    await page.keyboard.type('Veriff: Delete Session');
    const entry = person().input.getByRole('option', { name: /^Veriff: Delete Session…/ });
    await entry.waitFor();
    // Recently used commands come first.
    await eventually('The entry is not chosen.', async () => {
      if (/\bfocused\b/.test((await entry.getAttribute('class')) ?? '')) return true;
      await page.keyboard.press('ArrowDown');
      return undefined;
    });
    await page.keyboard.press('Enter');
    await person().input.getByText('One session id or session URL').waitFor();
    await page.keyboard.type(id);
    await page.keyboard.press('Enter');
    await person().reads(id);
    await person().choosesByKeys('Delete');
    await person().sees(`${id}: Deleted.`);
    await workbench.dialog.waitFor({ state: 'detached' });
    assert.equal(person().exists(id), false);
  });

  it('shows the plan, and deletes nothing, if Enter is pressed as soon as the question appears', async () => {
    const { workbench, setUp, deletable } = person();
    const [, , id = ''] = deletable;
    await person().closesEditors();
    await person().asksToDeleteTyped(id);
    await person().reads(id);
    await workbench.page.keyboard.press('Enter');
    await workbench.dialog.waitFor({ state: 'detached' });
    await person().sees('Nothing was confirmed. Read the plan, then ask again.');
    await workbench.page.locator('.editor-instance .view-line', { hasText: id }).first().waitFor();
    await workbench.command('Veriff: Check Credentials');
    await person().sees('Veriff accepts the API key');
    assert.equal(person().deletions().length, 0);

    await person().clicks('Nothing was confirmed.', 'Ask Again');
    await person().reads(`Delete session ${id} at Veriff?`);
    await person().chooses('Delete');
    await person().sees(`${id}: Deleted.`);
    assert.equal(setUp.sandbox.sessions().length, 23);
  });

  for (const way of ['Cancel', 'Escape'] as const) {
    it(`does nothing after ${way}`, async () => {
      const { workbench, setUp } = person();
      await workbench.openFile(sampleFiles.test);
      await workbench.clickInEditor(setUp.firstSession.id);
      await person().asksToDelete();
      await person().reads(setUp.firstSession.id);
      if (way === 'Cancel') await person().chooses('Cancel');
      else await workbench.page.keyboard.press('Escape');
      await workbench.dialog.waitFor({ state: 'detached' });

      await person().looksAtList();
      await workbench.page.getByText('The cleanup list is empty.').waitFor();
      // A request for the deletion would have been sent before the answer to this command.
      await workbench.command('Veriff: Check Credentials');
      await person().sees('Veriff accepts the API key');
      assert.equal(person().deletions().length, 0);
      assert.equal(setUp.sandbox.sessions().length, 24);
      assert.equal(await workbench.page.getByRole('treeitem', { name: /^Session / }).count(), 0);
    });
  }

  it('is offered in a file with an id; without one, only with a selection or after an id is typed', async () => {
    const { workbench, page, deletable } = person();
    const title = 'Delete Veriff Session…';
    await workbench.openFile(sampleFiles.webhook);
    await workbench.menuEntry('"verification"', title);
    await page.keyboard.press('Escape');

    await workbench.openFile(ownFiles.plain);
    assert.equal(await person().menuHas('Nothing in here', title), false);
    await page.keyboard.press('Control+A');
    await workbench.menuEntry('Nothing in here', title);
    await page.keyboard.press('Escape');

    await workbench.openFile(ownFiles.empty);
    await page.locator('.editor-instance .view-lines').first().click();
    await page.keyboard.insertText(`// ${deletable[0] ?? ''}`);
    await workbench.menuEntry(deletable[0] ?? '', title);
    await page.keyboard.press('Escape');
  });
});
