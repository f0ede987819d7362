import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Obstacle } from '../process/obstacle.ts';
import { startProcessGroup, type ProcessGroup } from '../process/processGroup.ts';
import { temporaryFolder } from '../disk/temporaryFolder.ts';
import type { VsCodeInstallation } from './vscodeInstallation.ts';

/** A running VS Code whose page answers. It ends with this process at the latest. */
export interface VsCodeServer {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  readonly port: number;
  /** The folder of its settings, logs and extension storage. */
  readonly userDataDir: string;
  /** Resolves when the server has ended, with a sentence that says how. */
  readonly ended: Promise<string>;
  /** What the server has printed so far. */
  output(): string;
  close(): Promise<void>;
}

export interface HostServerOptions {
  /** The folder in which it keeps everything: empty and temporary by default. */
  readonly dataDir?: string;
  /** Empty and temporary by default. */
  readonly extensionsDir?: string;
  /** Added to the environment of the extension host. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts VS Code's server alone, which runs tests inside the extension host and keeps secrets only in memory. Rejects
 * if it does not answer.
 */
export async function startHostServer(
  installation: VsCodeInstallation,
  { dataDir: givenDataDir, extensionsDir, env }: HostServerOptions = {},
): Promise<VsCodeServer> {
  const dataDir = givenDataDir ?? (await temporaryFolder('host'));
  const args = [
    installation.serverMain,
    '--host=127.0.0.1',
    '--port=0',
    '--without-connection-token',
    '--accept-server-license-terms',
    `--server-data-dir=${dataDir}`,
    `--extensions-dir=${extensionsDir ?? path.join(dataDir, 'extensions')}`,
    '--telemetry-level=off',
    '--disable-workspace-trust',
    // Since VS Code 1.139, the page accepts a path of an extension or of tests only with this option.
    '--enable-smoke-test-driver',
  ];
  const group = startProcessGroup(installation.node, args, serverEnvironment(env));
  return readyServer(group, /Extension host agent listening on (\d+)/, path.join(dataDir, 'data'));
}

export interface VsCodeOptions {
  /** A packaged extension to install first. */
  readonly vsix?: string;
  readonly userDataDir: string;
  /** `extensions` below the user data by default. */
  readonly extensionsDir?: string;
  /** Added to the environment of the extension host. */
  readonly env?: NodeJS.ProcessEnv;
  /** Any free one by default. A browser finds its stored secrets only at the same port. */
  readonly port?: number;
}

/**
 * Starts VS Code through code-server's own entry, which keeps secrets over reloads, pages and restarts of one browser
 * profile. Rejects if the extension cannot be installed or the page does not answer.
 */
export async function startVsCode(
  installation: VsCodeInstallation,
  { vsix, userDataDir, extensionsDir = path.join(userDataDir, 'extensions'), env, port = 0 }: VsCodeOptions,
): Promise<VsCodeServer> {
  if (vsix !== undefined) await installExtension(installation, { vsix, userDataDir, extensionsDir });
  await createExtensionsFolder(extensionsDir);
  await createSettings(userDataDir);
  const args = [
    installation.entry,
    '--auth=none',
    `--bind-addr=127.0.0.1:${port}`,
    ...entryArguments(userDataDir, extensionsDir),
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    // code-server's own welcome page would cover the first view.
    '--disable-getting-started-override',
  ];
  const group = startProcessGroup(installation.node, args, serverEnvironment(env));
  return readyServer(group, /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/, userDataDir);
}

export interface ExtensionInstallation {
  readonly vsix: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
}

/** Installs a packaged extension into the folder, as a user would. Rejects with VS Code's own message. */
export async function installExtension(
  installation: VsCodeInstallation,
  { vsix, userDataDir, extensionsDir }: ExtensionInstallation,
): Promise<void> {
  if (!existsSync(vsix)) throw new Obstacle(`There is no package at ${vsix}. Run npm run package first.`);
  await createExtensionsFolder(extensionsDir);
  const args = [
    installation.entry,
    ...entryArguments(userDataDir, extensionsDir),
    '--install-extension',
    vsix,
  ];
  const { stdout, stderr } = await promisify(execFile)(installation.node, args, { env: serverEnvironment() });
  if (!/successfully installed/i.test(stdout))
    throw new Error(`VS Code ${installation.version} did not install ${vsix}:\n${stdout}${stderr}`);
}

function entryArguments(userDataDir: string, extensionsDir: string): string[] {
  return [
    // Otherwise code-server reads, and writes, the configuration in the user's home folder.
    `--config=${path.join(userDataDir, 'code-server.yaml')}`,
    `--user-data-dir=${userDataDir}`,
    `--extensions-dir=${extensionsDir}`,
  ];
}

/** code-server expects to find its list of extensions. */
async function createExtensionsFolder(extensionsDir: string): Promise<void> {
  await mkdir(extensionsDir, { recursive: true });
  const list = path.join(extensionsDir, 'extensions.json');
  if (!existsSync(list)) await writeFile(list, '[]');
}

/** Settings that keep other things off the page; settings that are already there stay. */
async function createSettings(userDataDir: string): Promise<void> {
  const file = path.join(userDataDir, 'User', 'settings.json');
  if (existsSync(file)) return;
  const settings = {
    // Otherwise a chat takes the right third of a new window.
    'chat.disableAIFeatures': true,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.startupEditor': 'none',
    // The page could not read the text of a terminal that is drawn on a canvas.
    'terminal.integrated.gpuAcceleration': 'off',
  };
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(settings, undefined, 2) + '\n');
}

/**
 * Removes the variables of a VS Code in which this process may run: its `VSCODE_IPC_HOOK_CLI` would redirect us to it,
 * and its debugger's NODE_OPTIONS would stop the server.
 */
function serverEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|PASSWORD$|HASHED_PASSWORD$|PORT$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

/** It takes half a second; far more for machines under load. */
const readyWithinMs = 60_000;

async function readyServer(group: ProcessGroup, port: RegExp, userDataDir: string): Promise<VsCodeServer> {
  try {
    // The server chooses a free port itself, so that no other process can take it between the choice and the start.
    const [, digits = ''] = await group.printed(port, readyWithinMs);
    const origin = `http://127.0.0.1:${digits}`;
    const { status } = await fetch(origin, { signal: AbortSignal.timeout(readyWithinMs) });
    if (status !== 200) throw new Error(`VS Code’s page answered ${status}:\n${group.output().slice(-2000)}`);
    const { ended } = group;
    return {
      origin,
      port: Number(digits),
      userDataDir,
      ended,
      output: () => group.output(),
      close: () => group.close(),
    };
  } catch (error) {
    await group.close();
    throw error;
  }
}
