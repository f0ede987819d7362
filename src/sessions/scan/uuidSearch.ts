/** How many bytes a UUID has. */
export const uuidLength = 36;

/**
 * The offset of the first UUID shape (8-4-4-4-12 hex digits, any case) between the two offsets of bytes, which are
 * ASCII if they are below 128; `to` if there is none. Looks at each byte less than twice on average.
 */
export function nextUuid(bytes: Uint8Array, from: number, to: number): number {
  // A Boyer-Moore search with character classes: it compares a UUID from its end, and most bytes of a text cannot be
  // the last of one, so that it reads about one in thirty bytes of a log.
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

/**
 * The least distance to the end of the next UUID, after so many matching bytes and one of a kind that does not match.
 */
const shifts = Uint8Array.from({ length: uuidLength * kindCount }, (_, index) =>
  shiftAfter(Math.floor(index / kindCount), index % kindCount),
);

function shiftAfter(matched: number, kind: number): number {
  for (let shift = 1; shift < uuidLength; shift += 1) if (fits(matched, kind, shift)) return shift;
  return uuidLength;
}

/** Whether a UUID that ends `shift` bytes later agrees with all known bytes. */
function fits(matched: number, kind: number, shift: number): boolean {
  for (let seen = 0; seen <= matched; seen += 1) {
    const place = seen + shift;
    if (place < uuidLength && shape[place] !== (seen === matched ? kind : shape[seen])) return false;
  }
  return true;
}
