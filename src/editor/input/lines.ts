import { findBetween, idAt, type FoundId } from '../../sessions/scan/findSessionIds.ts';
import { tableContext } from './tableContext.ts';

/** A text by its lines, as an editor has it: asking for one line costs the same in any text. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/** A place between two characters; both from 0, `character` in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** An id and where it stands: no id runs over the end of a line. */
export interface IdOnLine extends FoundId {
  readonly line: number;
  /** UTF-16 units from the beginning of the line; `end` is right after the last one. */
  readonly startCharacter: number;
  readonly endCharacter: number;
}

// What stands around an id tells its role, and a session URL's token is a few kB long; more text changes nothing.
const reach = 16_384;

// Nobody reads that much at once; what is longer is one endless line.
const mostCharacters = 200_000;

/** A part of a text with what stands around it; its line ends are one character each, whatever they are in the text. */
export interface Stretch {
  readonly text: string;
  /** Offsets in `text` of the two places that it was made for. */
  readonly from: number;
  readonly to: number;
  /** Whether it begins where the whole text does, and ends where that does. */
  readonly isFromStart: boolean;
  readonly isToEnd: boolean;
  placeAt(offset: number): Place;
}

/** The text between two places, with up to 16,384 characters to each side. It reads no other lines than those. */
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

/** The id whose place holds this one, or ends there. */
export function idAtPlace(lines: Lines, place: Place): IdOnLine | undefined {
  const stretch = stretchAround(lines, place, place);
  const found = idAt(stretch.text, stretch.from, tableContext(lines));
  return found && onLine(stretch, found);
}

/**
 * The ids on these lines (both inclusive), in order; undefined if the lines are so long that looking at them would be
 * felt.
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

/** Where offsets of a text are, which begins at `first`. */
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
