import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import mochaOptions from '../../.mocharc.json' with { type: 'json' };
import { hostEnvironment, type HostReportLine } from '../support/host/hostReport.ts';

/**
 * Runs every test beside this bundle inside VS Code's extension host: the contract of `extensionTestsPath`.
 * What mocha prints and how it ended goes to the report file that the runner named, if it did. Rejects when a
 * test failed and when there was none.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  try {
    const { passed, failed } = await runMocha();
    report({ kind: 'end', passed, failed });
    if (failed > 0 || passed === 0) throw new Error(`${passed} passed, ${failed} failed`);
  } catch (error) {
    // After `end` this line is not read any more; before it, it is the only one that says why.
    report({
      kind: 'broken',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    throw error;
  }
}

async function runMocha(): Promise<{ passed: number; failed: number }> {
  // By import(), since what require() makes of this ES module differs between the Nodes of VS Code's versions.
  const { default: Mocha } = await import('mocha');
  // The tally reporter writes for a process that mocha runs in alone; here the runner outside keeps the tally.
  const mocha = new Mocha({ ...(mochaOptions as Mocha.MochaOptions), reporter: Mocha.reporters.Spec });
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) =>
    report({ kind: 'output', text: format(...parts) });
  for (const name of readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.cjs'))
    .sort())
    mocha.addFile(path.join(__dirname, name));

  return new Promise((resolve) => {
    const runner = mocha.run((failed) => {
      resolve({ passed: runner.stats?.passes ?? 0, failed });
    });
  });
}

function report(line: HostReportLine): void {
  const file = process.env[hostEnvironment.reportFile];
  if (file !== undefined) appendFileSync(file, JSON.stringify(line) + '\n');
  else if (line.kind === 'output') console.log(line.text);
}
