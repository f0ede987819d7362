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

/** VS Code reads a file into memory as a whole, and refuses larger ones. */
export const largestRemoteBytes = 50 * 1024 * 1024;

const { File, Directory, SymbolicLink, Unknown } = vscode.FileType;

/** All file systems that VS Code can read, local, remote or virtual, by URI. */
export const workspaceFiles: FileTree = {
  // VS Code does not tell whether a file system is case-sensitive.
  isCaseSensitive: true,

  async *list(folder) {
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(folder, true));
    // A name with a slash or dots from a file system provider could lead to any folder.
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

/** Searches a file of any file system that VS Code can read, by its URI. */
export const scanWorkspaceFile: ScanSource = async (place, signal, onProgress) => {
  const uri = vscode.Uri.parse(place, true);
  const nothing = { findings: [], bytes: 0 };
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & File) === 0) return { ...nothing, problem: deviceProblem };
    if (size > largestRemoteBytes) return { ...nothing, problem: tooLarge };
    if (signal.aborted) return nothing;
    const bytes = await vscode.workspace.fs.readFile(uri);
    // The file may have grown since its size was read.
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
