import type { HeldText } from './heldText.ts';
import { nextByte } from './nextByte.ts';

/** A position as an editor counts it: both from 0, the column in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Counts lines and columns up to offsets of a held text that only grow. A line ends with LF, CR or CRLF. */
export class PlaceCount {
  readonly #held: HeldText;
  #line = 0;
  /** The offset up to which lines are counted, and the column there. */
  #countedTo = 0;
  #column = 0;
  /** The first CR that is not counted yet, or the end of the text in memory; undefined if it is not known. */
  #nextReturn: number | undefined;

  constructor(held: HeldText) {
    this.#held = held;
  }

  /** The position of an offset, which is not within a character. */
  at(offset: number): Place {
    this.#countTo(offset);
    // A URL may begin before an id that stands in its host's name: all of it is ASCII, and on one line.
    return { line: this.#line, column: this.#column - (this.#countedTo - offset) };
  }

  /** Must be called before units are dropped from the held text; the last of them ends a character. */
  drop(count: number): void {
    this.#countTo(count);
    this.#countedTo -= count;
    const next = this.#nextReturn;
    this.#nextReturn = next === undefined || next >= this.#held.length ? undefined : next - count;
  }

  #countTo(offset: number): void {
    const from = this.#countedTo;
    if (offset <= from) return;
    const { units } = this.#held;
    const feeds = this.#held.count(lineFeed, from, offset);
    let lineStart = feeds === 0 ? from : units.lastIndexOf(lineFeed, offset - 1) + 1;
    let lines = feeds;
    let end = this.#returnFrom(from);
    for (; end < offset; end = nextByte(units, carriageReturn, end + 1, this.#held.length)) {
      // The line feed after a carriage return ends the same line, and is counted by itself.
      if (units[end + 1] === lineFeed) continue;
      lines += 1;
      lineStart = Math.max(lineStart, end + 1);
    }
    this.#nextReturn = end;
    this.#line += lines;
    this.#column = (lines === 0 ? this.#column : 0) + this.#held.width(lineStart, offset);
    this.#countedTo = offset;
  }

  #returnFrom(from: number): number {
    if (!this.#held.mayHaveReturn) return this.#held.length;
    const next = this.#nextReturn;
    return next !== undefined && next >= from
      ? next
      : nextByte(this.#held.units, carriageReturn, from, this.#held.length);
  }
}

const lineFeed = 10;
const carriageReturn = 13;
