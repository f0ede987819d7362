import ignore, { type Ignore, type Options } from 'ignore';

/** A file of more bytes than this is no list of patterns that anybody keeps. */
export const largestIgnoreFileBytes = 256 * 1024;

// The library remembers every path that it was asked for; a search asks for millions, each of them once.
const mostRemembered = 10_000;

/**
 * What the `.gitignore` files of a folder and of those above it say about what the folder holds; paths have slashes,
 * are relative to the folder in which the rules began, and end with a slash if they are folders.
 */
export class IgnoreRules {
  readonly #options: Options;
  /** Outermost first. */
  readonly #levels: readonly Level[];

  /** Rules that ignore nothing; whether upper and lower case differ is the file system's matter. */
  constructor(isCaseSensitive: boolean, levels: readonly Level[] = []) {
    this.#options = { ignorecase: !isCaseSensitive };
    this.#levels = levels;
  }

  /**
   * Whether it is ignored itself; it must stand in a folder that is not. The innermost file that speaks of it
   * decides.
   */
  ignores(path: string): boolean {
    for (const level of this.#levels.toReversed()) {
      const { ignored, unignored } = level.test(path);
      if (ignored || unignored) return ignored;
    }
    return false;
  }

  /**
   * The rules for what stands in the folder, with those of its own file. If an outer file ignores a folder that an
   * inner one takes back, the outer one still speaks of what is in there, but of the folder itself no more.
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
    // What is added brings its compiled patterns along, but nothing of what was asked.
    if (this.#asked % mostRemembered === 0) this.#memory = ignore().add(this.#rules);
    return this.#memory.test(path.slice(this.#folder.length));
  }

  without(folder: string, options: Options): Level {
    const own = folder.slice(this.#folder.length).replace(/[\\*?[]/g, '\\$&');
    return new Level(ignore(options).add(this.#rules).add(`!/${own}`), this.#folder);
  }
}

/**
 * Patterns become regular expressions, which try every division of a name among the stars of a pattern. Four stars in
 * one name, and a file name that was made for it, take seconds; such lines of a stranger's workspace are left out, and
 * what they would have ignored is looked through.
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
