import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import { startsFree } from './standsFree.ts';

/** The position of a session token and the id of its session. The token itself is not kept. */
export interface SessionToken {
  readonly id: SessionId;
  /** UTF-16 offset of the session URL around the token, or else of the token. */
  readonly start: number;
  readonly end: number;
  /** Whether a Veriff host or an integration id in the payload says that it is Veriff's. */
  readonly isVeriffToken: boolean;
}

/** Longer tokens are not read. Those seen in samples are shorter than 400 characters. */
export const tokenLengthLimit = 8 * 1024;

/**
 * Reads the JWT that begins at the UTF-16 offset, if its payload holds a UUID as `session_id` (src/veriff/README.md,
 * "Where session ids are found"). Never throws; malformed text is not a token. No token begins before `examinedTo`,
 * whether one was found or not.
 */
export function readSessionToken(
  text: string,
  start: number,
): { readonly token?: SessionToken; readonly examinedTo: number } {
  const headerEnd = partEnd(text, start, start);
  const examinedTo = headerEnd;
  if (text[headerEnd] !== '.' || !startsFree(text, start)) return { examinedTo };
  const payloadEnd = partEnd(text, headerEnd + 1, start);
  if (text[payloadEnd] !== '.') return { examinedTo };
  const end = partEnd(text, payloadEnd + 1, start);
  if (end === payloadEnd + 1 || end - start > tokenLengthLimit) return { examinedTo };

  const payload = readPayload(text.slice(headerEnd + 1, payloadEnd));
  if (payload === undefined) return { examinedTo };
  const url = sessionUrlBefore(text, start);
  const isVeriffToken = url !== '' || payload.hasIntegration;
  return { token: { id: payload.id, start: start - url.length, end, isVeriffToken }, examinedTo };
}

/**
 * The beginning of a session URL, `https://<host of Veriff>/v/`, that ends at the offset; empty if there is none.
 * Slashes may be escaped as in JSON (`\/`) or in a query (`%2F`).
 */
export function sessionUrlBefore(text: string, end: number): string {
  urlBefore.lastIndex = end;
  return urlBefore.exec(text)?.groups?.['url'] ?? '';
}

// A lookbehind at a fixed position reads backwards from there; it searches and copies nothing.
const urlBefore =
  /(?<=(?<url>https?(?::|%3a)(?:\\?\/|%2f){2}(?:[a-z\d-]{1,63}\.){0,8}veriff\.(?:com|me)(?::\d{1,5})?(?:\\?\/|%2f)v(?:\\?\/|%2f)))/iy;

/** The end of the run of base64url characters, at most `tokenLengthLimit` + 1 units after the token's beginning. */
function partEnd(text: string, from: number, tokenStart: number): number {
  const limit = tokenStart + tokenLengthLimit + 1;
  let at = from;
  while (at < limit && isBase64Url(text.charCodeAt(at))) at += 1;
  return at;
}

/** Whether the character or byte is one of base64url. */
export function isBase64Url(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 95
  );
}

/**
 * The length of {"session_id":"<36 characters>"} in base64url. Shorter payloads are not parsed: in a text full of dots,
 * the parser would throw an error at each of them.
 */
export const shortestPayload = 71;

function readPayload(part: string): { id: SessionId; hasIntegration: boolean } | undefined {
  if (part.length < shortestPayload) return undefined;
  const payload = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  if (typeof payload !== 'object' || payload === null || !('session_id' in payload)) return undefined;
  if (typeof payload.session_id !== 'string') return undefined;
  const id = parseSessionId(payload.session_id);
  return id === undefined ? undefined : { id, hasIntegration: 'iid' in payload };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which is part of a secret, so it is dropped.
    return undefined;
  }
}
