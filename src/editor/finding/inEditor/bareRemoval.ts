import { openerBefore } from './enclosing.ts';
import type { Span, Surroundings } from './removal.ts';

const uuid = '[\\da-fA-F]{8}(?:-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12}';
const anyUuid = new RegExp(uuid);
// Each repetition of it has a bound, so that no line takes more than its length to read.
const separator = '(?:\\s{0,4}[,;|]\\s{0,4}|\\s{1,4})';
const itemsBefore = new RegExp(
  `^(?:(?:export\\s{1,4})?[\\w.-]{1,100}\\s{0,4}[=:]\\s{0,4})?(?:${uuid}${separator})*$`,
);
const itemsBehind = new RegExp(`^(?:${separator}${uuid})*\\s{0,4}[,;]?$`);

/**
 * What has to be taken out where the id stands without quotes, or with them as a value of YAML: its line in a list of
 * lines, its place in a list on one line, or all that is behind a sign. Undefined where none of it is certain.
 */
export function ofBareId(around: Surroundings, id: Span): Span | undefined {
  const { text } = around;
  const { start, end } = lineAround(text, id);
  const [left, right] = [text.slice(start, id.start).trimStart(), text.slice(id.end, end).trimEnd()];
  const rest = right.trimStart();
  if (/^(?:[-*+•]\s+|\d{1,6}[.)]\s+)?$/.test(left) && /^[,;]?\s*(?:(?:#|\/\/).*)?$/.test(rest))
    return wholeLine(around, id);
  if (/^(?:#.*)?$/.test(rest)) {
    if (/^[\w.-]+:\s+$/.test(left)) return isOfMapping(around, id) ? wholeLine(around, id) : undefined;
    if (/^(?:(?:export|set)\s+)?[\w.-]+\s*=\s*$/.test(left)) return id;
  }
  return ofInlineList(around, id, left, right);
}

/** The lines of a span with their end, so that nothing is left of them; undefined where their end is not in the text. */
export function wholeLine({ text, isFromStart, isToEnd }: Surroundings, span: Span): Span | undefined {
  const { start, end } = lineAround(text, span);
  if ((start === 0 && !isFromStart) || (end === text.length && !isToEnd)) return undefined;
  if (end < text.length) return { start, end: end + 1 };
  // The last line takes the end of the one before it along.
  return { start: Math.max(0, start - 1), end };
}

/** `KEY=a,b,c` and a line of ids alone. In a table the ids of a row are no list, and it has more than one row. */
function ofInlineList({ text }: Surroundings, id: Span, left: string, right: string): Span | undefined {
  if (!itemsBefore.test(left) || !itemsBehind.test(right)) return undefined;
  if (!/[=:]/.test(left) && hasIdBeside(text, id)) return undefined;
  const behind = /^(?:\s*[,;|]\s*|\s+)(?=[\da-fA-F])/.exec(right);
  if (behind !== null) return { start: id.start, end: id.end + behind[0].length };
  const before = /(?<=[\da-fA-F]{12})(?:\s{0,4}[,;|]\s{0,4}|\s{1,4})$/.exec(left);
  return before === null ? undefined : { start: id.start - before[0].length, end: id.end };
}

function hasIdBeside(text: string, span: Span): boolean {
  const { start, end } = lineAround(text, span);
  return anyUuid.test(lineAbove(text, start)) || anyUuid.test(lineBelow(text, end));
}

/** Whether it is a value of YAML's with another key beside it: without any its mapping would be none any more. */
function isOfMapping({ text, isFromStart }: Surroundings, id: Span): boolean {
  const { kind } = openerBefore(text, id.start, isFromStart);
  if (kind !== 'none' && kind !== 'far') return false;
  const { start, end } = lineAround(text, id);
  const indent = /^\s*/.exec(text.slice(start, end))?.[0] ?? '';
  const isSibling = (line: string): boolean =>
    line.startsWith(indent) && /^[\w.-]+:(?:\s|$)(?!.*,$)/.test(line.slice(indent.length).trimEnd());
  return isSibling(lineAbove(text, start)) || isSibling(lineBelow(text, end));
}

function lineAround(text: string, span: Span): Span {
  const end = text.indexOf('\n', span.end);
  return { start: text.lastIndexOf('\n', span.start - 1) + 1, end: end === -1 ? text.length : end };
}

function lineAbove(text: string, start: number): string {
  return start === 0 ? '' : text.slice(text.lastIndexOf('\n', start - 2) + 1, start - 1);
}

function lineBelow(text: string, end: number): string {
  const next = text.indexOf('\n', end + 1);
  return text.slice(end + 1, next === -1 ? text.length : next);
}
