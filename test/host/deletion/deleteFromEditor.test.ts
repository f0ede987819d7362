import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { decisionPayload, sessionUrl } from '../../support/sessions/chosenIds.ts';
import { eventually } from '../../support/process/eventually.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';

let folder: string;

describe('deleting from an editor', () => {
  before(() => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'veriff-editor-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  let workshop: HostWorkshop;
  let first: string;
  let second: string;
  let third: string;

  beforeEach(async () => {
    workshop = await HostWorkshop.open({ sandbox: { apiKey } });
    [first, second, third] = [workshop.sessionId(0), workshop.sessionId(1), workshop.sessionId(2)];
  });
  afterEach(async () => {
    await closeWorkshops();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await eventually('every editor is closed', () => {
      return vscode.window.visibleTextEditors.every(({ document }) => document.uri.scheme !== 'file');
    });
  });

  const places: readonly (readonly [string, (id: string) => string])[] = [
    ['alone', (id) => id],
    ['in double quotes', (id) => `const id = "${id}";`],
    ['in backticks', (id) => `const id = \`${id}\`;`],
    ['in upper case', (id) => id.toUpperCase()],
    ['in the URL of a request', (id) => `GET https://stationapi.veriff.com/v1/sessions/${id}/decision`],
    ['in a URL’s query', (id) => `https://example.test/?session=${id}&x=1`],
    ['in JSON', (id) => JSON.stringify({ verification: { id } })],
    ['in escaped JSON', (id) => JSON.stringify(JSON.stringify({ sessionId: id }))],
    ['in a line of a log', (id) => `2026-04-24T09:30:00Z INFO [verify] session=${id} approved`],
  ];
  for (const [where, write] of places) {
    it(`finds the id under the cursor ${where}, and at both of its ends`, async () => {
      const text = write(first);
      const start = text.toLowerCase().indexOf(first);
      const editor = await show(`${second}\n${text}\n${third}`);
      for (const offset of [start, start + 17, start + 36]) {
        await deleteAt(editor, new vscode.Position(1, offset));
        assertAskedFor([first]);
      }
      assert.deepEqual(workshop.sandbox.requests(), []);
    });
  }

  it('finds the session of a session URL, with the cursor anywhere in it', async () => {
    const url = sessionUrl(first);
    const editor = await show(`open ${url} now`);
    for (const offset of [5, 20, 80, 5 + url.length]) {
      await deleteAt(editor, new vscode.Position(0, offset));
      assertAskedFor([first]);
    }
    assert.ok(!person.everythingSeen().includes(url.slice(-20)), 'the token was shown');
  });

  it('takes the whole id if half of it is selected', async () => {
    const editor = await show(`  "${first}",\n  "${second}",`);
    await deleteIn(editor, new vscode.Selection(0, 10, 0, 15));
    assertAskedFor([first]);
    // Backwards, from the last character of the first to the first character of the second.
    await deleteIn(editor, new vscode.Selection(1, 4, 0, 38));
    assertAskedFor([first, second]);
  });

  it('takes each id of a selection once, in the order of the lines', async () => {
    const editor = await show([third, first, first.toUpperCase(), sessionUrl(third), second].join('\n'));
    await deleteIn(editor, new vscode.Selection(0, 0, 4, 36));
    assertAskedFor([third, first, second]);
  });

  it('takes the ids of several cursors and selections', async () => {
    const editor = await show([first, 'nothing', second, third].join('\n'));
    await deleteIn(
      editor,
      new vscode.Selection(0, 3, 0, 3),
      new vscode.Selection(1, 0, 1, 7),
      new vscode.Selection(3, 0, 3, 36),
    );
    assertAskedFor([first, third]);
  });

  it('stores on the list where each id was found', async () => {
    const editor = await show(`\n\n${first}`);
    await select(editor, new vscode.Selection(2, 4, 2, 4));
    person.agrees();
    await workshop.run('deleteSessionInEditor');
    const entry = workshop.entry(first);
    assert.equal(entry?.state, 'deleted');
    assert.deepEqual(entry.source, { uri: editor.document.uri.toString(), line: 2 });
    assert.deepEqual(
      workshop.deletions().map(({ path }) => path),
      [`/v1/sessions/${first}`],
    );
  });

  it('warns in the confirmation about an id of an attempt, an end-user or vendor data', async () => {
    const [session] = workshop.sandbox.sessions();
    assert.ok(session !== undefined);
    const editor = await show(decisionPayload(session));
    await deleteIn(editor, new vscode.Selection(0, 0, 9, 0));
    const [dialog] = person.dialogs;
    assert.equal(dialog?.text, 'Delete 4 sessions at Veriff?');
    const warned = [
      [session.attemptId, 'this looks like an attempt’s id, not a session’s'],
      [session.endUserId, 'this looks like an end-user’s id, not a session’s'],
      [session.vendorData, 'this looks like your own vendor data, not a session’s id'],
    ] as const;
    const lines = dialog.detail.split('\n');
    for (const [id, warning] of warned) {
      const at = lines.indexOf(id);
      assert.ok(at >= 0, `${id} is not named`);
      assert.ok(lines[at + 1]?.includes(`⚠ ${warning}`), lines[at + 1]);
    }
    assert.ok(!(lines[lines.indexOf(session.id) + 1] ?? '').includes('⚠'), 'the session itself is warned of');

    person.shown.length = 0;
    await deleteAt(editor, editor.document.positionAt(editor.document.getText().indexOf(session.attemptId)));
    assert.match(person.dialogs[0]?.detail ?? '', /⚠ this looks like an attempt’s id/);
    assert.deepEqual(workshop.sandbox.requests(), []);
  });

  it('warns far down a table as well, which has its column names in the first line', async () => {
    const row = `${first},${third}\n`;
    const editor = await show(`session_id,attempt_id\n${row.repeat(1000)}`);
    await deleteAt(editor, new vscode.Position(900, 40));
    assert.match(person.dialogs[0]?.detail ?? '', /⚠ this looks like an attempt’s id/);
    person.shown.length = 0;
    await deleteIn(editor, new vscode.Selection(900, 0, 900, 50));
    assert.equal(person.dialogs[0]?.detail.match(/⚠ this looks like an attempt’s id/g)?.length, 1);
  });

  describe('with the cursor on no id', () => {
    it('offers the document’s ids with their lines, each once, and asks about the picked one', async () => {
      const editor = await show(`\n${third}\n\n${first}\n${third}`);
      await select(editor, new vscode.Selection(0, 0, 0, 0));
      person.answer = ({ kind }) => (kind === 'pick' ? first : undefined);
      await workshop.run('deleteSession');
      const [pick] = person.shown;
      assert.equal(pick?.kind, 'pick');
      assert.deepEqual(
        pick.rows.slice(0, 2).map(({ label, description }) => [label, description]),
        [
          [third, 'line 2'],
          [first, 'line 4'],
        ],
      );
      assert.equal(pick.rows.at(-1)?.label, '$(edit) Enter session ids…');
      assertAskedFor([first]);
    });

    it('lets the user type ids instead', async () => {
      const editor = await show(`\n${third}`);
      await select(editor, new vscode.Selection(0, 0, 0, 0));
      person.answer = ({ kind }) => (kind === 'pick' ? '$(edit) Enter session ids…' : `${first}, ${second}`);
      await workshop.run('deleteSessionInEditor');
      assertAskedFor([first, second]);
    });

    it('asks nothing more if the pick list is closed', async () => {
      const editor = await show(`\n${first}`);
      await select(editor, new vscode.Selection(0, 0, 0, 0));
      await workshop.run('deleteSessionInEditor');
      assert.deepEqual(
        person.shown.map(({ kind }) => kind),
        ['pick'],
      );
    });

    it('takes the clipboard’s id from the palette, and not from the context menu', async () => {
      const editor = await show(`\n${first}`);
      await select(editor, new vscode.Selection(0, 0, 0, 0));
      person.clipboard = ` ${second}\n`;
      await workshop.run('deleteSession');
      assertAskedFor([second]);
      await workshop.run('deleteSessionInEditor');
      assert.deepEqual(
        person.shown.map(({ kind }) => kind),
        ['pick'],
      );
    });

    it('takes nothing from a clipboard with an id in other text, or with several ids', async () => {
      await show('nothing here');
      for (const clipboard of [`id: ${second}`, `${second} ${first}`, 'x', '']) {
        person.clipboard = clipboard;
        await workshop.run('deleteSession');
        assert.deepEqual(
          person.shown.splice(0).map(({ kind, text }) => [kind, text]),
          [['input', 'Delete Veriff Session']],
        );
      }
    });

    it('neither takes a stored key from the clipboard nor offers it from the document', async () => {
      const editor = await show(`\nkey = ${apiKey}\n${first}`);
      await select(editor, new vscode.Selection(0, 0, 0, 0));
      person.clipboard = apiKey;
      await workshop.run('deleteSession');
      person.clipboard = '';
      assert.deepEqual(
        person.shown.map(({ kind, choices }) => [kind, choices[0]]),
        [['pick', first]],
      );
      assert.ok(!person.everythingSeen().includes(apiKey), 'the key was shown');
    });

    it('says what is wrong with typed text', async () => {
      await show('');
      for (const typed of ['hello', first.slice(1), apiKey, `${first} ${apiKey}`]) {
        person.answer = ({ kind }) => (kind === 'input' ? typed : undefined);
        await workshop.run('deleteSession');
        assert.equal(person.refusals.length, 1, `${typed} was accepted`);
        const [refusal] = person.refusals.splice(0);
        const reason = typed.includes(apiKey)
          ? /^This is a stored API key/
          : /^No session id yet: 32 hex digits/;
        assert.match(refusal?.reason ?? '', reason);
      }
      assert.deepEqual(person.dialogs, []);
    });
  });

  describe('a stored key', () => {
    for (const [what, selection] of [
      ['selected', new vscode.Selection(0, 1, 0, 37)],
      ['selected with its quotes', new vscode.Selection(0, 0, 0, 38)],
      ['half selected', new vscode.Selection(0, 5, 0, 9)],
      ['under the cursor', new vscode.Selection(0, 9, 0, 9)],
    ] as const) {
      it(`is refused and not repeated if it is ${what}`, async () => {
        const editor = await show(`"${apiKey}"`);
        await deleteIn(editor, selection);
        assert.deepEqual(
          person.shown.map(({ kind, text }) => [kind, text]),
          [
            [
              'error',
              'Nothing was deleted: this is a stored API key or shared secret key, not a session id.',
            ],
          ],
        );
        assert.ok(!person.everythingSeen().includes(apiKey), 'the key was shown');
        assert.deepEqual(workshop.sandbox.requests(), []);
      });
    }
  });

  async function deleteAt(editor: vscode.TextEditor, position: vscode.Position): Promise<void> {
    await deleteIn(editor, new vscode.Selection(position, position));
  }

  async function deleteIn(editor: vscode.TextEditor, ...selections: vscode.Selection[]): Promise<void> {
    await select(editor, ...selections);
    await workshop.run('deleteSessionInEditor');
  }
});

/** In a file, since an untitled document is not closed without a question. */
async function show(content: string): Promise<vscode.TextEditor> {
  const file = path.join(mkdtempSync(path.join(folder, 'sample-')), 'sample.txt');
  writeFileSync(file, content);
  const document = await vscode.workspace.openTextDocument(file);
  const editor = await vscode.window.showTextDocument(document);
  await eventually('the editor is the active one', () => vscode.window.activeTextEditor === editor);
  return editor;
}

/** Selects, and waits until VS Code has drawn the selection: it reports earlier ones late to the extension host. */
async function select(editor: vscode.TextEditor, ...selections: vscode.Selection[]): Promise<void> {
  await eventually('the selection is drawn', async () => {
    editor.selections = selections;
    // The answer to this comes after everything that the window had to report.
    await vscode.commands.executeCommand('setContext', 'veriffCleanup.test', 1);
    return (
      editor.selections.length === selections.length &&
      editor.selections.every((selection, index) => selections[index]?.isEqual(selection))
    );
  });
}

/** Checks that the last thing shown is a confirmation of exactly these, and that nothing was sent after Escape. */
function assertAskedFor(ids: readonly string[]): void {
  const dialog = person.dialogs.at(-1);
  const what = ids.length === 1 ? `session ${ids[0] ?? ''}` : `${ids.length} sessions`;
  assert.equal(dialog?.text, `Delete ${what} at Veriff?`);
  if (ids.length > 1) {
    const named = dialog.detail.split('\n').filter((line) => /^[\da-f]{8}-[\da-f-]{27}$/.test(line));
    assert.deepEqual(named, ids);
  }
  person.shown.length = 0;
}
