import { isAscii, isUtf8 } from 'node:buffer';
import { byteKernel, type ByteKernel, type Survey } from './byteKernel.ts';
import { countByte, utf16Length } from './countBytes.ts';
import type { TextEncoding } from './encoding.ts';
import { nextUuid } from './uuidSearch.ts';

/**
 * The part of a source that is in memory. It is searched by `units`, one byte each: in UTF-16, a unit is one code unit,
 * and characters beyond the first 256 are 255; in other encodings it is the byte itself. Offsets count units from the
 * first one in memory.
 */
export class HeldText {
  units: Buffer = Buffer.alloc(0);
  /** The same memory as `units`, four in each word. */
  words: Int32Array = new Int32Array(0);
  length = 0;
  readonly unitLength: 1 | 2;
  readonly #encoding: TextEncoding;
  readonly #most: number;
  /** UTF-16 alone: the bytes that the units stand for, in little endian. */
  #pairs: Buffer = Buffer.alloc(0);
  #oddByte: number | undefined;
  /**
   * Whether all of it is ASCII, and whether it is valid UTF-8; undefined if that is not known since the last change.
   */
  #isAscii: boolean | undefined;
  #isValid: boolean | undefined;
  #widthFrom = -1;
  #widthTo = -1;
  #lastWidth = 0;
  /** The kernel's survey of the present content; undefined if the kernel has other content. */
  #survey: Survey | undefined;
  /** The kernel, while it has the present content; else undefined. */
  #kernel: ByteKernel | undefined;

  /** At most `most` units are in memory. */
  constructor(encoding: TextEncoding, most: number) {
    this.#encoding = encoding;
    this.#most = most;
    this.unitLength = encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1;
  }

  get isFull(): boolean {
    return this.length === this.#most;
  }

