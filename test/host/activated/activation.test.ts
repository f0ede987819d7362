import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../../src/contributions.ts';
import { eventually } from '../../support/process/eventually.ts';
import { hostEnvironment } from '../../support/host/hostReport.ts';

const extensionId = 'session-cleanup.veriff-session-cleanup';

describe('the VS Code around the tests', () => {
  it('is the version that the runner wanted to start', () => {
    const expected = fromRunner(hostEnvironment.expectedVersion);
    assert.ok(vscode.version.startsWith(`${expected}.`), `${vscode.version} is not a ${expected}`);
  });
});

// The order matters: each test uses the state that the one before it has left.
describe('the extension, as VS Code activates it', () => {
  it('activates automatically after VS Code has started', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension !== undefined, `${extensionId} is not there`);
    await eventually('the extension is active', () => extension.isActive);
    // If activate() had thrown, this would reject with its error.
    await extension.activate();
  });

  it('has registered every command by then', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(commands).filter((command) => !registered.has(command)),
      [],
    );
  });

  it('has loaded only the activation bundle', () => {
    assert.deepEqual(loadedBundles(), ['extension.cjs']);
  });

  it('has written nothing, not even its storage folder', () => {
    assert.deepEqual(storedFiles(), []);
  });

  it('loads the features with the first command, but not the sandbox', async () => {
    await vscode.commands.executeCommand(commands.showLog);
    assert.deepEqual(loadedBundles(), ['extension.cjs', 'features.cjs']);
    assert.deepEqual(storedFiles(), []);
  });

  it('creates its database when a command needs the list', async () => {
    await vscode.commands.executeCommand(commands.removeFromList);
    assert.ok(storedFiles().includes('cleanup.sqlite'), storedFiles().join());
  });
});

function loadedBundles(): readonly string[] {
  return Object.keys(require.cache)
    .filter((file) => path.basename(path.dirname(file)) === 'dist' && !file.includes('node_modules'))
    .map((file) => path.basename(file))
    .sort();
}

function storedFiles(): readonly string[] {
  const globalStorage = fromRunner(hostEnvironment.globalStorage);
  assert.ok(existsSync(path.dirname(globalStorage)), `${globalStorage} is nowhere near VS Code’s storage`);
  const folder = path.join(globalStorage, extensionId);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function fromRunner(name: string): string {
  const value = process.env[name];
  assert.ok(value !== undefined, `${name} is not set`);
  return value;
}
