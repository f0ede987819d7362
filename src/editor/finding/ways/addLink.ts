import { parseSessionId, type SessionId } from '../../../veriff/sessionId.ts';

/** What a link asks for: ids for the review, or something that is not done, with the reason as half a sentence. */
export type AddLink =
  | { readonly kind: 'ids'; readonly ids: readonly SessionId[]; readonly foreign: number }
  | { readonly kind: 'refused'; readonly why: string };

/** A link names no more than this many ids; who has more has a file. */
export const mostLinkedIds = 1000;

// As many ids, each with its name and a separator that was escaped, and room to spare.
const longestQuery = 64_000;

/**
 * Reads the path and the query (unescaped once) of `vscode://…/add?id=…`, with several `id=` or several ids in one.
 * Anybody can make a link: nothing of what is no id is kept or repeated, and other parameters are not looked at.
 */
export function readAddLink(path: string, query: string): AddLink {
  if (!/^\/add\/?$/.test(path)) return refused('the link asks for something that this extension does not do');
  if (query.length > longestQuery) return refused('the link is too long');
  const named = new URLSearchParams(query).getAll('id').flatMap((value) => value.split(/[\s,;]+/));
  const parts = named.filter((part) => part !== '');
  if (parts.length > mostLinkedIds) return refused('the link names more than 1,000 ids');
  const ids = new Set(parts.flatMap((part) => parseSessionId(part) ?? []));
  if (ids.size === 0) return refused('the link names no session id');
  const foreign = parts.filter((part) => parseSessionId(part) === undefined).length;
  return { kind: 'ids', ids: [...ids], foreign };
}

function refused(why: string): AddLink {
  return { kind: 'refused', why };
}
