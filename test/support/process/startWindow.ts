import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../src/cleanup/quota/clock.ts';

/** The order for a window process. */
export interface WindowOrder {
  readonly path: string;
  readonly port: number;
  /** The numbers of its made-up sessions. */
  readonly sessions: readonly number[];
  /** How many times faster than real time its uptime runs. */
  readonly clockFactor: number;
  readonly clockStartedAt: number;
}

/** Starts a window as a process of its own; resolves when it is ready for its `WindowOrder`. */
export async function startWindow(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('windowProcess.ts', import.meta.url)), {
    execArgv: ['--no-warnings'],
  });
  await once(child, 'message');
  return child;
}

/** Clocks for all processes whose uptime runs faster, so that a wait of a minute takes a second or two. */
export function hurriedClock(factor: number, startedAt: number): Clock {
  return () => ({
    wallAt: Date.now(),
    monotonicMs: performance.now(),
    uptimeMs: 86_400_000 + (Date.now() - startedAt) * factor,
    boot: 'the one boot@host',
  });
}
