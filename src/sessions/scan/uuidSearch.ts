/** How many bytes a UUID has. */
export const uuidLength = 36;

/**
 * The offset of the first UUID shape (8-4-4-4-12 hex, any case) that lies wholly between the two offsets of bytes that
 * are ASCII if they are below 128; `to` if there is none. Any bytes cost less than two looks at each.
 */
export function nextUuid(bytes: Uint8Array, from: number, to: number): number {
  // Boyer and Moore's search with classes for letters: it reads a UUID from its end, and most bytes of a text cannot be
  // the last of one, so that of a log it looks at about one byte in thirty.
  let last = from + uuidLength - 1;
  while (last < to) {
    let matched = 0;
    let kind = kinds[bytes[last] ?? 0] ?? other;
    while (kind === shape[matched]) {
      matched += 1;
      if (matched === uuidLength) return last - uuidLength + 1;
      kind = kinds[bytes[last - matched] ?? 0] ?? other;
    }
    last += shifts[matched * kindCount + kind] ?? 1;
  }
  return to;
}

const hex = 0;
const dash = 1;
const other = 2;
const kindCount = 3;

const kinds = new Uint8Array(256).fill(other);
for (const character of '0123456789abcdefABCDEF') kinds[character.charCodeAt(0)] = hex;
kinds['-'.charCodeAt(0)] = dash;

/** The kinds of a UUID's bytes, the last first. */
const shape = Uint8Array.from('hhhhhhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhh', (character) =>
  character === '-' ? dash : hex,
);

/** How far the end of a UUID is from here at least, after so many bytes that matched and one of a kind that did not. */
const shifts = Uint8Array.from({ length: uuidLength * kindCount }, (_, index) =>
  shiftAfter(Math.floor(index / kindCount), index % kindCount),
);

function shiftAfter(matched: number, kind: number): number {
  for (let shift = 1; shift < uuidLength; shift += 1) if (fits(matched, kind, shift)) return shift;
  return uuidLength;
}

/** Whether a UUID that ends `shift` bytes further on agrees with all that is known of the bytes. */
function fits(matched: number, kind: number, shift: number): boolean {
  for (let seen = 0; seen <= matched; seen += 1) {
    const place = seen + shift;
    if (place < uuidLength && shape[place] !== (seen === matched ? kind : shape[seen])) return false;
  }
  return true;
}
