import { readFileSync, watch } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { launchBrowser, newProfile, workbenchUrl } from '../support/page/browser.ts';
import { temporaryFolder } from '../support/disk/temporaryFolder.ts';
import type { VsCodeInstallation } from '../support/host/vscodeInstallation.ts';
import { startHostServer } from '../support/host/vscodeServer.ts';

/** The probe's input: the absolute path of each extension's main file by its name, and the report file. */
export interface ProbeOrder {
  readonly mains: Readonly<Record<string, string>>;
  readonly reportFile: string;
}

/** One extension in one host; the host is identified by its process id. */
export interface ProbedActivation {
  readonly pid: number;
  readonly name: string;
  readonly loadMs: number;
  readonly activateMs: number;
}

/** The times of one host, by the extension's name. */
export type ProbedHost = Readonly<Record<string, ProbedActivation>>;

/** Far more than a start takes, for machines under load. */
const hostWithinMs = 120_000;

/**
 * Starts VS Code with the extensions in `extensionsDir` and opens a file in the given number of extension hosts, one
 * after the other, each in a new process. Resolves when every extension of `mains` was activated in each of them;
 * rejects if one was not.
 */
export async function probedHosts(
  installation: VsCodeInstallation,
  { extensionsDir, mains, count }: { extensionsDir: string; mains: ProbeOrder['mains']; count: number },
): Promise<readonly ProbedHost[]> {
  const folder = await temporaryFolder('probe');
  const order: ProbeOrder = { mains, reportFile: path.join(folder, 'report.jsonl') };
  await writeFile(order.reportFile, '');
  // Some extensions wait for a document in any language.
  const file = path.join(folder, 'opened.txt');
  await writeFile(file, 'Nothing in particular.\n');
  const serverMain = await probingServer(installation, folder);
  const env = { ACTIVATION_PROBE: JSON.stringify(order) };
  const server = await startHostServer({ ...installation, serverMain }, { extensionsDir, env });
  const browser = await launchBrowser();
  try {
    const page = await (await newProfile(browser)).newPage();
    const payload = [
      ['openFile', `vscode-remote://remote${file}`],
      ['skipWelcome', 'true'],
    ] as const;
    const url = workbenchUrl(server.origin, { folder, payload });
    const hosts: ProbedHost[] = [];
    while (hosts.length < count) {
      // Leaving the page ends its extension host; the next page gets a new process.
      await page.goto('about:blank');
      hosts.push(await nextHost(page, url, order, hosts));
    }
    return hosts;
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The server's main file with the probe in its Node options, which VS Code passes to the extension host. */
async function probingServer({ serverMain }: VsCodeInstallation, folder: string): Promise<string> {
  const probe = path.join(folder, 'probe.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'activationProbe.ts')],
    outfile: probe,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
  });
  const file = path.join(folder, 'server.mjs');
  // Not by the variable NODE_OPTIONS: since 1.139 VS Code removes it from the host's environment.
  const lines = [
    `process.execArgv.push(${JSON.stringify(`--require=${probe}`)});`,
    `await import(${JSON.stringify(pathToFileURL(serverMain).href)});`,
  ];
  await writeFile(file, lines.join('\n') + '\n');
  return file;
}

async function nextHost(
  page: Page,
  url: string,
  { mains, reportFile }: ProbeOrder,
  before: readonly ProbedHost[],
): Promise<ProbedHost> {
  const names = Object.keys(mains);
  const seen = new Set(before.flatMap((host) => Object.values(host).map(({ pid }) => pid)));
  const reported = (): ProbedHost => {
    const lines = readFileSync(reportFile, 'utf8').split('\n').slice(0, -1);
    const activations = lines.map((line) => JSON.parse(line) as ProbedActivation);
    return Object.fromEntries(
      activations.filter(({ pid }) => !seen.has(pid)).map((activation) => [activation.name, activation]),
    );
  };
  const complete = new Promise<ProbedHost>((resolve, reject) => {
    const deadline = setTimeout(() => {
      watcher.close();
      const missing = names.filter((name) => !(name in reported()));
      reject(new Error(`Within ${hostWithinMs / 1000} s VS Code did not activate ${missing.join(', ')}.`));
    }, hostWithinMs);
    const watcher = watch(reportFile, () => {
      const host = reported();
      if (!names.every((name) => name in host)) return;
      clearTimeout(deadline);
      watcher.close();
      resolve(host);
    });
  });
  const [host] = await Promise.all([complete, page.goto(url)]);
  return host;
}
