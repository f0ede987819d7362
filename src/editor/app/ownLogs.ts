import { readdirSync, truncateSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

// VS Code names the log folder of each run by its start time, such as 20260424T061225.
const runFolder = /^\d{8}T\d{6}$/;

/**
 * Empties this extension's log files: those in `logFolder` (`ExtensionContext.logUri`) and those of earlier runs, which
 * VS Code keeps next to it. They are not removed, since VS Code still writes to one of them. Throws the system's error
 * if a file cannot be emptied.
 */
export function emptyOwnLogs(logFolder: string): void {
  for (const folder of [logFolder, ...foldersOfEarlierRuns(logFolder)]) {
    for (const name of entriesOf(folder)) if (name.endsWith('.log')) truncateSync(join(folder, name));
  }
}

/** The folders of the same name at the same depth in the folders of the other runs, in all windows. */
function foldersOfEarlierRuns(logFolder: string): readonly string[] {
  const below: string[] = [];
  let folder = logFolder;
  while (!runFolder.test(basename(folder))) {
    below.push(basename(folder));
    if (dirname(folder) === folder) return [];
    folder = dirname(folder);
  }
  const root = dirname(folder);
  const own = basename(logFolder);
  let found = entriesOf(root)
    .filter((name) => runFolder.test(name))
    .map((name) => join(root, name));
  for (let depth = 1; depth < below.length; depth += 1) {
    found = found.flatMap((parent) => entriesOf(parent).map((name) => join(parent, name)));
  }
  return found.map((parent) => join(parent, own));
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A file, or a folder that VS Code has just removed: it contains none of our logs.
    return [];
  }
}
