import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { EditorFolder } from '../../support/window/editorAtWindow.ts';
import { ListAtWindow, told, type Row } from '../../support/window/listAtWindow.ts';

const [one, two] = [sessionNumber(1), sessionNumber(2)];

describe('opening the place where an id was found', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let editors: EditorFolder;

  beforeEach(async () => {
    editors = new EditorFolder();
    workshop = await HostWorkshop.open();
    list = new ListAtWindow(workshop);
  });
  afterEach(async () => {
    await closeWorkshops();
    await editors.close();
  });

  /** What is selected in the active editor, with its line. */
  function selected(): readonly [line: number, text: string] {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor !== undefined, 'no editor is open');
    return [editor.selection.start.line, editor.document.getText(editor.selection)];
  }

  const put = (uri: vscode.Uri | string, line: number, id: string = one): Row =>
    list.put(id, { source: { uri: uri.toString(), line } });

  it('shows the file in a preview, with the id selected', async () => {
    const uri = editors.write('a file.csv', `id\r\n${two}\r\nx,${one.toUpperCase()}\r\n`);
    await workshop.run('openSource', put(uri, 2));
    assert.deepEqual(selected(), [2, one.toUpperCase()]);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.isPreview, true);
    assert.equal(told(), '');
  });

  it('finds the id again if lines were added or removed before it, the nearest one of several', async () => {
    const uri = editors.write('moved.txt', `${one}\n${'\n'.repeat(9)}${one}\n\n${one}`);
    await workshop.run('openSource', put(uri, 9));
    assert.deepEqual(selected(), [10, one]);
    assert.equal(told(), '');
  });

  it('shows the line and says so if the id is not there any more', async () => {
    const uri = editors.write('changed.txt', `first\nsecond ${two}\nthird`);
    await workshop.run('openSource', put(uri, 1));
    assert.deepEqual(selected(), [1, `second ${two}`]);
    assert.equal(
      told(),
      'warning: changed.txt has changed since: it does not hold the id any more. It stood on line 2.',
    );
  });

  it('shows the last line and says so if the file has become shorter', async () => {
    const uri = editors.write('shorter.txt', 'first\nlast');
    await workshop.run('openSource', put(uri, 40));
    assert.deepEqual(selected(), [1, 'last']);
    assert.equal(
      told(),
      'warning: shorter.txt has changed since: it has no line 41 any more, and does not hold the id.',
    );
    person.shown.length = 0;
    await workshop.run('openSource', put(editors.write('empty.txt', ''), 0, two));
    assert.match(told(), /^warning: empty\.txt has changed since/);
  });

  it('says that a file was deleted', async () => {
    const uri = editors.write('gone.txt', one);
    rmSync(uri.fsPath);
    await workshop.run('openSource', put(uri, 0));
    assert.equal(told(), 'warning: Nothing was opened: gone.txt is not there any more.');
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  const nowhere: readonly (readonly [string, string, RegExp])[] = [
    ['was never saved', 'untitled:Untitled-1', /^Nothing was opened: Untitled-1 was never saved/],
    ['has an unknown scheme', 'made-up:/some/where.txt', /where\.txt cannot be shown as a text \(made-up\)/],
    [
      'has a scheme that would run something',
      'command:workbench.action.quit',
      /cannot be shown as a text \(command\)/,
    ],
    ['is no address', 'no address', /no address where a document could be/],
    ['is empty', '', /no address where a document could be/],
    ['is on the web', 'https://example.test/ids.txt', /ids\.txt cannot be shown as a text \(https\)/],
    ['turns the text around', 'made-up:/%E2%80%AEtxt.sdi', /<U\+202E>txt\.sdi cannot be shown/],
  ];
  for (const [what, uri, says] of nowhere)
    it(`opens nothing and says so if the document ${what}`, async () => {
      await workshop.run('openSource', put(uri, 0));
      assert.match(
        told(),
        says.source.startsWith('^') ? new RegExp(`^warning: ${says.source.slice(1)}`) : says,
      );
      assert.match(told(), /^warning: Nothing was opened/);
      assert.equal(vscode.window.activeTextEditor, undefined);
    });

  it('opens no folder and no picture, and says so', async () => {
    const picture = editors.write('picture.bin', Buffer.from([0, 1, 2, 0xff, 0xfe, 0]));
    for (const [number, uri] of [vscode.Uri.file(path.dirname(picture.fsPath)), picture].entries()) {
      person.shown.length = 0;
      await workshop.run('openSource', put(uri, 0, sessionNumber(number)));
      assert.match(told(), /^warning: /);
    }
  });

  it('says why there is no place to open', async () => {
    await workshop.run('openSource', list.put(one));
    assert.match(told(), /^info: Nothing was opened\. 1 skipped: pasted, typed or handed over/);
  });

  it('opens the place of the clicked row, even if others are selected as well', async () => {
    const uri = editors.write('two.txt', `${one}\n${two}`);
    const rows = [put(uri, 0, one), put(uri, 1, two)];
    await workshop.run('openSource', rows[1], rows);
    assert.deepEqual(selected(), [1, two]);
  });

  it('opens the place of a picked entry, and offers only entries with a place', async () => {
    const uri = editors.write('one.txt', `\n${one}`);
    put(uri, 1);
    list.put(two);
    person.answer = ({ choices }) => choices[0];
    await workshop.run('openSource');
    assert.deepEqual(person.shown[0]?.choices, [one]);
    assert.deepEqual(selected(), [1, one]);
  });

  it('selects an id deep in a line of a million characters', async () => {
    const uri = editors.write('long.json', `${'{"a":1},'.repeat(125_000)}"${one}"`);
    await workshop.run('openSource', put(uri, 0));
    assert.equal(vscode.window.activeTextEditor?.document.lineCount, 1);
    assert.deepEqual(selected(), [0, one]);
  });
});
