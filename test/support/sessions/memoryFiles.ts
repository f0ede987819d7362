import * as vscode from 'vscode';

const { Directory, File, SymbolicLink } = vscode.FileType;

/** The content of a path in a made-up file system: a file's bytes, a folder's names, or the error that it throws. */
export type MemoryNode = Uint8Array | readonly [name: string, type: vscode.FileType][] | Error;

/** A read-only file system for VS Code with the files of a test, under the scheme `made-up`. */
export class MemoryFiles implements vscode.FileSystemProvider {
  readonly #nodes = new Map<string, MemoryNode>();
  readonly #registration: vscode.Disposable;
  readonly read: string[] = [];
  onRead: (path: string) => void = () => undefined;
  /** File sizes to report if they differ from the real ones. */
  readonly sizes = new Map<string, number>();
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor() {
    this.#registration = vscode.workspace.registerFileSystemProvider('made-up', this);
  }

  /** Puts a file, a folder or an error at a path. */
  put(path: string, node: MemoryNode | string): vscode.Uri {
    this.#nodes.set(path, typeof node === 'string' ? Buffer.from(node) : node);
    return this.uri(path);
  }

  uri(path: string): vscode.Uri {
    return vscode.Uri.from({ scheme: 'made-up', authority: 'host', path });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    const node = this.#node(path);
    const isFile = node instanceof Uint8Array;
    const size = this.sizes.get(path) ?? (isFile ? node.length : 0);
    return { type: isFile ? File : Directory, ctime: 0, mtime: 0, size };
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    this.read.push(path);
    this.onRead(path);
    const node = this.#node(path);
    if (!(node instanceof Uint8Array)) throw vscode.FileSystemError.FileIsADirectory();
    return node;
  }

  readDirectory({ path }: vscode.Uri): [string, vscode.FileType][] {
    const node = this.#node(path);
    if (node instanceof Uint8Array) throw vscode.FileSystemError.FileNotADirectory();
    return [...node];
  }

  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;

  #node(path: string): Exclude<MemoryNode, Error> {
    const node = this.#nodes.get(path);
    if (node === undefined) throw vscode.FileSystemError.FileNotFound();
    if (node instanceof Error) throw node;
    return node;
  }
}

/** The type that VS Code reports for a link to a folder. */
export const folderLink = (Directory | SymbolicLink) as vscode.FileType;

function refuse(): never {
  throw new Error('This file system is read-only.');
}
