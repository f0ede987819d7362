import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { contextKeys } from '../../../src/contributions.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { EditorFolder } from '../../support/window/editorAtWindow.ts';
import { eventually } from '../../support/process/eventually.ts';
import { asPicked } from '../../support/window/scriptedInputs.ts';

const [one, two] = [sessionNumber(1), sessionNumber(2)];

describe('a document to paste session ids into', () => {
  let workshop: HostWorkshop;
  let editors: EditorFolder;

  beforeEach(async () => {
    editors = new EditorFolder();
    person.contextKeys.clear();
    workshop = await HostWorkshop.open();
  });
  afterEach(async () => {
    await closeWorkshops();
    await editors.close();
  });

  /** Opens one and writes into it what somebody would paste. */
  async function paste(text: string): Promise<vscode.TextDocument> {
    await workshop.run('pasteToList');
    const editor = await eventually('the document is shown', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.isUntitled === true && active.document.getText() === '' ? active : undefined;
    });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
    person.shown.length = 0;
    return editor.document;
  }

  const boxes = (): unknown => person.contextKeys.get(contextKeys.pasteBoxes);

  it('says how it works, and has the button in its title', async () => {
    await workshop.run('pasteToList');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.isUntitled, true);
    assert.equal(document.languageId, 'plaintext');
    assert.match(person.messages[0]?.text ?? '', /press “Add to Veriff Cleanup List” at its top right/);
    assert.deepEqual(boxes(), [...new Set([document.uri.fsPath, document.uri.path])]);
  });

  it('is listed whole, and closes without a question', async () => {
    const document = await paste(`id,status\r\n${one},approved\n\n${two}`);
    await eventually('it would be asked about', () => tabOf(document)?.isDirty);
    await workshop.run('addToList', document.uri);
    for (const id of [one, two]) {
      assert.equal(workshop.entry(id)?.state, 'listed');
      assert.equal(workshop.entry(id)?.source, undefined);
    }
    assert.deepEqual(
      person.shown.map(({ text }) => text),
      ['2 sessions added to the list of Shop (TEST), none of them confirmed.'],
    );
    await eventually('it is closed', () => tabOf(document) === undefined);
    assert.deepEqual(boxes(), []);
    assert.equal(document.getText(), '');
  });

  it('is meant where it is the active editor, wherever its cursor stands', async () => {
    const document = await paste(`${one}\n${two}\n`);
    await workshop.run('addToList');
    assert.equal(workshop.entryCount(), 2);
    await eventually('it is closed', () => tabOf(document) === undefined);
  });

  it('is meant by its address, though another editor is the active one', async () => {
    const document = await paste(one);
    await editors.show(two);
    await workshop.run('addToList', document.uri);
    assert.equal(workshop.entryCount(), 1);
    assert.equal(workshop.entry(one)?.state, 'listed');
    await eventually('it is closed', () => tabOf(document) === undefined);
    assert.equal(vscode.window.activeTextEditor?.document.getText(), two);
  });

  it('leaves other untitled documents open and as they are', async () => {
    const other = await vscode.workspace.openTextDocument({ content: 'precious' });
    await vscode.window.showTextDocument(other, { preview: false });
    const document = await paste(one);
    await workshop.run('addToList', document.uri);
    await eventually('it is closed', () => tabOf(document) === undefined);
    assert.ok(tabOf(other));
    assert.equal(other.getText(), 'precious');
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['no id', 'nothing to see\n'],
  ] as const)
    it(`stays open where it holds ${what}`, async () => {
      const document = await paste(text);
      await workshop.run('addToList', document.uri);
      assert.match(person.messages[0]?.text ?? '', /^Nothing was added/);
      assert.ok(tabOf(document));
      assert.equal(document.getText(), text);
      assert.equal(workshop.entryCount(), 0);
    });

  it('is reviewed where it holds other ids, and closes once what is chosen is listed', async () => {
    const document = await paste(`sessionId=${one} attemptId=${two}`);
    await workshop.run('addToList', document.uri);
    assert.deepEqual(
      person.shown.map(({ text, picked }) => [text, picked]),
      [['Review 2 ids for the list of Shop (TEST)', [one]]],
    );
    assert.ok(tabOf(document));
    assert.equal(workshop.entryCount(), 0);
    person.answer = ({ kind }) => (kind === 'pick' ? asPicked : undefined);
    await workshop.run('addToList', document.uri);
    assert.equal(workshop.entry(one)?.state, 'listed');
    assert.equal(workshop.entryCount(), 1);
    await eventually('it is closed', () => tabOf(document) === undefined);
  });

  it('stays open, with all that was pasted, where it is cancelled', async () => {
    const text = Array.from({ length: 10_000 }, (_, index) => sessionNumber(index)).join('\n');
    const document = await paste(text);
    person.onProgress = (progress) => progress.cancel();
    await workshop.run('addToList', document.uri);
    assert.match(person.messages[0]?.text ?? '', /Cancelled: what came after that was not added\.$/);
    assert.ok(tabOf(document));
    assert.equal(document.getText().length, text.length);
  });

  it('stays open where something is pasted into it while it is listed', async () => {
    const text = Array.from({ length: 10_000 }, (_, index) => sessionNumber(index)).join('\n');
    const document = await paste(text);
    person.onProgress = () => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), 'more ');
      void vscode.workspace.applyEdit(edit);
    };
    await workshop.run('addToList', document.uri);
    assert.equal(workshop.entryCount(), 10_000);
    assert.ok(tabOf(document));
    assert.ok(document.getText().startsWith('more '));
  });

  it('keeps its button when its language is changed, and loses it when the user closes it', async () => {
    const document = await paste(one);
    await vscode.languages.setTextDocumentLanguage(document, 'json');
    assert.equal(document.languageId, 'json');
    assert.equal((boxes() as unknown[]).includes(document.uri.path), true);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await eventually('no button is left', () => (boxes() as unknown[]).length === 0);
  });

  it('has no button any more once the extension has ended', async () => {
    await paste(one);
    await workshop.deactivate();
    assert.deepEqual(boxes(), []);
  });
});

function tabOf({ uri }: vscode.TextDocument): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
  );
}
