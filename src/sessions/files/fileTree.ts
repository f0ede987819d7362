/** What a folder says of what it holds; `link` and `unknown` have to be followed to know more. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other' | 'unknown';
}

/** What a place leads to, links followed to the end. */
export interface PlaceTarget {
  /** `other` can never be read to an end: a device, a pipe, a socket. */
  readonly kind: 'file' | 'folder' | 'other';
  /** The same for the same file or folder, by whatever way it is reached; absent if nobody knows. */
  readonly realPlace?: string;
}

/**
 * Files and folders, wherever they are. A place is a text that only the tree itself understands. All that is asked
 * may reject, with what `problemOf` understands.
 */
export interface FileTree {
  /** Whether two names that differ in case alone are two files. */
  readonly isCaseSensitive: boolean;
  /** What the folder holds, some at a time, so that nobody waits for a million of them. */
  list(folder: string): AsyncIterable<readonly FolderEntry[]>;
  follow(place: string): Promise<PlaceTarget>;
  /** The whole of a small file; undefined if it is larger than so many bytes, or no file. */
  readSmall(place: string, mostBytes: number): Promise<Uint8Array | undefined>;
  /** The place of what has this name in the folder. */
  within(folder: string, name: string): string;
  /** Whether the one real place is the other, or below it. */
  isWithin(place: string, folder: string): boolean;
}

/** What is said of a pipe, a socket and a device, which nobody reads. */
export const deviceProblem = 'a device or pipe';

/** Why something could not be read, in words for a person, from the error of the system or of VS Code. */
export function problemOf(error: unknown): string {
  return problems.get(codeOf(error)) ?? 'cannot be read';
}

/** Whether the error says that nothing is there. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'FileNotFound'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const problems = new Map([
  ['ENOENT', 'is not there any more'],
  ['FileNotFound', 'is not there any more'],
  ['ENOTDIR', 'is no folder any more'],
  ['FileNotADirectory', 'is no folder any more'],
  ['EISDIR', 'is a folder'],
  ['FileIsADirectory', 'is a folder'],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
  ['NoPermissions', 'no permission to read it'],
  ['ELOOP', 'a symbolic link that leads nowhere'],
  ['EIO', 'the disk reported an error'],
  ['ENAMETOOLONG', 'its path is too long'],
  ['ENXIO', deviceProblem],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open'],
  ['ETIMEDOUT', 'does not answer'],
  ['EHOSTDOWN', 'does not answer'],
  ['ESTALE', 'does not answer'],
  ['Unavailable', 'does not answer'],
]);
