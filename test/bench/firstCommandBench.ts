import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/disk/temporaryFolder.ts';
import { installVsCode, vsCodeVersions, type VsCodeVersion } from '../support/host/vscodeInstallation.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { installed } from './activationBench.ts';
import type { Finding } from './finding.ts';
import { openProbedHosts, type ProbedHosts } from './probedHosts.ts';
import { spreadOf } from './spread.ts';

const hostCount = 12;
const ours = 'ours';
/** Nothing is stored, so the command shows a message. */
const firstCommand = 'veriffCleanup.deleteSession';
/** The last commit whose package had nine bundles. */
const before = '54ca6fb';

/**
 * Measures the first command after activation, from executeCommand to the first message, pick or box, against the same
 * command of the extension before its bundles were merged. Old and new take turns, each time in a new, calm extension
 * host. The first host of each is left out, because it reads the files from the disk.
 */
export async function measureFirstCommand(vsix: string): Promise<readonly Finding[]> {
  const older = await olderPackage();
  const findings: Finding[] = [];
  for (const version of vsCodeVersions) findings.push(await measureIn(version, vsix, older));
  return findings;
}

async function measureIn(version: VsCodeVersion, vsix: string, older: string | undefined): Promise<Finding> {
  const opened: ProbedHosts[] = [];
  try {
    for (const each of older === undefined ? [vsix] : [vsix, older]) opened.push(await open(version, each));
    for (const hosts of opened) await hosts.next();
    const times = opened.map((): number[] => []);
    for (let round = 0; round < hostCount; round += 1)
      for (const [index, hosts] of opened.entries())
        times[index]?.push((await hosts.next())[ours]?.firstCommandMs ?? Number.NaN);
    const [now = Number.NaN, then] = times.map((each) => spreadOf(each).median);
    const what = `first command, VS Code ${version}`;
    const name = `firstCommand.${version}`;
    if (then === undefined) {
      const detail = `no git or no commit ${before} here to compare with, ${hostCount} hosts`;
      return { name: `${name}.ms`, what, value: now, unit: 'ms', detail };
    }
    return {
      name: `${name}.ratio`,
      what: `${what}: nine bundles / now`,
      value: then / now,
      unit: 'times',
      aim: { sign: '≥', bound: 1.4 },
      detail: `medians ${then.toFixed(1)} against ${now.toFixed(1)} ms, ${hostCount} hosts each`,
    };
  } finally {
    for (const hosts of opened) await hosts.close();
  }
}

async function open(version: VsCodeVersion, vsix: string): Promise<ProbedHosts> {
  const installation = await installVsCode(version);
  const { extensionsDir, main } = await installed(installation, vsix);
  return openProbedHosts(installation, { extensionsDir, mains: { [ours]: main }, firstCommand });
}

/** The package of that commit, made by its own script; undefined if git or the commit is missing. */
async function olderPackage(): Promise<string | undefined> {
  const run = promisify(execFile);
  const folder = await temporaryFolder('before');
  const archive = path.join(folder, 'before.tar');
  try {
    await run('git', ['archive', '--output', archive, before], { cwd: projectRoot });
  } catch {
    return undefined;
  }
  await run('tar', ['-xf', archive, '-C', folder]);
  await symlink(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  const vsix = path.join(folder, 'before.vsix');
  await run(process.execPath, [path.join(folder, 'test', 'support', 'package.ts'), vsix], { cwd: folder });
  return vsix;
}
