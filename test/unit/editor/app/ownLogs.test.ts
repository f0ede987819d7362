import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { emptyOwnLogs } from '../../../../src/editor/app/ownLogs.ts';
import { freshFolder } from '../../../support/cleanup/cleanupWorkshop.ts';

describe('emptyOwnLogs', () => {
  const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
  const own = 'session-cleanup.veriff-session-cleanup';
  let folder: ReturnType<typeof freshFolder>;
  let logs: string;

  beforeEach(() => {
    folder = freshFolder();
    logs = folder.path('logs');
  });
  afterEach(() => folder.remove());

  function log(...parts: string[]): string {
    const file = path.join(logs, ...parts);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `deleted ${id}`);
    return file;
  }
  const textOf = (file: string): string => readFileSync(file, 'utf8');

  for (const [where, host] of [
    ['a remote host', ['exthost1']],
    ['a desktop window', ['window1', 'exthost']],
  ] as const) {
    it(`empties this run’s and earlier runs’ files of ${where}, and no others`, () => {
      const now = log('20260424T061225', ...host, own, 'Veriff Cleanup.log');
      const earlier = log('20260423T101010', ...host, own, 'Veriff Cleanup.log');
      const others = [
        log('20260424T061225', ...host, 'vscode.git', 'Git.log'),
        log('20260424T061225', 'remoteagent.log'),
        log('somewhere', ...host, own, 'Veriff Cleanup.log'),
      ];
      emptyOwnLogs(path.dirname(now));
      assert.deepEqual([textOf(now), textOf(earlier)], ['', '']);
      for (const file of others) assert.match(textOf(file), /deleted/, file);
    });
  }

  it('empties another window’s files of the same run', () => {
    const first = log('20260424T061225', 'window1', 'exthost', own, 'Veriff Cleanup.log');
    const second = log('20260424T061225', 'window2', 'exthost', own, 'Veriff Cleanup.log');
    emptyOwnLogs(path.dirname(first));
    assert.equal(textOf(second), '');
  });

  it('empties only its own folder if VS Code names its folders differently', () => {
    const file = log('today', 'exthost1', own, 'Veriff Cleanup.log');
    const beside = log('yesterday', 'exthost1', own, 'Veriff Cleanup.log');
    emptyOwnLogs(path.dirname(file));
    assert.equal(textOf(file), '');
    assert.match(textOf(beside), /deleted/);
  });

  it('does nothing if no log was ever written', () => {
    assert.doesNotThrow(() => emptyOwnLogs(path.join(logs, '20260424T061225', 'exthost1', own)));
  });
});
