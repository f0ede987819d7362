const lowBits = 0x7f7f7f7f;
const highBits = 0x80808080;
const ones = 0x01010101;
// Each word adds at most 1 to each of the four bytes of a sum.
const wordsAtOnce = 252;

/**
 * How many of the bytes between the two offsets are the given one, which is ASCII. `words` are the same bytes, four in
 * each: reading four at once is fast even if the byte is frequent.
 */
export function countByte(
  bytes: Uint8Array,
  words: Int32Array,
  byte: number,
  from: number,
  to: number,
): number {
  const firstWord = (from + 3) >> 2;
  const lastWord = to >> 2;
  if (lastWord - firstWord < 4) return countOneByOne(bytes, byte, from, to);
  const sought = Math.imul(byte, ones);
  let others = 0;
  for (let at = firstWord; at < lastWord;) {
    const end = Math.min(lastWord, at + wordsAtOnce);
    let sums = 0;
    for (; at < end; at += 1) {
      const difference = (words[at] ?? 0) ^ sought;
      // The upper bit of each byte that differs at all, moved to its lowest.
      sums += ((((difference & lowBits) + lowBits) | difference) >>> 7) & ones;
    }
    others += sumOfBytes(sums);
  }
  return (
    4 * (lastWord - firstWord) -
    others +
    countOneByOne(bytes, byte, from, 4 * firstWord) +
    countOneByOne(bytes, byte, 4 * lastWord, to)
  );
}

/** How many UTF-16 units the bytes between the two offsets are, which are whole characters of valid UTF-8. */
export function utf16Length(bytes: Uint8Array, words: Int32Array, from: number, to: number): number {
  const firstWord = (from + 3) >> 2;
  const lastWord = to >> 2;
  if (lastWord - firstWord < 4) return unitsOneByOne(bytes, from, to);
  // Each byte that begins a character is one unit, and one of four bytes is two.
  let length = 4 * (lastWord - firstWord);
  for (let at = firstWord; at < lastWord;) {
    const end = Math.min(lastWord, at + wordsAtOnce);
    let behind = 0;
    let ofFour = 0;
    for (; at < end; at += 1) {
      const word = words[at] ?? 0;
      // Most of most texts is ASCII.
      if ((word & highBits) === 0) continue;
      behind += ((word & ~(word << 1)) >>> 7) & ones;
      ofFour += ((word & (word << 1) & (word << 2) & (word << 3)) >>> 7) & ones;
    }
    length += sumOfBytes(ofFour) - sumOfBytes(behind);
  }
  return length + unitsOneByOne(bytes, from, 4 * firstWord) + unitsOneByOne(bytes, 4 * lastWord, to);
}

function unitsOneByOne(bytes: Uint8Array, from: number, to: number): number {
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    length += byte >= 0xf0 ? 2 : (byte & 0xc0) === 0x80 ? 0 : 1;
  }
  return length;
}

function sumOfBytes(word: number): number {
  return (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
}

function countOneByOne(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === byte) count += 1;
  return count;
}
