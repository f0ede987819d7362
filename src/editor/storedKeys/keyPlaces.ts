import type { Lines } from '../input/lines.ts';
import { keyLength, type StoredKey, type StoredKeys } from './storedKeys.ts';

/** A stored key in a document; its characters count from the start of the line. */
export interface KeyPlace {
  readonly key: StoredKey;
  readonly line: number;
  readonly startCharacter: number;
  readonly endCharacter: number;
}

/**
 * A change of a document, as VS Code reports it: these lines (both inclusive) were changed, and this text was inserted.
 */
export interface LineChange {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly text: string;
}

/** Lines that were not searched since they changed; both inclusive. */
interface LineRange {
  readonly first: number;
  readonly last: number;
}

// Characters read between two turns of the event loop: a few ms at most, even if all of them are UUIDs.
const partLength = 65_536;

// With thousands of cursors, applying each change to all places would cost more than searching everything again.
const mostFollowed = 100;

// No one reads more of them, and a file may contain nothing else.
const mostPlaces = 500;

/**
 * The places of stored keys in one document, kept up to date: after a change, only the changed lines are searched
 * again, however long the document is.
 */
export class KeyPlaces {
  readonly #keys: StoredKeys;
  #places: readonly KeyPlace[] = [];
  #unseen: readonly LineRange[];
  /** How many characters of the first unseen line were searched. */
  #seenCharacters = 0;

  constructor(keys: StoredKeys, lineCount: number) {
    this.#keys = keys;
    this.#unseen = keys.isEmpty ? [] : [{ first: 0, last: lineCount - 1 }];
  }

  /** The places found so far, in the order of their lines; at most 500. */
  get places(): readonly KeyPlace[] {
    return this.#places;
  }

  /** Whether the whole document was searched. */
  get isWhole(): boolean {
    return this.#unseen.length === 0;
  }

  /** Applies changes in the order in which they were made; `lineCount` is the number of lines after them. */
  follow(changes: readonly LineChange[], lineCount: number): void {
    if (this.#keys.isEmpty) return;
    if (changes.length <= mostFollowed) {
      for (const change of changes) this.#followOne(change);
      return;
    }
    this.#places = [];
    this.#startAnew([{ first: 0, last: lineCount - 1 }]);
  }

  /** Searches the next unseen part. */
  look(lines: Lines): void {
    const found: KeyPlace[] = [];
    let left = partLength;
    while (left > 0 && this.#unseen.length > 0) left -= this.#lookAtLine(lines, left, found);
    if (found.length === 0) return;
    this.#places = [...this.#places, ...found].sort(
      (a, b) => a.line - b.line || a.startCharacter - b.startCharacter,
    );
  }

  /** Searches the first unseen line, up to `most` characters. Returns the cost in characters. */
  #lookAtLine(lines: Lines, most: number, found: KeyPlace[]): number {
    const [range, ...others] = this.#unseen;
    if (range === undefined) return 0;
    const line = range.first;
    const whole = line < lines.lineCount ? lines.lineAt(line).text : '';
    const from = this.#seenCharacters;
    const to = Math.min(whole.length, from + most);
    // A key may cross the end of this part; one that begins in the next part does not fit into this text.
    const text = whole.slice(from, to + keyLength - 1);
    for (const { key, start, end } of this.#keys.find(text)) {
      if (this.#places.length + found.length >= mostPlaces) continue;
      found.push({ key, line, startCharacter: from + start, endCharacter: from + end });
    }
    const isLineDone = to === whole.length;
    this.#seenCharacters = isLineDone ? 0 : to;
    if (isLineDone)
      this.#unseen = line < range.last ? [{ first: line + 1, last: range.last }, ...others] : others;
    return to - from + 1;
  }

  #followOne({ firstLine, lastLine, text }: LineChange): void {
    const newLast = firstLine + lineEndsIn(text);
    const moved = newLast - lastLine;
    this.#places = this.#places.flatMap((place) => {
      if (place.line < firstLine) return [place];
      return place.line > lastLine ? [{ ...place, line: place.line + moved }] : [];
    });
    const unseen = this.#unseen.flatMap(({ first, last }) => {
      const before = { first, last: Math.min(last, firstLine - 1) };
      const after = { first: Math.max(first, lastLine + 1) + moved, last: last + moved };
      return [before, after].filter((range) => range.first <= range.last);
    });
    this.#startAnew([...unseen, { first: firstLine, last: newLast }]);
  }

  #startAnew(ranges: readonly LineRange[]): void {
    // Keys in the part of a line that was searched already would be found twice.
    if (this.#seenCharacters > 0)
      this.#places = this.#places.filter((place) => !ranges.some((range) => isIn(place.line, range)));
    this.#seenCharacters = 0;
    this.#unseen = joined(ranges);
  }
}

function isIn(line: number, { first, last }: LineRange): boolean {
  return line >= first && line <= last;
}

function joined(ranges: readonly LineRange[]): readonly LineRange[] {
  const all: LineRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const last = all.at(-1);
    if (last === undefined || range.first > last.last + 1) all.push(range);
    else all[all.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
  }
  return all;
}

function lineEndsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) count += 1;
  }
  return count;
}
