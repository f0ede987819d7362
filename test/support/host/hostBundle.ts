import { execFile } from 'node:child_process';
import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { Obstacle } from '../process/obstacle.ts';
import { projectRoot } from '../projectRoot.ts';
import { temporaryFolder } from '../disk/temporaryFolder.ts';

/**
 * The two environments of tests inside VS Code. `activated` (test/host/activated): the extension as VS Code itself
 * activates it. `staged` (the other folders of test/host): the same contributions without any code, so that the tests
 * activate the sources themselves, with a context and a window of their own.
 */
export const hostStages = ['activated', 'staged'] as const;

export type HostStage = (typeof hostStages)[number];

/** The arguments with which VS Code is started. */
export interface HostTests {
  readonly extensionDevelopmentPath: string;
  readonly extensionTestsPath: string;
}

/**
 * Builds what the tests of this stage need, and bundles the tests in `testFolder` (relative to the project). Rejects if
 * something does not build.
 */
export async function bundleHostTests(
  stage: HostStage,
  testFolder = path.join('test', 'host'),
): Promise<HostTests> {
  if (stage === 'activated') {
    await buildExtension();
    const outFolder = path.join(projectRoot, 'out', 'host');
    return {
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: await bundleTests(path.join(testFolder, stage), outFolder),
    };
  }
  const folder = await stagedExtension();
  return {
    extensionDevelopmentPath: folder,
    // Inside the extension's folder, so that the tests get the extension's own API from VS Code.
    extensionTestsPath: await bundleTests(testFolder, path.join(folder, 'tests')),
  };
}

/** Builds the extension into dist/ with source maps. Rejects with the bundler's message. */
export async function buildExtension(): Promise<void> {
  const script = path.join(projectRoot, 'esbuild.js');
  await promisify(execFile)(process.execPath, [script, '--dev'], { cwd: projectRoot }).catch(
    (error: unknown) => {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new Obstacle(`The extension could not be built:\n${said}`, { cause: error });
    },
  );
}

async function bundleTests(testFolder: string, outdir: string): Promise<string> {
  await rm(outdir, { recursive: true, force: true });
  const folder = path.join(projectRoot, testFolder);
  const files = await readdir(folder, { recursive: true });
  const tests = files.filter((name) => name.endsWith('.test.ts') && !name.startsWith('activated')).sort();
  const options: BuildOptions = {
    absWorkingDir: projectRoot,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // Mocha is not bundled: the tests have to use its globals, not a copy of their own.
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  };
  const index = path.join(outdir, 'index.cjs');
  await build({ ...options, entryPoints: ['test/host/index.ts'], outfile: index });
  // One bundle for all tests, because the replacement of the window must exist only once.
  const contents = tests.map((name) => `import './${name.replaceAll('\\', '/')}';`).join('\n');
  const stdin = { contents, resolveDir: folder, sourcefile: 'all.ts' };
  await build({ ...options, stdin, outfile: path.join(outdir, 'all.test.cjs') });
  return index;
}

/** A folder with the contributions of package.json, but without code that VS Code could activate. */
async function stagedExtension(): Promise<string> {
  const folder = await temporaryFolder('staged');
  const manifest = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8')) as object;
  const code = { main: undefined, activationEvents: undefined, type: undefined };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, ...code }));
  await cp(path.join(projectRoot, 'media'), path.join(folder, 'media'), { recursive: true });
  await symlink(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  return folder;
}
