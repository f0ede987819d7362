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

/** The probe's input. */
export interface ProbeOrder {
  /** The absolute path of each extension's main file, by its name. */
  readonly mains: Readonly<Record<string, string>>;
  /** The command that each extension runs when the host is calm. */
  readonly firstCommand?: string;
  readonly reportFile: string;
}

/** One extension in one host; the host is identified by its process id. */
export interface ProbedExtension {
  readonly pid: number;
  readonly name: string;
  readonly loadMs: number;
  readonly activateMs: number;
  /** From calling the first command to the first thing that it shows; absent if there was no such command. */
  readonly firstCommandMs?: number;
}

/** The times of one host, by the extension's name. */
export type ProbedHost = Readonly<Record<string, ProbedExtension>>;

/** A VS Code whose extension hosts are measured. */
export interface ProbedHosts {
  /** Opens a file in a new extension host, and resolves when everything has been measured in it. */
  next(): Promise<ProbedHost>;
  close(): Promise<void>;
}

/** Far more than a start takes, for machines under load. */
const hostWithinMs = 120_000;

/**
 * Starts VS Code with the extensions in `extensionsDir`. Each extension host is a new process; `next` rejects if an
 * extension of `mains` was not activated in it.
 */
export async function openProbedHosts(
  installation: VsCodeInstallation,
  { extensionsDir, ...given }: { extensionsDir: string } & Omit<ProbeOrder, 'reportFile'>,
): Promise<ProbedHosts> {
  const folder = await temporaryFolder('probe');
  const order: ProbeOrder = { ...given, reportFile: path.join(folder, 'report.jsonl') };
  await writeFile(order.reportFile, '');
  // Some extensions wait for a document in any language.
  const file = path.join(folder, 'opened.txt');
  await writeFile(file, 'Nothing in particular.\n');
  const serverMain = await probingServer(installation, folder);
  const env = { ACTIVATION_PROBE: JSON.stringify(order) };
  const server = await startHostServer({ ...installation, serverMain }, { extensionsDir, env });
  const browser = await launchBrowser();
  const page = await (await newProfile(browser)).newPage();
  const payload = [
    ['openFile', `vscode-remote://remote${file}`],
    ['skipWelcome', 'true'],
  ] as const;
  const url = workbenchUrl(server.origin, { folder, payload });
  const before: ProbedHost[] = [];
  return {
    next: async () => {
      const host = await nextHost(page, url, order, before);
      before.push(host);
      // Leaving the page ends its extension host; the next page gets a new process.
      await page.goto('about:blank');
      return host;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
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
    const activations = lines.map((line) => JSON.parse(line) as ProbedExtension);
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
