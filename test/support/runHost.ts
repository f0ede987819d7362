// `npm run test:host [-- VERSION]`: runs test/host inside the extension host of the real VS Code, without a
// window, in every version or the one that is named.
import { inspect } from 'node:util';
import { bundleHostTests, hostStages } from './hostBundle.ts';
import { tally, type HostResult } from './hostReport.ts';
import { runInsideHost } from './insideHost.ts';
import { endWithMessageOnObstacle, Obstacle } from './obstacle.ts';
import { parseVsCodeVersion, vsCodeVersions } from './vscodeInstallation.ts';

endWithMessageOnObstacle();
const [chosen] = process.argv.slice(2);
const versions = chosen === undefined ? vsCodeVersions : [parseVsCodeVersion(chosen)];

for (const stage of hostStages) {
  const tests = await bundleHostTests(stage);
  for (const version of versions) {
    console.log(`\nInside VS Code ${version}, extension ${stage}`);
    const result = await runInsideHost(version, tests, (text) => console.log(text)).catch(
      (error: unknown): HostResult => ({
        kind: 'broken',
        message: explain(error),
      }),
    );
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
