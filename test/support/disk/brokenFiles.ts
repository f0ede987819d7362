import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const steps = ['mkdirSync', 'renameSync', 'rmSync', 'statSync', 'writeFileSync'] as const;

/** The error of a step that `breakingAt` breaks. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/**
 * Runs `work` and breaks its `number`-th step (from 0) on the file system, as a crash right `before` or right `after`
 * it would; returns whether there was such a step. Only the synchronous calls in `steps` count.
 */
export function breakingAt(number: number, moment: 'before' | 'after', work: () => void): boolean {
  let left = number;
  const originals = steps.map((step) => [step, fs[step]] as const);
  for (const [step, original] of originals) {
    const breaking = (...values: unknown[]): unknown => {
      const isBroken = left === 0;
      left -= 1;
      if (isBroken && moment === 'before') throw new Broken(step);
      const result: unknown = (original as (...all: unknown[]) => unknown)(...values);
      if (isBroken) throw new Broken(step);
      return result;
    };
    Object.assign(fs, { [step]: breaking });
  }
  syncBuiltinESMExports();
  try {
    work();
    return left < 0;
  } catch (error) {
    // `work` may wrap the error in another one.
    if (!hasCause(error)) throw error;
    return true;
  } finally {
    for (const [step, original] of originals) Object.assign(fs, { [step]: original });
    syncBuiltinESMExports();
  }
}

function hasCause(error: unknown): boolean {
  return (
    error instanceof Broken || (error instanceof Error && error.cause !== undefined && hasCause(error.cause))
  );
}
