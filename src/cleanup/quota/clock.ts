import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { performance } from 'node:perf_hooks';

/** One reading of all three clocks. None of them is reliable alone. */
export interface Moment {
  /** Epoch ms, for people to read. It jumps when the user or NTP sets it, so no limit depends on it. */
  readonly wallAt: number;
  /** Ms since this process started. It never jumps, but stops while the machine sleeps. */
  readonly monotonicMs: number;
  /** Ms since the machine started, sleep included. It starts again at a reboot. */
  readonly uptimeMs: number;
  /** The name of this boot of this machine, `name@host`; `@host` if the system does not name its boots. */
  readonly boot: string;
}

/** The only source of time. It is handed in, so that a simulation can use wrong clocks. */
export type Clock = () => Moment;

const boot = bootName();

// On Linux, the kernel makes a random id at each boot. A container has the id of its host, so the host name is added.
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
 * By up to this many ms, the uptime may go back without a reboot. On macOS, Node computes it from the wall clock and
 * the boot time, both in whole seconds, so setting the clock can move it by one second.
 */
export const uptimeJitterMs = 5000;

/** On a system that does not name its boots, wall clock and uptime may differ by this much within a boot. */
const differenceMs = 60_000;

/**
 * Whether both moments are in the same boot of the same machine: the names are equal, the uptime has not gone back,
 * and, if the system does not name its boots, wall clock and uptime have advanced by about the same span.
 */
export function isSameBoot(then: Omit<Moment, 'monotonicMs'>, now: Omit<Moment, 'monotonicMs'>): boolean {
  const upMs = now.uptimeMs - then.uptimeMs;
  if (then.boot !== now.boot || upMs < -uptimeJitterMs) return false;
  return !now.boot.startsWith('@') || Math.abs(now.wallAt - then.wallAt - upMs) <= differenceMs;
}
