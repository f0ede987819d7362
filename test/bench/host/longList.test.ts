import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { views } from '../../../src/contributions.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { hostEnvironment, type HostReportLine } from '../../support/host/hostReport.ts';

// A measurement, not a test: the results are printed as lines for the bench, which runs outside VS Code, and never
// fail.
const lengths = [1000, 100_000] as const;
const rounds = 15;

describe('a long list inside the extension host', function () {
  this.timeout(110_000);
  afterEach(closeWorkshops);

  for (const length of lengths)
    it(`of ${length} sessions`, async () => {
      const workshop = await HostWorkshop.open();
      await workshop.run('pauseCleanup');
      // Work that was started before must not be measured.
      await vscode.commands.executeCommand('workbench.view.explorer');
      person.clipboard = Array.from({ length }, (_, index) => sessionNumber(index * 7919)).join('\n');
      await found(length, 'lagAddingMs', () => longestLagMs(() => workshop.run('addFromClipboard')));
      assert.equal(workshop.entryCount(), length);
      await vscode.commands.executeCommand(`${views.list}.focus`);
      const [tree, provider] = [...person.trees][0] ?? [];
      await eventually('the view is seen', () => tree?.visible);
      assert.ok(provider);

      await found(length, 'openingMs', () => medianMs(() => readAll(provider)));
      let changed = 0;
      await found(length, 'changeMs', () =>
        medianMs(async () => {
          // As another window would do it: the view itself has to find out what has changed.
          changed += 1;
          const id = sessionNumber((changed + 10) * 7919);
          workshop.inDatabase((database) => {
            const list = new CleanupList(database);
            const row = database.get('SELECT id FROM list_entries WHERE session_id = ?', id);
            const entry = list.byId(Number(row?.['id']));
            if (entry !== undefined) list.hold([entry], undefined, 1);
          });
          await readAll(provider);
        }),
      );
      person.agrees();
      await found(length, 'lagConfirmingMs', () => longestLagMs(() => workshop.run('startCleanup')));
    });
});

/** What VS Code asks for when it opens the view: the groups, the open pages, and the rows on them. */
async function readAll(provider: vscode.TreeDataProvider<unknown>): Promise<void> {
  const read = async (parent: unknown): Promise<void> => {
    for (const node of (await provider.getChildren(parent)) ?? []) {
      const item = await provider.getTreeItem(node);
      if (item.collapsibleState === vscode.TreeItemCollapsibleState.Expanded) await read(node);
    }
  };
  await read(undefined);
}

async function medianMs(work: () => Promise<void>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    await work();
    samples.push(performance.now() - startedMs);
  }
  return samples.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

/** The longest time for which nothing else could run during `work`, in ms. */
async function longestLagMs(work: () => Promise<void>): Promise<number> {
  const resolutionMs = 1;
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6 - resolutionMs;
}

async function found(length: number, name: string, measure: () => Promise<number>): Promise<void> {
  const line: HostReportLine = {
    kind: 'output',
    text: `FOUND ${JSON.stringify({ length, name, value: await measure() })}`,
  };
  // What is printed inside the extension host does not reach the bench, so it goes through the report file.
  appendFileSync(process.env[hostEnvironment.reportFile] ?? '', `${JSON.stringify(line)}\n`);
}
