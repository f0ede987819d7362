// `npm run mutants`: removes one condition of the gate at a time and expects that a unit test fails and that a world of
// the simulation breaks. Prints a table: condition, failed test, broken world. Ends with 1 if a mutant survives. `npm
// run mutants -- TEXT` tries only those whose condition contains the text.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { mutated, mutantVariable, type Replacement } from '../support/simulation/mutantHook.ts';
import type { MutantWorlds } from '../support/simulation/mutantWorlds.ts';
import { worldsByCondition } from './mutantGuards.ts';

/** One condition, and the replacements that remove it. */
interface Mutant {
  readonly condition: string;
  readonly replacements: readonly Replacement[];
}

const root = path.join(import.meta.dirname, '..', '..');
const hook = './test/support/simulation/mutantHook.ts';
const attempts = 'src/cleanup/attempts';

function mutant(condition: string, file: string, from: string, to: string): Mutant {
  return { condition, replacements: [{ file, from, to }] };
}
const inGate = (condition: string, from: string, to: string): Mutant =>
  mutant(condition, `${attempts}/gate.ts`, from, to);
const inBook = (condition: string, from: string, to: string): Mutant =>
  mutant(condition, `${attempts}/attemptBook.ts`, from, to);
const inMark = (condition: string, from: string, to: string): Mutant =>
  mutant(condition, 'src/cleanup/list/listMark.ts', from, to);
const inDeletion = (condition: string, from: string, to: string): Mutant =>
  mutant(condition, `${attempts}/deletion.ts`, from, to);

