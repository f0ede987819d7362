import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Obstacle } from '../process/obstacle.ts';
import { projectRoot } from '../projectRoot.ts';

/**
 * Builds the extension's package from the sources as they are, and gives its path. If the environment
 * variable VSIX names a package, it is that one instead. Rejects with the packager's words.
 */
export async function builtPackage(): Promise<string> {
  const { VSIX: given } = process.env;
  if (given !== undefined && given !== '') return path.resolve(given);
  // A file of its own, so that a package meant for release is not overwritten by a test.
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
