import { nextByte } from './nextByte.ts';
import { isBase64Url, shortestPayload, tokenLengthLimit } from '../role/sessionToken.ts';

/** The offset of the first `eyJ`, with which tokens begin, between two offsets; `to` if there is none. */
export function nextTokenStart(bytes: Buffer, from: number, to: number): number {
  // J is by far the rarest of the three letters.
  for (let at = from; ;) {
    const end = nextByte(bytes, letterJ, at, to);
    if (end === to) return to;
    if (end - 2 >= from && bytes[end - 1] === letterY && bytes[end - 2] === letterE) return end - 2;
    at = end + 1;
  }
}

/** Whether the text at the offset has the parts of a token, and the offset before which no other token begins. */
export function tokenShape(
  bytes: Uint8Array,
  start: number,
): { readonly isLikely: boolean; readonly headerEnd: number } {
  const headerEnd = partEnd(bytes, start, start);
  const payloadEnd = bytes[headerEnd] === dot ? partEnd(bytes, headerEnd + 1, start) : headerEnd;
  return { isLikely: bytes[payloadEnd] === dot && payloadEnd - headerEnd > shortestPayload, headerEnd };
}

function partEnd(bytes: Uint8Array, from: number, tokenStart: number): number {
  const limit = Math.min(tokenStart + tokenLengthLimit + 1, bytes.length);
  let at = from;
  while (at < limit && isBase64Url(bytes[at] ?? 0)) at += 1;
  return at;
}

const letterE = 101;
const letterY = 121;
const letterJ = 74;
const dot = 46;