// A replacement keeps the parameter of the condition that it removes, so that it can still be bound.
const mutants: readonly Mutant[] = [
  inGate('the integration has not ended', 'WHERE ended_at IS NULL\n       AND id', 'WHERE id'),
  inGate('the credentials have its id', 'AND id = ?', 'AND ? IS NOT NULL'),
  inGate('the credentials are for its host', 'AND base_url = ?\n', 'AND ? IS NOT NULL\n'),
  inGate('the credentials are TEST or LIVE as it is', 'AND kind = ?\n', 'AND ? IS NOT NULL\n'),
  inGate('the credentials have its API key', 'AND key_hash = ?', 'AND ? IS NOT NULL'),
  inGate('the consent is the entry’s', 'consents.id = entry.consent', '1'),
  inGate('the consent is alive', 'AND consents.ended_at IS NULL', ''),
  inGate('the consent names this session', 'AND consents.session_id = entry.session_id', ''),
  inGate('the agreement is the consent’s', 'agreements.id = consents.agreement', '1'),
  inGate('the agreement names this integration', 'AND agreements.integration = entry.integration', ''),
  inGate('the agreement names this host', 'agreements.base_url = ?4', '?4 IS NOT NULL'),
  inGate('the agreement names TEST or LIVE as it is', 'agreements.kind = ?5', '?5 IS NOT NULL'),
  inGate('it is the entry with the number that was pointed at', 'entry.id = ?1', '?1 IS NOT NULL'),
  inGate('it is an entry of the list that was pointed at', 'entry.list = ?2', '?2 IS NOT NULL'),
  inGate('it is the session that was pointed at', 'entry.session_id = ?3', '?3 IS NOT NULL'),
  inGate('the entry is of the credentials’ integration', 'entry.integration = ?6', '?6 IS NOT NULL'),
  inGate('the entry is not on hold', 'AND entry.held_at IS NULL', ''),
  inGate('the entry is confirmed', "AND entry.state = 'confirmed'", ''),
  inGate(
    'a session id stands in the entry',
    "parseSessionId(String(row?.['session_id']))",
    "row?.['session_id']",
  ),
  inBook(
    'the credentials were read just now',
    'readAt !== undefined && !this.#isFresh(readAt)',
    'readAt === null',
  ),
  inBook(
    'the list is not paused (by name)',
    "if (this.#switches.isPaused()) return { kind: 'paused' };\n      return",
    'return',
  ),
  inBook(
    'the list is not paused (what goes next)',
    "if (this.#switches.isPaused()) return { kind: 'paused' };\n      if",
    'if',
  ),
  inBook(
    'no answer has stopped the integration',
    "if (this.#switches.stopOf(id) !== undefined) return { kind: 'stopped' };",
    '',
  ),
  inBook('no request is out', "if (quota.inFlight) return { kind: 'busy', quota };", ''),
  inBook('a slot is free', "if (quota.freeInMs > 0) return { kind: 'noSlot', quota };", ''),
  inBook(
    'the kept mark is that of the file',
    "if (verdict !== 'same') return { kind: verdict } as const;",
    '',
  ),
  inBook(
    'the windows that ended were seen',
    'this.#deadWindows.settle(nowMs, at);\n      return take',
    'return take',
  ),
  inBook(
    'what could not be written is written first',
    "'noneKept' } {\n    this.recordWhatFailed();",
    "'noneKept' } {",
  ),
  inBook('the reservation is in the file itself', 'return this.#database.checkpoint() && ', 'return '),
  inBook('the file is still in its place', 'checkpoint() && this.#database.isInPlace()', 'checkpoint()'),
  inBook('the reservation is fresh', ' && heldMs <= reservationLifeMs', ''),
  inBook('the machine was not started anew since', 'now.uptimeMs >= from.uptimeMs && ', ''),
  inMark('the file knows the mark', "if (knowsMark(database, kept)) return 'same';", "return 'same';"),
  inMark('the file has been at the generation of the mark', 'marks.generation = ? AND', '? IS NOT NULL AND'),
  inMark('the generation has the name in the mark', 'AND marks.name = ?', 'AND ? IS NOT NULL'),
  inMark(
    'a mark is kept',
    "return endAllConsents(database, 'markMissing', at) > 0 ? 'noneKept' : 'same';",
    "return 'same';",
  ),
  inMark('an older copy loses its consents', "endAllConsents(database, 'rolledBack', at);", ''),
  inMark('an older copy has no free slot', 'unknown_past_ms = ?, ', 'unknown_past_ms = nullif(0, 0 * ?), '),
  inDeletion(
    'Cancel while the credentials are read',
    "if (signal.aborted) return { kind: 'cancelled' };",
    '',
  ),
  inDeletion(
    'the reservation is checked before the request',
    'if (book.mayLeave(result.reservation)) return',
    'return',
  ),
  inDeletion(
    'the credentials are read before each reservation',
    'for (let attempt = 0; attempt < mostReservations; attempt += 1) {\n    const means = await readMeans();',
    'const means = await readMeans();\n  for (let attempt = 0; attempt < mostReservations; attempt += 1) {',
  ),
];

/** The result of a run with a mutant: what failed, why nothing can fail, or why nothing did. */
type Finding = { readonly failed: string } | { readonly none: string } | { readonly survived: string };

/** One column of the table; without any replacement, everything in it must pass. */
interface Column {
  readonly title: string;
  readonly run: (mutant: Mutant) => Promise<Finding>;
}

const columns: readonly Column[] = [
  { title: 'unit test that failed', run: unitTests },
  { title: 'world that broke', run: worlds },
];
const nothing: Mutant = { condition: '', replacements: [] };
const mostWorlds = 200;

interface Report {
  readonly stats: { readonly passes: number };
  readonly failures: readonly { readonly fullTitle: string }[];
}

/** Runs the unit tests of the attempts in a process of their own, up to the first failure. */
async function unitTests({ replacements }: Mutant): Promise<Finding> {
  const folder = 'test/unit/cleanup/attempts';
  const names = readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.test.ts'));
  // First the file in which most mutants fail, last the one that takes longest.
  const files = ['gate.test.ts', ...names, 'beginAnew.test.ts'].filter(
    (name, index, all) =>
      (index === 0 || name !== all[0]) && (index === all.length - 1 || name !== all.at(-1)),
  );
  const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
  const tests = files.map((name) => `${folder}/${name}`);
  // Loaded by mocha: Node's own `--import` would install the hooks before mocha's modules, which then fail to link.
  const output = await ran(replacements, [
    mocha,
    '--require',
    hook,
    '--bail',
    '--reporter',
    'json',
    ...tests,
  ]);
  // Random tests print their seeds before it.
  const start = output.indexOf('{\n  "stats"');
  if (start === -1) return { survived: `no report: ${output.slice(-500)}` };
  const { stats, failures } = JSON.parse(output.slice(start)) as Report;
  const [first] = failures;
  return first === undefined ? { survived: `${stats.passes} tests passed` } : { failed: first.fullTitle };
}

