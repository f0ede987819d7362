/** Whether a path, with slashes and relative to the pattern's folder, matches the whole pattern. */
export type Glob = (path: string) => boolean;

// Real patterns have far fewer alternatives; a hostile workspace may have more.
const mostAlternatives = 256;

/**
 * Reads a glob of VS Code's settings: `*` and `?` within a name, `**` for any number of folders, `[a-z]`, `[!a-z]` and
 * `{a,b}`. The time to match is at most proportional to the product of both lengths. Undefined if the braces give too
 * many alternatives.
 */
export function globOf(pattern: string): Glob | undefined {
  const alternatives = expanded(pattern);
  if (alternatives === undefined) return undefined;
  const parts = alternatives.map((alternative) =>
    alternative.split('/').map((part) => (part === '**' ? anyFolders : nameTokens(part))),
  );
  return (path) => {
    const names = path.split('/');
    return parts.some((each) => matches(each, names, matchesName));
  };
}

/** One part of a name's pattern: a character, any character, a class, or any number of characters. */
type Token = string | typeof anyOne | typeof anyNumber | ((character: string) => boolean);

const anyOne = Symbol('?');
const anyNumber = Symbol('*');
const anyFolders = Symbol('**');

/** Expands `{a,b}c` to `ac` and `bc`; braces may be nested. A brace that is not closed is an ordinary character. */
function expanded(pattern: string): readonly string[] | undefined {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (done.length + open.length >= mostAlternatives) return undefined;
    const group = firstGroup(next);
    if (group === undefined) done.push(next);
    else for (const part of group.parts.toReversed()) open.push(group.before + part + group.after);
  }
  return done;
}

function firstGroup(text: string): { before: string; parts: readonly string[]; after: string } | undefined {
  const start = text.indexOf('{');
  if (start === -1) return undefined;
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{') depth += 1;
    else if (character === ',' && depth === 1) from = parts.push(text.slice(from, at)) && at + 1;
    else if (character === '}' && --depth === 0)
      return {
        before: text.slice(0, start),
        parts: [...parts, text.slice(from, at)],
        after: text.slice(at + 1),
      };
  }
  return undefined;
}

function nameTokens(part: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < part.length; at += 1) {
    const character = part[at] ?? '';
    const end = character === '[' ? part.indexOf(']', at + 2) : -1;
    if (character === '*') tokens.push(anyNumber);
    else if (character === '?') tokens.push(anyOne);
    else if (end === -1) tokens.push(character);
    else {
      tokens.push(classOf(part.slice(at + 1, end)));
      at = end;
    }
  }
  return tokens;
}

function classOf(members: string): (character: string) => boolean {
  const isNegative = /^[!^]/.test(members);
  const body = isNegative ? members.slice(1) : members;
  const ranges = [...body.matchAll(/([^])-([^])|([^])/g)].map(([, from, to, one = '']) => [
    from ?? one,
    to ?? one,
  ]);
  return (character) =>
    ranges.some(([from = '', to = '']) => character >= from && character <= to) !== isNegative;
}

function matchesName(tokens: readonly Token[] | typeof anyFolders, name: string): boolean {
  if (tokens === anyFolders) return true;
  return matches(tokens, name, (token, character) =>
    typeof token === 'function'
      ? token(character)
      : token === anyOne || token === anyNumber || token === character,
  );
}

/**
 * Whether the pattern matches the whole text. After a mismatch only the last star takes in more, which is enough;
 * trying every division of the text among the stars would take exponential time for a hostile pattern.
 */
function matches<P, T>(
  pattern: readonly P[],
  text: ArrayLike<T>,
  fits: (part: P, piece: T) => boolean,
): boolean {
  let [at, from, star] = [0, 0, -1];
  for (let index = 0; index < text.length;) {
    const part = pattern[at];
    if (part === anyNumber || part === anyFolders) {
      star = at;
      from = index;
      at += 1;
    } else if (part !== undefined && fits(part, text[index] as T)) {
      at += 1;
      index += 1;
    } else if (star === -1) return false;
    else {
      from += 1;
      index = from;
      at = star + 1;
    }
  }
  while (pattern[at] === anyNumber || pattern[at] === anyFolders) at += 1;
  return at === pattern.length;
}
