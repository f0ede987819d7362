import { findBetween, idAt, type FoundId } from '../../sessions/scan/findSessionIds.ts';
import { tableContext } from './tableContext.ts';

/** The lines of a text, as an editor stores them: the cost of reading one does not depend on the text's length. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/** A position between two characters; both numbers from 0, `character` in UTF-16 units. */
export interface TextPosition {
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

/** The text around an id tells its role, and a session URL's token is a few kB long; more text changes nothing. */
export const surroundingLength = 16_384;

// Visible lines of this total length contain an endless line that no one reads.
const mostCharacters = 200_000;

/** A part of a text with the text around it. Each line end is one character here, CRLF too. */
export interface Stretch {
  readonly text: string;
  offsetAt(position: TextPosition): number;
  positionAt(offset: number): TextPosition;
}

/** The positions between which a text and the text around it lie: up to `surroundingLength` characters on each side. */
export function surroundingsOf(
  lines: Lines,
  from: TextPosition,
  to: TextPosition,
): { readonly first: TextPosition; readonly last: TextPosition } {
  return { first: positionBefore(lines, from), last: positionAfter(lines, to) };
}

/** The text between two positions, with up to `surroundingLength` characters on each side. No other lines are read. */
export function stretchAround(lines: Lines, from: TextPosition, to: TextPosition): Stretch {
  const { first, last } = surroundingsOf(lines, from, to);
  const parts: string[] = [];
  const starts: number[] = [];
  let length = 0;
  for (let line = first.line; line <= last.line; line += 1) {
    const { text } = lines.lineAt(line);
    const start = line === first.line ? first.character : 0;
    const part = text.slice(start, line === last.line ? last.character : text.length);
    // The offset of the line's first character, which may lie before the stretch.
    starts.push(length - start);
    parts.push(part);
    length += part.length + 1;
  }
  return {
    text: parts.join('\n'),
    offsetAt: ({ line, character }) => (starts[line - first.line] ?? 0) + character,
    positionAt: (offset) => {
      const index = Math.max(0, lastAtOrBefore(starts, offset));
      return { line: first.line + index, character: offset - (starts[index] ?? 0) };
    },
  };
}

/** The id at this position; an id that ends there counts as well. */
export function idAtPosition(lines: Lines, position: TextPosition): IdOnLine | undefined {
  const stretch = stretchAround(lines, position, position);
  const found = idAt(stretch.text, stretch.offsetAt(position), tableContext(lines));
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
  const from = { line: first, character: 0 };
  const to = { line: end, character: lines.lineAt(end).text.length };
  const stretch = stretchAround(lines, from, to);
  const found = findBetween(stretch.text, stretch.offsetAt(from), stretch.offsetAt(to), tableContext(lines));
  return found.map((each) => onLine(stretch, each));
}

function onLine(stretch: Stretch, found: FoundId): IdOnLine {
  const { line, character } = stretch.positionAt(found.start);
  return {
    ...found,
    line,
    startCharacter: character,
    endCharacter: character + found.end - found.start,
  };
}

/** The index of the last of these ascending numbers that is at most `most`; -1 if there is none. */
function lastAtOrBefore(numbers: readonly number[], most: number): number {
  let [low, high] = [-1, numbers.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}

function positionBefore(lines: Lines, { line, character }: TextPosition): TextPosition {
  let start = Math.max(0, character - surroundingLength);
  let left = surroundingLength - (character - start);
  let at = line;
  while (start === 0 && at > 0 && left > 0) {
    at -= 1;
    const { length } = lines.lineAt(at).text;
    start = Math.max(0, length + 1 - left);
    left -= length + 1 - start;
  }
  return { line: at, character: start };
}

function positionAfter(lines: Lines, { line, character }: TextPosition): TextPosition {
  let end = Math.min(lines.lineAt(line).text.length, character + surroundingLength);
  let left = surroundingLength - (end - character);
  let at = line;
  while (end === lines.lineAt(at).text.length && at < lines.lineCount - 1 && left > 0) {
    at += 1;
    end = Math.min(lines.lineAt(at).text.length, left - 1);
    left -= end + 1;
  }
  return { line: at, character: end };
}
