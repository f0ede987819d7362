import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { atProcessEnd } from '../support/process/processEnd.ts';
import type { WindowMessage, WindowOrder } from './soakMessages.ts';

/** One window of the soak as its supervisor sees it. */
export class SupervisedWindow {
  /**
   * When it reported that it stops itself, in ms of the machine's clock; undefined if it has not, or if it continues.
   */
  frozenAtMs: number | undefined;
  isStopped = false;
  readonly ended: Promise<void>;
  readonly order: WindowOrder;
  readonly #child: ChildProcess;

  constructor(bundle: string, order: WindowOrder, hear: (message: WindowMessage) => void) {
    this.order = order;
    const child = spawn(process.execPath, ['--no-warnings', bundle, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    // A stopped process does not react to Ctrl-C.
    const forget = atProcessEnd(() => child.kill('SIGKILL'));
    this.ended = once(child, 'exit').then(forget);
    createInterface(child.stdout).on('line', (line) => {
      const message = parse(line);
      if (message?.kind === 'frozen') this.frozenAtMs = performance.now();
      if (message?.kind === 'thawed') this.frozenAtMs = undefined;
      if (message !== undefined) hear(message);
    });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a signal; returns whether the process was running. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
    return this.isRunning && this.#child.kill(signal);
  }
}

/** A process that is killed while it writes a line leaves a part of it. */
function parse(line: string): WindowMessage | undefined {
  try {
    return JSON.parse(line) as WindowMessage;
  } catch {
    return undefined;
  }
}
