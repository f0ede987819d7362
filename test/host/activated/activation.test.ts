import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hostEnvironment } from '../../support/hostReport.ts';

describe('the VS Code around the tests', () => {
  it('is of the version that the runner meant to start', () => {
    const expected = process.env[hostEnvironment.expectedVersion];
    assert.ok(expected !== undefined, `${hostEnvironment.expectedVersion} is not set`);
    assert.ok(vscode.version.startsWith(`${expected}.`), `${vscode.version} is not a ${expected}`);
  });
});
