import type { Entry, EntrySource } from '../../cleanup/list/entry.ts';

/** A row of an entry, as VS Code passes it to commands. */
export interface EntryNode {
  readonly kind: 'entry';
  readonly entry: Entry;
}

// Another extension may pass something that looks like a row: only rows in this set were made by our own view.
const ownRows = new WeakSet();

/** Registers a row as made by the view. */
export function ownRow<Row extends { readonly kind: string }>(row: Row): Row {
  ownRows.add(row);
  return row;
}

/** Whether a command's argument is a row that the view made. */
export function isOwnRow(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && ownRows.has(value);
}

/** Whether a command's argument is an entry's row that the view made. */
export function isEntryNode(value: unknown): value is EntryNode {
  return isOwnRow(value) && value.kind === 'entry';
}

/** The entries that a command of the tree was called on: all selected ones, else the clicked one. */
export function entriesIn([clicked, selected]: readonly unknown[]): readonly EntryNode[] {
  return (Array.isArray(selected) ? selected : [clicked]).filter(isEntryNode);
}

/** The text that another extension or a key binding passes: an id, a text with ids, or a list of ids. */
export function textOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (Array.isArray(argument)) return argument.filter((part) => typeof part === 'string').join('\n');
  return undefined;
}

/** The source that the hover passes with an id: `{ uri, line }`, with the line from 0. Undefined for anything else. */
export function sourceOf(argument: unknown): EntrySource | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { uri, line } = argument as Partial<Record<keyof EntrySource, unknown>>;
  return typeof uri === 'string' && Number.isSafeInteger(line) && Number(line) >= 0
    ? { uri, line: Number(line) }
    : undefined;
}
