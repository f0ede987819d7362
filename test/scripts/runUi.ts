// `npm run test:ui [-- VERSION] [mocha's options]`: packages the extension, and runs test/ui through the page of the
// real VS Code, in every version or in the named one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { builtPackage } from '../support/host/builtPackage.ts';
import { endWithMessageOnObstacle } from '../support/process/obstacle.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { sideBySide } from '../support/process/sideBySide.ts';
import {
  installVsCode,
  parseVsCodeVersion,
  vsCodeVersions,
  type VsCodeVersion,
} from '../support/host/vscodeInstallation.ts';

endWithMessageOnObstacle();
const [first, ...rest] = process.argv.slice(2);
const isVersion = first !== undefined && !first.startsWith('-');
const versions = isVersion ? [parseVsCodeVersion(first)] : vsCodeVersions;
const mochaArguments = isVersion || first === undefined ? rest : [first, ...rest];

// Before the tests, so that no test spends its own time on it.
for (const version of versions) await installVsCode(version);
const vsix = await builtPackage();

process.exitCode = 0;
// Both versions at once: most of their time is spent waiting. The suites of one version share one VS Code.
await sideBySide(versions, async (version, say) => {
  const code = await runIn(version, say);
  if (code !== 0) process.exitCode = code;
});

async function runIn(version: VsCodeVersion, say: (text: string) => void): Promise<number> {
  const mocha = spawn(
    process.execPath,
    [
      createRequire(import.meta.url).resolve('mocha/bin/mocha.js'),
      '--require=test/support/page/uiHooks.ts',
      // A start of VS Code takes seconds, and several times as long on a machine under load.
      '--timeout=120000',
      ...mochaArguments,
      'test/ui/**/*.test.ts',
    ],
    {
      cwd: projectRoot,
      env: { ...process.env, VSIX: vsix, UI_TESTS_VERSIONS: version },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [mocha.stdout, mocha.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => say(text));
  const [code] = (await once(mocha, 'close')) as [number | null];
  return code ?? 1;
}
