import assert from 'node:assert/strict';
import { ListAtPage } from '../../support/page/listAtPage.ts';
import { sampleFiles } from '../../support/page/sampleFolder.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';
import { TerminalAtPage } from '../../support/page/terminalAtPage.ts';

suiteAtPage('Adding from a dropped file or a terminal', (person) => {
  let list: ListAtPage;
  beforeEach(async () => {
    await person().startsAfresh();
    // Listing costs no slot, so `startsAfresh` considers the sandbox unused and would not reset it.
    await person().workbench.command('Veriff: Reset the Sandbox');
    await person().closesEditors();
    list = new ListAtPage(person());
    await person().looksAtList();
  });
  afterEach(() => person().workbench.command('Veriff: Reset the Sandbox'));

  it('picks the sessions of a dropped log, but not the other ids in it', async () => {
    const { workbench, page, deletable, input, setUp } = person();
    const listed = deletable[0] ?? '';
    await list.addsCopied([listed]);
    await workbench.openFile(sampleFiles.log);
    await person().looksAtList();
    const tab = page.locator('.tabs-container').getByRole('tab', { name: /^server\.log/ });
    await list.drags(tab, list.group('Listed', 1));

    await input.getByText(/^Review \d+ ids for the list of Sandbox \(TEST\)/).waitFor();
    const [first] = setUp.sandbox.sessions();
    assert.ok(first !== undefined);
    await input
      .getByRole('checkbox', { name: new RegExp(`^${first.id}, line 1 · already on the list`) })
      .waitFor();
    await input.getByText('11 Selected').waitFor();
    await page.keyboard.press('Enter');
    await person().sees('11 sessions added to the list of Sandbox (TEST)');
    await list.group('Listed', 12).waitFor();
    assert.deepEqual(person().deletions(), []);
  });

  it('reviews the id of a terminal link first, and shows it on the list after it was added', async () => {
    const { page, deletable, input } = person();
    const id = deletable[0] ?? '';
    const terminal = await TerminalAtPage.opened(person());
    await terminal.prints(`sessionId=${id}`);
    await terminal.follows(id);
    await input.getByRole('option', { name: /Add to the Review/ }).click();
    await page.getByRole('treeitem', { name: new RegExp(`^Session ${id}, the value of`) }).waitFor();
    await person().addsReviewed('Add One Session to the List');
    await person().sees('One session added to the list of Sandbox (TEST), not confirmed.');
    await list.group('Listed', 1).waitFor();
    await person().tidiesUp();

    await terminal.follows(id);
    await input.getByRole('option', { name: /Show on the List/ }).click();
    await page
      .getByText(/Shows what matches/)
      .first()
      .waitFor();
    await person().row(id, 'listed').waitFor();
    await person().workbench.command('Veriff: Clear Filter');
    await terminal.closes();
  });
});
