import { tableHeader, type TableHeader } from './tableHeader.ts';

/** How far before an id its row and the header above it are searched, in UTF-16 units. */
const reach = 4000;
// Tables without drawn lines have their header in the first line, which is passed in, or are small.
const undrawnReach = 1500;

/** The column of an id, and the line that names it. */
export interface TableColumn {
  readonly name: string;
  readonly header: string;
}

/**
 * The column of the cell that consists of the id between the two UTF-16 offsets: in CSV, TSV, a drawn table, a
 * terminal's table, or the values of an SQL insert. `firstLine` is that of the whole text, if it is known. The name is
 * empty if the table does not name the column; undefined if this is not a known table.
 */
export function tableColumn(
  text: string,
  start: number,
  end: number,
  firstLine?: string,
): TableColumn | undefined {
  const ends = cellEnds(text, start, end);
  if (ends === undefined) return undefined;
  const window = text.slice(Math.max(0, start - reach), start);
  const first = firstLine === undefined ? undefined : headerAt(firstLine, window, ends);
  if (first !== undefined) return first;

  const inserted = lastInsert(window);
  if (inserted !== undefined) return headerAt(inserted, window, ends);
  const isDrawn = ends.left === '|' || ends.left === '│';
  const above = lineAboveRows(isDrawn ? window : window.slice(-undrawnReach), isDrawn ? reach : undrawnReach);
  return above === undefined ? undefined : headerAt(above, window, ends);
}

function headerAt(line: string, window: string, { left, right }: CellEnds): TableColumn | undefined {
  const header = tableHeader(line);
  if (header === undefined) return undefined;
  const { separator } = header;
  const isOwnCell = (edge: string): boolean =>
    edge === '\n' || edge === separator || (edge === ' ' && separator === 'columns');
  // The text of a Markdown link is followed by its address in brackets instead of a separator.
  const isLink = separator === '|' && right === '(';
  const index =
    separator === 'tuple'
      ? placeInTuple(window)?.index
      : isOwnCell(left) && (isOwnCell(right) || isLink)
        ? indexInRow(window, header)
        : undefined;
  return index === undefined ? undefined : { name: header.names[index] ?? '', header: line };
}

/** What is before and after a cell: a separator, a space for two or more, a line feed at either end of a line. */
interface CellEnds {
  readonly left: string;
  readonly right: string;
}

/** The ends of the cell, if only quotes, spaces and markup are between them and the id. */
function cellEnds(text: string, start: number, end: number): CellEnds | undefined {
  let at = start - 1;
  while (start - at < mostPadding && isPadding(text[at])) at -= 1;
  const left = edgeOf(text[at]) ?? (text.startsWith('  ', start - 2) ? ' ' : undefined);
  if (left === undefined) return undefined;
  at = end;
  while (at - end < mostPadding && isPadding(text[at])) at += 1;
  const right = edgeOf(text[at]) ?? (text.startsWith('  ', end) ? ' ' : undefined);
  return right === undefined ? undefined : { left, right };
}

const mostPadding = 60;

function isPadding(char: string | undefined): boolean {
  return char !== undefined && ` "'\`*[]`.includes(char);
}

function edgeOf(char: string | undefined): string | undefined {
  if (char === undefined || char === '\r' || char === '\uFEFF') return '\n';
  return ',;\t|│\n()'.includes(char) ? char : undefined;
}

/** The index of the cell in its row at the end of the window. */
function indexInRow(window: string, header: TableHeader): number | undefined {
  const lineStart = window.lastIndexOf('\n') + 1;
  // The row begins before the part that is searched.
  if (lineStart === 0 && window.length === reach) return undefined;
  const { separator, starts } = header;
  if (separator === 'columns') {
    const index = starts?.indexOf(window.length - lineStart) ?? -1;
    return index === -1 ? undefined : index;
  }
  if (separator === '|' || separator === '│') return count(window.slice(lineStart), separator);
  return indexInQuotedRow(window, lineStart, separator);
}

function count(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at !== -1; at = text.indexOf(char, at + 1)) found += 1;
  return found;
}

/** The index of the cell if quoted fields may contain separators and line ends. */
function indexInQuotedRow(window: string, lineStart: number, separator: string): number | undefined {
  // A quote directly before the id opens the id's own cell and is not counted.
  const to = window.endsWith('"') ? window.length - 1 : window.length;
  let from = lineStart;
  for (let line = 0; count(window.slice(from, to), '"') % 2 === 1; line += 1) {
    if (from === 0 || line === mostLines) return undefined;
    from = window.lastIndexOf('\n', from - 2) + 1;
  }
  let index = 0;
  let isQuoted = false;
  for (let at = from; at < to; at += 1) {
    const char = window[at];
    if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) index += 1;
  }
  return index;
}

const mostLines = 20;

/** The index of the value in its tuple at the end of the window, and where the tuple begins: `('a', f('<id>'`. */
function placeInTuple(window: string): { readonly index: number; readonly open: number } | undefined {
  const limit = Math.max(0, window.length - longestTuple);
  if (!window.slice(limit).includes('(')) return undefined;
  let index = 0;
  let depth = 0;
  for (let at = window.length - 1; at >= limit; at -= 1) {
    const char = window[at];
    if (char === "'" && at < window.length - 1) at = window.lastIndexOf("'", at - 1);
    else if (char === ')') depth += 1;
    else if (char === ',' && depth === 0) index += 1;
    else if (char === ';') return undefined;
    else if (char === '(' && depth > 0) depth -= 1;
    else if (char === '(') {
      const before = window.slice(Math.max(0, at - 40), at).trimEnd();
      if (/(?:values|,)$/i.test(before)) return { index, open: at };
      // This bracket is that of a function around the value, so the function's position in the tuple counts.
      if (!/\w$/.test(before)) return undefined;
      index = 0;
    }
  }
  return undefined;
}

const longestTuple = 1000;

/** The beginning of the SQL insert in whose values the window ends, to the end of its column names. */
function lastInsert(window: string): string | undefined {
  const open = placeInTuple(window)?.open;
  if (open === undefined) return undefined;
  const into = window.slice(0, open).toLowerCase().lastIndexOf('into ');
  const close = into === -1 ? -1 : window.indexOf(')', into);
  if (close === -1 || close > open || /;\s{0,10}\n/.test(window.slice(close))) return undefined;
  const verb = /(?:insert|replace)\s{1,4}(?:ignore\s{1,4})?$/i.exec(
    window.slice(Math.max(0, into - 30), into),
  );
  return verb === null ? undefined : `${verb[0]}${window.slice(into, close + 1)}`;
}

/** The nearest line above that neither contains an id nor is a drawn line of the table. */
function lineAboveRows(window: string, longest: number): string | undefined {
  let end = window.lastIndexOf('\n');
  const column = window.length - end - 1;
  while (end > 0) {
    const start = window.lastIndexOf('\n', end - 1) + 1;
    // The line begins before the part that is searched.
    if (start === 0 && window.length === longest) return undefined;
    // Most rows have their ids in the same column, so only other lines need the slower check of the whole line.
    if (!hasDashesOfUuid(window, start + column)) {
      const line = window.slice(start, end);
      if (!uuid.test(line) && !ruleOfTable.test(line)) return line;
    }
    end = start - 1;
  }
  return undefined;
}

function hasDashesOfUuid(text: string, at: number): boolean {
  return [8, 13, 18, 23].every((offset) => text.charCodeAt(at + offset) === 45);
}

const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i;
const ruleOfTable = /^[\s|+:=╞═╪╡├─┼┤┌┬┐└┴┘-]{1,1000}$/;
