/** The object around a key: the key whose value it is (empty if there is none), and the other keys in it. */
export interface ObjectAround {
  readonly parent: string;
  readonly siblings: ReadonlySet<string>;
}

/** How far before and after a key its object is read, in UTF-16 units: enough for a whole decision of Veriff's API. */
export const reach = 2000;

/**
 * The object around a key that begins at `keyStart` and whose value ends at `valueEnd` (UTF-16 offsets), in JSON,
 * in JSON inside a string, in code, or in YAML. Never throws; in malformed text, less is found.
 */
export function objectAround(text: string, keyStart: number, valueEnd: number): ObjectAround {
  const siblings = new Set<string>();
  const place = placeOfKey(text, keyStart);
  if (place === undefined) return { parent: '', siblings };
  const { level, isQuoted } = place;
  const opener = openerOf(text, place, siblings);
  if (opener === undefined) return isQuoted ? { parent: '', siblings } : yamlAround(text, keyStart, valueEnd);
  keysBehind(text, valueEnd, level, siblings);
  return { parent: keyOfObject(text, opener, place), siblings };
}

/** The key of the object (in JSON or code) around the key that begins at the UTF-16 offset; empty if there is none. */
export function enclosingKey(text: string, keyStart: number): string {
  const place = placeOfKey(text, keyStart);
  const opener = place && openerOf(text, place, new Set());
  return place === undefined || opener === undefined ? '' : keyOfObject(text, opener, place);
}

/** Where a key begins with its quote, how many backslashes are before the quote, and where the search must end. */
interface PlaceOfKey {
  readonly from: number;
  readonly limit: number;
  readonly level: number;
  readonly isQuoted: boolean;
}

function placeOfKey(text: string, keyStart: number): PlaceOfKey | undefined {
  const isQuoted = isQuote(text[keyStart - 1]);
  const level = isQuoted ? backslashesBefore(text, keyStart - 1) : 0;
  // In `"note": "id: …"`, the word at the beginning of the string is not a key.
  if (isQuoted && !closesKey(text, keyStart, level)) return undefined;
  const from = isQuoted ? keyStart - 1 - level : keyStart;
  return { from, limit: Math.max(0, keyStart - reach), level, isQuoted };
}

