import type { FolderEntry } from './fileTree.ts';
import { globOf, type Glob } from './glob.ts';

/** One entry of VS Code's `files.exclude`: paths that are not searched. */
export interface Exclusion {
  /** A glob for the path relative to the workspace folder. */
  readonly glob: Glob;
  /**
   * If present, the exclusion applies only if a file with this name is in the same folder; `$(basename)` is the
   * excluded name without its last extension.
   */
  readonly when?: string;
}

/**
 * Reads the value of `files.exclude` or `search.exclude`. Entries that are not valid exclusions, and patterns with too
 * many alternatives, are left out.
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

/**
 * Returns a function that says whether the folder's entry with a given name is excluded; `path` is the folder's path
 * with a slash at its end.
 */
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
