import type { Entry, EntrySource } from '../../cleanup/list/entry.ts';

/** An entry as commands are given it. */
export interface EntryNode {
  readonly kind: 'entry';
  readonly entry: Entry;
}

// Another extension may hand over something that looks like a row: only what is in here was made by our own view.
const ownRows = new WeakSet();

/** Notes that the view has made this row. */
export function ownRow<Row extends { readonly kind: string }>(row: Row): Row {
  ownRows.add(row);
  return row;
}

/** Whether a value that a command was given is a row that the view has made. */
export function isOwnRow(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && ownRows.has(value);
}

/** Whether a value that a command was given is a row that the view has made of an entry. */
export function isEntryNode(value: unknown): value is EntryNode {
  return isOwnRow(value) && value.kind === 'entry';
}

/** The entries that a command of the tree was called on: all selected ones, else the one under the pointer. */
export function entriesIn([clicked, selected]: readonly unknown[]): readonly EntryNode[] {
  return (Array.isArray(selected) ? selected : [clicked]).filter(isEntryNode);
}

/** What another extension or a key binding may hand over: an id, a text with ids, or a list of ids. */
export function textOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (Array.isArray(argument)) return argument.filter((part) => typeof part === 'string').join('\n');
  return undefined;
}

/**
 * Where what is handed over stands, `{ uri, line }` with the line from 0, as the hover says it; undefined for all
 * else.
 */
export function sourceOf(argument: unknown): EntrySource | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { uri, line } = argument as Partial<Record<keyof EntrySource, unknown>>;
  return typeof uri === 'string' && Number.isSafeInteger(line) && Number(line) >= 0
    ? { uri, line: Number(line) }
    : undefined;
}
