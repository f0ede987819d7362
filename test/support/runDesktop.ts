// `npm run test:desktop [-- VERSION]`: runs test/host inside the desktop VS Code, which is downloaded for it.
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { bundleHostTests, hostStages } from './hostBundle.ts';
import { followHostReport, hostEnvironment, tally } from './hostReport.ts';
import { endWithMessageOnObstacle } from './obstacle.ts';
import { projectRoot } from './projectRoot.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { parseVsCodeVersion, vsCodeVersions } from './vscodeInstallation.ts';

endWithMessageOnObstacle();
const [chosen] = process.argv.slice(2);
const versions = chosen === undefined ? vsCodeVersions : [parseVsCodeVersion(chosen)];

const extensionTestsPath = await bundleHostTests();
for (const version of versions) {
  console.log(`\nInside the desktop VS Code ${version}`);
  const report = await followHostReport(await temporaryFolder('report'), (text) => console.log(text));
  try {
    await runTests({
      version: `${version}.0`,
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath,
      extensionTestsEnv: {
        [hostEnvironment.reportFile]: report.file,
        [hostEnvironment.expectedVersion]: version,
      },
      launchArgs: [await temporaryFolder('workspace'), '--disable-extensions', '--disable-workspace-trust'],
    });
    // VS Code has ended, so all that there will ever be in the report is in it.
    const result = await report.result(1000);
    if (result.kind === 'broken') throw new Error(result.message);
    await tally(result);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof TestRunFailedError) console.error(error.message);
    else
      console.error(
        `The desktop VS Code ${version} could not be run: ${String(error)}\n` +
          'It is downloaded from update.code.visualstudio.com, and needs a display (on Linux: xvfb-run). ' +
          'Without both, npm run test:host runs the same tests in the VS Code from the npm registry.',
      );
  } finally {
    report.close();
  }
}
