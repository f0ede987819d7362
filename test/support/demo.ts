// `npm run demo [-- VERSION]`: deletes a session of the sandbox through VS Code's page as a user would, with a
// screenshot of each step in out/demo. Ends with 0 only if the sandbox itself says that the session is gone.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { builtPackage } from './builtPackage.ts';
import { endWithMessageOnObstacle } from './obstacle.ts';
import { projectRoot } from './projectRoot.ts';
import { sampleFiles } from './sampleFolder.ts';
import { startSampleSetUp, type SampleSetUp } from './sampleSetUp.ts';
import { parseVsCodeVersion } from './vscodeInstallation.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

endWithMessageOnObstacle();
const version = parseVsCodeVersion(process.argv[2] ?? '1.139');
const screenshots = path.join(projectRoot, 'out', 'demo');
await rm(screenshots, { recursive: true, force: true });
await mkdir(screenshots, { recursive: true });

const setUp = await startSampleSetUp();
const { folder, env } = setUp;
const workbench = await openWorkbench({ version, folder, env, vsix: await builtPackage() });
try {
  await deleteFirstSession(workbench, setUp);
} catch (error) {
  await show('where it stopped');
  throw error;
} finally {
  console.log(`\nOutput channel “Veriff Cleanup”:\n${(await workbench.logLines()).join('\n')}`);
  await workbench.close();
}
const isGone = !(await sandboxSessionIds()).includes(setUp.firstSession.id);
await setUp.sandbox.close();
console.log(isGone ? '\nThe sandbox no longer has the session.' : '\nThe sandbox still has the session.');
process.exitCode = isGone ? 0 : 1;

async function deleteFirstSession(
  workbench: Workbench,
  { firstSession: { id } }: SampleSetUp,
): Promise<void> {
  const { dialog } = workbench;
  await workbench.command('Veriff: Try with the Sandbox');
  await workbench.logged(/sandbox/i);
  await show('sandbox ready');

  await workbench.openFile(sampleFiles.test);
  await workbench.clickInEditor(id);
  await show('session id in a test');

  const entry = await workbench.menuEntry(id, 'Delete Veriff Session…');
  await show('context menu');

  await entry.click();
  await dialog.filter({ hasText: id }).waitFor();
  await show('confirmation');

  await dialog.getByRole('button', { name: /^Delete/ }).click();
  console.log(await workbench.logged(new RegExp(`deleted.*${id}|${id}.*deleted`, 'i')));
  await show('deleted');
}

/** The sandbox is asked over HTTP, as a user could: what it says does not depend on this process's memory. */
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
