import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionId } from './sessionId.ts';

/** What an answer's own signature says: right, absent, or wrong (then the answer is no answer). */
export type SignatureVerdict = 'valid' | 'unsigned' | 'mismatch';

// HMAC-SHA256 in hex. Requests use lower case; on responses either case is met (facts.md).
const signatureShape = /^[0-9a-f]{64}$/i;

/** The `X-HMAC-SIGNATURE` of a GET or DELETE: lower-case hex over the id exactly as it stands in the path. */
export function signSessionId(id: SessionId, sharedSecretKey: string): string {
  return createHmac('sha256', sharedSecretKey).update(id, 'utf8').digest('hex');
}

/**
 * Judges the signature headers of one response over its raw (decompressed) body. Which of an integration's
 * keys signs responses is not documented, so any of them may have done it. Never throws.
 */
export function verifySignature(
  body: Uint8Array,
  signatures: readonly string[],
  sharedSecretKeys: readonly string[],
): SignatureVerdict {
  const [signature, ...others] = signatures;
  if (signature === undefined) return 'unsigned';
  // Two signatures at once leave open which one counts; `timingSafeEqual` throws on lengths that differ.
  if (others.length > 0 || !signatureShape.test(signature)) return 'mismatch';
  const given = Buffer.from(signature, 'hex');
  // Every key is tried even after a match, so that the time taken does not tell which one it was. Anybody
  // could sign with an empty key, so it proves nothing.
  const matches = sharedSecretKeys
    .filter((key) => key !== '')
    .map((key) => timingSafeEqual(given, createHmac('sha256', key).update(body).digest()));
  return matches.includes(true) ? 'valid' : 'mismatch';
}