  /** Adds as many of the bytes as fit, and returns how many. */
  fill(chunk: Uint8Array): number {
    this.#change();
    if (this.unitLength === 2) return this.#fillPairs(chunk);
    const taken = Math.min(chunk.length, this.#most - this.length);
    this.#makePlace(this.length + taken);
    this.units.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), this.length);
    this.length += taken;
    return taken;
  }

  /** Drops `count` units at the beginning. */
  drop(count: number): void {
    this.#change();
    this.units.copyWithin(0, count, this.length);
    this.#pairs.copyWithin(0, 2 * count, 2 * this.length);
    this.length -= count;
  }

  /** Makes the next searches faster, until something else is searched or what is held changes. */
  prepare(): void {
    if (this.length < worthCopying) return;
    const kernel = byteKernel();
    if (kernel === undefined || this.length > kernel.capacity) return;
    this.#kernel = kernel;
    this.#survey = kernel.load(this.units.subarray(0, this.length));
    if (this.#survey.isAscii) this.#isAscii = true;
  }

  /** As `nextUuid`. */
  nextUuid(from: number, to: number): number {
    return this.#kernel?.nextUuid(from, to) ?? nextUuid(this.units, from, to);
  }

  /** How many units between two offsets are equal to the given one, which is ASCII. */
  count(unit: number, from: number, to: number): number {
    return this.#kernel?.count(unit, from, to) ?? countByte(this.units, this.words, unit, from, to);
  }

  /** Whether there may be a carriage return. */
  get mayHaveReturn(): boolean {
    return this.#survey?.hasReturn ?? true;
  }

  /** Whether there may be a J. */
  get mayHaveJ(): boolean {
    return this.#survey?.hasJ ?? true;
  }

  /** The text between two offsets; malformed or cut characters become U+FFFD. */
  text(from: number, to: number): string {
    if (this.unitLength === 2) return this.#pairs.toString('utf16le', 2 * from, 2 * to);
    if (this.hasBytesForUnits(from, to)) return this.units.toString('latin1', from, to);
    // Decoding UTF-8 takes ten times as long as ASCII, and most of a text is ASCII.
    let text = '';
    for (let at = from, end = at; at < to; at = end) {
      end = to - at <= decodedAtOnce ? to : this.wholeCharacters(at + decodedAtOnce);
      text += this.units.toString(isAscii(this.units.subarray(at, end)) ? 'latin1' : 'utf8', at, end);
    }
    return text;
  }

  /** How many UTF-16 units an editor shows between two offsets, neither of which is within a character. */
  width(from: number, to: number): number {
    if (this.#encoding !== 'utf-8' || this.#isAllAscii()) return to - from;
    // It is called twice for each id: for the column and for the index in the text.
    if (this.#widthFrom !== from || this.#widthTo !== to) this.#lastWidth = this.#widthOf(from, to);
    this.#widthFrom = from;
    this.#widthTo = to;
    return this.#lastWidth;
  }

  /** Whether each unit between the two offsets is one UTF-16 unit of the text. */
  hasBytesForUnits(from: number, to: number): boolean {
    if (this.#encoding !== 'utf-8') return true;
    return this.#isAllAscii() || isAscii(this.units.subarray(from, to));
  }

  /** The last offset up to `to` that is not within a character, whatever comes after it. */
  wholeCharacters(to: number): number {
    if (this.#encoding !== 'utf-8') return to;
    // A byte from 0xC0 on begins a character, or nothing; only the last three bytes can wait for another.
    for (let at = to - 1; at >= Math.max(0, to - 3); at -= 1) if ((this.units[at] ?? 0) >= 0xc0) return at;
    return to;
  }

  #change(): void {
    this.#isAscii = this.#isValid = this.#survey = this.#kernel = undefined;
    this.#widthFrom = -1;
  }

  #widthOf(from: number, to: number): number {
    this.#isValid ??= isUtf8(this.units.subarray(0, this.wholeCharacters(this.length)));
    return this.#isValid ? utf16Length(this.units, this.words, from, to) : this.text(from, to).length;
  }

  #isAllAscii(): boolean {
    return (this.#isAscii ??= isAscii(this.units.subarray(0, this.length)));
  }

  #fillPairs(chunk: Uint8Array): number {
    if (this.isFull || chunk.length === 0) return 0;
    let at = 0;
    if (this.#oddByte !== undefined) {
      this.#addPairs(Uint8Array.of(this.#oddByte, chunk[0] ?? 0), 0, 1);
      this.#oddByte = undefined;
      at = 1;
    }
    const count = Math.min((chunk.length - at) >> 1, this.#most - this.length);
    this.#addPairs(chunk, at, count);
    at += 2 * count;
    if (at !== chunk.length - 1) return at;
    this.#oddByte = chunk[at];
    return chunk.length;
  }

  #addPairs(chunk: Uint8Array, from: number, count: number): void {
    this.#makePlace(this.length + count);
    const units = this.units;
    const pairs = this.#pairs;
    const lowFirst = this.#encoding === 'utf-16le' ? 0 : 1;
    for (let at = from, to = this.length; to < this.length + count; at += 2, to += 1) {
      const low = chunk[at + lowFirst] ?? 0;
      const high = chunk[at + 1 - lowFirst] ?? 0;
      pairs[2 * to] = low;
      pairs[2 * to + 1] = high;
      units[to] = high === 0 ? low : 255;
    }
    this.length += count;
  }

  #makePlace(length: number): void {
    if (length <= this.units.length) return;
    // Most sources are small files, which need little memory.
    const size = Math.min(this.#most, Math.max(length, 2 * this.units.length, 256));
    this.units = grown(this.units, size, this.length);
    this.words = new Int32Array(this.units.buffer, this.units.byteOffset, size >> 2);
    if (this.unitLength === 2) this.#pairs = grown(this.#pairs, 2 * size, 2 * this.length);
  }
}

const decodedAtOnce = 1024;
// Searching less takes no longer than copying it.
const worthCopying = 4096;

function grown(bytes: Buffer, size: number, used: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(size);
  bytes.copy(larger, 0, 0, used);
  return larger;
}
