import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import mochaOptions from '../../.mocharc.json' with { type: 'json' };
import { setLookUpFirst } from '../support/window/lookUpFirst.ts';
import { hostEnvironment, type HostReportLine } from '../support/host/hostReport.ts';

/**
 * Runs all tests next to this bundle in VS Code's extension host, by the contract of `extensionTestsPath`. Mocha's
 * output and result go to the report file that the runner named, if any. Rejects if a test failed or there was none.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  try {
    const { passed, failed } = await runMocha();
    report({ kind: 'end', passed, failed });
    if (failed > 0 || passed === 0) throw new Error(`${passed} passed, ${failed} failed`);
  } catch (error) {
    // Before `end`, this line is the only one with the reason; after it, it is not read any more.
    report({
      kind: 'broken',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    throw error;
  }
}

async function runMocha(): Promise<{ passed: number; failed: number }> {
  // With import(), because require() of this ES module gives different results in the Node versions of VS Code.
  const { default: Mocha } = await import('mocha');
  // The tally reporter is for a process that only runs mocha; here the runner outside writes the tally.
  const mocha = new Mocha({ ...(mochaOptions as Mocha.MochaOptions), reporter: Mocha.reporters.Spec });
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) =>
    report({ kind: 'output', text: format(...parts) });
  for (const name of readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.cjs'))
    .sort())
    mocha.addFile(path.join(__dirname, name));

  // Most tests use made-up ids and count requests; test/host/confirming/lookFirst.test.ts turns it on again.
  await setLookUpFirst(false);
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
