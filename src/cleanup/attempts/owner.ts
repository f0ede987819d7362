import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from '../quota/clock.ts';

/** Whether the process that reserved a slot still runs. A suspended process counts as running: it may still send. */
export type IsOwnerAlive = (owner: string) => boolean;

const thisBoot = systemClock().boot;

/** The name of this window's extension host in the database: `pid:start:nonce:boot`. */
export const thisProcess: string = [process.pid, startOf(process.pid) ?? '', randomUUID(), thisBoot].join(
  ':',
);

/**
 * Whether the process with this owner name still runs. Process ids are reused, so the start is compared if the system
 * reports it (Linux). If it does not, another process with the same id counts as the owner: then a window may wait too
 * long, but it never sends too early.
 */
export function isOwnerAlive(owner: string): boolean {
  if (owner === thisProcess) return true;
  const [pidText = '', start = '', , ...boot] = owner.split(':');
  // No process survives a reboot, and the file may come from another machine.
  if (boot.join(':') !== thisBoot) return false;
  const pid = Number(pidText);
  // This process's id with another nonce: the process that had it has ended.
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  if (!processExists(pid)) return false;
  return start === '' || (startOf(pid) ?? start) === start;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// Field 22 of /proc/<pid>/stat is the start in clock ticks since boot (proc(5)). Field 2, the name, may contain spaces
// and brackets.
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has already ended; its parent has just not collected its exit status yet.
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
