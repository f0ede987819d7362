import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from '../quota/clock.ts';

/** Tells whether the process that reserved a slot still runs: a frozen one does, and may yet send. */
export type IsOwnerAlive = (owner: string) => boolean;

const thisBoot = systemClock().boot;

/** One window's extension host as the database names it: `pid:start:nonce:boot`. */
export const thisProcess: string = [process.pid, startOf(process.pid) ?? '', randomUUID(), thisBoot].join(
  ':',
);

/**
 * Whether the process with an owner's name still runs. A process id is used again after a while, so its start
 * is compared if the system tells it (Linux). If it does not, a stranger with the same id counts as
 * alive: that waits too long, which is the safe way to be wrong.
 */
export function isOwnerAlive(owner: string): boolean {
  if (owner === thisProcess) return true;
  const [pidText = '', start = '', , ...boot] = owner.split(':');
  // No process outlives its machine, and the file may have come from another one.
  if (boot.join(':') !== thisBoot) return false;
  const pid = Number(pidText);
  // Our own id with another nonce: whoever had it has ended.
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

// Field 22 of /proc/<pid>/stat, clock ticks since boot (proc(5)); the name in field 2 may hold spaces and brackets.
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended already; it only waits to be noticed.
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
