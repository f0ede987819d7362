import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { EditorFolder } from '../../support/window/editorAtWindow.ts';
import { eventually } from '../../support/process/eventually.ts';
import { hostEnvironment, type HostReportLine } from '../../support/host/hostReport.ts';
import { ListAtWindow } from '../../support/window/listAtWindow.ts';

// A measurement, not a test: the results are printed as lines for the bench, which runs outside VS Code, and never
// fail.
const lengths = [1000, 100_000] as const;
const rounds = 25;
// Longer than any delay between typing and the code that reacts to it.
const settleMs = 400;
const apiKey = 'a11ce000-0000-4000-8000-00000000beef';

describe('typing in a document inside the extension host', function () {
  this.timeout(110_000);
  let folder: EditorFolder;
  beforeEach(() => (folder = new EditorFolder()));
  afterEach(async () => {
    await closeWorkshops();
    await folder.close();
  });

  for (const length of lengths)
    it(`of ${length} lines`, async () => {
      const workshop = await HostWorkshop.open({ sandbox: { apiKey } });
      new ListAtWindow(workshop).putNumbers(20, { state: 'deleted' });
      person.forget();
      const lines = Array.from({ length }, (_, index) => `"sessionId": "${sessionNumber(index)}",`);
      const editor = await folder.show([...lines, apiKey].join('\n'), `${length}.txt`);
      await eventually(
        'the key is found',
        () => vscode.languages.getDiagnostics(editor.document.uri).length > 0,
      );
      await pause(settleMs);
      const withIt = await medianMs(editor);
      await workshop.deactivate();
      // VS Code's own work grows with the document.
      found(length, withIt - (await medianMs(editor)));
    });
});

/** Processor time in this process (ms) for one keystroke and everything that follows from it. */
async function medianMs(editor: vscode.TextEditor): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    await editor.edit((edit) => edit.insert(new vscode.Position(5, 0), 'x'));
    await pause(settleMs);
    const { user, system } = process.cpuUsage(before);
    samples.push((user + system) / 1000);
  }
  return samples.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function found(length: number, value: number): void {
  const line: HostReportLine = {
    kind: 'output',
    text: `FOUND ${JSON.stringify({ length, name: 'keystrokeMs', value })}`,
  };
  appendFileSync(process.env[hostEnvironment.reportFile] ?? '', `${JSON.stringify(line)}\n`);
}
