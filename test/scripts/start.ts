// `npm start [-- --version VERSION | --desktop]`: starts VS Code with the extension on a folder of samples, and a
// sandbox to delete from. Ctrl-C ends everything.
import { parseArgs } from 'node:util';
import { workbenchUrl } from '../support/page/browser.ts';
import { builtPackage } from '../support/host/builtPackage.ts';
import { buildExtension } from '../support/host/hostBundle.ts';
import { endWithMessageOnObstacle, Obstacle } from '../support/process/obstacle.ts';
import { startProcessGroup } from '../support/process/processGroup.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { sampleFiles } from '../support/page/sampleFolder.ts';
import { startSampleSetUp, type SampleSetUp } from '../support/page/sampleSetUp.ts';
import { temporaryFolder } from '../support/disk/temporaryFolder.ts';
import { installVsCode, parseVsCodeVersion } from '../support/host/vscodeInstallation.ts';
import { startVsCode } from '../support/host/vscodeServer.ts';

endWithMessageOnObstacle();
const { values } = parseArgs({
  options: { version: { type: 'string', default: '1.139' }, desktop: { type: 'boolean', default: false } },
});
await (values.desktop ? startDesktop() : startInBrowser(values.version));

async function startInBrowser(chosen: string): Promise<void> {
  const version = parseVsCodeVersion(chosen);
  const installation = await installVsCode(version);
  const vsix = await builtPackage();
  const setUp = await startSampleSetUp();
  const userDataDir = await temporaryFolder('start');
  const server = await startVsCode(installation, { vsix, userDataDir, env: setUp.env });
  const address = workbenchUrl(server.origin, { folder: setUp.folder, payload: [['skipWelcome', 'true']] });
  console.log(`\nVS Code ${version} is ready. Open\n  ${address}`);
  explain(setUp);
  const how = await server.ended;
  throw new Obstacle(`VS Code ${how}:\n${server.output().slice(-2000)}`);
}

async function startDesktop(): Promise<void> {
  await buildExtension();
  const setUp = await startSampleSetUp();
  const args = [
    `--extensionDevelopmentPath=${projectRoot}`,
    `--user-data-dir=${await temporaryFolder('start')}`,
    '--disable-extensions',
    '--new-window',
    '--wait',
    setUp.folder,
  ];
  const desktop = startProcessGroup('code', args, { ...process.env, ...setUp.env });
  console.log('\nThe desktop VS Code is opening.');
  explain(setUp);
  const how = await desktop.ended;
  await setUp.sandbox.close();
  if (how !== 'ended with 0')
    throw new Obstacle(
      `The desktop VS Code ${how}. It is started by “code” from the PATH; without one, use npm start in the browser.\n${desktop.output()}`,
    );
}

function explain({ sandbox, folder }: SampleSetUp): void {
  console.log(`
Sandbox         ${sandbox.baseUrl}, with ${sandbox.sessions().length} made-up sessions
Sample folder   ${folder}

First run “Veriff: Try with the Sandbox” from the command palette (F1). Then open ${sampleFiles.test},
right-click on a session id, and choose “Delete Veriff Session…”.

Ctrl-C ends everything.`);
}
