// `npm run bench [-- deletion | list | find | activation | firstCommand | package]`: measures what the extension costs,
// and what it is compared with, in one run; all parts by default. A missed aim is printed but fails nothing, because it
// can come from other load on the machine.
import { availableParallelism, loadavg } from 'node:os';
import { builtPackage } from '../support/host/builtPackage.ts';
import { endWithMessageOnObstacle, Obstacle } from '../support/process/obstacle.ts';
import { measureActivation } from './activationBench.ts';
import { measureDeletion } from './deletionBench.ts';
import { measureFirstCommand } from './firstCommandBench.ts';
import { measureFind } from './findBench.ts';
import { findingTable, isMet, type Finding } from './finding.ts';
import { measureList } from './listBench.ts';
import { measurePackage } from './packageBench.ts';

endWithMessageOnObstacle();
const parts: Readonly<Record<string, () => Promise<readonly Finding[]>>> = {
  deletion: measureDeletion,
  list: measureList,
  find: measureFind,
  activation: async () => measureActivation(await builtPackage()),
  firstCommand: async () => measureFirstCommand(await builtPackage()),
  package: async () => measurePackage(await builtPackage()),
};

const [chosen] = process.argv.slice(2);
if (chosen !== undefined && !(chosen in parts))
  throw new Obstacle(
    `There is no bench “${chosen}”. Choose ${Object.keys(parts).join(', ')}, or none for all.`,
  );

const findings: Finding[] = [];
const loads = [load()];
for (const [name, measure] of Object.entries(parts)) {
  if (chosen !== undefined && chosen !== name) continue;
  const measured = await measure();
  findings.push(...measured);
  loads.push(load());
  console.log(`\n${findingTable(measured)}`);
}

const processors = availableParallelism();
// Ratios suffer less from other load on the machine than times do, but they do suffer.
console.log(`\nLoad of the machine, from part to part: ${loads.join(' → ')}, on ${processors} processors.`);
const results = findings.map((finding) => ({ ...finding, met: isMet(finding) }));
console.log(`BENCH ${JSON.stringify({ node: process.version, processors, loads, results })}`);

/** How many programs wanted to run, on average over the last minute. */
function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}
