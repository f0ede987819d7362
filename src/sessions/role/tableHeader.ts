import { roleOfName } from './roleOfName.ts';

/** The names above the columns of a table, and what keeps the cells of a row apart. */
export interface TableHeader {
  readonly names: readonly string[];
  /** `columns`: cells begin at the same places as their names; `tuple`: the values of an SQL insert. */
  readonly separator: ',' | ';' | '\t' | '|' | '│' | 'columns' | 'tuple';
  /** Of `columns` alone: where each name begins, in UTF-16 units from the beginning of the line. */
  readonly starts?: readonly number[];
}

/** Longer lines name no columns: what is read of a line is bounded. In UTF-16 units. */
export const longestHeader = 4096;

/** The header that a line is; undefined if it is none that names anything of Veriff's. */
export function tableHeader(line: string): TableHeader | undefined {
  // Whoever reads a table asks again for each id in it.
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

// INSERT INTO "a"."b" (c, "d") VALUES; it may be the beginning of a line as long as a table.
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
  // Many a file begins with a line that has a comma in it.
  if (!names.some((name) => roleOfName(name) !== undefined)) return undefined;
  return { names, separator, ...(starts && { starts }) };
}

const columnName = /^(?:[\p{L}_@#$%(][\p{L}\p{N}_ .:()/#$@%?-]{0,60})?$/u;

/** The fields of a line, where a field may be in quotes and hold the separator. */
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

/** Names that stand apart by two spaces or more, as terminals show a table. */
function columnsOf(line: string): TableHeader | undefined {
  if (!/\S {2,}\S/.test(line)) return undefined;
  const found = [...line.matchAll(/\S+(?: \S+)*/g)];
  return headerOf(
    found.map(([name]) => name),
    'columns',
    found.map(({ index }) => index),
  );
}
