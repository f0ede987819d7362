import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Obstacle } from '../process/obstacle.ts';
import { projectRoot } from '../projectRoot.ts';

/**
 * Builds the extension's package from the current sources, and returns its path; if the environment variable VSIX names
 * a package, returns that one instead. Rejects with the packager's message.
 */
export async function builtPackage(): Promise<string> {
  const { VSIX: given } = process.env;
  if (given !== undefined && given !== '') return path.resolve(given);
  // A file of its own, so that a test does not overwrite a package that is meant for release.
  const vsix = path.join(projectRoot, 'out', 'veriff-session-cleanup.vsix');
  const script = path.join(projectRoot, 'test', 'scripts', 'package.ts');
  await promisify(execFile)(process.execPath, [script, vsix], { cwd: projectRoot }).catch(
    (error: unknown) => {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new Obstacle(`The extension could not be packaged:\n${said}`, { cause: error });
    },
  );
  return vsix;
}
