import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionId } from './sessionId.ts';

/** The verdict on an answer's signature: right, absent, or wrong (then the answer does not count). */
export type SignatureVerdict = 'valid' | 'unsigned' | 'mismatch';

// HMAC-SHA256 in hex: lower case in requests, either case in responses (src/veriff/README.md, "Requests and
// signature").
const signatureShape = /^[0-9a-f]{64}$/i;

/** The `X-HMAC-SIGNATURE` of a GET or DELETE: lower-case hex over the id exactly as it is in the path. */
export function signSessionId(id: SessionId, sharedSecretKey: string): string {
  return createHmac('sha256', sharedSecretKey).update(id, 'utf8').digest('hex');
}

/**
 * Judges the signature headers of one response against its raw (decompressed) body. It is not documented which of an
 * integration's keys signs responses, so any of them may have signed. Never throws.
 */
export function verifySignature(
  body: Uint8Array,
  signatures: readonly string[],
  sharedSecretKeys: readonly string[],
): SignatureVerdict {
  const [signature, ...others] = signatures;
  if (signature === undefined) return 'unsigned';
  // With two signatures it is unclear which one counts; `timingSafeEqual` throws if the lengths differ.
  if (others.length > 0 || !signatureShape.test(signature)) return 'mismatch';
  const given = Buffer.from(signature, 'hex');
  // Every key is tried even after a match, so that the time taken does not tell which one it was. Anyone could sign
  // with an empty key, so it proves nothing.
  const matches = sharedSecretKeys
    .filter((key) => key !== '')
    .map((key) => timingSafeEqual(given, createHmac('sha256', key).update(body).digest()));
  return matches.includes(true) ? 'valid' : 'mismatch';
}
