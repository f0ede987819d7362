// `npm run test:host [-- VERSION]`: runs test/host inside the extension host of the real VS Code, without a window, in
// every version or in the named one.
import { inspect } from 'node:util';
import { bundleHostTests, hostStages, type HostStage, type HostTests } from '../support/host/hostBundle.ts';
import { tally, type HostResult } from '../support/host/hostReport.ts';
import { runInsideHost } from '../support/host/insideHost.ts';
import { endWithMessageOnObstacle, Obstacle } from '../support/process/obstacle.ts';
import { sideBySide } from '../support/process/sideBySide.ts';
import {
  installVsCode,
  parseVsCodeVersion,
  vsCodeVersions,
  type VsCodeVersion,
} from '../support/host/vscodeInstallation.ts';

endWithMessageOnObstacle();
const [chosen] = process.argv.slice(2);
const versions = chosen === undefined ? vsCodeVersions : [parseVsCodeVersion(chosen)];

// Before the tests, so that no test spends its own time on it; one after the other, because both fetch the same
// browser.
for (const version of versions) await installVsCode(version);

for (const stage of hostStages) {
  const tests = await bundleHostTests(stage);
  // Both versions at once: most of their time is spent waiting, for windows to open and for servers that do not answer.
  await sideBySide(versions, (version, say) => runStage(stage, tests, version, say));
}

async function runStage(
  stage: HostStage,
  tests: HostTests,
  version: VsCodeVersion,
  say: (text: string) => void,
): Promise<void> {
  const sayLine = (text: string): void => say(`${text}\n`);
  sayLine(`\nInside VS Code ${version}, extension ${stage}`);
  const result = await runInsideHost(version, tests, sayLine).catch((error: unknown): HostResult => ({
    kind: 'broken',
    message: explain(error),
  }));
  if (result.kind === 'end') await tally(result);
  if (result.kind === 'end' && result.failed === 0 && result.passed > 0) return;

  process.exitCode = 1;
  if (result.kind === 'broken') sayLine(result.message);
  else if (result.passed + result.failed === 0) sayLine('No test ran.');
}

/** An obstacle's message says enough; any other error needs its stack. */
function explain(error: unknown): string {
  return error instanceof Obstacle ? error.message : inspect(error);
}
