// Loaded first into a process that runs with a mutant: replaces a piece of text of a source file when the file is
// loaded. The working tree stays as it is.
import { registerHooks } from 'node:module';

/** Removes one condition: in `file` (below the project's root), the only `from` is replaced by `to`. */
export interface Replacement {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The environment variable with the replacements, as a JSON array. */
export const mutantVariable = 'MUTANT';

/** Replaces the one occurrence of `from`; throws if there is none, or more than one. */
export function mutated(source: string, { file, from, to }: Replacement): string {
  const [before, after, ...more] = source.split(from);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file} does not have this exactly once: ${from}`);
  return before + to + after;
}

const text = process.env[mutantVariable];
if (text !== undefined) {
  const replacements = JSON.parse(text) as readonly Replacement[];
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const wanted = replacements.filter(
        ({ file }) => url === new URL(`../../../${file}`, import.meta.url).href,
      );
      if (wanted.length === 0) return loaded;
      const { source: loadedSource } = loaded;
      if (loadedSource === undefined) return loaded;
      const source = typeof loadedSource === 'string' ? loadedSource : new TextDecoder().decode(loadedSource);
      return { ...loaded, source: wanted.reduce(mutated, source) };
    },
  });
}
