import * as vscode from 'vscode';
import {
  deviceProblem,
  problemOf,
  type FileTree,
  type FolderEntry,
} from '../../../sessions/files/fileTree.ts';
import { scanBytes } from '../../../sessions/scan/scanInTurns.ts';
import { sourceScanOf } from '../../../sessions/files/scanLocalFile.ts';
import type { ScanSource } from '../../../sessions/files/search.ts';

/** Through VS Code, a file comes as a whole into memory, and larger ones it does not hand out either. */
export const largestRemoteBytes = 50 * 1024 * 1024;

const { File, Directory, SymbolicLink, Unknown } = vscode.FileType;

/** Whatever file systems VS Code has, on other machines or on none, by URI. */
export const workspaceFiles: FileTree = {
  // Nobody says so of a file system.
  isCaseSensitive: true,

  async *list(folder) {
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(folder, true));
    // If a provider says more than names, it could lead anywhere.
    yield entries.flatMap(([name, type]) =>
      /^\.{0,2}$|\//.test(name) ? [] : [{ name, kind: kindOf(type) }],
    );
  },

  async follow(place) {
    const { type } = await vscode.workspace.fs.stat(vscode.Uri.parse(place, true));
    if ((type & Directory) !== 0) return { kind: 'folder' };
    return { kind: (type & File) === 0 ? 'other' : 'file' };
  },

  async readSmall(place, mostBytes) {
    const uri = vscode.Uri.parse(place, true);
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & File) === 0 || size > mostBytes) return undefined;
    const bytes = await vscode.workspace.fs.readFile(uri);
    return bytes.length > mostBytes ? undefined : bytes;
  },

  within: (folder, name) => vscode.Uri.joinPath(vscode.Uri.parse(folder, true), name).toString(),
  isWithin: (place, folder) => place === folder || place.startsWith(`${folder}/`),
};

/** Looks through a file of any file system that VS Code has, by its URI. */
export const scanWorkspaceFile: ScanSource = async (place, signal, onProgress) => {
  const uri = vscode.Uri.parse(place, true);
  const nothing = { findings: [], bytes: 0 };
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & File) === 0) return { ...nothing, problem: deviceProblem };
    if (size > largestRemoteBytes) return { ...nothing, problem: tooLarge };
    if (signal.aborted) return nothing;
    const bytes = await vscode.workspace.fs.readFile(uri);
    // A file that grows tells its size only when it is read.
    if (bytes.length > largestRemoteBytes) return { ...nothing, problem: tooLarge };
    return sourceScanOf(await scanBytes(bytes, { signal, onProgress, skipsBinary: true }));
  } catch (error) {
    return { ...nothing, problem: problemOf(error) };
  }
};

const tooLarge = 'larger than 50 MB';

function kindOf(type: vscode.FileType): FolderEntry['kind'] {
  if ((type & SymbolicLink) !== 0) return 'link';
  if ((type & Directory) !== 0) return 'folder';
  if ((type & File) !== 0) return 'file';
  return type === Unknown ? 'unknown' : 'other';
}
