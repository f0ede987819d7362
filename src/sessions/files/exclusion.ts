import type { FolderEntry } from './fileTree.ts';
import { globOf, type Glob } from './glob.ts';

/** What is not to be looked at, as VS Code's `files.exclude` has it. */
export interface Exclusion {
  /** Of the path relative to the workspace's folder. */
  readonly glob: Glob;
  /** Only if this name stands beside it; `$(basename)` is the own one without its last extension. */
  readonly when?: string;
}

/**
 * Reads the value of `files.exclude` or `search.exclude`; what is no exclusion there is left out, as is what nobody
 * could have meant.
 */
export function exclusionsOf(setting: unknown): readonly Exclusion[] {
  if (typeof setting !== 'object' || setting === null) return [];
  return Object.entries(setting).flatMap(([pattern, value]: [string, unknown]) => {
    const glob = globOf(pattern);
    if (glob === undefined) return [];
    if (value === true) return [{ glob }];
    const isConditional = typeof value === 'object' && value !== null && 'when' in value;
    return isConditional && typeof value.when === 'string' ? [{ glob, when: value.when }] : [];
  });
}

/** Tells by its name whether an entry of the folder is excluded; `path` leads there, with a slash at its end. */
export function exclusionAmong(
  exclusions: readonly Exclusion[],
  path: string,
  entries: readonly FolderEntry[],
): (name: string) => boolean {
  let names: ReadonlySet<string> | undefined;
  const stands = (when: string, name: string): boolean => {
    names ??= new Set(entries.map((entry) => entry.name));
    return names.has(when.replaceAll('$(basename)', () => name.replace(/\.[^.]*$/, '')));
  };
  return (name) =>
    exclusions.some(({ glob, when }) => glob(path + name) && (when === undefined || stands(when, name)));
}
