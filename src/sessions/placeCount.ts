import type { HeldText } from './heldText.ts';
import { nextByte } from './nextByte.ts';

/** Where something stands, as an editor counts: both from 0, the column in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Counts lines and columns up to offsets of a held text that only grow. A line ends with LF, CR or CRLF. */
export class PlaceCount {
  readonly #held: HeldText;
  #line = 0;
  /** What is counted, and the column there. */
  #countedTo = 0;
  #column = 0;
  /** The next LF and CR that are not counted yet; undefined where nobody has looked. */
  #nextFeed: number | undefined;
  #nextReturn: number | undefined;

  constructor(held: HeldText) {
    this.#held = held;
  }

  /** The place at the offset, which is not within a character. */
  at(offset: number): Place {
    this.#countTo(offset);
    // A URL may begin before an id that stands in its host's name: all of it is ASCII, and on one line.
    return { line: this.#line, column: this.#column - (this.#countedTo - offset) };
  }

  /** Tells that so many units will be dropped from the held text. */
  drop(count: number): void {
    this.#countTo(this.#held.wholeCharacters(count));
    // What was looked for to the end of the held text is looked for again behind it.
    this.#nextFeed = moved(this.#nextFeed, count, this.#held.length);
    this.#nextReturn = moved(this.#nextReturn, count, this.#held.length);
    this.#countedTo -= count;
  }

  #countTo(offset: number): void {
    const { units, length } = this.#held;
    let lineStart = -1;
    let feed = (this.#nextFeed ??= nextByte(units, lineFeed, this.#countedTo, length));
    let back = (this.#nextReturn ??= nextByte(units, carriageReturn, this.#countedTo, length));
    while (feed < offset || back < offset) {
      const end = Math.min(feed, back);
      if (end === feed) feed = nextByte(units, lineFeed, end + 1, length);
      else back = nextByte(units, carriageReturn, end + 1, length);
      // The line feed behind a carriage return ends the same line.
      if (units[end] === carriageReturn && feed === end + 1) continue;
      this.#line += 1;
      lineStart = end + 1;
    }
    this.#nextFeed = feed;
    this.#nextReturn = back;
    if (offset <= this.#countedTo) return;
    if (lineStart >= 0) this.#column = 0;
    this.#column += this.#held.width(Math.max(lineStart, this.#countedTo), offset);
    this.#countedTo = offset;
  }
}

function moved(next: number | undefined, count: number, length: number): number | undefined {
  return next === undefined || next >= length ? undefined : next - count;
}

const lineFeed = 10;
const carriageReturn = 13;
