import type { Entry, EntryRef } from '../../cleanup/list/entry.ts';
import { parseSessionId } from '../../veriff/sessionId.ts';
import type { ListNode, PageNode } from './view/listRows.ts';

/** The position in the queue for dropped rows: before an entry, or at either end. */
export type DropTarget =
  { readonly kind: 'before'; readonly entry: Entry } | { readonly kind: 'head' } | { readonly kind: 'end' };

/**
 * The position that a drop on this row means; undefined if queued entries cannot go there. `firstOf` reads the first
 * entry of a page.
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

/** Entries that are retried or looked up again come after the queue. */
function placeAt(entry: Entry | undefined): DropTarget | undefined {
  if (entry?.group === 'queue') return { kind: 'before', entry };
  return entry?.group === 'later' ? { kind: 'end' } : undefined;
}

/** The dragged rows; empty if the value is not from our `handleDrag`, since anything can be dropped here. */
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

/** The URIs of a `text/uri-list`: addresses of readable files, and web links, which are only searched as text. */
export function readUriList(text: string): {
  readonly addresses: readonly string[];
  readonly links: readonly string[];
} {
  // Lines that begin with # are comments and are left out as well (RFC 2483).
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const isLink = (line: string): boolean => /^https?:/i.test(line);
  const isAddress = (line: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(line);
  return { addresses: lines.filter((line) => isAddress(line) && !isLink(line)), links: lines.filter(isLink) };
}