function openerOf(text: string, { from, limit, level }: PlaceOfKey, keys: Set<string>): number | undefined {
  const opener = openerBefore(text, from, limit, level, keys);
  if (opener === undefined) return undefined;
  return text[opener] === '{' ||
    /^\s{0,80}["'][\w-]{1,60}["']\s{0,20}=>/.test(text.slice(opener + 1, opener + 200))
    ? opener
    : undefined;
}

function keyOfObject(text: string, opener: number, { limit, level }: PlaceOfKey): string {
  const parent = keyBeforeOpener(text, opener);
  if (parent !== '') return parent;
  // An object in a list belongs to the key of the list.
  const before = text
    .slice(Math.max(0, opener - 40), opener)
    .trimEnd()
    .at(-1);
  if (before !== '[' && before !== ',') return '';
  const list = openerBefore(text, opener, limit, level, new Set());
  return list !== undefined && text[list] === '[' ? keyBeforeOpener(text, list) : '';
}

function closesKey(text: string, keyStart: number, level: number): boolean {
  let end = keyStart;
  while (isWordPart(text[end])) end += 1;
  return text[end + level] === text[keyStart - 1];
}

function keyBeforeOpener(text: string, opener: number): string {
  beforeOpener.lastIndex = opener;
  return beforeOpener.exec(text)?.groups?.['key'] ?? '';
}

const beforeOpener = /(?<=(?<key>[\w$-]{1,60})(?:\\{0,7}["'`])?\s{0,20}[?!]?(?:=>|=|:)\s{0,40})/y;

/** Reads backwards to the opening bracket around the offset, and collects the keys at the same depth. */
function openerBefore(
  text: string,
  from: number,
  limit: number,
  level: number,
  keys: Set<string>,
): number | undefined {
  let depth = 0;
  let isBeforeColon = false;
  for (let at = from - 1; at >= limit; at -= 1) {
    const char = text[at] ?? '';
    if (char <= ' ' || char === '\\') continue;
    let word: string | undefined;
    if (isQuote(char) && isStructural(text, at, level)) {
      const open = openingQuote(text, at, limit, level) ?? at;
      word = text.slice(open + 1, Math.max(open + 1, at - level));
      at = open;
    } else if (isWordPart(char)) {
      const end = at + 1;
      while (at - 1 >= limit && isWordPart(text[at - 1])) at -= 1;
      word = text.slice(at, end);
    } else if (char === '}' || char === ']') depth += 1;
    else if (char === '{' || char === '[') {
      if (depth === 0) return at;
      depth -= 1;
    }
    if (word !== undefined && isBeforeColon && depth === 0) {
      // An object has only one `id`, so with a second one the text is malformed or not an object.
      if (word === 'id') return undefined;
      keys.add(word);
    }
    isBeforeColon = char === ':' || (char === '=' && text[at + 1] === '>');
  }
  return undefined;
}

/** Reads forwards to the end of the object and collects its keys. */
function keysBehind(text: string, from: number, level: number, keys: Set<string>): void {
  const limit = Math.min(text.length, from + reach);
  let depth = 0;
  let last = '';
  // The value's closing quote is skipped, since it would be taken for an opening one.
  let at = isQuote(text[from + level]) ? from + level + 1 : from;
  for (; at < limit; at += 1) {
    const char = text[at] ?? '';
    if (isQuote(char) && isStructural(text, at, level)) {
      const close = closingQuote(text, at, limit, level);
      if (close === undefined) continue;
      last = text.slice(at + 1, close - level);
      at = close;
    } else if (isWordPart(char)) {
      const start = at;
      while (at + 1 < limit && isWordPart(text[at + 1])) at += 1;
      last = text.slice(start, at + 1);
    } else if ((char === ':' || (char === '=' && text[at + 1] === '>')) && depth === 0) keys.add(last);
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth < 0) return;
  }
}

function isQuote(char: string | undefined): boolean {
  return char === '"' || char === "'" || char === '`';
}

function isWordPart(char: string | undefined): boolean {
  if (char === undefined) return false;
  return (
    (char >= 'a' && char <= 'z') ||
    (char >= 'A' && char <= 'Z') ||
    (char >= '0' && char <= '9') ||
    char === '_' ||
    char === '$' ||
    char === '-'
  );
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (count < 16 && text[at - 1 - count] === '\\') count += 1;
  return count;
}

/*
 * In JSON inside a string a quote is `\"`, and one level deeper `\\\"`. A quote after `level` backslashes belongs to
 * the structure; after twice as many plus one, it is content. Each further `2 * (level + 1)` are one escaped backslash.
 */
function isStructural(text: string, at: number, level: number): boolean {
  return backslashesBefore(text, at) % (2 * (level + 1)) === level;
}

function openingQuote(text: string, close: number, limit: number, level: number): number | undefined {
  // A string does not go past the end of a line; if it seems to, the quote is an apostrophe.
  for (let at = close - 1; at >= limit && text[at] !== '\n'; at -= 1)
    if (text[at] === text[close] && isStructural(text, at, level)) return at;
  return undefined;
}

function closingQuote(text: string, open: number, limit: number, level: number): number | undefined {
  for (let at = open + 1; at < limit && text[at] !== '\n'; at += 1)
    if (text[at] === text[open] && isStructural(text, at, level)) return at;
  return undefined;
}

/** `objectAround` for YAML, by indentation. A dash before a key counts as indentation. */
function yamlAround(text: string, keyStart: number, valueEnd: number): ObjectAround {
  const siblings = new Set<string>();
  // Only the indentation is read, because a line may be as long as the file.
  indentBefore.lastIndex = keyStart;
  const own = indentBefore.exec(text)?.groups?.['indent'];
  if (own === undefined) return { parent: '', siblings };
  const column = own.length;
  const lineStart = keyStart - column;

  for (const line of text
    .slice(valueEnd, valueEnd + reach)
    .split('\n')
    .slice(1)) {
    const key = yamlKey(line);
    if (key === undefined || key.column > column) continue;
    if (key.column < column || key.dash !== undefined || key.name === 'id') break;
    siblings.add(key.name);
  }
  // Above the item's own dash, keys at the same column belong to other items.
  let dash = own.includes('-') ? own.indexOf('-') : undefined;
  for (const line of linesAbove(text, lineStart)) {
    if (line.startsWith('---')) break;
    const key = yamlKey(line);
    if (key === undefined) continue;
    if (key.column < column && key.column <= (dash ?? column))
      return { parent: key.isEmpty ? key.name : '', siblings };
    if (key.column !== column || dash !== undefined) continue;
    if (key.name === 'id') break;
    siblings.add(key.name);
    dash = key.dash;
  }
  return { parent: '', siblings };
}

const indentBefore = /(?<=(?:^|\n)(?<indent>[ -]{0,200}))/y;

/** The lines within `reach` above the one that begins at the offset, nearest first, without a line that is cut off. */
function linesAbove(text: string, lineStart: number): string[] {
  if (lineStart === 0) return [];
  const lines = text.slice(Math.max(0, lineStart - reach), lineStart - 1).split('\n');
  return lines.slice(lineStart > reach ? 1 : 0).reverse();
}

interface YamlKey {
  readonly name: string;
  readonly column: number;
  readonly dash: number | undefined;
  readonly isEmpty: boolean;
}

function yamlKey(line: string): YamlKey | undefined {
  const match =
    /^(?<indent>[ ]{0,200}(?<dash>- {1,20})?)["']?(?<name>[\w$-]{1,60})["']?:\s{0,20}(?<value>[^\s#]?)/.exec(
      line,
    );
  if (match?.groups === undefined) return undefined;
  const { indent = '', dash, name = '', value = '' } = match.groups;
  return {
    name,
    column: indent.length,
    dash: dash === undefined ? undefined : indent.length - dash.length,
    isEmpty: value === '',
  };
}
