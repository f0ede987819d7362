import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { atProcessEnd } from './processEnd.ts';

/** A program that runs in a process group of its own, so that it ends together with everything that it started. */
export interface ProcessGroup {
  /** Everything that was printed to stdout and stderr so far. */
  output(): string;
  /**
   * Resolves with the first match in the output; rejects, with the end of the output, if the program ends before that
   * or after `withinMs`.
   */
  printed(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>;
  /** Resolves when the program has ended for any reason, with a sentence that says how. */
  readonly ended: Promise<string>;
  /** Ends the whole group, by force if it has not ended after 3 s; may be called again. */
  close(): Promise<void>;
}

/** Starts the program at once; a program that cannot be started counts as one that has ended. */
export function startProcessGroup(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ProcessGroup {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('printed');
    });
  }
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Nothing of the group is left.
    }
  };
  const forget = atProcessEnd(() => kill('SIGKILL'));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => resolve(`ended with ${signal ?? code ?? 'no code'}`));
  }).then((how) => {
    hasEnded = true;
    return how;
  });

  return {
    output: () => output,
    ended,
    async printed(pattern, withinMs) {
      const timeout = AbortSignal.timeout(withinMs);
      const failure = (what: string): Error =>
        new Error(
          `${command} ${what} before it printed ${pattern.source}. It printed:\n${output.slice(-2000)}`,
        );
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        if (hasEnded) throw failure(await ended);
        const next = once(child, 'printed', { signal: timeout }).catch(() => undefined);
        await Promise.race([next, ended]);
        if (timeout.aborted) throw failure(`took more than ${withinMs / 1000} s`);
      }
    },
    async close() {
      kill('SIGTERM');
      const grace = setTimeout(() => kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(grace);
      // The program has ended, but processes that it started may still run.
      kill('SIGKILL');
      forget();
    },
  };
}
