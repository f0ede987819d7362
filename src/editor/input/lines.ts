import { findBetween, idAt, type FoundId } from '../../sessions/scan/findSessionIds.ts';
import { tableContext } from './tableContext.ts';

/** The lines of a text, as an editor stores them: the cost of reading one does not depend on the text's length. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/** A position between two characters; both numbers from 0, `character` in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** An id and its position; an id never spans two lines. */
export interface IdOnLine extends FoundId {
  readonly line: number;
  /** UTF-16 units from the beginning of the line; `end` is right after the last one. */
  readonly startCharacter: number;
  readonly endCharacter: number;
}

// The text around an id tells its role, and a session URL's token is a few kB long; more text changes nothing.
const reach = 16_384;

// Visible lines of this total length contain an endless line that no one reads.
const mostCharacters = 200_000;

/** A part of a text with the text around it. Each line end is one character here, whatever it is in the text. */
export interface Stretch {
  readonly text: string;
  /** Offsets in `text` of the two positions that it was made for. */
  readonly from: number;
  readonly to: number;
  /** Whether it begins at the start of the whole text, and ends at its end. */
  readonly isFromStart: boolean;
  readonly isToEnd: boolean;
  placeAt(offset: number): Place;
}

/** The text between two positions, with up to 16,384 characters on each side. No other lines are read. */
export function stretchAround(lines: Lines, from: Place, to: Place): Stretch {
  const first = placeBefore(lines, from);
  const last = placeBehind(lines, to);
  const parts: string[] = [];
  const lengthTo = (place: Place): number =>
    parts.reduce((length, part) => length + part.length + 1, 0) +
    place.character -
    (place.line === first.line ? first.character : 0);
  let [fromOffset, toOffset] = [0, 0];
  for (let line = first.line; line <= last.line; line += 1) {
    if (line === from.line) fromOffset = lengthTo(from);
    if (line === to.line) toOffset = lengthTo(to);
    const { text } = lines.lineAt(line);
    parts.push(
      text.slice(
        line === first.line ? first.character : 0,
        line === last.line ? last.character : text.length,
      ),
    );
  }
  const text = parts.join('\n');
  return {
    text,
    from: fromOffset,
    to: toOffset,
    isFromStart: first.line === 0 && first.character === 0,
    isToEnd: last.line === lines.lineCount - 1 && last.character === lines.lineAt(last.line).text.length,
    placeAt: placesIn(text, first),
  };
}

/** The id at this position; an id that ends there counts as well. */
export function idAtPlace(lines: Lines, place: Place): IdOnLine | undefined {
  const stretch = stretchAround(lines, place, place);
  const found = idAt(stretch.text, stretch.from, tableContext(lines));
  return found && onLine(stretch, found);
}

/**
 * The ids on these lines (both inclusive), in order; undefined if the lines are so long that searching them would be
 * noticeable.
 */
export function idsOnLines(lines: Lines, first: number, last: number): readonly IdOnLine[] | undefined {
  const end = Math.min(last, lines.lineCount - 1);
  if (first > end) return [];
  let characters = 0;
  for (let line = first; line <= end; line += 1) {
    characters += lines.lineAt(line).text.length + 1;
    if (characters > mostCharacters) return undefined;
  }
  const stretch = stretchAround(
    lines,
    { line: first, character: 0 },
    { line: end, character: lines.lineAt(end).text.length },
  );
  const found = findBetween(stretch.text, stretch.from, stretch.to, tableContext(lines));
  return [...found].map((each) => onLine(stretch, each));
}

function onLine(stretch: Stretch, found: FoundId): IdOnLine {
  const { line, character } = stretch.placeAt(found.start);
  return {
    ...found,
    line,
    startCharacter: character,
    endCharacter: character + found.end - found.start,
  };
}

/** Converts offsets in a text that begins at `first` to positions. */
function placesIn(text: string, first: Place): (offset: number) => Place {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const character = offset - (starts[low] ?? 0) + (low === 0 ? first.character : 0);
    return { line: first.line + low, character };
  };
}

function placeBefore(lines: Lines, { line, character }: Place): Place {
  let start = Math.max(0, character - reach);
  let left = reach - (character - start);
  let at = line;
  while (start === 0 && at > 0 && left > 0) {
    at -= 1;
    const { length } = lines.lineAt(at).text;
    start = Math.max(0, length + 1 - left);
    left -= length + 1 - start;
  }
  return { line: at, character: start };
}

function placeBehind(lines: Lines, { line, character }: Place): Place {
  let end = Math.min(lines.lineAt(line).text.length, character + reach);
  let left = reach - (end - character);
  let at = line;
  while (end === lines.lineAt(at).text.length && at < lines.lineCount - 1 && left > 0) {
    at += 1;
    end = Math.min(lines.lineAt(at).text.length, left - 1);
    left -= end + 1;
  }
  return { line: at, character: end };
}
