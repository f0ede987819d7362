import type { Locator } from 'playwright-core';
import { sampleFiles } from './sampleFolder.ts';
import { untilSeen } from './untilSeen.ts';
import type { Workbench } from './workbench.ts';

/** The review view. */
export function reviewAt({ page }: Workbench): Locator {
  return page.locator('.pane', { hasText: 'Review' }).first();
}

/**
 * Selects the table and the folder of logs in the Explorer, and calls “Find Session IDs…” on both until the review is
 * shown.
 */
export async function findInExplorer(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const explorer = page.locator('.explorer-folders-view');
  const row = (name: string): Locator => explorer.getByRole('treeitem', { name, exact: true });
  const entry = page.getByRole('menuitem', { name: 'Find Session IDs…' });
  const tab = page.locator('.tabs-container').getByRole('tab', { name: sampleFiles.table });
  await untilSeen(reviewAt(workbench).getByText(/ ids chosen\./), async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+E');
    await row(sampleFiles.table).click();
    // The click opens the file as well, and opening a file while the menu is open closes the menu.
    await tab.waitFor();
    await row('logs').click({ modifiers: ['Control'] });
    await row('logs').click({ button: 'right' });
    await entry.waitFor({ timeout: 5000 }).then(
      () => workbench.clickMenuEntry(entry),
      () => undefined,
    );
  });
}

/** Rests the pointer on a place of the editor until the hover with this text is shown. */
export async function hoverOver({ page }: Workbench, place: Locator, text: string): Promise<Locator> {
  const shown = page.locator('.monaco-hover:visible', { hasText: text }).first();
  // VS Code shows the hover if the pointer rests, but moves the content while it is still drawing.
  const rest = async (): Promise<void> => {
    await page.mouse.move(5, 5);
    await place.hover();
  };
  await rest();
  await untilSeen(shown, rest);
  return shown;
}
