import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../support/disk/temporaryFolder.ts';
import {
  installVsCode,
  vsCodeVersions,
  type VsCodeInstallation,
  type VsCodeVersion,
} from '../support/host/vscodeInstallation.ts';
import { installExtension } from '../support/host/vscodeServer.ts';
import type { Finding } from './finding.ts';
import { openProbedHosts, type ProbedHost } from './probedHosts.ts';
import { spreadOf } from './spread.ts';

const hostCount = 12;
const ours = 'ours';
/** Extensions that come with VS Code and are activated in almost every window. */
const neighbours = ['git-base', 'emmet', 'merge-conflict'] as const;

/**
 * Measures loading the code plus activate(), for the packaged extension and for built-in extensions, at a real start of
 * the real extension host, so VS Code decides the time, the order and the context. VS Code keeps the same two times for
 * “Startup Performance”, but in whole milliseconds, which is about what most of these extensions take, and including a
 * wait for translations during which other extensions run. So a probe in Node’s module loader measures the same two
 * calls. Each host is a new process, because a second load in the same process finds the code compiled. The first host
 * of a version is left out, because it reads the files from the disk.
 */
export async function measureActivation(vsix: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const version of vsCodeVersions) findings.push(...(await measureIn(version, vsix)));
  return findings;
}

async function measureIn(version: VsCodeVersion, vsix: string): Promise<readonly Finding[]> {
  const installation = await installVsCode(version);
  const { extensionsDir, main } = await installed(installation, vsix);
  const mains = { [ours]: main, ...neighbourMains(installation) };
  const probed = await openProbedHosts(installation, { extensionsDir, mains });
  const hosts: ProbedHost[] = [];
  try {
    await probed.next();
    while (hosts.length < hostCount) hosts.push(await probed.next());
  } finally {
    await probed.close();
  }
  return neighbours.map((neighbour) => ({
    name: `activation.${version}.${neighbour}.ratio`,
    what: `load + activate / ${neighbour}, VS Code ${version}`,
    value: medianMs(hosts, ours) / medianMs(hosts, neighbour),
    unit: 'times',
    aim: { sign: '<', bound: 1 },
    detail: `medians ${splitText(hosts, ours)} against ${splitText(hosts, neighbour)} ms, ${hosts.length} hosts`,
  }));
}

function medianMs(hosts: readonly ProbedHost[], name: string): number {
  return spreadOf(timesOf(hosts, name).map(({ loadMs, activateMs }) => loadMs + activateMs)).median;
}

function splitText(hosts: readonly ProbedHost[], name: string): string {
  const times = timesOf(hosts, name);
  const load = spreadOf(times.map(({ loadMs }) => loadMs)).median;
  const activate = spreadOf(times.map(({ activateMs }) => activateMs)).median;
  return `${medianMs(hosts, name).toFixed(2)} (${load.toFixed(2)} + ${activate.toFixed(2)})`;
}

function timesOf(
  hosts: readonly ProbedHost[],
  name: string,
): readonly { loadMs: number; activateMs: number }[] {
  return hosts.flatMap((host) => host[name] ?? []);
}

function neighbourMains({ serverMain }: VsCodeInstallation): Record<string, string> {
  const extensions = path.join(path.dirname(serverMain), '..', 'extensions');
  return Object.fromEntries(neighbours.map((name) => [name, mainIn(path.join(extensions, name))]));
}

/** Installs the package into a folder of its own; `main` is the path of its main file there. */
export async function installed(
  installation: VsCodeInstallation,
  vsix: string,
): Promise<{ extensionsDir: string; main: string }> {
  const folder = await temporaryFolder('bench');
  const extensionsDir = path.join(folder, 'extensions');
  await installExtension(installation, { vsix, userDataDir: path.join(folder, 'user'), extensionsDir });
  const entry = readdirSync(extensionsDir, { withFileTypes: true }).find((each) => each.isDirectory());
  if (entry === undefined) throw new Error('The extension’s package left no folder behind.');
  return { extensionsDir, main: mainIn(path.join(extensionsDir, entry.name)) };
}

function mainIn(folder: string): string {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { main: string };
  return path.join(folder, manifest.main);
}
