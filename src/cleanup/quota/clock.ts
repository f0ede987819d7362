import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';

/** One reading of all three clocks. None of them is right alone: each lies in its own way. */
export interface Moment {
  /** Epoch ms. For people to read; steps when the user or NTP sets it, so nothing is ever limited by it. */
  readonly wallAt: number;
  /** Ms since this process started. Never steps, but stands still while the machine sleeps. */
  readonly monotonicMs: number;
  /** Ms since the machine started, sleep included. Starts again at a reboot. */
  readonly uptimeMs: number;
}

/** The one way to ask what time it is. Handed in, so that a simulation can lie with it. */
export type Clock = () => Moment;

/** The machine's own clocks. */
export const systemClock: Clock = () => ({
  wallAt: Date.now(),
  monotonicMs: performance.now(),
  uptimeMs: uptime() * 1000,
});

/**
 * Ms that have passed at least since the uptime stood at `thenUptimeMs`. After a reboot all that is known is
 * that the machine has run since: a bound that is too low waits too long, which is the safe way to be wrong.
 */
export function elapsedAtLeastMs(thenUptimeMs: number, nowUptimeMs: number): number {
  return hasRebooted(thenUptimeMs, nowUptimeMs) ? nowUptimeMs : Math.max(0, nowUptimeMs - thenUptimeMs);
}

/**
 * By less than this many ms, an uptime may go back without a reboot. On macOS, Node's uptime is the wall clock less the
 * boot time, both in whole seconds: setting the clock can move it by one, which must not count as the whole uptime.
 */
export const uptimeJitterMs = 5000;

/** Whether an uptime of `nowUptimeMs` after one of `thenUptimeMs` proves that the machine was started anew in between. */
export function hasRebooted(thenUptimeMs: number, nowUptimeMs: number): boolean {
  return nowUptimeMs < thenUptimeMs - uptimeJitterMs;
}
