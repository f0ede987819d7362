// Node loads this into VS Code's extension host before VS Code itself. It measures how long the listed extensions take
// to load and how long their activate() takes.
import { appendFileSync } from 'node:fs';
import Module from 'node:module';
import type { ProbeOrder, ProbedActivation } from './probedHosts.ts';

/** Node's internal loader, which `require` ends in, called with a path that VS Code has already made absolute. */
type Load = (this: unknown, request: string, ...others: unknown[]) => object;
type Activate = (this: unknown, ...args: unknown[]) => unknown;

const { ACTIVATION_PROBE: orderText } = process.env;
// The server's other processes get the same Node options.
if (orderText !== undefined && process.argv.includes('--type=extensionHost'))
  probe(JSON.parse(orderText) as ProbeOrder);

function probe({ mains, reportFile }: ProbeOrder): void {
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
        value: timed(extension.activate, (activateMs) =>
          report({ pid: process.pid, name, loadMs, activateMs }),
        ),
      },
    }) as object;
  };

  function report(activation: ProbedActivation): void {
    appendFileSync(reportFile, JSON.stringify(activation) + '\n');
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

function withoutEnding(file: string): string {
  return file.replace(/\.c?js$/, '');
}
