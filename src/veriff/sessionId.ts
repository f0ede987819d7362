import { randomUUID } from 'node:crypto';
declare const brand: unique symbol;

/**
 * A Veriff session id in its normal form: a UUID of any version, lower case, with dashes. The request's path and its
 * signature use exactly these characters.
 */
export type SessionId = string & { readonly [brand]: 'SessionId' };

// Veriff's text says version 4, but its examples have others: every UUID is accepted (src/veriff/README.md, "Requests
// and signature").
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads a session id, ignoring case and surrounding white space; undefined if `text` is none. */
export function parseSessionId(text: string): SessionId | undefined {
  const trimmed = text.trim();
  return uuidShape.test(trimmed) ? (trimmed.toLowerCase() as SessionId) : undefined;
}

/** A random id, which no session has. */
export function randomSessionId(): SessionId {
  const id = parseSessionId(randomUUID());
  if (id === undefined) throw new Error('randomUUID gave no UUID.');
  return id;
}
