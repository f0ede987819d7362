// `npm run demo [-- VERSION] [-- --pictures]`: deletes sessions of the sandbox through VS Code's page as a user would,
// with a screenshot of each step in out/demo; `--pictures` also renews the README's pictures in media. Ends with 0 only
// if the sandbox itself confirms that the session is gone.
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { builtPackage } from '../support/host/builtPackage.ts';
import { demonstrateFinding } from '../support/page/demoFinding.ts';
import { demonstrateList } from '../support/page/demoList.ts';
import { sampleSessions } from '../../src/sandbox/sandbox.ts';
import { endWithMessageOnObstacle } from '../support/process/obstacle.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { createSampleFolder, sampleFiles } from '../support/page/sampleFolder.ts';
import { startSampleSetUp } from '../support/page/sampleSetUp.ts';
import { parseVsCodeVersion } from '../support/host/vscodeInstallation.ts';
import { openWorkbench, type Workbench } from '../support/page/workbench.ts';

endWithMessageOnObstacle();
const { values, positionals } = parseArgs({
  options: { pictures: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const version = parseVsCodeVersion(positionals[0] ?? '1.139');
/** The pictures of the README. */
const pictures = [
  'menu.png',
  'confirmation.png',
  'statuses.png',
  'log.png',
  'list.png',
  'plan.png',
  'drag.png',
  'keyboard.png',
  'resumed.png',
  'two-windows.png',
  'review.png',
  'hover.png',
];
const screenshots = path.join(projectRoot, 'out', 'demo');
await rm(screenshots, { recursive: true, force: true });
await mkdir(screenshots, { recursive: true });

const setUp = await startSampleSetUp(995);
// VS Code shows the folder's name in its title, and the name of the temporary folder changes from run to run.
const folder = path.join(setUp.folder, 'shop');
await createSampleFolder(folder, sampleSessions());
const workbench = await openWorkbench({ version, folder, env: setUp.env, vsix: await builtPackage() });
let isGone = false;
try {
  await deleteSession(workbench, setUp.firstSession.id);
  isGone = !(await sandboxSessionIds()).includes(setUp.firstSession.id);
  await askAboutSeveral(workbench);
  await demonstrateList(workbench, setUp, show, keep);
  // A session that the list has sent.
  const sent = setUp.sandbox.requests().find(({ method, status }) => method === 'DELETE' && status === 200);
  await demonstrateFinding(workbench, sent?.sessionId ?? '', show);
} catch (error) {
  await show('where it stopped');
  throw error;
} finally {
  console.log(`\nOutput channel “Veriff Cleanup”:\n${(await workbench.logLines()).join('\n')}`);
  await workbench.close();
}
await setUp.sandbox.close();
if (values.pictures) await renewPictures();
console.log(isGone ? '\nThe sandbox no longer has the session.' : '\nThe sandbox still has the session.');
process.exitCode = isGone ? 0 : 1;

async function deleteSession(workbench: Workbench, id: string): Promise<void> {
  const { page, dialog } = workbench;
  // Large enough to show everything, small enough to be readable at the README's width.
  await page.setViewportSize({ width: 1120, height: 700 });
  await workbench.command('View: Toggle Minimap');
  await workbench.activityBarIcon.click();
  await page.getByText('Delete Veriff sessions from your code').waitFor();
  await page.locator('.part.sidebar .monaco-progress-container.active').waitFor({ state: 'detached' });
  await show('welcome');

  await workbench.command('Veriff: Try with the Sandbox');
  const offer = page.locator('.quick-input-widget', { hasText: 'Sandbox: delete which sessions?' });
  await offer.waitFor();
  await show('sandbox sessions');
  await page.keyboard.press('Escape');

  await workbench.openFile(sampleFiles.test);
  await workbench.clickInEditor(id);
  // When the breadcrumbs name the place of the cursor, TypeScript has read the file.
  await page.locator('.monaco-breadcrumbs', { hasText: 'verifiedSession' }).waitFor();
  await page.getByText(/^(?:Analyzing|Initializing)/).waitFor({ state: 'detached' });
  await show('session id in a test');

  // Without the side bar, there is enough space for the menu next to the id.
  await page.keyboard.press('Control+B');
  await page.locator('.part.sidebar').waitFor({ state: 'hidden' });
  const entry = await workbench.menuEntry(id, 'Delete Veriff Session…');
  await page.keyboard.press('Escape');
  await entry.waitFor({ state: 'detached' });
  await openMenuAtEnd(workbench, id);
  await entry.hover();
  await show('menu');

  await workbench.clickMenuEntry(entry);
  await dialog.filter({ hasText: id }).waitFor();
  await show('confirmation');

  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  const message = page.locator('.notification-toast', { hasText: `${id}: Deleted.` });
  await message.waitFor();
  await page.locator('.statusbar-item', { hasText: '1/5 h' }).waitFor();
  await page.locator('.notification-toast', { hasText: 'Deleting session' }).waitFor({ state: 'detached' });
  await show('deleted');

  await message.getByRole('button', { name: 'Show Log' }).click();
  await workbench.activityBarIcon.click();
  await page.getByRole('treeitem', { name: new RegExp(`^Session ${id}, .*deleted`) }).waitFor();
  await page
    .locator('.part.sidebar')
    .getByText('Sandbox (TEST) · 1/5 h')
    .filter({ visible: true })
    .first()
    .waitFor();
  await page.locator('.panel .view-line', { hasText: 'signature' }).first().waitFor();
  await message.waitFor({ state: 'detached' });
  await show('log');
  console.log(await workbench.logged(new RegExp(`deleted · ${id}`)));
}

/** The question about sessions of several statuses. */
async function askAboutSeveral(workbench: Workbench): Promise<void> {
  const { page, dialog } = workbench;
  const statuses = ['approved', 'declined', 'started', 'submitted'];
  const ids = statuses.map((status) => sampleSessions().findLast((each) => each.status === status)?.id);
  await workbench.profile.grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.command('View: Toggle Panel Visibility');
  await workbench.command('View: Close All Editors');
  await workbench.command('Veriff: Delete Session…');
  const input = page.locator('.quick-input-widget', { hasText: 'One session id or session URL' });
  await input.locator('input').first().fill(ids.join(' '));
  await page.keyboard.press('Enter');
  await dialog.filter({ hasText: 'Left out' }).waitFor();
  await show('statuses');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
}

/** With the click in the middle of the id, the menu would hide half of it. */
async function openMenuAtEnd(workbench: Workbench, id: string): Promise<void> {
  const box = await workbench.inEditor(id).boundingBox();
  if (box === null) throw new Error('The session id is not in view.');
  await workbench.page.mouse.click(box.x + box.width - 10, box.y + box.height / 2, { button: 'right' });
}

/** Asks the sandbox over HTTP, as a user could, so that the answer does not depend on this process's memory. */
async function sandboxSessionIds(): Promise<string[]> {
  const { baseUrl, apiKey } = setUp.sandbox;
  const response = await fetch(`${baseUrl}/sandbox/sessions`, { headers: { 'X-AUTH-CLIENT': apiKey } });
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}.`);
  return ((await response.json()) as { id: string }[]).map(({ id }) => id);
}

async function show(step: string): Promise<void> {
  const file = path.join(screenshots, `${step.replaceAll(' ', '-')}.png`);
  await workbench.page.screenshot({ path: file });
  console.log(`${step}: ${file}`);
}

async function keep(step: string, picture: Buffer): Promise<void> {
  const file = path.join(screenshots, `${step}.png`);
  await writeFile(file, picture);
  console.log(`${step}: ${file}`);
}

async function renewPictures(): Promise<void> {
  for (const name of pictures)
    await copyFile(path.join(screenshots, name), path.join(projectRoot, 'media', name));
}
