import type { RoleContext } from '../role/role.ts';
import { EachId, textEncoding, type FoundId } from './findSessionIds.ts';
import { SourceReading, usualExtent } from './sourceReading.ts';
import { uuidLength } from './uuidSearch.ts';

/** An id of a text that may be longer than memory; its offsets count from the beginning of the whole text. */
export interface PlacedId extends FoundId {
  /** From 0. A line ends with a line feed, a carriage return, or both. */
  readonly line: number;
  /** From 0, in UTF-16 units. */
  readonly column: number;
}

/** No more than this many ids are read between two turns: to judge one costs far more than to find none. */
export const mostIdsAtOnce = 100;

/** No more than this many characters (UTF-16 units) are read between two turns. */
export const stretchLength = mostIdsAtOnce * uuidLength;

// A text of many megabytes is not copied as a whole.
const pieceLength = 65_536;

/**
 * Finds in a text that comes in pieces what `findSessionIds` finds in the whole, each id with its line. It gives what it
 * found (often nothing) after each stretch, so that the caller can let other work have a turn.
 */
export function* findInPieces(
  pieces: Iterable<string>,
  context: RoleContext = {},
): Generator<readonly PlacedId[], void> {
  const ids = new EachId((id, placeOf): PlacedId => {
    const { line, column } = placeOf();
    return { ...id, line, column };
  });
  const extent = { ...usualExtent, stretch: stretchLength };
  const reading = new SourceReading(textEncoding, ids, { extent, context });
  for (const piece of pieces)
    for (let from = 0; from < piece.length; from += pieceLength) {
      const bytes = Buffer.from(piece.slice(from, from + pieceLength), 'utf16le');
      const parts = reading.pushInParts(bytes);
      while (parts.next().done !== true) yield ids.take();
    }
  const rest = reading.endInParts();
  while (rest.next().done !== true) yield ids.take();
  yield ids.take();
}
