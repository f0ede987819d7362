import { ofBareId, wholeLine } from './bareRemoval.ts';
import { closerOf, openerBefore, type Opener } from './enclosing.ts';

/** Two offsets (UTF-16 units) of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text with the id in it, and whether it begins and ends where the whole document does. */
export interface Surroundings {
  readonly text: string;
  readonly isFromStart: boolean;
  readonly isToEnd: boolean;
}

/**
 * What has to be taken out so that the id between the two offsets is gone and the rest is still what it was: an
 * element of an array, a property of an object, a line of a list, or a value between its quotes. Undefined where nothing
 * of this is certain: in the middle of a path, among arguments, in a row of a table.
 */
export function removalOf(around: Surroundings, id: Span): Span | undefined {
  const literal = literalAround(around.text, id);
  if (literal === undefined) return undefined;
  if (literal === 'bare') return ofBareId(around, id);
  const before = lastBefore(around.text, literal.start);
  const isValue = around.text[before] === ':';
  if (isValue) return ofProperty(around, literal, before) ?? ofBareId(around, literal);
  if (around.text[before] === '=') return ofAssigned(around.text, literal, before, id);
  return ofElement(around, literal, 'element');
}

/** The id with its quotes, or that it has none; undefined where it is a part of something else. */
function literalAround(text: string, { start, end }: Span): Span | 'bare' | undefined {
  const [quote, closing] = [text[start - 1] ?? '', text[end] ?? ''];
  if (!isQuote(quote) && !isQuote(closing)) return 'bare';
  if (!isQuote(quote) || quote !== closing) return undefined;
  return { start: start - 1, end: end + 1 };
}

function ofProperty(around: Surroundings, value: Span, colon: number): Span | undefined {
  const { text } = around;
  const keyEnd = lastBefore(text, colon) + 1;
  const key = /(?:"[^"\\\n]{1,100}"|'[^'\\\n]{1,100}'|(?<![\w$.-])[\w$-]{1,100})$/.exec(
    text.slice(Math.max(0, keyEnd - 102), keyEnd),
  );
  if (key === null) return undefined;
  return ofElement(around, { start: keyEnd - key[0].length, end: value.end }, 'property');
}

