// `npm test`: runs all checks one after the other, and stops at the first that fails. The last line on stdout is always
// `N passed, N failed`, the sum of all test suites; the exit code is 0 only if nothing failed.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Step {
  readonly script: string;
  readonly heading: string;
  /** A suite reports its tests in TALLY_FILE; a suite that ran no test has failed. */
  readonly kind: 'check' | 'suite';
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const steps: readonly Step[] = [
  { script: 'typecheck', heading: 'Types', kind: 'check' },
  { script: 'lint', heading: 'Lint', kind: 'check' },
  { script: 'format', heading: 'Format', kind: 'check' },
  { script: 'test:unit', heading: 'Unit tests', kind: 'suite' },
  { script: 'test:simulation', heading: 'Simulation', kind: 'suite' },
  { script: 'test:host', heading: 'Tests inside VS Code', kind: 'suite' },
  { script: 'test:ui', heading: 'Tests through the page', kind: 'suite' },
];

/** How long an interrupted step may take to end its servers and browsers before it is killed. */
const graceMs = 10_000;
const root = path.join(import.meta.dirname, '..', '..');
const folder = await mkdtemp(path.join(tmpdir(), 'veriff-session-cleanup-tally-'));
const interruption = new AbortController();
const isInterrupted = (): boolean => interruption.signal.aborted;
let killStep: ((signal: NodeJS.Signals) => void) | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // After the second Ctrl-C, the step is killed at once.
    killStep?.(isInterrupted() ? 'SIGKILL' : signal);
    interruption.abort();
  });
}

let passed = 0;
let failed = 0;
for (const step of steps) {
  const problem = await run(step).catch((error: unknown) => String(error));
  if (problem === undefined) continue;
  console.log(`\n${step.heading}: ${problem}. Nothing after it was run.`);
  // A step can fail without a failed test, by a type error or a crash: the sum has to show that too.
  if (failed === 0) failed = 1;
  break;
}
await rm(folder, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

/** Runs one step and adds its tests to the sum. Returns what is wrong with it, or undefined if nothing is. */
async function run({ script, heading, kind }: Step): Promise<string | undefined> {
  console.log(`\n━━ ${heading} (npm run ${script})`);
  const tallyFile = path.join(folder, `${script.replace(':', '-')}.jsonl`);
  const startedAt = performance.now();
  const problem = await spawnScript(script, tallyFile);
  console.log(`━━ ${heading}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if (kind === 'check') return problem;

  const tally = await readTally(tallyFile);
  passed += tally.passed;
  failed += tally.failed;
  if (problem !== undefined) return problem;
  if (tally.failed > 0) return `${tally.failed} failed`;
  return tally.passed === 0 ? 'ran no test' : undefined;
}

/**
 * Runs an npm script in a process group of its own, and kills what is left of the group after it, so that nothing of a
 * step keeps running.
 */
async function spawnScript(script: string, tallyFile: string): Promise<string | undefined> {
  if (isInterrupted()) return 'interrupted';
  const npm = process.env['npm_execpath'];
  const [command, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const child = spawn(command, [...first, 'run', '--silent', script], {
    cwd: root,
    env: { ...process.env, TALLY_FILE: tallyFile },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const killGroup = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, signal);
    } catch {
      return false; // The group is gone.
    }
  };
  killStep = killGroup;
  const end = new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? code ?? '?'}`),
    );
  });
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interruption.signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });

  const problem = await Promise.race([end, interrupted]);
  if (isInterrupted()) await groupEnd(killGroup);
  killGroup('SIGKILL');
  await end;
  killStep = undefined;
  return isInterrupted() ? 'interrupted' : problem;
}

/** Waits until no process of the group is left, for `graceMs` at most. */
async function groupEnd(killGroup: (signal: 0) => boolean): Promise<void> {
  const until = performance.now() + graceMs;
  while (killGroup(0) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Adds up the lines that the suite's processes wrote. Without a file, no test ran. Throws if a line is no tally. */
async function readTally(file: string): Promise<Tally> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const sum = { passed: 0, failed: 0 };
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const tally = JSON.parse(line) as Partial<Tally>;
    if (!Number.isInteger(tally.passed) || !Number.isInteger(tally.failed))
      throw new Error(`${line} is no tally`);
    sum.passed += tally.passed ?? 0;
    sum.failed += tally.failed ?? 0;
  }
  return sum;
}
