import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import * as vscode from 'vscode';
import { contextKeys } from '../../../src/contributions.ts';
import { decisionPayload, sessionToken, sessionUrl } from '../../support/sessions/chosenIds.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { EditorFolder, pointAt, select } from '../../support/window/editorAtWindow.ts';
import { eventually } from '../../support/process/eventually.ts';
import { asPicked } from '../../support/window/scriptedInputs.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const [one, two, three] = [sessionNumber(1), sessionNumber(2), sessionNumber(3)];

describe('adding to the list', () => {
  let workshop: HostWorkshop;
  let editors: EditorFolder;

  beforeEach(async () => {
    editors = new EditorFolder();
    workshop = await HostWorkshop.open({ sandbox: { apiKey, sharedSecretKey: secret } });
  });
  afterEach(async () => {
    await closeWorkshops();
    await editors.close();
  });

  /** Checks that exactly these are on the list, not confirmed, and that nothing was sent. */
  function assertListed(...ids: readonly string[]): void {
    assert.equal(workshop.entryCount(), ids.length);
    for (const id of ids) assert.equal(workshop.entry(id)?.state, 'listed', id);
    assert.deepEqual(workshop.sandbox.requests(), []);
    assert.deepEqual(person.dialogs, []);
  }

  /** Checks that only this message was shown. */
  function assertTold(kind: string, text: string | RegExp): void {
    assert.equal(person.messages.length, 1, JSON.stringify(person.messages));
    const [message] = person.messages;
    assert.equal(message?.kind, kind);
    if (typeof text === 'string') assert.equal(message.text, text);
    else assert.match(message.text, text);
  }

  describe('a command’s argument', () => {
    const given: readonly (readonly [string, unknown, readonly string[]])[] = [
      ['an id', one.toUpperCase(), [one]],
      ['a text', `x ${one}\n"${two}",`, [one, two]],
      ['a list', [one, 42, null, two, { id: three }, one], [one, two]],
      ['a session URL', sessionUrl(one), [one]],
      ['a session token', sessionToken(two), [two]],
    ];
    for (const [what, argument, ids] of given)
      it(`may be ${what}, and nothing is confirmed`, async () => {
        await workshop.run('addToList', argument);
        assertListed(...ids);
        for (const id of ids) assert.equal(workshop.entry(id)?.source, undefined);
        assertTold('info', /^(?:One session|2 sessions) added to the list of Shop \(TEST\), /);
        assert.deepEqual(person.messages[0]?.choices, ['Delete Listed Sessions…', 'Show Log']);
      });

    it('keeps its place if there is a valid one', async () => {
      const place = { uri: 'file:///made/up.log', line: 41 };
      await workshop.run('addToList', one, place);
      assert.deepEqual(workshop.entry(one)?.source, place);
      const others = [
        { uri: 7, line: 1 },
        { ...place, line: -1 },
        { ...place, line: 1.5 },
        { ...place, line: '1' },
      ];
      for (const [index, other] of [...others, { line: 1 }, null, 'x', []].entries()) {
        const id = sessionNumber(100 + index);
        await workshop.run('addToList', id, other);
        assert.ok(workshop.entry(id));
        assert.equal(workshop.entry(id)?.source, undefined);
      }
    });

    for (const argument of ['', 'no id', [], [1, 2], `${one}0`])
      it(`has no id if it is ${JSON.stringify(argument)}`, async () => {
        await workshop.run('addToList', argument);
        assertListed();
        assertTold('warning', 'Nothing was added: what was handed over holds no session id.');
      });

    for (const argument of [apiKey, secret.toUpperCase(), [apiKey], `KEY="${secret}"`, sessionUrl(apiKey)])
      it(`is left out and not repeated if it is a stored key: ${JSON.stringify(argument).slice(0, 20)}`, async () => {
        await workshop.run('addToList', argument);
        assertListed();
        assertTold('warning', 'Nothing was added. A stored key was left out.');
        const seen = `${person.everythingSeen()}${workshop.storedBytes()}`.toLowerCase();
        for (const key of [apiKey, secret]) assert.ok(!seen.includes(key), `${key} was shown or stored`);
      });

    it('is listed without the stored key in it', async () => {
      await workshop.run('addToList', `${apiKey},${one},${secret}`);
      assertListed(one);
      assertTold('warning', /^One session added .*\. 2 stored keys were left out\.$/);
    });

    it('is reported and not changed if it is on the list already, in any state', async () => {
      await workshop.run('addToList', [one, two]);
      workshop.inDatabase((database) =>
        database.run("UPDATE list_entries SET state = 'notFound' WHERE session_id = ?", one),
      );
      person.shown.length = 0;
      await workshop.run('addToList', [one, two, three]);
      assertTold('info', /^One session added .*, not confirmed\. 2 were on it already\.$/);
      assert.equal(workshop.entry(one)?.state, 'notFound');
      assert.equal(workshop.entryCount(), 3);
      person.shown.length = 0;
      await workshop.run('addToList', one);
      assertTold('info', 'Nothing new for the list of Shop (TEST). One was on it already.');
    });

    it('leads to the offer to add an integration if there is none', async () => {
      await workshop.close();
      workshop = await HostWorkshop.open({ integration: null });
      for (const name of ['addToList', 'addFromClipboard', 'addFromFiles'] as const) {
        person.shown.length = 0;
        await workshop.run(name, one);
        assertTold('info', /^Nothing was added: add a Veriff integration first/);
        assert.deepEqual(person.messages[0]?.choices, [
          'Add Integration…',
          'Try with the Sandbox',
          'Show Log',
        ]);
        assert.equal(person.shown.length, 1);
      }
      assert.equal(workshop.entryCount(), 0);
    });

    it('leads to the confirmation if the user chooses that', async () => {
      person.answer = ({ choices }) => choices.find((choice) => choice === 'Delete Listed Sessions…');
      await workshop.run('addToList', [one, two]);
      const dialog = await eventually('the one question', () => person.dialogs[0]);
      assert.match(dialog.text, /^Delete 2 .*sessions at Veriff\?$/);
      assert.deepEqual(workshop.sandbox.requests(), []);
      assert.equal(workshop.entry(one)?.state, 'listed');
    });
  });

  describe('ids that are not sessions', () => {
    const picks = (...labels: readonly string[]): void => {
      person.answer = ({ kind }) => (kind === 'pick' ? labels : undefined);
    };

    it('are reviewed together with the sessions, which are picked; Escape lists nothing', async () => {
      const [session] = workshop.sandbox.sessions();
      assert.ok(session !== undefined);
      await workshop.run('addToList', decisionPayload(session));
      assertListed();
      const [pick, ...more] = person.shown;
      assert.deepEqual(more, []);
      assert.equal(pick?.text, 'Review 4 ids for the list of Shop (TEST)');
      assert.deepEqual(pick.picked, [session.id]);
      assert.deepEqual(pick.choices, [
        'what was handed over',
        session.id,
        'what was handed over · other ids, not picked',
        ...pick.choices.slice(3),
      ]);
      assert.equal(pick.choices.length, 6);

      person.shown.length = 0;
      person.answer = ({ kind }) => (kind === 'pick' ? asPicked : undefined);
      await workshop.run('addToList', decisionPayload(session));
      assertListed(session.id);

      person.shown.length = 0;
      picks(session.attemptId, session.endUserId, session.vendorData);
      await workshop.run('addToList', decisionPayload(session));
      assertListed(session.id, session.attemptId, session.endUserId, session.vendorData);
      assert.match(person.messages[0]?.text ?? '', /^3 sessions added to the list of Shop \(TEST\), none/);
    });

    it('are not listed if they have become stored keys meanwhile', async () => {
      person.answer = async ({ kind }) => {
        if (kind === 'pick') await workshop.changeIntegration({ sharedSecretKeys: [secret, one] });
        return kind === 'pick' ? [one] : undefined;
      };
      await workshop.run('addToList', `attemptId: ${one}`);
      const [pick] = person.shown;
      assert.deepEqual(pick?.picked, []);
      assert.match(pick.rows[1]?.description ?? '', /an attempt’s id · the value of "attemptId"/);
      assertTold('warning', 'Nothing was added. A stored key was left out.');
      assert.equal(workshop.entryCount(), 0);
    });

    it('are not listed for another integration than the one they were chosen for', async () => {
      person.answer = async ({ kind }) => {
        if (kind === 'pick') await workshop.addIntegration({ name: 'Live', kind: 'LIVE', apiKey: secret });
        return kind === 'pick' ? [one] : undefined;
      };
      await workshop.run('addToList', `attemptId: ${one}`);
      assertTold('warning', /^Nothing was added: the current integration is Live \(LIVE\) by now\./);
      assert.equal(workshop.entryCount(), 0);
      assert.equal(person.contextKeys.get(contextKeys.isReviewOpen), true);
      person.shown.length = 0;
      await workshop.run('addReviewed');
      assertTold('info', 'One session added to the list of Live (LIVE), not confirmed.');
    });
  });

  describe('ids in an editor', () => {
    it('are taken from under each cursor and from selections, with their places', async () => {
      const editor = await editors.show(`\n${one}\n${two} ${three}\n${sessionNumber(4)}`);
      await select(
        editor,
        new vscode.Selection(1, 36, 1, 36),
        new vscode.Selection(2, 40, 2, 45),
        new vscode.Selection(3, 36, 3, 0),
      );
      // Called in the same way as by the editor's menu.
      await workshop.run('addToList', editor.document.uri);
      assertListed(one, three, sessionNumber(4));
      const uri = editor.document.uri.toString();
      assert.deepEqual(
        [one, three, sessionNumber(4)].map((id) => workshop.entry(id)?.source),
        [1, 2, 3].map((line) => ({ uri, line })),
      );
      assertTold('info', '3 sessions added to the list of Shop (TEST), none of them confirmed.');
    });

    it('are taken from the selection in a document without a file, without a place', async () => {
      const ids = [one, two, three].map((id, index) => `${index + 1}. ${id}`).join('\n');
      const document = await vscode.workspace.openTextDocument({ content: `${ids}\n${sessionNumber(4)}\n` });
      const editor = await vscode.window.showTextDocument(document);
      await eventually('the editor is the active one', () => vscode.window.activeTextEditor === editor);
      await select(editor, new vscode.Selection(0, 0, 3, 0));
      await workshop.run('addToList', document.uri);
      assertListed(one, two, three);
      for (const id of [one, two, three]) assert.equal(workshop.entry(id)?.source, undefined);
      assertTold('info', '3 sessions added to the list of Shop (TEST), none of them confirmed.');
    });

    it('get their roles from the text around the selection', async () => {
      const editor = await editors.show(`{"attemptId":\n "${one}"}`);
      await select(editor, new vscode.Selection(1, 2, 1, 38));
      await workshop.run('addToList');
      assertListed();
      assert.equal(person.shown.length, 1);
      const [pick] = person.shown;
      assert.deepEqual([pick?.kind, pick?.choices[1], pick?.picked], ['pick', one, []]);
      assert.match(pick?.rows[1]?.description ?? '', /^line 2 · an attempt’s id/);
    });

    it('get their roles from a table’s first line, however far down they are', async () => {
      const editor = await editors.show(`session_id,attempt_id\n${`${one},${two}\n`.repeat(1000)}`);
      await select(editor, new vscode.Selection(900, 0, 900, 60));
      await workshop.run('addToList');
      const [pick] = person.shown;
      assert.deepEqual(pick?.picked, [one]);
      assert.match(pick.rows.find(({ label }) => label === two)?.description ?? '', /an attempt’s id/);
    });

    for (const eol of ['\n', '\r\n'])
      it(`are found under a cursor far down, in lines that end with ${JSON.stringify(eol)}`, async () => {
        // So that the text around the first of these cursors begins between the two characters of a line end.
        const indent = 15;
        const line = 'x'.repeat(20);
        const editor = await editors.show(
          `${`${line}${eol}`.repeat(1500)}${' '.repeat(indent)}${one}${eol}${two}`,
        );
        for (let character = indent; character <= indent + 36; character += 1) {
          await pointAt(editor, 1500, character);
          await workshop.run('addToList');
        }
        assert.equal(person.messages.length, 37);
        assert.equal(person.shown.length, 37, 'where the ids are was asked for');
        await pointAt(editor, 1501, 0);
        await workshop.run('addToList');
        assertListed(one, two);
        assert.equal(workshop.entry(one)?.source?.line, 1500);
        assert.equal(workshop.entry(two)?.source?.line, 1501);
      });

    it('have no place if the document was never saved', async () => {
      const document = await vscode.workspace.openTextDocument({ content: `${one}\n` });
      const editor = await vscode.window.showTextDocument(document);
      await eventually('it is the active one', () => vscode.window.activeTextEditor === editor);
      await pointAt(editor, 0, 3);
      await workshop.run('addToList');
      assertListed(one);
      assert.equal(workshop.entry(one)?.source, undefined);
    });

    it('are not asked for if the selection is a stored key, which is left out', async () => {
      const editor = await editors.show(apiKey);
      await select(editor, new vscode.Selection(0, 0, 0, 36));
      await workshop.run('addToList');
      assertListed();
      assertTold('warning', 'Nothing was added. A stored key was left out.');
      assert.equal(person.shown.length, 1);
    });
  });

  describe('with nothing under the cursor', () => {
    /** Picks the item whose label ends so, and types what is asked for then. */
    function picks(way: RegExp, typed?: string): void {
      person.answer = ({ kind, choices }) => (kind === 'pick' ? choices.find((row) => way.test(row)) : typed);
    }

    it('shows how many ids the clipboard and the document have, and adds nothing on Escape', async () => {
      person.clipboard = `${one} ${one} ${two} ${apiKey}`;
      await editors.show(`\n${one}\n${secret}`);
      await workshop.run('addToList');
      const [pick] = person.shown;
      assert.equal(pick?.text, 'Add to Veriff Cleanup List');
      assert.deepEqual(
        pick.rows.map(({ label, description }) => [label, description]),
        [
          ['$(clippy) From the clipboard', '2 session ids'],
          ['$(file) From this document', '1 session id'],
          ['$(files) From files…', ''],
          ['$(edit) Type…', ''],
        ],
      );
      assertListed();
      assert.equal(person.shown.length, 1);
    });

    it('adds the clipboard’s ids', async () => {
      person.clipboard = `${one}\n${two}`;
      picks(/clipboard$/);
      await workshop.run('addToList');
      assertListed(one, two);
      assert.equal(workshop.entry(one)?.source, undefined);
    });

    it('adds the document’s ids, with their places', async () => {
      const editor = await editors.show(`\n${one}\r\n${two}`);
      picks(/document$/);
      await workshop.run('addToList');
      assertListed(one, two);
      assert.deepEqual(workshop.entry(two)?.source, { uri: editor.document.uri.toString(), line: 2 });
    });

    it('adds typed ids', async () => {
      picks(/Type…$/, `${one} ${two}`);
      await workshop.run('addToList');
      assertListed(one, two);
    });

    it('refuses a typed stored key, and text without an id, while it is typed', async () => {
      for (const typed of [apiKey, 'no id']) {
        picks(/Type…$/, typed);
        await workshop.run('addToList');
      }
      assert.deepEqual(
        person.refusals.map(({ reason }) => reason),
        [
          'This is a stored API key or shared secret key, not a session id.',
          'No session id yet: 32 hex digits in groups of 8-4-4-4-12.',
        ],
      );
      assertListed();
      assert.deepEqual(person.messages, []);
    });

    it('says so if the clipboard has no id', async () => {
      for (const [clipboard, name] of [
        ['no id', 'addFromClipboard'],
        ['', 'addFromClipboard'],
      ] as const) {
        person.shown.length = 0;
        person.clipboard = clipboard;
        await workshop.run(name);
        assertTold('warning', 'Nothing was added: the clipboard holds no session id.');
      }
      assertListed();
    });
  });

  describe('a long text', () => {
    const count = 27_000;
    const many = Array.from({ length: count }, (_, index) => sessionNumber(index));

    it('does not block the event loop while a million characters are added from the clipboard', async () => {
      person.clipboard = many.join('\n');
      assert.ok(person.clipboard.length > 990_000);
      let turns = 0;
      let isDone = false;
      const next = (): void => {
        turns += 1;
        if (!isDone) setImmediate(next);
      };
      next();
      await workshop.run('addFromClipboard');
      isDone = true;
      assertTold('info', '27000 sessions added to the list of Shop (TEST), none of them confirmed.');
      assert.equal(workshop.entryCount(), count);
      // One turn after each part of the text, and one after each part that is written.
      assert.ok(turns > 270 + 54, `${turns} turns`);
      assert.deepEqual(
        person.progress.map(({ title }) => title),
        ['Adding sessions to the list of Shop (TEST)'],
      );
    });

    for (const [what, text] of [
      ['letters', 'a'.repeat(1_000_000)],
      ['line ends', '\r\n'.repeat(500_000)],
      ['half ids', '00000000-0000-4000-8000-'.repeat(42_000)],
      ['tokens that are none', 'eyJ.'.repeat(250_000)],
    ] as const)
      it(`has no id if it is a million characters of ${what}`, async () => {
        person.clipboard = text;
        await workshop.run('addFromClipboard');
        assertListed();
        assertTold('warning', 'Nothing was added: the clipboard holds no session id.');
      });

    it('keeps what was added before Cancel, and says so', async () => {
      person.clipboard = many.join('\n');
      person.onProgress = (progress) =>
        void eventually('some are added', () => workshop.entryCount() > 0).then(() => progress.cancel());
      await workshop.run('addFromClipboard');
      const added = workshop.entryCount();
      assert.ok(added > 0 && added < count, String(added));
      assertTold(
        'warning',
        `${added} sessions added to the list of Shop (TEST), none of them confirmed. Cancelled: what came after that was not added.`,
      );
    });

    it('adds nothing if it is cancelled at once', async () => {
      person.clipboard = many.join('\n');
      person.onProgress = (progress) => progress.cancel();
      await workshop.run('addFromClipboard');
      assertTold('warning', 'Nothing was added. Cancelled: what came after that was not added.');
      assertListed();
    });

    it('says how many ids were added if the list disappears meanwhile', async () => {
      person.clipboard = many.join('\n');
      let added = 0;
      person.onProgress = () =>
        void eventually('some are added', () => (added = workshop.entryCount()) > 0).then(() =>
          renameSync(workshop.databasePath, `${workshop.databasePath}.away`),
        );
      await workshop.run('addFromClipboard');
      assertTold(
        'error',
        /added to the list .* What came after that was not added\. The cleanup list cannot be used/,
      );
      assert.ok(Number.parseInt(person.messages[0]?.text ?? '', 10) >= added);
      renameSync(`${workshop.databasePath}.away`, workshop.databasePath);
    });

    it('adds the ids of a whole selected document, with the right lines', async () => {
      const ids = many.slice(0, 9000);
      const editor = await editors.show(ids.join('\r\n\r\n'));
      await vscode.commands.executeCommand('editor.action.selectAll');
      await eventually('all is selected', () => !editor.selection.isEmpty);
      await workshop.run('addToList');
      assert.equal(workshop.entryCount(), ids.length);
      for (const index of [0, 1, 4321, 8999])
        assert.equal(workshop.entry(sessionNumber(index))?.source?.line, 2 * index);
    });

    it('adds the ids under a thousand cursors', async () => {
      const ids = many.slice(0, 1000);
      const editor = await editors.show(ids.join('\n'));
      await select(editor, ...ids.map((_, line) => new vscode.Selection(line, 5, line, 5)));
      await workshop.run('addToList');
      assert.equal(workshop.entryCount(), 1000);
      assertTold('info', '1000 sessions added to the list of Shop (TEST), none of them confirmed.');
    });
  });
});
