import { rmSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { atProcessEnd } from '../process/processEnd.ts';

/**
 * A new, empty folder with a short absolute path, removed when this process ends. Short, because VS Code puts Unix
 * sockets below it, whose paths may have about 100 characters.
 */
export async function temporaryFolder(purpose: string): Promise<string> {
  // macOS's temporary folder is a symbolic link, and VS Code compares paths as text.
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), `veriff-${purpose}-`));
  atProcessEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}
