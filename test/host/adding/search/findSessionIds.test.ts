import { person } from '../../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { EditorFolder } from '../../../support/window/editorAtWindow.ts';
import { folderLink, MemoryFiles } from '../../../support/sessions/memoryFiles.ts';
import { asPicked } from '../../../support/window/scriptedInputs.ts';

const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];
const { File, Directory } = vscode.FileType;
const line = (id: string): string => `sessionId=${id}\n`;

describe('finding session ids', () => {
  let workshop: HostWorkshop;
  let files: EditorFolder;
  const restore: (() => void)[] = [];

  beforeEach(async () => {
    files = new EditorFolder();
    workshop = await HostWorkshop.open();
  });
  afterEach(async () => {
    for (const each of restore.splice(0).reverse()) each();
    await closeWorkshops();
    await files.close();
  });

  /** Replaces a member of VS Code's API until the test ends. */
  function standIn(api: object, name: string, value: unknown): void {
    const own = Object.getOwnPropertyDescriptor(api, name);
    assert.ok(own, name);
    Object.defineProperty(api, name, { configurable: true, value });
    restore.push(() => void Object.defineProperty(api, name, own));
  }

  /** Makes the folders the workspace. */
  function open(...uris: readonly vscode.Uri[]): void {
    const folders = uris.map((uri, index) => ({ uri, name: path.posix.basename(uri.path), index }));
    standIn(vscode.workspace, 'workspaceFolders', folders);
    standIn(vscode.workspace, 'getWorkspaceFolder', ({ path: inner }: vscode.Uri) =>
      folders.find(({ uri }) => inner === uri.path || inner.startsWith(`${uri.path}/`)),
    );
  }

  /** Runs the command, answers the first pick with `place`, and returns what the review then shows. */
  async function find(args: readonly unknown[], place?: string): Promise<readonly string[]> {
    person.shown.length = 0;
    person.answer = ({ text }) => (text.startsWith('Review ') ? asPicked : place);
    await workshop.run('findSessionIds', ...args);
    return review()?.choices ?? [];
  }

  const review = (): (typeof person.shown)[number] | undefined =>
    person.shown.find(({ text }) => text.startsWith('Review '));
  const folder = (): vscode.Uri => vscode.Uri.file(files.path);

  it('searches everything selected in the Explorer, each file once, and lists what is chosen', async () => {
    mkdirSync(path.join(files.path, 'logs'));
    const first = files.write('logs/a.log', line(one) + line(two));
    const second = files.write('b.txt', line(three));
    files.write('not selected.txt', line(sessionNumber(4)));
    const logs = vscode.Uri.joinPath(folder(), 'logs');
    const shown = await find([first, [second, first, logs]]);
    for (const id of [one, two, three]) assert.ok(shown.includes(id), id);
    assert.equal(review()?.text, 'Review 3 ids for the list of Shop (TEST)');
    assert.deepEqual(workshop.entry(two)?.source, { uri: first.toString(), line: 1 });
    assert.deepEqual(workshop.entry(three)?.source, { uri: second.toString(), line: 0 });
    assert.equal(person.progress.length, 1);
  });

  it('ignores arguments that are not files or folders', async () => {
    assert.deepEqual(await find(['file:///etc', [{ path: '/etc' }, 7]]), []);
    assert.equal(person.shown[0]?.text, 'Find Session IDs');
    assert.equal(person.shown.length, 1);
  });

  it('reads documents as editors show them, saved or not', async () => {
    const { document } = await files.show(line(one), 'a.txt');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, 1, 0), `\n\né\n${line(two)}`);
    await vscode.workspace.applyEdit(edit);
    files.write('b.txt', line(three));
    await find([folder()]);
    assert.equal(workshop.entry(one), undefined);
    assert.deepEqual(workshop.entry(two)?.source, { uri: document.uri.toString(), line: 3 });
    assert.ok(workshop.entry(three));
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('searches the active file, and keeps no URI if it cannot be opened again', async () => {
    const document = await vscode.workspace.openTextDocument({ content: line(one) });
    await vscode.window.showTextDocument(document);
    await find([], '$(file) The active file');
    assert.ok(workshop.entry(one));
    assert.equal(workshop.entry(one)?.source, undefined);
  });

  it('searches the whole workspace, except for what VS Code’s search leaves out', async () => {
    files.write('.gitignore', '*.log\nout/\n');
    mkdirSync(path.join(files.path, '.git'));
    mkdirSync(path.join(files.path, 'out'));
    mkdirSync(path.join(files.path, 'node_modules'));
    files.write('a.log', line(one));
    files.write('out/a.txt', line(one));
    files.write('node_modules/a.js', line(one));
    files.write('.git/a.txt', line(one));
    files.write('a.txt', line(two));
    open(folder());
    const shown = await find([], '$(root-folder) The whole workspace');
    assert.ok(!shown.includes(one) && shown.includes(two), shown.join());
    assert.deepEqual(shown[0], 'a.txt');
    await find([folder(), [vscode.Uri.joinPath(folder(), 'out')]]);
    assert.ok(workshop.entry(one), 'what the user has selected himself');
  });

  it('searches any number of picked files and folders outside', async () => {
    const asked: vscode.OpenDialogOptions[] = [];
    let picked: readonly vscode.Uri[] | undefined;
    standIn(vscode.window, 'showOpenDialog', (options: vscode.OpenDialogOptions) => {
      asked.push(options);
      return Promise.resolve(picked);
    });
    assert.deepEqual(await find([], '$(files) Files…'), []);
    picked = [files.write('a.txt', line(one))];
    await find([], '$(files) Files…');
    files.write('b.txt', line(two));
    picked = [folder()];
    await find([], '$(folder-opened) Folders…');
    assert.ok(workshop.entry(one) && workshop.entry(two));
    assert.deepEqual(
      asked.map(({ canSelectFiles, canSelectFolders, canSelectMany }) => [
        canSelectFiles,
        canSelectFolders,
        canSelectMany,
      ]),
      [
        [true, false, true],
        [true, false, true],
        [false, true, true],
      ],
    );
  });

  it('follows no link out of an untrusted workspace', async () => {
    mkdirSync(path.join(files.path, 'out'));
    mkdirSync(path.join(files.path, 'in'));
    files.write('out/a.txt', line(one));
    files.write('in/b.txt', line(two));
    symlinkSync(path.join(files.path, 'out'), path.join(files.path, 'in', 'link'));
    open(vscode.Uri.joinPath(folder(), 'in'));
    standIn(vscode.workspace, 'isTrusted', false);
    await find([], '$(root-folder) The whole workspace');
    assert.ok(workshop.entry(two) && workshop.entry(one) === undefined);
    standIn(vscode.workspace, 'isTrusted', true);
    await find([], '$(root-folder) The whole workspace');
    assert.ok(workshop.entry(one));
  });

  it('says what was not read, and lists it in the log without invisible characters', async () => {
    files.write('a.txt', line(one));
    files.write('picture \u202Egnp.bin', Buffer.from(`\0\u0001${line(two)}`));
    if (process.platform !== 'win32') execFileSync('mkfifo', [path.join(files.path, 'pipe')]);
    symlinkSync('nowhere', path.join(files.path, 'link'));
    await find([folder()]);
    assert.match(review()?.detail ?? '', /Not read, or not to the end: 3 files and folders\./);
    const log = person.log.join('\n');
    const name = path.basename(files.path);
    assert.ok(log.includes(`not read, or not to its end: ${name}/picture <U+202E>gnp.bin (no text)`), log);
    assert.ok(log.includes(`${name}/pipe (a device or pipe)`), log);
    assert.ok(log.includes(`${name}/link (a symbolic link that leads nowhere)`), log);
    assert.match(log, /looked for session ids: 2 files, 0 kB · 1 id in 1 file/);
  });

  it('says so if nothing is found', async () => {
    files.write('a.txt', 'nothing');
    await find([folder()]);
    assert.equal(review(), undefined);
    assert.equal(person.messages.length, 1);
  });

  it('does not search without an integration to list ids for', async () => {
    await workshop.removeIntegration();
    files.write('a.txt', line(one));
    await find([folder()]);
    assert.equal(person.progress.length, 0);
    assert.equal(person.messages.length, 1);
  });

  describe('on another file system', () => {
    let memory: MemoryFiles;
    beforeEach(() => {
      memory = new MemoryFiles();
      restore.push(() => memory.dispose());
    });

    it('reads through VS Code, and respects ignore files there as well', async () => {
      const root = memory.put('/w', [
        ['.gitignore', File],
        ['a b.txt', File],
        ['a.log', File],
        ['link', folderLink],
        ['in', Directory],
        ['..', Directory],
        ['../etc', Directory],
      ]);
      memory.put('/w/.gitignore', '*.log');
      memory.put('/w/link', [['a b.txt', File]]);
      const uri = memory.put('/w/a b.txt', line(one));
      memory.put('/w/a.log', line(two));
      memory.put('/w/in', [
        ['gone.txt', File],
        ['secret.txt', File],
        ['large.txt', File],
        ['growing.txt', File],
        ['c.txt', File],
      ]);
      memory.put('/w/in/secret.txt', vscode.FileSystemError.NoPermissions());
      memory.put('/w/in/large.txt', line(two));
      memory.sizes.set('/w/in/large.txt', 50 * 1024 * 1024 + 1);
      memory.put('/w/in/growing.txt', new Uint8Array(50 * 1024 * 1024 + 1).fill(10));
      memory.sizes.set('/w/in/growing.txt', 5);
      memory.put('/w/in/c.txt', line(three));
      await find([root]);
      assert.deepEqual(workshop.entry(one)?.source, { uri: uri.toString(), line: 0 });
      assert.ok(workshop.entry(three));
      assert.equal(workshop.entry(two), undefined);
      assert.ok(!memory.read.includes('/w/in/large.txt'));
      const log = person.log.filter((each) => each.includes('not read')).join('\n');
      for (const told of [
        'w/link (a symbolic link to a folder)',
        'w/in/gone.txt (is not there any more)',
        'w/in/secret.txt (no permission to read it)',
        'w/in/large.txt (larger than 50 MB)',
        'w/in/growing.txt (larger than 50 MB)',
      ])
        assert.ok(log.includes(told), `${told} in ${log}`);
    });

    it('keeps what was found before Cancel, and asks for nothing more', async () => {
      const names = Array.from({ length: 200 }, (_, index) => `${String(index).padStart(3, '0')}.txt`);
      const root = memory.put(
        '/many',
        names.map((name) => [name, File]),
      );
      for (const [index, name] of names.entries()) memory.put(`/many/${name}`, line(sessionNumber(index)));
      person.onProgress = (progress) => {
        memory.onRead = (each) => {
          if (each === '/many/050.txt') progress.cancel();
        };
      };
      await find([root]);
      assert.ok(memory.read.length < 60, String(memory.read.length));
      assert.match(review()?.text ?? '', /^Review (?:[45]\d) ids/);
      assert.ok(workshop.entryCount() >= 45, String(workshop.entryCount()));
      assert.match(person.log.join('\n'), /cancelled before the end/);
    });
  });
});
