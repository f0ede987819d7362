import type { Entry, EntryRef } from '../../cleanup/list/entry.ts';
import { parseSessionId } from '../../veriff/sessionId.ts';
import type { ListNode, PageNode } from './view/listRows.ts';

/** Where rows that are dropped go in the queue: before an entry, or to either end. */
export type DropTarget =
  { readonly kind: 'before'; readonly entry: Entry } | { readonly kind: 'head' } | { readonly kind: 'end' };

/**
 * The place that a row means on which others are dropped; undefined if what waits cannot go there. `firstOf` reads the
 * first entry of a page.
 */
export function dropTarget(
  target: ListNode | undefined,
  firstOf: (page: PageNode) => Entry | undefined,
): DropTarget | undefined {
  switch (target?.kind) {
    case 'entry':
      return placeAt(target.entry);
    case 'page':
      return target.name === 'waiting' ? placeAt(firstOf(target)) : undefined;
    case 'group':
      if (target.name === 'nextUp') return { kind: 'head' };
      return target.name === 'waiting' ? { kind: 'end' } : undefined;
    case undefined:
      return undefined;
  }
}

/** What is tried or looked up again comes after the queue. */
function placeAt(entry: Entry | undefined): DropTarget | undefined {
  if (entry?.shelf === 'queue') return { kind: 'before', entry };
  return entry?.shelf === 'later' ? { kind: 'end' } : undefined;
}

/** The rows that were dragged; none if the value is not what `handleDrag` gave: anybody may drop anything. */
export function droppedRows(value: unknown): readonly EntryRef[] {
  if (typeof value !== 'string') return [];
  try {
    const rows: unknown = JSON.parse(value);
    return Array.isArray(rows) ? rows.flatMap((row) => refIn(row) ?? []) : [];
  } catch {
    return [];
  }
}

function refIn(row: unknown): EntryRef | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { list, id, sessionId } = row as Partial<Record<keyof EntryRef, unknown>>;
  const parsed = typeof sessionId === 'string' ? parseSessionId(sessionId) : undefined;
  if (typeof list !== 'string' || typeof id !== 'number' || parsed === undefined) return undefined;
  return { list, id, sessionId: parsed };
}

/** The URIs of a `text/uri-list`: addresses of files that can be read, and links of the web, which are only text. */
export function readUriList(text: string): {
  readonly addresses: readonly string[];
  readonly links: readonly string[];
} {
  // A comment, which begins with #, is no URI either (RFC 2483).
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const isLink = (line: string): boolean => /^https?:/i.test(line);
  const isAddress = (line: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(line);
  return { addresses: lines.filter((line) => isAddress(line) && !isLink(line)), links: lines.filter(isLink) };
}
