import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../src/cleanup/quota/clock.ts';

/** What a window process is told to do. */
export interface WindowOrder {
  readonly path: string;
  readonly port: number;
  /** The numbers of its made-up sessions. */
  readonly sessions: readonly number[];
  /** How many times faster than the real one its uptime goes. */
  readonly clockFactor: number;
  readonly clockStartedAt: number;
}

/** Starts a window as a process of its own; it has said that it is ready for its `WindowOrder`. */
export async function startWindow(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('windowProcess.ts', import.meta.url)), {
    execArgv: ['--no-warnings'],
  });
  await once(child, 'message');
  return child;
}

/** Clocks that all processes share whose uptime hurries, so that a wait of a minute is over in a second or two. */
export function hurriedClock(factor: number, startedAt: number): Clock {
  return () => ({
    wallAt: Date.now(),
    monotonicMs: performance.now(),
    uptimeMs: 86_400_000 + (Date.now() - startedAt) * factor,
    boot: 'the one boot@host',
  });
}
