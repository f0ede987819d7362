import ignore, { type Ignore, type Options } from 'ignore';

/** Larger ignore files are not read: they are not lists of patterns that a person maintains. */
export const largestIgnoreFileBytes = 256 * 1024;

// The library caches the result for every path without limit, and a search tests millions of paths, each of them once.
// So the cache is dropped after this many.
const mostRemembered = 10_000;

/**
 * The rules of the `.gitignore` files of a folder and of the folders above it. Paths have slashes, are relative to the
 * outermost folder, and end with a slash if they are folders.
 */
export class IgnoreRules {
  readonly #options: Options;
  /** Outermost first. */
  readonly #levels: readonly Level[];

  /** Rules that ignore nothing. Whether case matters depends on the file system. */
  constructor(isCaseSensitive: boolean, levels: readonly Level[] = []) {
    this.#options = { ignorecase: !isCaseSensitive };
    this.#levels = levels;
  }

  /** Whether the path is ignored, if its folder is not. The innermost file with a matching rule decides. */
  ignores(path: string): boolean {
    for (const level of this.#levels.toReversed()) {
      const { ignored, unignored } = level.test(path);
      if (ignored || unignored) return ignored;
    }
    return false;
  }

  /**
   * The rules for the folder's entries; `text` is the folder's own `.gitignore` file. If an outer file ignores a folder
   * that an inner one includes again, the outer file still applies to the folder's entries, but not to the folder.
   */
  within(folder: string, text = ''): IgnoreRules {
    const levels = this.#levels.map((level) =>
      level.test(folder).ignored ? level.without(folder, this.#options) : level,
    );
    if (text === '' && levels.every((level, index) => level === this.#levels[index])) return this;
    const lines = text.split(/\r?\n/).filter((line) => !isCostly(line));
    if (text !== '') levels.push(new Level(ignore(this.#options).add(lines), folder));
    return new IgnoreRules(this.#options.ignorecase === false, levels);
  }
}

/** The rules of one file. */
class Level {
  readonly #rules: Ignore;
  readonly #folder: string;
  #asked = 0;
  #memory: Ignore;

  constructor(rules: Ignore, folder: string) {
    this.#rules = rules;
    this.#memory = rules;
    this.#folder = folder;
  }

  test(path: string): { readonly ignored: boolean; readonly unignored: boolean } {
    this.#asked += 1;
    // This copies the compiled patterns, but not the cache.
    if (this.#asked % mostRemembered === 0) this.#memory = ignore().add(this.#rules);
    return this.#memory.test(path.slice(this.#folder.length));
  }

  without(folder: string, options: Options): Level {
    const own = folder.slice(this.#folder.length).replace(/[\\*?[]/g, '\\$&');
    return new Level(ignore(options).add(this.#rules).add(`!/${own}`), this.#folder);
  }
}

/**
 * Whether matching the pattern could take seconds. The library turns it into a regular expression that tries every
 * division of a name among the stars: four stars in one name, with a file name made for them, take seconds. Such lines
 * are left out, and what they would have ignored is searched.
 */
function isCostly(line: string): boolean {
  const parts = line.split('/');
  const starsIn = (part: string): number => (/^\*+$/.test(part) ? 0 : part.split(/\*+/).length - 1);
  return (
    line.length > 1000 ||
    parts.some((part) => starsIn(part) > 3) ||
    parts.filter((part) => /^\*\*+$/.test(part)).length > 3
  );
}
