import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../../src/contributions.ts';
import { EditorFolder } from '../../support/window/editorAtWindow.ts';
import { eventually } from '../../support/process/eventually.ts';
import { elsewhere, ListAtWindow } from '../../support/window/listAtWindow.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const [one, two] = [sessionNumber(1), sessionNumber(2)];

describe('the features in editors', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let folder: EditorFolder;

  beforeEach(async () => {
    folder = new EditorFolder();
    workshop = await HostWorkshop.open({ sandbox: { apiKey, sharedSecretKey: secret } });
    list = new ListAtWindow(workshop);
  });
  afterEach(async () => {
    await closeWorkshops();
    await folder.close();
  });

  /** The extension's hover at a position; waits until there is one. */
  const hoverAt = (document: vscode.TextDocument, line: number, character: number): Promise<vscode.Hover> =>
    eventually('a hover', async () => (await hoversAt(document, line, character))[0]);

  describe('the hover', () => {
    it('shows the state of an id and its integration, and may run only its own commands', async () => {
      list.put(one, { state: 'deleted' });
      const { document } = await folder.show(`{\n  "sessionId": "${one}"\n}`, 'orders.json');
      const hover = await hoverAt(document, 1, 20);
      const [content] = hover.contents;
      assert.ok(content instanceof vscode.MarkdownString);
      assert.match(
        content.value,
        /^\*\*Deleted Thu 1 Jan 1970 \d\d\\:\d\d\\, erased by .*\*\* {2}\nIntegration\\: Shop \\\(TEST\\\)/,
      );
      assert.deepEqual(content.isTrusted, {
        enabledCommands: [
          commands.deleteSession,
          commands.addToList,
          commands.lookUpSession,
          commands.showPlan,
          'veriffCleanup.list.focus',
        ],
      });
      assert.ok(content.supportHtml !== true && content.supportThemeIcons !== true);
      assert.deepEqual(hover.range, new vscode.Range(1, 16, 1, 52));
      assert.deepEqual(await hoversAt(document, 1, 5), [], 'the key of the id is none');
    });

    it('offers the possible actions, with links whose commands do that', async () => {
      await workshop.run('resumeCleanup');
      const { document } = await folder.show(`\n\n"${one}"`);
      const [ask, add] = linksOf(await hoverAt(document, 2, 9));
      assert.deepEqual([ask?.command, add?.command], [commands.deleteSession, commands.addToList]);
      await vscode.commands.executeCommand(ask?.command ?? '', ...(ask?.args ?? []));
      assert.deepEqual(
        person.dialogs.map(({ text }) => text),
        [`Delete session ${one} at Veriff?`],
      );
      assert.deepEqual(workshop.deletions(), [], 'a link deleted');
      await vscode.commands.executeCommand(add?.command ?? '', ...(add?.args ?? []));
      assert.equal(workshop.entry(one)?.state, 'listed');
      assert.deepEqual(workshop.entry(one)?.source, { uri: document.uri.toString(), line: 2 });
      assert.match(textOf(await hoverAt(document, 2, 9)), /Listed\\, not confirmed/);
    });

    it('shows every integration that has the id', async () => {
      list.put(one, { state: 'notFound', integration: elsewhere });
      list.put(one);
      const text = textOf(await hoverAt((await folder.show(one)).document, 0, 36));
      assert.match(text, /Not found .*\n+.*integration not stored here/i);
      assert.match(text, /Listed\\, not confirmed.*\n.*Shop/);
    });

    it('is absent over a stored key, in upper or lower case', async () => {
      const { document } = await folder.show([apiKey, secret.toUpperCase(), two].join('\n'));
      await hoverAt(document, 2, 5);
      for (const line of [0, 1]) assert.deepEqual(await hoversAt(document, line, 5), []);
    });

    it('is absent if the keyring or the list fails, and comes back', async () => {
      const { document } = await folder.show(one);
      await hoverAt(document, 0, 5);
      workshop.secrets.isLocked = true;
      assert.deepEqual(await hoversAt(document, 0, 5), []);
      workshop.secrets.isLocked = false;
      const view = workshop.inDatabase((database) => {
        const row = database.get("SELECT sql FROM sqlite_schema WHERE name = 'current_entries'");
        database.run('DROP VIEW current_entries');
        return String(row?.['sql']);
      });
      assert.deepEqual(await hoversAt(document, 0, 5), []);
      workshop.inDatabase((database) => database.run(view));
      await hoverAt(document, 0, 5);
    });

    it('disappears with the extension', async () => {
      const { document } = await folder.show(one);
      await hoverAt(document, 0, 5);
      await workshop.deactivate();
      await eventually('no hover', async () => (await hoversAt(document, 0, 5)).length === 0);
    });
  });

  it('is absent while no integration is stored', async () => {
    await workshop.close();
    const empty = await HostWorkshop.open({ integration: null });
    const { document } = await folder.show(one);
    await empty.run('showLog');
    await empty.secrets.settled();
    assert.deepEqual(await hoversAt(document, 0, 5), []);
    await empty.storeOwn();
    empty.secrets.touch();
    await hoverAt(document, 0, 5);
  });

  describe('the diagnostic of a stored key', () => {
    const diagnosticsOf = ({ uri }: vscode.TextDocument): readonly vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Veriff Cleanup');
    const placesIn = (document: vscode.TextDocument): readonly string[] =>
      diagnosticsOf(document).map(({ code, range: { start, end } }) => {
        const part = typeof code === 'object' ? code.value : '';
        return `${part} ${start.line}:${start.character}-${end.character}`;
      });
    const shows = (document: vscode.TextDocument, ...expected: readonly string[]): Promise<unknown> =>
      eventually(
        `${expected.join() || 'none'} instead of ${placesIn(document).join()}`,
        () => placesIn(document).join() === expected.join(),
      );

    it('is a warning for a TEST key and an error for a LIVE one, and never contains the key', async () => {
      const { document } = await folder.show(`KEY=${apiKey}\nx\nSECRET="${secret.toUpperCase()}"`, '.env');
      await shows(document, 'apiKey 0:4-40', 'sharedSecretKey 2:8-44');
      assert.deepEqual(
        diagnosticsOf(document).map(({ severity }) => severity),
        [vscode.DiagnosticSeverity.Warning, vscode.DiagnosticSeverity.Warning],
      );
      await workshop.changeIntegration({ kind: 'LIVE' });
      workshop.secrets.touch();
      await eventually('errors', () => {
        const all = diagnosticsOf(document);
        return all.length === 2 && all.every(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
      });
      const said =
        JSON.stringify(diagnosticsOf(document)).toLowerCase() + person.everythingSeen().toLowerCase();
      for (const key of [apiKey, secret]) assert.ok(!said.includes(key), 'the key is told');
      assert.match(said, /api key of the veriff integration shop \(live\)/);
    });

    it('follows changes of the document, and disappears with the key', async () => {
      const editor = await folder.show(`x\nKEY=${apiKey}\n`);
      const { document } = editor;
      await shows(document, 'apiKey 1:4-40');
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'a\nb\n'));
      await shows(document, 'apiKey 3:4-40');
      await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), secret));
      await shows(document, 'sharedSecretKey 3:0-36', 'apiKey 3:40-76');
      await editor.edit((edit) => edit.delete(new vscode.Range(3, 50, 3, 51)));
      await shows(document, 'sharedSecretKey 3:0-36');
      await editor.edit((edit) => edit.delete(new vscode.Range(3, 0, 4, 0)));
      await shows(document);
    });

    it('follows changes of the stored keys', async () => {
      const { document } = await folder.show(`${apiKey}\n${sessionNumber(5)}`);
      await shows(document, 'apiKey 0:0-36');
      await workshop.changeIntegration({ apiKey: sessionNumber(5) });
      workshop.secrets.touch();
      await shows(document, 'apiKey 1:0-36');
      workshop.secrets.values.clear();
      workshop.secrets.isLocked = true;
      await workshop.deactivate();
      await shows(document);
    });

    it('disappears when the document is closed', async () => {
      // Opened as by a user: a document that an extension opens stays for minutes after its editor was closed.
      const uri = folder.write('a.txt', apiKey);
      await vscode.commands.executeCommand('vscode.open', uri);
      const document = await eventually('it is open', () =>
        vscode.workspace.textDocuments.find((each) => each.uri.path === uri.path),
      );
      await shows(document, 'apiKey 0:0-36');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await eventually('it is closed', () => document.isClosed);
      await shows(document);
    });

    it('links to the instructions for rotating keys', async () => {
      const { document } = await folder.show(`KEY=${secret}`);
      await shows(document, 'sharedSecretKey 0:4-40');
      const code = diagnosticsOf(document)[0]?.code;
      assert.ok(typeof code === 'object');
      assert.match(code.target.toString(), /^https:\/\/help\.veriff\.com\/.*shared-secret-keys/);
    });

    describe('in files that are not open', () => {
      let inWorkspace: string;
      beforeEach(() => {
        const [root] = vscode.workspace.workspaceFolders ?? [];
        assert.ok(root);
        inWorkspace = mkdtempSync(path.join(root.uri.fsPath, 'keys-'));
      });
      afterEach(() => rmSync(inWorkspace, { recursive: true, force: true }));

      const write = (name: string, text: string): vscode.Uri => {
        writeFileSync(path.join(inWorkspace, name), text);
        return vscode.Uri.file(path.join(inWorkspace, name));
      };
      const metIn = (uri: vscode.Uri): number =>
        vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Veriff Cleanup').length;

      it('is shown by a search for keys, which says how many there are, and removed by the next one', async () => {
        const [env, other] = [write('a.env', `x\nKEY=${apiKey}\n`), write('b.txt', one)];
        await workshop.run('findStoredKeys');
        await eventually('the key is told', () => metIn(env) === 1);
        assert.equal(vscode.languages.getDiagnostics(env)[0]?.range.start.line, 1);
        assert.equal(metIn(other), 0);
        assert.match(saidFirst(), /^1 file holds a stored key: see the problems\. .* looked through/);
        assert.deepEqual(person.messages[0]?.choices, ['Show Problems', 'Show Log']);
        assert.ok(!person.everythingSeen().includes(apiKey));
        assert.equal(workshop.entryCount(), 0, 'something was listed');

        person.forget();
        write('a.env', 'KEY=\n');
        await workshop.run('findStoredKeys');
        await eventually('nothing is told any more', () => metIn(env) === 0);
        assert.match(saidFirst(), /^No stored key was found\./);
      });

      it('is shown if a search for session ids finds a key', async () => {
        const env = write('a.env', `SECRET=${secret}\nID=${one}`);
        await workshop.run('findSessionIds', env);
        await eventually('the key is told', () => metIn(env) === 1);
        assert.ok(!person.everythingSeen().includes(secret));
      });

      it('is not searched for if no key is stored', async () => {
        await workshop.removeIntegration();
        await workshop.addIntegration({ isSandbox: true });
        await workshop.run('findStoredKeys');
        assert.match(saidFirst(), /^Nothing was looked through: no integration is stored/);
        assert.deepEqual(person.progress, []);
      });
    });
  });
});

/** The first message that was shown. */
function saidFirst(): string {
  return person.messages[0]?.text ?? '';
}

/** The extension's own hovers at a position. */
async function hoversAt(
  document: vscode.TextDocument,
  line: number,
  character: number,
): Promise<readonly vscode.Hover[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    new vscode.Position(line, character),
  );
  return hovers.filter((hover) => /command:veriffCleanup|No Veriff session id/.test(textOf(hover)));
}

function textOf({ contents }: vscode.Hover): string {
  return contents
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n');
}

function linksOf(hover: vscode.Hover): readonly { readonly command: string; readonly args: unknown[] }[] {
  return [...textOf(hover).matchAll(/\]\(command:([\w.]+)(?:\?(\S+))? "/g)].map(
    ([, command = '', args = '%5B%5D']) => {
      return { command, args: JSON.parse(decodeURIComponent(args)) as unknown[] };
    },
  );
}
