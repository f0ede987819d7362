import { randomUUID } from 'node:crypto';
declare const brand: unique symbol;

/**
 * A Veriff session id in its one normal form: a UUID of any version, lower case, with dashes.
 * The same characters stand in the request's path and under its signature.
 */
export type SessionId = string & { readonly [brand]: 'SessionId' };

// Veriff's prose says version 4, its own examples use others: every UUID shape is accepted (facts.md).
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The session id that `text` is, but for case and surrounding white space; undefined if it is none. */
export function parseSessionId(text: string): SessionId | undefined {
  const trimmed = text.trim();
  return uuidShape.test(trimmed) ? (trimmed.toLowerCase() as SessionId) : undefined;
}

/** An id that no session has. */
export function randomSessionId(): SessionId {
  const nobody = parseSessionId(randomUUID());
  if (nobody === undefined) throw new Error('randomUUID gave no UUID.');
  return nobody;
}
