/** The kind of an entry according to its folder; `link` and `unknown` have to be followed to learn the real kind. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other' | 'unknown';
}

/** The file or folder at a place after all links are followed. */
export interface PlaceTarget {
  /** `other`: a device, pipe or socket, which cannot be read to an end. */
  readonly kind: 'file' | 'folder' | 'other';
  /** The same for every path that leads to this file or folder; absent if the system does not report it. */
  readonly realPlace?: string;
}

/**
 * A file system. A place is a string whose format is known only to the tree. All methods may reject, with an error that
 * `problemOf` can explain.
 */
export interface FileTree {
  /** Whether names that differ only in case are different files. */
  readonly isCaseSensitive: boolean;
  /** The entries of the folder in batches, so that the caller need not wait for all of a million entries. */
  list(folder: string): AsyncIterable<readonly FolderEntry[]>;
  follow(place: string): Promise<PlaceTarget>;
  /** The content of a small file; undefined if it has more than `mostBytes` bytes or is not a file. */
  readSmall(place: string, mostBytes: number): Promise<Uint8Array | undefined>;
  /** The place of the folder's entry with this name. */
  within(folder: string, name: string): string;
  /** Whether a real place is the folder's real place or inside it. */
  isWithin(place: string, folder: string): boolean;
}

/** The reason that is reported for a pipe, a socket or a device, which are not read. */
export const deviceProblem = 'a device or pipe';

/** Why something could not be read, in words for the user, from the error of the system or of VS Code. */
export function problemOf(error: unknown): string {
  return problems.get(codeOf(error)) ?? 'cannot be read';
}

/** Whether the error says that the file or folder does not exist. */
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
