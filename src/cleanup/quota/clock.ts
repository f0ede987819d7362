import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { performance } from 'node:perf_hooks';

/** One reading of all three clocks. None of them is right alone. */
export interface Moment {
  /** Epoch ms. For people to read; steps when the user or NTP sets it, so nothing is ever limited by it. */
  readonly wallAt: number;
  /** Ms since this process started. Never steps, but stands still while the machine sleeps. */
  readonly monotonicMs: number;
  /** Ms since the machine started, sleep included. Starts again at a reboot. */
  readonly uptimeMs: number;
  /** The name of this start of this machine, `name@host`; `@host` if the system has no name for its starts. */
  readonly boot: string;
}

/** The one way to ask what time it is. Handed in, so that a simulation can lie with it. */
export type Clock = () => Moment;

const boot = bootName();

// On Linux, the kernel makes a random name at each start. A container has the one of its host, so the host name is
// added.
function bootName(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}@${hostname()}`;
  } catch {
    return `@${hostname()}`;
  }
}

/** The machine's own clocks. */
export const systemClock: Clock = () => ({
  wallAt: Date.now(),
  monotonicMs: performance.now(),
  uptimeMs: uptime() * 1000,
  boot,
});

/**
 * By less than this many ms, an uptime may go back without a reboot. On macOS, Node's uptime is the wall clock less the
 * boot time, both in whole seconds: setting the clock can move it by one.
 */
export const uptimeJitterMs = 5000;

/** Wall clock and uptime may differ by so much within a boot on a system that does not name its boots. */
const differenceMs = 60_000;

/**
 * Whether both moments are of one boot of one machine: the names are the same, the uptime has not gone back, and, if
 * the system does not name its boots, wall clock and uptime have advanced alike.
 */
export function isSameBoot(then: Omit<Moment, 'monotonicMs'>, now: Omit<Moment, 'monotonicMs'>): boolean {
  const upMs = now.uptimeMs - then.uptimeMs;
  if (then.boot !== now.boot || upMs < -uptimeJitterMs) return false;
  return !now.boot.startsWith('@') || Math.abs(now.wallAt - then.wallAt - upMs) <= differenceMs;
}
