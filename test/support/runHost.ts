// `npm run test:host [-- VERSION]`: runs test/host inside the extension host of the real VS Code, without a
// window, in every version or the one that is named.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser, newProfile, remoteUri, workbenchUrl } from './browser.ts';
import { bundleHostTests, hostStages, type HostTests } from './hostBundle.ts';
import { followHostReport, hostEnvironment, tally, type HostResult } from './hostReport.ts';
import { endWithMessageOnObstacle, Obstacle } from './obstacle.ts';
import { projectRoot } from './projectRoot.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import {
  installVsCode,
  parseVsCodeVersion,
  vsCodeVersions,
  type VsCodeVersion,
} from './vscodeInstallation.ts';
import { startHostServer } from './vscodeServer.ts';

endWithMessageOnObstacle();
const [chosen] = process.argv.slice(2);
const versions = chosen === undefined ? vsCodeVersions : [parseVsCodeVersion(chosen)];

/** Longer than any single test may take. */
const silentMs = 120_000;

for (const stage of hostStages) {
  const tests = await bundleHostTests(stage);
  for (const version of versions) {
    console.log(`\nInside VS Code ${version}, extension ${stage}`);
    const result = await runTests(version, tests).catch((error: unknown): HostResult => ({
      kind: 'broken',
      message: explain(error),
    }));
    if (result.kind === 'end') await tally(result);
    if (result.kind === 'end' && result.failed === 0 && result.passed > 0) continue;

    process.exitCode = 1;
    if (result.kind === 'broken') console.error(result.message);
    else if (result.passed + result.failed === 0) console.error('No test ran.');
  }
}

/** An obstacle's message stands for itself; any other error is only found with its stack. */
function explain(error: unknown): string {
  return error instanceof Obstacle ? error.message : inspect(error);
}

async function runTests(
  version: VsCodeVersion,
  { extensionDevelopmentPath, extensionTestsPath }: HostTests,
): Promise<HostResult> {
  const installation = await installVsCode(version);
  const folder = await temporaryFolder('workspace');
  const report = await followHostReport(await temporaryFolder('report'), (text) => console.log(text));
  const dataDir = await temporaryFolder('host');
  const env = {
    [hostEnvironment.reportFile]: report.file,
    [hostEnvironment.expectedVersion]: version,
    [hostEnvironment.globalStorage]: path.join(dataDir, 'data', 'User', 'globalStorage'),
  };
  const server = await startHostServer(installation, { dataDir, env });
  const browser = await launchBrowser();
  try {
    // The extension host starts only when a page is open.
    const page = await (await newProfile(browser)).newPage();
    const payload = [
      ['extensionDevelopmentPath', remoteUri(extensionDevelopmentPath)],
      ['extensionTestsPath', remoteUri(extensionTestsPath)],
      ['skipWelcome', 'true'],
    ] as const;
    await page.goto(workbenchUrl(server.origin, { folder, payload }));
    return await Promise.race([report.result(silentMs), serverEnd(server.ended), pageEnd(page)]).catch(
      async (error: unknown) => {
        throw new Error(`The page shows ${await screenshot(page, version)}`, { cause: error });
      },
    );
  } finally {
    report.close();
    await browser.close();
    await server.close();
  }
}

async function serverEnd(ended: Promise<string>): Promise<never> {
  throw new Error(`VS Code ${await ended} while the tests were running.`);
}

function pageEnd(page: Page): Promise<never> {
  return new Promise((_resolve, reject) => {
    page.once('crash', () => reject(new Error('The page crashed while the tests were running.')));
  });
}

async function screenshot(page: Page, version: VsCodeVersion): Promise<string> {
  const folder = path.join(projectRoot, 'out', 'screenshots');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `host-${version}.png`);
  return page.screenshot({ path: file }).then(
    () => file,
    () => 'nothing: it is gone.',
  );
}
