import { person } from '../../support/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, truncateSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { sessionNumber } from '../../support/cleanupWorkshop.ts';
import { EditorFolder } from '../../support/editorAtWindow.ts';

const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];

describe('adding from files', () => {
  let workshop: HostWorkshop;
  let files: EditorFolder;
  /** What the person picks in the dialog for files, and what it was asked with. */
  let picked: readonly vscode.Uri[] | undefined;
  let asked: vscode.OpenDialogOptions[];
  const { showOpenDialog } = vscode.window;

  beforeEach(async () => {
    files = new EditorFolder();
    asked = [];
    Object.defineProperty(vscode.window, 'showOpenDialog', {
      configurable: true,
      value: (options: vscode.OpenDialogOptions) => {
        asked.push(options);
        return Promise.resolve(picked);
      },
    });
    workshop = await HostWorkshop.open();
  });
  afterEach(async () => {
    Object.defineProperty(vscode.window, 'showOpenDialog', { configurable: true, value: showOpenDialog });
    await closeWorkshops();
    await files.close();
  });

  async function add(...uris: readonly vscode.Uri[]): Promise<string> {
    picked = uris;
    person.shown.length = 0;
    await workshop.run('addFromFiles');
    assert.equal(person.messages.length, 1);
    return person.messages[0]?.text ?? '';
  }

  it('asks for as many files as the user likes, and adds nothing where none is picked', async () => {
    picked = undefined;
    await workshop.run('addFromFiles');
    assert.equal(asked[0]?.canSelectMany, true);
    assert.notEqual(asked[0].canSelectFolders, true);
    assert.deepEqual(person.shown, []);
    assert.equal(workshop.entryCount(), 0);
  });

  it('lists what each file holds, with file and line, each id once', async () => {
    const table = files.write('a table.csv', `id\r\n${one}\r\n${two}\r\n`);
    const log = files.write('server.log', `\n\nsession=${two} ${three}`);
    assert.equal(
      await add(table, log),
      '3 sessions added to the list of Shop (TEST), none of them confirmed.',
    );
    assert.deepEqual(
      [one, two, three].map((id) => workshop.entry(id)?.source),
      [
        { uri: table.toString(), line: 1 },
        { uri: table.toString(), line: 2 },
        { uri: log.toString(), line: 2 },
      ],
    );
  });

  const encodings: readonly (readonly [string, (text: string) => Uint8Array])[] = [
    ['UTF-8', (text) => Buffer.from(text)],
    ['UTF-8 with a mark', (text) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, low byte first', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, high byte first', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['Latin-1', (text) => Buffer.from(text, 'latin1')],
  ];
  for (const [what, encode] of encodings)
    it(`reads ${what}`, async () => {
      const uri = files.write('encoded.txt', encode(`café\n${one}\r\n${'é'.repeat(20_000)}\n${two}`));
      await add(uri);
      assert.deepEqual(
        [one, two].map((id) => workshop.entry(id)?.source?.line),
        [1, 3],
      );
    });

  it('says of each file why it was not read, and lists what the others hold', async () => {
    const folder = path.join(files.path, 'folder');
    mkdirSync(folder);
    const large = files.write('large.log', one);
    truncateSync(large.fsPath, 50 * 1024 * 1024 + 1);
    const hostile = files.write('picture \u202Egnp.\n.bin', Buffer.from(`\0${two}`));
    const locked = files.write('locked.txt', two);
    chmodSync(locked.fsPath, 0);
    const missing = vscode.Uri.file(path.join(files.path, 'missing.txt'));
    const good = files.write('good.txt', three);

    const text = await add(vscode.Uri.file(folder), large, hostile, missing, good);
    assert.equal(
      text,
      'One session added to the list of Shop (TEST), not confirmed. Not read: folder (a folder), large.log (larger than 50 MB), picture <U+202E>gnp.<U+000A>.bin (no text) and 1 more.',
    );
    assert.equal(workshop.entryCount(), 1);
    assert.equal(await add(missing), 'Nothing was added. Not read: missing.txt (cannot be read).');
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) assert.match(await add(locked), /Not read: locked\.txt \(cannot be read\)\.$/);
  });

  it('reads a file of exactly 50 MB, and only says so where it is empty', async () => {
    const large = files.write('large.log', `${one}\n`);
    // The rest is NUL, which makes it no text; that it was read shows in the reason.
    truncateSync(large.fsPath, 50 * 1024 * 1024);
    assert.match(await add(large), /Not read: large\.log \(no text\)\.$/);
    assert.match(
      await add(files.write('empty.txt', '')),
      /^Nothing was added: the file holds no session id\.$/,
    );
  });

  describe('of another file system', () => {
    let provider: OneFile;
    let registration: vscode.Disposable;
    const uri = vscode.Uri.parse('made-up://host/some%20where/ids.txt?query');

    beforeEach(() => {
      provider = new OneFile(Buffer.from(`\n${one}`));
      registration = vscode.workspace.registerFileSystemProvider('made-up', provider);
    });
    afterEach(() => void registration.dispose());

    it('takes what VS Code can read', async () => {
      await add(uri);
      assert.deepEqual(workshop.entry(one)?.source, { uri: uri.toString(), line: 1 });
    });

    it('does not even ask for a file that is too large, and takes none that turns out to be', async () => {
      provider.size = 50 * 1024 * 1024 + 1;
      assert.match(await add(uri), /Not read: ids\.txt \(larger than 50 MB\)\.$/);
      assert.equal(provider.readings, 0);
      provider.size = 5;
      provider.bytes = new Uint8Array(50 * 1024 * 1024 + 1).fill(10);
      assert.match(await add(uri), /Not read: ids\.txt \(larger than 50 MB\)\.$/);
    });

    it('asks for no further file after Cancel', async () => {
      person.onProgress = (progress) => (provider.onRead = () => progress.cancel());
      const text = await add(...Array.from({ length: 30 }, (_, index) => uri.with({ query: String(index) })));
      assert.equal(provider.readings, 1);
      assert.match(text, /Cancelled: what came after that was not added\.$/);
    });
  });

  it('keeps what was added before Cancel, and reads no further file', async () => {
    const uris = Array.from({ length: 40 }, (_, index) =>
      files.write(
        `${index}.txt`,
        Array.from({ length: 600 }, (_id, k) => sessionNumber(index * 600 + k)).join('\n'),
      ),
    );
    person.onProgress = (progress) => {
      const look = (): void => {
        if (workshop.entryCount() > 0) progress.cancel();
        else setImmediate(look);
      };
      look();
    };
    const text = await add(...uris);
    const count = workshop.entryCount();
    assert.ok(count > 0 && count < 40 * 600, String(count));
    assert.equal(
      text,
      `${count} sessions added to the list of Shop (TEST), none of them confirmed. Cancelled: what came after that was not added.`,
    );
  });
});

/** A file system with one file in it. */
class OneFile implements vscode.FileSystemProvider {
  bytes: Uint8Array;
  /** How large it says that it is. */
  size: number;
  readings = 0;
  onRead: () => void = () => undefined;
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.size = bytes.length;
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  stat(): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.size };
  }

  readFile(): Uint8Array {
    this.readings += 1;
    this.onRead();
    return this.bytes;
  }

  readDirectory(): [] {
    return [];
  }

  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;
}

function refuse(): never {
  throw new Error('This file system is read-only.');
}
