// A process with a disk that fails on demand, started by `ScenarioProcess`: it runs one scenario for each fault that it
// receives, and answers with the verdict.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Fault, ScenarioVerdict } from './diskFault.ts';
import { faultyDisk } from './faultyDisk.ts';
import { FaultyDiskScenario } from './faultyDiskScenario.ts';
import { openWhereListIsGone } from './goneListScenario.ts';

const folder = process.env['FAULTY_DISK_FOLDER'] ?? '';

process.send?.('ready');
process.on('message', (fault: Fault) => void answer(fault));

async function answer(fault: Fault): Promise<void> {
  const place = path.join(folder, `${fault.scenario}-${fault.error}-${fault.extent}-${fault.at}`);
  mkdirSync(place);
  const verdict = await run(place, fault);
  faultyDisk.heal();
  rmSync(place, { recursive: true });
  process.send?.(verdict);
}

function run(place: string, fault: Fault): ScenarioVerdict | Promise<ScenarioVerdict> {
  switch (fault.scenario) {
    case 'life':
      return new FaultyDiskScenario(place, fault).run();
    case 'illDisk':
      return new FaultyDiskScenario(place, fault).runOnIllDisk();
    case 'listGone':
      return openWhereListIsGone(place, fault);
  }
}
