import { findBetween, type FoundId } from './findSessionIds.ts';
import { headerLine, type RoleContext } from '../role/role.ts';

/** An id of a text that may be longer than memory; its offsets count from the beginning of the whole text. */
export interface PlacedId extends FoundId {
  /** From 0. A line ends with a line feed, a carriage return, or both. */
  readonly line: number;
  /** From 0, in UTF-16 units. */
  readonly column: number;
}

/** No more than this many characters (UTF-16 units) are read on between two turns … */
export const stretchLength = 16_384;

/** … and no more than this many ids: to read what stands around one costs far more than to find none. */
export const mostIdsAtOnce = 100;

// What decides about an id stands within this much of it: a session URL is the longest, with a token of up to 8 KiB.
const surroundings = 16_384;

/**
 * Finds in a text that comes in pieces what `findSessionIds` finds in the whole, each id once, with its line. It gives
 * what it found (often nothing) after each stretch, so that whoever asks can let others have a turn.
 */
export function* findInPieces(
  pieces: Iterable<string>,
  context: RoleContext = {},
): Generator<readonly PlacedId[], void> {
  const lines = new LineCount();
  let known: RoleContext | undefined;
  // The part of the text that is held: `start` is the offset of its first character, and all before `done` is read.
  let held = '';
  let start = 0;
  let done = 0;
  for (const piece of stretches(pieces)) {
    held += piece;
    const to = done + stretchLength;
    // Whole stretches only: what stands around is read again with each, and pieces may be as short as a character.
    if (held.length < to + surroundings) continue;
    known ??= { header: headerLine(held), ...context };
    yield* placed(held, start, [done, to], lines, known);
    const dropped = Math.max(0, to - surroundings);
    held = held.slice(dropped);
    start += dropped;
    done = to - dropped;
  }
  known ??= { header: headerLine(held), ...context };
  for (; done < held.length; done += stretchLength)
    yield* placed(held, start, [done, Math.min(done + stretchLength, held.length)], lines, known);
}

function* stretches(pieces: Iterable<string>): Generator<string, void> {
  for (const piece of pieces)
    for (let from = 0; from < piece.length; from += stretchLength)
      yield piece.slice(from, from + stretchLength);
}

function* placed(
  held: string,
  start: number,
  [from, to]: readonly [number, number],
  lines: LineCount,
  context: RoleContext,
): Generator<readonly PlacedId[], void> {
  let ids: PlacedId[] = [];
  for (const found of findBetween(held, from, to, context)) {
    const place = lines.at(held, start, found.start);
    ids.push({ ...found, start: start + found.start, end: start + found.end, ...place });
    if (ids.length < mostIdsAtOnce) continue;
    yield ids;
    ids = [];
  }
  lines.at(held, start, to);
  yield ids;
}

/** Counts lines up to offsets that only grow. */
class LineCount {
  #line = 0;
  /** Offset in the whole text at which the line begins. */
  #lineStart = 0;
  /** Offset in the whole text up to which lines are counted. */
  #countedTo = 0;

  /** Line and column of the character at `offset` of `held`, which begins at `start` of the whole text. */
  at(held: string, start: number, offset: number): Pick<PlacedId, 'line' | 'column'> {
    for (let at = this.#countedTo - start; at < offset; at += 1) {
      const code = held.charCodeAt(at);
      // The line feed after a carriage return ends the same line.
      if (code !== lineFeed && (code !== carriageReturn || held.charCodeAt(at + 1) === lineFeed)) continue;
      this.#line += 1;
      this.#lineStart = start + at + 1;
    }
    this.#countedTo = Math.max(this.#countedTo, start + offset);
    return { line: this.#line, column: start + offset - this.#lineStart };
  }
}

const lineFeed = 10;
const carriageReturn = 13;
