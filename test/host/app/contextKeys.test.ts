import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { contextKeys } from '../../../src/contributions.ts';
import { eventually } from '../../support/process/eventually.ts';

describe('the context keys of the menus', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'veriff-context-'));
    person.contextKeys.clear();
  });
  afterEach(async () => {
    await closeWorkshops();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(folder, { recursive: true, force: true });
  });

  it('name the documents that contain an id, as they open, change and close', async () => {
    const workshop = await HostWorkshop.open();
    const file = path.join(folder, 'sample.txt');
    writeFileSync(file, workshop.sessionId(0));
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await eventually('an id is seen', () => documents().includes(file));

    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 0, 1)));
    await eventually('half an id is none', () => !documents().includes(file));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), workshop.sessionId(0).slice(0, 1)));
    await eventually('the whole id is seen again', () => documents().includes(file));

    await workshop.deactivate();
    assert.deepEqual(documents(), []);
    workshop.activate();
    await eventually('an open document is seen after the activation', () => documents().includes(file));
  });

  it('say whether there is an integration, and are not set before that is known', async () => {
    const workshop = await HostWorkshop.open({ integration: null });
    await workshop.secrets.settled();
    assert.ok(!person.contextKeys.has(contextKeys.hasIntegration), 'it is not known yet');
    await workshop.storeOwn();
    workshop.secrets.touch();
    await eventually('there is one', () => person.contextKeys.get(contextKeys.hasIntegration) === true);
    person.answer = ({ isModal }) => (isModal ? 'Forget Everything' : undefined);
    await workshop.run('forgetEverything');
    await eventually('there is none', () => person.contextKeys.get(contextKeys.hasIntegration) === false);
  });
});

function documents(): readonly unknown[] {
  const value = person.contextKeys.get(contextKeys.documentsWithIds);
  return Array.isArray(value) ? value : [];
}
