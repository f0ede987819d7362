import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { eventually } from '../../support/process/eventually.ts';
import { hoverOver } from '../../support/page/findingAtPage.ts';
import { ownFiles } from '../../support/page/personAtPage.ts';
import { suiteAtPage } from '../../support/page/suiteAtPage.ts';

const struckText = `[...document.querySelectorAll('.editor-instance .view-line span span')]
  .filter((span) => getComputedStyle(span).textDecorationLine === 'line-through')
  .map((span) => span.textContent).join('')`;

suiteAtPage('The hover over an id', (person) => {
  beforeEach(() => person().startsAfresh());

  const line = (id: string): Locator =>
    person().page.locator('.editor-instance .view-line', { hasText: id }).first();

  /** The text in the editor that the page draws as struck through. */
  const struck = (): Promise<string> => person().page.evaluate<string>(struckText);

  const hover = (id: string, text: string): Promise<Locator> =>
    hoverOver(person().workbench, line(id).locator('span span').first(), text);

  it('shows the state, marks what is deleted, and opens the confirmation without deleting', async () => {
    const { workbench, page, deletable } = person();
    const [deleted = '', left = ''] = deletable;
    await workbench.openFile(ownFiles.two);
    // If a menu was opened before, VS Code believes that the mouse button is pressed until the next click.
    await line(left).click();
    assert.equal(await struck(), '');
    const before = await hover(deleted, 'Not on the Veriff cleanup list');
    await before.getByText('Add to List').waitFor();
    await person().closesEditors();
    await person().deletes(deleted);
    await person().sees(`${deleted}: Deleted.`);
    await person().tidiesUp();

    await workbench.openFile(ownFiles.two);
    await eventually('the deleted one alone is struck through', async () => (await struck()) === deleted);
    const done = await hover(deleted, 'Deleted ');
    assert.match(await done.innerText(), /erased by .*\n*Integration: Sandbox \(TEST\)/);
    assert.equal(await done.getByText('Delete…').count(), 0);

    const open = await hover(left, 'Not on the Veriff cleanup list');
    await open.getByText('Delete…').click();
    const question = await person().reads(`Delete session ${left} at Veriff?`);
    assert.match(question, /Integration: Sandbox \(TEST\)/);
    await page.keyboard.press('Escape');
    await workbench.dialog.waitFor({ state: 'detached' });
    assert.equal(person().exists(left), true);
    assert.equal(person().deletions().length, 1);

    const again = await hover(left, 'Not on the Veriff cleanup list');
    await again.getByText('Add to List').click();
    await hover(left, 'Listed, not confirmed');
    assert.equal(person().exists(left), true);
  });
});
