// `npm run bench:scan [-- NAME…]`: measures how fast files are scanned for session ids, compared with ripgrep and a
// plain loop in the same run, and checks that the scanner and a regular expression find the same in each file of
// node_modules. SCAN_SEED makes the same files again, SCAN_MB sets their size. A missed aim is printed but fails
// nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { guessEncoding } from '../../src/sessions/scan/encoding.ts';
import { endWithMessageOnObstacle, Obstacle } from '../support/process/obstacle.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { placesByExpression, placesByReading } from '../support/sessions/scanReference.ts';
import { temporaryFolder } from '../support/disk/temporaryFolder.ts';
import { findingTable, type Finding } from './finding.ts';
import { commonFiles, hardFiles, writeScanFile, type ScanFileKind } from './scanFiles.ts';
import type { ScanCost } from './scanProcess.ts';

endWithMessageOnObstacle();
const expression = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const seed = Number(process.env['SCAN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const megabytes = Number(process.env['SCAN_MB'] ?? 500);
const runs = 3;
const chosen = process.argv.slice(2);

if (spawnSync('rg', ['--version']).status !== 0)
  throw new Obstacle('ripgrep is not there to compare with: install it, as by “apt-get install ripgrep”.');
console.log(`Files of ${megabytes} MB from SCAN_SEED=${seed}; best of ${runs} runs each, in turn.`);

const folder = await temporaryFolder('scan');
const aims: Readonly<Record<string, number>> = { log: 3, json: 2 };
const findings: Finding[] = [];
for (const kind of [...commonFiles, ...hardFiles]) {
  if (chosen.length > 0 && !chosen.includes(kind.name)) continue;
  const file = writeScanFile(folder, kind, seed, megabytes * 1e6);
  findings.push(...(hardFiles.includes(kind) ? floor(kind, file) : comparison(kind, file)));
  rmSync(file);
}
if (findings.length > 0) console.log(`\n${findingTable(findings)}`);
console.log(`BENCH ${JSON.stringify({ seed, node: process.version, results: findings })}`);
if (chosen.length === 0 || chosen.includes('node_modules')) compareInModules();

function comparison(kind: ScanFileKind, file: string): Finding[] {
  const costs: ScanCost[] = [];
  const ripgrep: number[] = [];
  let lines = 0;
  for (let run = 0; run < runs; run += 1) {
    costs.push(scanned(file));
    const beganAt = performance.now();
    const output = execFileSync('rg', ['--no-config', '-o', '--text', expression, file], {
      maxBuffer: 2 ** 30,
    });
    ripgrep.push(performance.now() - beganAt);
    lines = output.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  }
  const ours = Math.min(...costs.flatMap(({ ms }) => ms));
  const theirs = Math.min(...ripgrep);
  const loop = plainLoopMs(file);
  const places = costs[0]?.places ?? 0;
  if (places !== lines) throw new Error(`${places} places in ${kind.name}, where ripgrep finds ${lines}.`);
  const aim = aims[kind.name];
  return [
    {
      name: `scan.${kind.name}.ripgrep`,
      what: `${kind.what}: time, of ripgrep's`,
      value: ours / theirs,
      unit: 'times',
      ...(aim !== undefined && { aim: { sign: '≤', bound: Number((1 / aim).toFixed(3)) } }),
      detail: `${(theirs / ours).toFixed(2)} times as fast: ${speed(costs, ours)}, ripgrep ${speed(costs, theirs)}; ${places} places, ${costs[0]?.ids ?? 0} ids kept`,
    },
    {
      name: `scan.${kind.name}.loop`,
      what: `${kind.what}: time, of a plain loop's`,
      value: ours / loop,
      unit: 'times',
      detail: `${(loop / ours).toFixed(1)} times as fast: the loop ${speed(costs, loop)}`,
    },
    ...burden(kind, costs),
  ];
}

function floor(kind: ScanFileKind, file: string): Finding[] {
  // Right after the file was written, the machine is still busy flushing it to the disk.
  const costs = Array.from({ length: runs }, () => scanned(file));
  const ours = Math.min(...costs.flatMap(({ ms }) => ms));
  const allowed = ((costs[0]?.bytes ?? 0) / 200e6) * 1000;
  return [
    {
      name: `scan.${kind.name}.floor`,
      what: `${kind.what}: time, of that at 200 MB/s`,
      value: ours / allowed,
      unit: 'times',
      aim: { sign: '≤', bound: 1 },
      detail: `${speed(costs, ours)}; ${costs[0]?.places ?? 0} places`,
    },
    ...burden(kind, costs),
  ];
}

/** How much a scan slows down everything else in the process. */
function burden(kind: ScanFileKind, costs: readonly ScanCost[]): Finding[] {
  const growth = Math.max(...costs.map((cost) => cost.growth));
  return [
    {
      name: `scan.${kind.name}.lag`,
      what: `${kind.what}: longest lag`,
      value: Math.min(...costs.map(({ lagMs }) => lagMs)),
      unit: 'ms',
      aim: { sign: '≤', bound: 50 },
      detail: `of ${costs.map(({ lagMs }) => lagMs.toFixed(0)).join(', ')} ms in ${costs.length} processes`,
    },
    {
      name: `scan.${kind.name}.memory`,
      what: `${kind.what}: growth beyond the findings`,
      value: growth / 1024,
      unit: 'kB',
      aim: { sign: '≤', bound: 64 * 1024 },
      detail: `${(growth / 2 ** 20).toFixed(1)} MB`,
    },
  ];
}

function scanned(file: string): ScanCost {
  const script = path.join(import.meta.dirname, 'scanProcess.ts');
  const output = execFileSync(process.execPath, ['--expose-gc', script, file, String(runs)], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as ScanCost;
}

/** The obvious loop: pieces of the file as text, and a regular expression for each. */
function plainLoopMs(file: string): number {
  const piece = Buffer.alloc(2 ** 24);
  const pattern = new RegExp(expression, 'g');
  const beganAt = performance.now();
  const descriptor = openSync(file, 'r');
  let places = 0;
  for (let held = 0; ;) {
    const count = readSync(descriptor, piece, held, piece.length - held, null);
    if (count === 0) break;
    const text = piece.toString('latin1', 0, held + count);
    for (pattern.lastIndex = 0; pattern.exec(text) !== null;) places += 1;
    held = Math.min(35, held + count);
    piece.copyWithin(0, text.length - held, text.length);
  }
  closeSync(descriptor);
  return places < 0 ? 0 : performance.now() - beganAt;
}

function speed(costs: readonly ScanCost[], ms: number): string {
  return `${((costs[0]?.bytes ?? 0) / ms / 1000).toFixed(0)} MB/s`;
}

function compareInModules(): void {
  let [files, bytes, places] = [0, 0, 0];
  const different: string[] = [];
  for (const entry of readdirSync(path.join(projectRoot, 'node_modules'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    const { encoding, markLength } = guessEncoding(content);
    const wanted = placesByExpression(content, encoding, markLength);
    if (!isDeepStrictEqual(placesByReading(content, {}), wanted)) different.push(file);
    files += 1;
    bytes += content.length;
    places += wanted.length;
  }
  console.log(
    `\nnode_modules: ${files} files, ${(bytes / 1e6).toFixed(0)} MB, ${places} ids; ${different.length} files differ from the expression.`,
  );
  if (different.length > 0) throw new Error(`They differ in ${different.slice(0, 5).join(', ')}.`);
}
