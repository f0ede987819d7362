import type { Locator } from 'playwright-core';
import { sampleFiles } from './sampleFolder.ts';
import { untilSeen } from './untilSeen.ts';
import type { Workbench } from './workbench.ts';

/** Selects the table and the folder of logs in the Explorer, and calls “Find Session IDs…” on both. */
export async function findInExplorer(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await page.keyboard.press('Control+Shift+E');
  const explorer = page.locator('.explorer-folders-view');
  const row = (name: string): Locator => explorer.getByRole('treeitem', { name, exact: true });
  await row(sampleFiles.table).click();
  await row('logs').click({ modifiers: ['Control'] });
  await row('logs').click({ button: 'right' });
  const entry = page.getByRole('menuitem', { name: 'Find Session IDs…' });
  await entry.waitFor();
  await workbench.clickMenuEntry(entry);
}

/** Rests the pointer on a place of the editor until the hover with this text is shown. */
export async function hoverOver({ page }: Workbench, place: Locator, text: string): Promise<Locator> {
  const shown = page.locator('.monaco-hover:visible', { hasText: text }).first();
  // VS Code shows it where the pointer comes to rest, and moves what is below while it is still drawing.
  const rest = async (): Promise<void> => {
    await page.mouse.move(5, 5);
    await place.hover();
  };
  await rest();
  await untilSeen(shown, rest);
  return shown;
}
