import { builtPackage } from '../support/builtPackage.ts';
import { openWorkbench } from '../support/workbench.ts';
import { startSampleSetUp } from '../support/sampleSetUp.ts';
const vsix = await builtPackage();
const setUp = await startSampleSetUp();
const wb = await openWorkbench({
  version: (process.argv[2] ?? '1.139') as '1.139',
  folder: setUp.folder,
  env: setUp.env,
  vsix,
});
let n = 0;
const shot = async (name: string) => {
  await wb.page.waitForTimeout(700);
  await wb.page.screenshot({ path: `/tmp/shots/${String(n++).padStart(2, '0')}-${name}.png` });
};
try {
  await wb.activityBarIcon.click();
  await shot('welcome');
  await wb.command('Veriff: Try with the Sandbox');
  await shot('samples');
  await wb.page.keyboard.press('Escape');
  await shot('empty');
  await wb.openFile('checkout.test.ts');
  await wb.page.locator('.view-line', { hasText: setUp.firstSession.id.slice(0, 8) }).first().getByText(setUp.firstSession.id.slice(0,8)).first().click({ button: 'right' });
  await shot('menu');
  await wb.page.getByRole('menuitem', { name: 'Delete Veriff Session…' }).click();
  await wb.dialog.waitFor();
  await shot('dialog');
  await wb.dialog.getByRole('button', { name: 'Delete' }).click();
  await shot('done');
  await wb.command('Veriff: Show Log');
  await wb.activityBarIcon.click();
  await shot('view');
  console.log(await wb.logLines());
  await wb.page.locator('.statusbar-item', { hasText: 'Veriff' }).hover();
  await wb.page.waitForTimeout(1000);
  await shot('status');
} catch (e) {
  console.error(e);
  await shot('failed');
}
await wb.close();
await setUp.sandbox.close();
process.exit(0);
