import { roleOfName } from './roleOfName.ts';

/** A table's column names, and what separates the cells of a row. */
export interface TableHeader {
  readonly names: readonly string[];
  /** `columns`: cells begin at the same columns as their names. `tuple`: the values of an SQL insert. */
  readonly separator: ',' | ';' | '\t' | '|' | '│' | 'columns' | 'tuple';
  /** Only for `columns`: where each name begins, in UTF-16 units from the beginning of the line. */
  readonly starts?: readonly number[];
}

/** Longer lines are not read as headers, which limits the cost of a line. In UTF-16 units. */
export const longestHeader = 4096;

/** Reads a line as a header; undefined if no column has a name that gives a role. */
export function tableHeader(line: string): TableHeader | undefined {
  // The last result is kept, because this is called with the same line for each id of a table.
  if (line === lastLine) return lastHeader;
  if (line.length > longestHeader) return undefined;
  lastHeader = mayName.test(line) ? readHeader(line.replace(/^\uFEFF|\r$/g, '')) : undefined;
  lastLine = line;
  return lastHeader;
}

let lastLine = '';
let lastHeader: TableHeader | undefined;

const mayName = /session|verification|attempt|end.?user|vendor.?data/i;

// A line with an id in it is a row.
const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i;

function readHeader(line: string): TableHeader | undefined {
  const inserted = insertHead.exec(line)?.groups?.['names'];
  if (inserted !== undefined) return headerOf(inserted.split(','), 'tuple');
  const copied = copyHead.exec(line)?.groups?.['names'];
  if (copied !== undefined) return headerOf(copied.split(','), '\t');

  if (uuid.test(line)) return undefined;
  const separator = separators
    .map((each) => ({ each, fields: fieldsOf(line, each) }))
    .reduce((most, next) => (next.fields.length > most.fields.length ? next : most));
  if (separator.fields.length > 1) return headerOf(separator.fields, separator.each);
  return columnsOf(line) ?? headerOf([line], ',');
}

// INSERT INTO "a"."b" (c, "d") VALUES; a line that begins like this may be as long as the whole table.
const insertHead =
  /^\s{0,40}(?:insert|replace)\s{1,4}(?:ignore\s{1,4})?into\s{1,4}[^\s()]{1,120}\s{0,4}\((?<names>[^()]{1,2000})\)\s{0,40}(?:values|$)/i;
const copyHead = /^copy\s{1,4}[^\s()]{1,120}\s{0,4}\((?<names>[^()]{1,2000})\)\s{1,4}from\s/i;

const separators = [',', ';', '\t', '|', '│'] as const;

function headerOf(
  fields: readonly string[],
  separator: TableHeader['separator'],
  starts?: readonly number[],
): TableHeader | undefined {
  const names = fields.map((field) => field.trim().replace(/^(["'`])(.*)\1$/, '$2'));
  if (!names.every((name) => columnName.test(name))) return undefined;
  // Without a known name the line may be anything: many files begin with a line that contains a comma.
  if (!names.some((name) => roleOfName(name) !== undefined)) return undefined;
  return { names, separator, ...(starts && { starts }) };
}

const columnName = /^(?:[\p{L}_@#$%(][\p{L}\p{N}_ .:()/#$@%?-]{0,60})?$/u;

/** The fields of a line. A separator inside quotes is part of the field. */
function fieldsOf(line: string, separator: string): string[] {
  const fields: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at <= line.length; at += 1) {
    const char = line[at];
    if (char === '"') isQuoted = !isQuoted;
    if (char !== undefined && (char !== separator || isQuoted)) continue;
    fields.push(line.slice(from, at));
    from = at + 1;
  }
  return fields;
}

/** Names separated by two or more spaces, as in a terminal. */
function columnsOf(line: string): TableHeader | undefined {
  if (!/\S {2,}\S/.test(line)) return undefined;
  const found = [...line.matchAll(/\S+(?: \S+)*/g)];
  return headerOf(
    found.map(([name]) => name),
    'columns',
    found.map(({ index }) => index),
  );
}
