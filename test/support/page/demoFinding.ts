import { findInExplorer, hoverOver } from './findingAtPage.ts';
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
  await findInExplorer(workbench);
  await page.getByRole('treeitem', { name: /^Add \d+ Sessions to the List/ }).waitFor();
  await page.getByRole('treeitem', { name: /^sessions\.csv/ }).waitFor();
  await page.locator('.notification-toast', { hasText: 'Looking for' }).waitFor({ state: 'detached' });
  await show('review');
  await workbench.command('Veriff: Discard Review');

  await workbench.command('Notifications: Clear All Notifications');
  await workbench.openFile(sampleFiles.table);
  // If a menu was opened before, VS Code believes that the mouse button is pressed until the next click.
  await page.locator('.editor-instance .view-line').first().click();
  await hoverOver(workbench, workbench.inEditor(deletedId), 'Deleted ');
  await show('hover');
}
