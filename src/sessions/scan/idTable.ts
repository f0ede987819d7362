import { randomBytes } from 'node:crypto';
import type { SessionId } from '../../veriff/sessionId.ts';
import { uuidLength } from './uuidSearch.ts';

// The lower 20 bits of a slot are an id's number plus 1. The others are of its hash, and tell most ids apart at once.
const numberBits = 20;
const numberMask = (1 << numberBits) - 1;

/** No more UUIDs than this may be added to a table. */
export const mostIds = numberMask - 1;

/**
 * A set of UUIDs, numbered from 0 in the order in which they were added, in 24 to 48 bytes each and without objects.
 */
export class IdTable {
  size = 0;
  /** Four words for each. */
  #words = new Uint32Array(0);
  /** An open-addressing hash table; 0 marks a free slot. */
  #slots = new Int32Array(0);
  readonly #sought = new Uint32Array(4);
  #hash = 0;

  /** The number of the UUID that begins at the offset of ASCII bytes; undefined if it is new. */
  find(bytes: Uint8Array, start: number): number | undefined {
    const first = wordAt(bytes, start, start + 4);
    const second = wordAt(bytes, start + 9, start + 14);
    const third = wordAt(bytes, start + 19, start + 24);
    const fourth = wordAt(bytes, start + 28, start + 32);
    const hash = hashOf(first, second, third, fourth);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = hash & mask; mask >= 0; at = (at + 1) & mask) {
      const slot = slots[at] ?? 0;
      if (slot === 0) break;
      if ((slot ^ hash) >>> numberBits !== 0) continue;
      const number = (slot & numberMask) - 1;
      if (this.#isAt(number, first, second, third, fourth)) return number;
    }
    this.#hash = hash;
    this.#sought[0] = first;
    this.#sought[1] = second;
    this.#sought[2] = third;
    this.#sought[3] = fourth;
    return undefined;
  }

  /** Adds the UUID that the last call of `find` did not find, and returns its number. */
  addSought(): number {
    const number = this.size;
    if (2 * (number + 1) > this.#slots.length) this.#grow();
    this.#words.set(this.#sought, 4 * number);
    this.#put(this.#hash, number);
    this.size += 1;
    return number;
  }

  /** The UUID with that number. */
  at(number: number): SessionId {
    let digit = 0;
    for (let at = 0; at < uuidLength; at += 1) {
      if (at === 8 || at === 13 || at === 18 || at === 23) written[at] = dash;
      else {
        const word = this.#words[4 * number + (digit >> 3)] ?? 0;
        written[at] = digits[(word >>> (28 - 4 * (digit & 7))) & 15] ?? 0;
        digit += 1;
      }
    }
    // It is written in the normal form, digit by digit.
    return written.toString('latin1') as SessionId;
  }

  #isAt(number: number, first: number, second: number, third: number, fourth: number): boolean {
    const words = this.#words;
    const at = 4 * number;
    return (
      words[at] === first >>> 0 &&
      words[at + 1] === second >>> 0 &&
      words[at + 2] === third >>> 0 &&
      words[at + 3] === fourth >>> 0
    );
  }

  #put(hash: number, number: number): void {
    const mask = this.#slots.length - 1;
    let at = hash & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = (hash & ~numberMask) | (number + 1);
  }

  #grow(): void {
    const count = Math.max(16, 2 * this.#slots.length);
    const words = new Uint32Array(2 * count);
    words.set(this.#words);
    this.#words = words;
    this.#slots = new Int32Array(count);
    for (let number = 0; number < this.size; number += 1) {
      const at = 4 * number;
      this.#put(hashOf(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0), number);
    }
  }
}

// The factor is random, so that no file can be made of ids that all have the same hash.
const [seed, factor] = new Uint32Array(new Uint8Array(randomBytes(8)).buffer) as unknown as [number, number];

function hashOf(first: number, second: number, third: number, fourth: number): number {
  return mixed(mixed(mixed(mixed(seed, first), second), third), fourth);
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, factor | 1);
  return Math.imul(product ^ (product >>> 15), 0x85ebca6b) ^ (product >>> 13);
}

/** The eight digits of which four begin at each of the offsets. */
function wordAt(bytes: Uint8Array, start: number, next: number): number {
  return (fourAt(bytes, start) << 16) | fourAt(bytes, next);
}

function fourAt(bytes: Uint8Array, start: number): number {
  return (
    (digitOf(bytes[start]) << 12) |
    (digitOf(bytes[start + 1]) << 8) |
    (digitOf(bytes[start + 2]) << 4) |
    digitOf(bytes[start + 3])
  );
}

/** The letters begin with 65 and 97: both end in 1, and have the bit of 64. */
function digitOf(byte = 0): number {
  return (byte & 15) + (byte >> 6) * 9;
}

const dash = 45;
const digits = Buffer.from('0123456789abcdef');
const written = Buffer.alloc(uuidLength);
