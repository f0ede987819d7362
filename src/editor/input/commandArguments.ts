import type { EntrySource } from '../../cleanup/list/entry.ts';
import { isEntryNode, type EntryNode } from '../list/view/cleanupView.ts';

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

/** Where what is handed over stands, `{ uri, line }` with the line from 0, as the hover says it; undefined for all else. */
export function sourceOf(argument: unknown): EntrySource | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { uri, line } = argument as Partial<Record<keyof EntrySource, unknown>>;
  return typeof uri === 'string' && Number.isSafeInteger(line) && Number(line) >= 0
    ? { uri, line: Number(line) }
    : undefined;
}
