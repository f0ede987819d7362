// `npm run soak [-- processes | controls | persistence | recovery | faults]`: tests with real processes, kills and disk
// faults; without a name all parts but the faults. Prints every figure; ends with 1 if a promise was broken.
import { endWithMessageOnObstacle, Obstacle } from '../support/process/obstacle.ts';
import { soakFaults } from './soakFaults.ts';
import { soakPersistence } from './soakPersistence.ts';
import { soakRecovery } from './soakRecovery.ts';
import { soakControls, soakProcesses } from './soakProcesses.ts';

endWithMessageOnObstacle();
const parts: Readonly<Record<string, (seed: number) => Promise<readonly string[]>>> = {
  processes: soakProcesses,
  controls: soakControls,
  persistence: soakPersistence,
  recovery: soakRecovery,
  faults: soakFaults,
};
const [chosen] = process.argv.slice(2);
if (chosen !== undefined && !(chosen in parts))
  throw new Obstacle(
    `There is no part “${chosen}”. Choose ${Object.keys(parts).join(', ')}, or none for all.`,
  );
if (process.platform === 'win32')
  throw new Obstacle('The soak stops processes with signals that Windows lacks.');

const seed = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`SOAK_SEED=${seed} (what is done to whom; the moments are the system’s)`);
let violations = 0;
for (const [name, part] of Object.entries(parts)) {
  // Letting each call to the disk fail takes minutes, and `npm test` lets a part of them fail.
  if (chosen === undefined ? name === 'faults' : chosen !== name) continue;
  const startedMs = performance.now();
  console.log(`\n${name}`);
  const broken = await part(seed);
  for (const sentence of broken.slice(0, 20)) console.log(`  ✗ ${sentence}`);
  violations += broken.length;
  console.log(`  ${broken.length} violations, ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}
console.log(`\n${violations} violations in all`);
process.exitCode = violations === 0 ? 0 : 1;
