import { eventually } from './eventually.ts';
import { sampleFiles } from './sampleFolder.ts';
import type { Workbench } from './workbench.ts';

/**
 * Looks for session ids from the Explorer, reviews them, and hovers over one that is deleted. `show` takes a picture of
 * the page under a name.
 */
export async function demonstrateFinding(
  workbench: Workbench,
  deletedId: string,
  show: (step: string) => Promise<void>,
): Promise<void> {
  const { page } = workbench;
  await workbench.command('Notifications: Clear All Notifications');
  await page.keyboard.press('Control+Shift+E');
  const row = (name: string) =>
    page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true });
  await row(sampleFiles.table).click();
  await row('logs').click({ modifiers: ['Control'] });
  await row('logs').click({ button: 'right' });
  const entry = page.getByRole('menuitem', { name: 'Find Session IDs…' });
  await entry.waitFor();
  await workbench.clickMenuEntry(entry);
  await page.getByRole('treeitem', { name: /^Add \d+ Sessions to the List/ }).waitFor();
  await page.getByRole('treeitem', { name: /^sessions\.csv/ }).waitFor();
  await page.locator('.notification-toast', { hasText: 'Looking for' }).waitFor({ state: 'detached' });
  await show('review');
  await workbench.command('Veriff: Discard Review');

  await workbench.command('Notifications: Clear All Notifications');
  await workbench.openFile(sampleFiles.table);
  const place = workbench.inEditor(deletedId);
  // Where a menu was opened before, VS Code takes the button of the mouse for pressed until the next click.
  await page.locator('.editor-instance .view-line').first().click();
  const hover = page.locator('.monaco-hover:visible', { hasText: 'Deleted ' }).first();
  await eventually(
    'the hover over the deleted session',
    async () => {
      await page.mouse.move(5, 5);
      await place.hover();
      return hover.waitFor({ timeout: 3000 }).then(
        () => true,
        () => undefined,
      );
    },
    45_000,
  );
  await show('hover');
}
