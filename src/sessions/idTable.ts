import { randomBytes } from 'node:crypto';
import type { SessionId } from '../veriff/sessionId.ts';
import { uuidLength } from './uuidSearch.ts';

/** Different UUIDs, numbered from 0 in the order in which they came, in 24 to 48 bytes each and no object. */
export class IdTable {
  size = 0;
  /** Four words for each. */
  #words = new Uint32Array(0);
  /** The number of an id and 1, at a place that its hash gives or behind it; 0 where there is none. */
  #slots = new Int32Array(0);
  readonly #sought = new Uint32Array(4);
  #slot = 0;

  /** The number of the UUID that begins at the offset of ASCII bytes; undefined where it is new. */
  find(bytes: Uint8Array, start: number): number | undefined {
    readWords(bytes, start, this.#sought);
    if (this.#slots.length === 0) return undefined;
    const [first, second, third, fourth] = this.#sought as unknown as Words;
    const mask = this.#slots.length - 1;
    const words = this.#words;
    this.#slot = hashOf(first, second, third, fourth) & mask;
    for (; ; this.#slot = (this.#slot + 1) & mask) {
      const number = (this.#slots[this.#slot] ?? 0) - 1;
      if (number < 0) return undefined;
      const at = 4 * number;
      if (
        words[at] === first &&
        words[at + 1] === second &&
        words[at + 2] === third &&
        words[at + 3] === fourth
      )
        return number;
    }
  }

  /** Takes in what was not found by the last call of `find`, and gives its number. */
  addSought(): number {
    const number = this.size;
    if (2 * (number + 1) > this.#slots.length) this.#grow();
    this.#words.set(this.#sought, 4 * number);
    this.#slots[this.#slot] = number + 1;
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
    // It is written in the one normal form, digit by digit.
    return written.toString('latin1') as SessionId;
  }

  #grow(): void {
    const count = Math.max(16, 2 * this.#slots.length);
    const words = new Uint32Array(2 * count);
    words.set(this.#words);
    this.#words = words;
    this.#slots = new Int32Array(count);
    for (let number = 0; number < this.size; number += 1) {
      const at = 4 * number;
      this.#slots[this.#freeSlot(words[at], words[at + 1], words[at + 2], words[at + 3])] = number + 1;
    }
    const [first, second, third, fourth] = this.#sought;
    this.#slot = this.#freeSlot(first, second, third, fourth);
  }

  #freeSlot(first = 0, second = 0, third = 0, fourth = 0): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(first, second, third, fourth) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }
}

type Words = readonly [number, number, number, number];

// A file could be made of ids that all have one hash, did it know what goes in.
const [seed, factor] = new Uint32Array(new Uint8Array(randomBytes(8)).buffer) as unknown as [number, number];

function hashOf(first: number, second: number, third: number, fourth: number): number {
  return mixed(mixed(mixed(mixed(seed, first), second), third), fourth);
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, factor | 1);
  return Math.imul(product ^ (product >>> 15), 0x85ebca6b) ^ (product >>> 13);
}

function readWords(bytes: Uint8Array, start: number, words: Uint32Array): void {
  let at = start;
  for (let word = 0; word < 4; word += 1) {
    let value = 0;
    for (let count = 0; count < 8; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === dash) continue;
      // The letters begin with 65 and 97: both end in 1 and have the bit of 64.
      value = (value << 4) | ((byte & 15) + (byte >> 6) * 9);
      count += 1;
    }
    words[word] = value;
  }
}

const dash = 45;
const digits = Buffer.from('0123456789abcdef');
const written = Buffer.alloc(uuidLength);
