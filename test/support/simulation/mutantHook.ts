// Loaded first into a process that is to run with a mutant: when a source file is loaded, one piece of its text is
// replaced. The working tree stays as it is.
import { registerHooks } from 'node:module';

/** One condition taken away: in `file` (below the project's root), `from` stands once and is replaced by `to`. */
export interface Replacement {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The environment variable in which the replacements stand, as a JSON array. */
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
