import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { Obstacle } from './obstacle.ts';
import { projectRoot } from './projectRoot.ts';

/**
 * Builds the extension and bundles the tests of test/host, each file on its own, into out/host. Gives the path
 * of the bundle that VS Code is to run as `extensionTestsPath`. Rejects when something does not build.
 */
export async function bundleHostTests(): Promise<string> {
  await buildExtension();
  const outdir = path.join(projectRoot, 'out', 'host');
  await rm(outdir, { recursive: true, force: true });
  const tests = (await readdir(path.join(projectRoot, 'test', 'host')))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/host/${name}`);
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['test/host/index.ts', ...tests],
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // Mocha stays one module: the bundles of the tests find its globals, not a copy of their own.
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.cjs');
}

/** Builds the extension into dist/ with source maps. Rejects with the bundler's words. */
export async function buildExtension(): Promise<void> {
  const script = path.join(projectRoot, 'esbuild.js');
  await promisify(execFile)(process.execPath, [script, '--dev'], { cwd: projectRoot }).catch(
    (error: unknown) => {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new Obstacle(`The extension could not be built:\n${said}`, { cause: error });
    },
  );
}
