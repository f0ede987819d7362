import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { DatabaseUnusable, type DatabaseProblem } from '../../../src/cleanup/database/databaseUnusable.ts';
import type { Fault, ScenarioVerdict } from './diskFault.ts';
import { faultyDisk } from './faultyDisk.ts';

/** Opens a list that was deleted: whatever fails meanwhile, it must not be mistaken for a first start. */
export function openWhereListIsGone(folder: string, fault: Fault): ScenarioVerdict {
  const list = path.join(folder, 'cleanup.sqlite');
  CleanupDatabase.open(list).close();
  rmSync(list);
  const problems: DatabaseProblem[] = [];
  const broken: string[] = [];
  faultyDisk.fail(fault.at, fault.error, fault.extent);
  try {
    CleanupDatabase.open(list).close();
    broken.push('The list was begun anew.');
  } catch (error) {
    if (error instanceof DatabaseUnusable) problems.push(error.problem);
    else broken.push(`Thrown: ${String(error)}`);
  }
  const disk = faultyDisk.report();
  faultyDisk.heal();
  if (existsSync(list)) broken.push('There is a new list.');
  return { fault, disk, broken, problems, requests: 0 };
}