/** Runs worlds of the simulation in a process of their own, up to the first that breaks. */
async function worlds({ condition, replacements }: Mutant): Promise<Finding> {
  const guard = worldsByCondition[condition] ?? { from: 1 };
  if ('none' in guard) return { none: guard.none };
  const known = 'from' in guard ? { together: [], named: '' } : guard;
  const first = 'from' in guard ? guard.from : 1;
  const most = replacements.length === 0 ? 10 : mostWorlds;
  const script = ['--import', hook, './test/support/simulation/mutantWorlds.ts', String(first), String(most)];
  const output = await ran([...replacements, ...known.together], script);
  const line = output.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) return { survived: `no report: ${output.slice(-500)}` };
  const { seed, kind, sentence } = JSON.parse(line) as MutantWorlds;
  if (seed === undefined || sentence === undefined) return { survived: `${most} worlds of each kind passed` };
  const together = known.named === '' ? '' : ` (together with ${known.named})`;
  return { failed: `${seed}${kind ? `, ${kind}` : ''}: ${sentence}${together}` };
}

/** The output of a Node process with these replacements. */
async function ran(replacements: readonly Replacement[], script: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['--no-warnings', ...script], {
    cwd: root,
    env: { ...process.env, [mutantVariable]: JSON.stringify(replacements) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return output;
}

/** Throws if a text to replace is not there exactly once, so that the table stays in step with the code. */
function checkTexts(): void {
  const guards = Object.values(worldsByCondition).flatMap((worldsOf) =>
    'together' in worldsOf ? [worldsOf] : [],
  );
  for (const replacements of [
    ...mutants.map((each) => each.replacements),
    ...guards.map(({ together }) => together),
  ])
    for (const replacement of replacements)
      mutated(readFileSync(path.join(root, replacement.file), 'utf8'), replacement);
}

/**
 * Tries the mutants in all columns, a few at a time, and prints a row for each, in their order. Returns how many
 * survived.
 */
async function tried(chosen: readonly Mutant[]): Promise<number> {
  let survivors = 0;
  const rows = new Map<Mutant, string>();
  const waiting = [...chosen];
  let printed = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const cells: string[] = [];
      for (const { run } of columns) {
        const finding = await run(next);
        if ('survived' in finding) survivors += 1;
        cells.push(cellOf(finding));
      }
      rows.set(next, [next.condition, ...cells].join(' | '));
      for (let row = rowAt(printed); row !== undefined; row = rowAt(printed)) {
        console.log(`| ${row} |`);
        printed += 1;
      }
    }
  };
  const rowAt = (index: number): string | undefined => {
    const at = chosen[index];
    return at && rows.get(at);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return survivors;
}

function cellOf(finding: Finding): string {
  if ('failed' in finding) return finding.failed;
  return 'none' in finding ? `none: ${finding.none}` : `SURVIVED: ${finding.survived}`;
}

checkTexts();
for (const { title, run } of columns) {
  const control = await run(nothing);
  if ('failed' in control) throw new Error(`Without any mutant, this fails (${title}): ${control.failed}`);
  if ('survived' in control && !control.survived.endsWith('passed')) throw new Error(control.survived);
}
const wanted = process.argv[2] ?? '';
const chosen = mutants.filter(({ condition }) => condition.includes(wanted));
console.log(`| ${['condition taken away', ...columns.map(({ title }) => title)].join(' | ')} |`);
console.log(`|${' --- |'.repeat(columns.length + 1)}`);
const survivors = await tried(chosen);
console.log(`${chosen.length} mutants, ${survivors} survived`);
process.exitCode = survivors === 0 && chosen.length > 0 ? 0 : 1;
