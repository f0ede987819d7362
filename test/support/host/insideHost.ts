import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser, newProfile, remoteUri, workbenchUrl } from '../page/browser.ts';
import type { HostTests } from './hostBundle.ts';
import { followHostReport, hostEnvironment, type HostResult } from './hostReport.ts';
import { projectRoot } from '../projectRoot.ts';
import { temporaryFolder } from '../disk/temporaryFolder.ts';
import { installVsCode, type VsCodeVersion } from './vscodeInstallation.ts';
import { startHostServer } from './vscodeServer.ts';

/** Longer than any single test may take. */
const silentMs = 120_000;

/**
 * Runs bundled tests inside the extension host of a new VS Code, and passes on their output piece by piece. Rejects if
 * VS Code, the page or the tests stop reporting or end before the result is known.
 */
export async function runInsideHost(
  version: VsCodeVersion,
  { extensionDevelopmentPath, extensionTestsPath }: HostTests,
  onOutput: (text: string) => void,
): Promise<HostResult> {
  const installation = await installVsCode(version);
  const folder = await temporaryFolder('workspace');
  const report = await followHostReport(await temporaryFolder('report'), onOutput);
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
