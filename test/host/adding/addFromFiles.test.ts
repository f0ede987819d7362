import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { EditorFolder } from '../../support/window/editorAtWindow.ts';

const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];

describe('adding from files', () => {
  let workshop: HostWorkshop;
  let files: EditorFolder;
  /** What the user picks in the file dialog, and the options of the dialog. */
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

  /** Picks the files and, in the review, all their ids; returns the one message after that. */
  async function add(...uris: readonly vscode.Uri[]): Promise<string> {
    picked = uris;
    person.shown.length = 0;
    person.answer = ({ kind, choices }) =>
      kind === 'pick' ? choices.filter((label) => /^[\da-f-]{36}$/.test(label)) : undefined;
    await workshop.run('addFromFiles');
    assert.equal(person.messages.length, 1);
    return person.messages[0]?.text ?? '';
  }

  it('lets the user pick any number of files, and adds nothing if none is picked', async () => {
    picked = undefined;
    await workshop.run('addFromFiles');
    assert.equal(asked[0]?.canSelectMany, true);
    assert.notEqual(asked[0].canSelectFolders, true);
    assert.deepEqual(person.shown, []);
    assert.equal(workshop.entryCount(), 0);
  });

  it('lists nothing before the review, which shows sessions picked, below their files', async () => {
    picked = [
      files.write('a.log', `sessionId=${one} requestId=${two}`),
      files.write('b $(trash) \u202E.log', `sessionId=${three}`),
    ];
    await workshop.run('addFromFiles');
    const [review, ...more] = person.shown;
    assert.deepEqual(more, []);
    assert.deepEqual(review?.picked, [one, three]);
    const names = review.choices.filter((label) => !/^[\da-f-]{36}$/.test(label));
    assert.match(names[0] ?? '', /a\.log$/);
    assert.match(names[1] ?? '', /b \$ \(trash\) <U\+202E>\.log$/);
    assert.match(names[2] ?? '', /a\.log · other ids, not picked$/);
    assert.equal(workshop.entryCount(), 0);
  });

  it('lists the ids of each file, with file and line, each id once', async () => {
    const table = files.write('a table.csv', `id\r\n${one}\r\n${two}\r\n`);
    const log = files.write('server.log', `\n\nx=${two} ${three}`);
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

  it('says for each file why it was not read, and lists the ids of the others', async () => {
    const hostile = files.write('picture \u202Egnp.\n.bin', Buffer.from(`\0\u0001\u0002${two}`));
    const missing = vscode.Uri.file(path.join(files.path, 'missing.txt'));
    const good = files.write('good.txt', three);

    const text = await add(hostile, missing, good);
    assert.equal(text, 'One session added to the list of Shop (TEST), not confirmed.');
    assert.match(person.shown[0]?.detail ?? '', /Not read, or not to the end: 2 files and folders\.$/);
    assert.equal(workshop.entryCount(), 1);
    const nothing = await add(hostile, missing);
    assert.match(nothing, /^Nothing was added: no session id was found\. Not read: .*missing\.txt \(/);
    assert.match(nothing, /picture <U\+202E>gnp\.<U\+000A>\.bin \(/);
  });

  it('accepts folders, and reads everything in them', async () => {
    mkdirSync(path.join(files.path, 'logs', 'old'), { recursive: true });
    files.write('logs/a.log', one);
    files.write('logs/old/b.log', two);
    await add(vscode.Uri.file(path.join(files.path, 'logs')));
    assert.deepEqual(
      [one, two].map((id) => workshop.entry(id)?.source?.line),
      [0, 0],
    );
  });

  describe('from another file system', () => {
    let registration: vscode.Disposable;
    const uri = vscode.Uri.parse('made-up://host/some%20where/ids.txt?query');

    beforeEach(() => {
      const provider = new OneFile(Buffer.from(`\n${one}`));
      registration = vscode.workspace.registerFileSystemProvider('made-up', provider);
    });
    afterEach(() => void registration.dispose());

    it('reads what VS Code can read', async () => {
      await add(uri);
      assert.deepEqual(workshop.entry(one)?.source, { uri: uri.toString(), line: 1 });
    });
  });
});

/** A file system with one file in it. */
class OneFile implements vscode.FileSystemProvider {
  readonly bytes: Uint8Array;
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  stat(): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.bytes.length };
  }

  readFile(): Uint8Array {
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
