// Node loads this into VS Code's extension host before VS Code itself. It measures how long the listed extensions take
// to load, how long their activate() takes, and how long the first command takes.
import { appendFileSync } from 'node:fs';
import Module from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProbeOrder, ProbedExtension } from './probedHosts.ts';

/** Node's internal loader, which `require` ends in, called with a path that VS Code has already made absolute. */
type Load = (this: unknown, request: string, ...others: unknown[]) => object;
type Activate = (this: unknown, ...args: unknown[]) => unknown;

const { ACTIVATION_PROBE: orderText } = process.env;
// The server's other processes get the same Node options.
if (orderText !== undefined && process.argv.includes('--type=extensionHost'))
  probe(JSON.parse(orderText) as ProbeOrder);

/** The part of VS Code's API that runs the first command and shows its result. */
interface Api {
  readonly window: Record<string, unknown>;
  readonly commands: { executeCommand(command: string): unknown };
}

function probe({ mains, firstCommand, reportFile }: ProbeOrder): void {
  const names = new Map(Object.entries(mains).map(([name, main]) => [withoutEnding(main), name]));
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (request, ...others) {
    const name = names.get(withoutEnding(request));
    if (name === undefined) return load.call(this, request, ...others);
    names.delete(withoutEnding(request));
    const startedMs = performance.now();
    const extension = load.call(this, request, ...others) as { readonly activate: Activate };
    const loadMs = performance.now() - startedMs;
    // The exports of a bundle cannot be overwritten, but an object that inherits from them can have its own.
    return Object.create(extension, {
      activate: {
        value: timed(extension.activate, (activateMs) => {
          const probed = { pid: process.pid, name, loadMs, activateMs };
          if (firstCommand === undefined) return report(probed);
          void firstCommandMs(apiOf(request), firstCommand).then((ms) =>
            report({ ...probed, firstCommandMs: ms }),
          );
        }),
      },
    }) as object;
  };

  /** VS Code has replaced `_load` by now, and returns the API of the extension with this main file. */
  function apiOf(main: string): Api {
    return loader._load('vscode', { filename: main }) as Api;
  }

  function report(extension: ProbedExtension): void {
    appendFileSync(reportFile, JSON.stringify(extension) + '\n');
  }
}

/** `activate` itself; `done` gets its duration, including the promise that it returns, if any. */
function timed(activate: Activate, done: (ms: number) => void): Activate {
  return function (...args) {
    const startedMs = performance.now();
    const result = activate.apply(this, args);
    const calledMs = performance.now() - startedMs;
    if (!(result instanceof Promise)) done(calledMs);
    else void result.finally(() => done(performance.now() - startedMs));
    return result;
  };
}

/** Calls the command when the host is calm; resolves with the ms until something is shown: a message, pick or box. */
async function firstCommandMs({ window, commands }: Api, command: string): Promise<number> {
  const shown = new Promise<number>((resolve) => {
    for (const [name, show] of Object.entries(window))
      if (name.startsWith('show') && typeof show === 'function')
        window[name] = function (this: unknown, ...args: unknown[]): unknown {
          resolve(performance.now());
          return (show as (...args: unknown[]) => unknown).apply(this, args);
        };
  });
  await calm();
  const startedMs = performance.now();
  void commands.executeCommand(command);
  return (await shown) - startedMs;
}

/** Resolves when the host has had almost nothing to do for a second and a half. */
async function calm(): Promise<void> {
  for (let quiet = 0; quiet < 6;) {
    const before = performance.eventLoopUtilization();
    await pause(250);
    quiet = performance.eventLoopUtilization(before).utilization < 0.05 ? quiet + 1 : 0;
  }
}

function withoutEnding(file: string): string {
  return file.replace(/\.c?js$/, '');
}
