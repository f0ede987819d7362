// `npm run test:desktop [-- VERSION]`: downloads the desktop VS Code and runs test/host in it.
import path from 'node:path';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { bundleHostTests, hostStages, type HostTests } from '../support/host/hostBundle.ts';
import { followHostReport, hostEnvironment, tally } from '../support/host/hostReport.ts';
import { endWithMessageOnObstacle } from '../support/process/obstacle.ts';
import { temporaryFolder } from '../support/disk/temporaryFolder.ts';
import {
  parseVsCodeVersion,
  vsCodeVersions,
  type VsCodeVersion,
} from '../support/host/vscodeInstallation.ts';

endWithMessageOnObstacle();
const [chosen] = process.argv.slice(2);
const versions = chosen === undefined ? vsCodeVersions : [parseVsCodeVersion(chosen)];

for (const stage of hostStages) {
  const tests = await bundleHostTests(stage);
  for (const version of versions) {
    console.log(`\nInside the desktop VS Code ${version}, extension ${stage}`);
    await runInside(version, tests).catch((error: unknown) => {
      process.exitCode = 1;
      if (error instanceof TestRunFailedError) console.error(error.message);
      else
        console.error(
          `The desktop VS Code ${version} could not be run: ${String(error)}\n` +
            'It is downloaded from update.code.visualstudio.com, and needs a display (on Linux: xvfb-run). ' +
            'Without both, npm run test:host runs the same tests in the VS Code from the npm registry.',
        );
    });
  }
}

async function runInside(version: VsCodeVersion, tests: HostTests): Promise<void> {
  const report = await followHostReport(await temporaryFolder('report'), (text) => console.log(text));
  const userDataDir = await temporaryFolder('desktop');
  try {
    await runTests({
      version: `${version}.0`,
      ...tests,
      extensionTestsEnv: {
        [hostEnvironment.reportFile]: report.file,
        [hostEnvironment.expectedVersion]: version,
        [hostEnvironment.globalStorage]: path.join(userDataDir, 'User', 'globalStorage'),
      },
      launchArgs: [
        await temporaryFolder('workspace'),
        `--user-data-dir=${userDataDir}`,
        '--disable-extensions',
        '--disable-workspace-trust',
      ],
    });
    // VS Code has ended, so the report is complete.
    const result = await report.result(1000);
    if (result.kind === 'broken') throw new Error(result.message);
    await tally(result);
  } finally {
    report.close();
  }
}