/** What stands to the right of a sign that sets it becomes an empty text; everywhere else that would say something. */
function ofAssigned(text: string, literal: Span, sign: number, id: Span): Span | undefined {
  const left = text.slice(text.lastIndexOf('\n', sign) + 1, sign).trim();
  if (!/^[\w$.[\]"':<>|? -]{1,200}$/.test(left) || comparing.test(left)) return undefined;
  return isRestEmpty(text, literal.end, /^;?\s*(?:(?:\/\/|#|--).*)?$/) ? id : undefined;
}

// In a query or a condition the sign compares, and with an empty text it would find something else.
const comparing = /[=!<]$|\b(?:where|and|or|set|on|when|having|if|elif|while|until|not|return)\b/i;

type Part = 'element' | 'property';

/** An element of a list or a property of an object, with the comma that goes with it. */
function ofElement(around: Surroundings, span: Span, part: Part): Span | undefined {
  const { text } = around;
  const opener = openerBefore(text, span.start, around.isFromStart);
  if (!isPlace(around, span, part, opener)) return undefined;
  const [before, behind] = [lastBefore(text, span.start), firstBehind(text, span.end)];
  const isFirst = before === opener.at;
  if (!isFirst && text[before] !== ',' && !isBehindComment(text, span)) return undefined;
  const closer = closerOf(opener) || (part === 'element' ? ']' : '}');
  const isLast = (at: number): boolean =>
    text[at] === closer || (opener.kind === 'none' && at === text.length && around.isToEnd);
  if (text[behind] === ',') {
    const next = firstBehind(text, behind + 1);
    if (isFirst && isLast(next)) return ofOnly(around, opener, next, part);
    return withCommaBehind(around, span, behind);
  }
  if (!isLast(behind)) return undefined;
  if (isFirst) return ofOnly(around, opener, behind, part);
  if (text[before] !== ',') return undefined;
  return { start: before, end: span.end };
}

/** Whether the list or object around it, as far as it can be seen, is one that it can be taken out of. */
function isPlace(around: Surroundings, span: Span, part: Part, opener: Opener): boolean {
  if (part === 'property' && opener.kind !== '{' && opener.kind !== 'far') return false;
  switch (opener.kind) {
    case '[':
    case '{':
      // What stands right behind a name is its index, and `${` begins a part of a text.
      return !/[\w$\])"'`]/.test(around.text[opener.at - 1] ?? '');
    case '(':
      // Arguments have their places, and an empty IN () is none.
      return /\bin\s*$/i.test(around.text.slice(Math.max(0, opener.at - 10), opener.at));
    case 'none':
    case 'far':
      return isAloneOnLine(around.text, span) && hasLikeNeighbour(around.text, span, part);
  }
}

/** Without the only one that there is: an empty list; of an object, only where that is an element itself. */
function ofOnly(around: Surroundings, opener: Opener, closer: number, part: Part): Span | undefined {
  if (opener.kind === '[' || (opener.kind === '{' && part === 'element'))
    return { start: opener.at + 1, end: closer };
  if (opener.kind !== '{') return undefined;
  const object = { start: opener.at, end: closer + 1 };
  const before = around.text[lastBefore(around.text, object.start)];
  return before === '[' || before === ',' ? ofElement(around, object, 'element') : undefined;
}

function withCommaBehind(around: Surroundings, span: Span, comma: number): Span | undefined {
  const { text } = around;
  const end = comma + 1;
  const startsLine = text.slice(text.lastIndexOf('\n', span.start - 1) + 1, span.start).trim() === '';
  const endsLine = isRestEmpty(text, end, /^(?:(?:\/\/|#).*)?$/);
  if (startsLine && endsLine) return wholeLine(around, { start: span.start, end });
  // What ends its line leaves the comma before it as the end of the line; else the next one takes its place.
  if (endsLine) return { start: lastBefore(text, span.start) + 1, end };
  return { start: span.start, end: end + spacesAt(text, end) };
}

function isAloneOnLine(text: string, { start, end }: Span): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return text.slice(lineStart, start).trim() === '' && isRestEmpty(text, end, /^,?$/);
}

/** Whether the line before or behind is of the same kind; far from a bracket, only that tells what it is. */
function hasLikeNeighbour(text: string, span: Span, part: Part): boolean {
  const lineEnd = text.indexOf('\n', span.end);
  const below = lineEnd === -1 ? '' : (/^.*/.exec(text.slice(lineEnd + 1))?.[0] ?? '');
  const like = part === 'element' ? /^(["'`])[^"'`]*\1,?$/ : /^(?:"[^"]+"|'[^']+'|[\w$-]+)\s*:\s*\S.*$/;
  return like.test(lineAbove(text, span).trim()) || like.test(below.trim());
}

function isBehindComment(text: string, span: Span): boolean {
  return isAloneOnLine(text, span) && /^(?:\/\/|#|\/\*|\*)/.test(lineAbove(text, span).trim());
}

function lineAbove(text: string, { start }: Span): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return lineStart === 0 ? '' : text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, lineStart - 1);
}

/** What is asked about is the rest of the line without the spaces around it. */
function isRestEmpty(text: string, from: number, empty: RegExp): boolean {
  const end = text.indexOf('\n', from);
  return empty.test(text.slice(from, end === -1 ? text.length : end).trim());
}

/** The offset of the last character before this one that is no white space; -1 where there is none. */
function lastBefore(text: string, offset: number): number {
  let at = offset - 1;
  while (at >= 0 && isSpace(text[at])) at -= 1;
  return at;
}

/** The offset of the first character from this one on that is no white space; the length where there is none. */
function firstBehind(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && isSpace(text[at])) at += 1;
  return at;
}

function spacesAt(text: string, offset: number): number {
  return /^[ \t]*/.exec(text.slice(offset, offset + 200))?.[0].length ?? 0;
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'" || character === '`';
}
