import type { EncodingGuess } from './encoding.ts';
import { HeldText } from './heldText.ts';
import type { FoundPlace, Standing } from './keptFindings.ts';
import { nextByte } from './nextByte.ts';
import { PlaceCount } from './placeCount.ts';
import {
  roleOfCredential,
  roleOfForeignToken,
  roleOfUuid,
  roleOfVeriffToken,
  type RoleContext,
  type RoleReading,
} from '../role/role.ts';
import { readSessionToken, tokenLengthLimit, type SessionToken } from '../role/sessionToken.ts';
import { standsFree } from '../role/standsFree.ts';
import { mayName, Surroundings, type Surrounding } from './surroundings.ts';
import { nextTokenStart, tokenShape } from './tokenSearch.ts';
import { uuidLength } from './uuidSearch.ts';

/**
 * How much of a source is in memory, in units: `reach` before and after an id (at least the length of a UUID), and
 * `stretch` for what is searched at once (at least the length of one character).
 */
export interface Extent {
  readonly reach: number;
  readonly stretch: number;
}

/** The longest text that is read around an id is a token with its session URL. */
export const usualExtent: Extent = { reach: tokenLengthLimit + 64, stretch: 65_536 };

/** Takes in the places of ids, each in two steps, such as `KeptFindings`. */
export interface PlaceTaker {
  /** Whether no more places are needed; it never becomes false again. */
  readonly isFull: boolean;
  /**
   * Whether the place of a UUID, which begins at offset `at` of ASCII bytes, needs no `add`. `start` and `end` are the
   * offsets in the source, in units, of what holds the id.
   */
  counts(bytes: Buffer, at: number, start: number, end: number): boolean;
  add(reading: RoleReading, standing: Standing, placeOf: () => FoundPlace): void;
}

export interface ReadingOptions {
  readonly extent: Extent;
  /** If it has a header, even an undefined one, the source's own first line does not count. */
  readonly context?: RoleContext;
}

/** Reads one source from its beginning to its end: finds, judges and places each id in it. */
export class SourceReading {
  readonly #findings: PlaceTaker;
  readonly #held: HeldText;
  readonly #places: PlaceCount;
  readonly #surroundings: Surroundings;
  readonly #extent: Extent;
  readonly #markLength: number;
  #context: RoleContext;
  #headerMayName: boolean;
  #hasHeader: boolean;
  /** How many units were dropped; other offsets count from there. */
  #dropped = 0;
  /** Everything that begins before this offset has been read. */
  #readEnd = 0;
  /** Where the next UUID and token may begin, and where the last ones ended. */
  #uuidFrom = 0;
  #tokenFrom = 0;
  #uuidEnd = 0;
  #tokenEnd = 0;

  constructor(
    { encoding, markLength }: EncodingGuess,
    findings: PlaceTaker,
    { extent, context = {} }: ReadingOptions,
  ) {
    this.#findings = findings;
    this.#extent = extent;
    this.#markLength = markLength;
    this.#context = context;
    this.#headerMayName = context.header === undefined || mayName(context.header);
    this.#hasHeader = 'header' in context;
    this.#held = new HeldText(encoding, 2 * extent.reach + extent.stretch);
    this.#places = new PlaceCount(this.#held);
    this.#surroundings = new Surroundings(this.#held, extent.reach);
  }

  /** Reads the next bytes, without a byte order mark. */
  push(chunk: Uint8Array): void {
    finish(this.pushInParts(chunk));
  }

  /** The same with breaks, one after each stretch that was read. */
  *pushInParts(chunk: Uint8Array): Generator<void, void> {
    for (let at = 0; at < chunk.length;) {
      at += this.#held.fill(at === 0 ? chunk : chunk.subarray(at));
      if (!this.#held.isFull) continue;
      yield* this.#advance();
      yield;
    }
  }

  /** Reads what is left. */
  end(): void {
    finish(this.endInParts());
  }

  /** The same with breaks, between two stretches each. */
  *endInParts(): Generator<void, void> {
    yield* this.#readInParts(this.#held.length);
  }

  *#advance(): Generator<void, void> {
    const { reach } = this.#extent;
    const limit = this.#held.length - reach;
    yield* this.#readInParts(limit);
    const count = this.#held.wholeCharacters(limit - reach);
    if (!this.#findings.isFull) this.#places.drop(count);
    this.#surroundings.forget();
    this.#held.drop(count);
    this.#dropped += count;
    this.#readEnd -= count;
    this.#uuidFrom = Math.max(this.#uuidFrom, limit) - count;
    this.#tokenFrom = Math.max(this.#tokenFrom, limit) - count;
    this.#uuidEnd -= count;
    this.#tokenEnd -= count;
  }

  *#readInParts(limit: number): Generator<void, void> {
    for (;;) {
      this.#readEnd = Math.min(limit, this.#readEnd + this.#extent.stretch);
      this.#readTo(this.#readEnd);
      // Another text may be read in the break, and what is held is prepared again for the next part only.
      if (this.#readEnd === limit) return;
      yield;
    }
  }

  /** Reads every place that begins before the limit, in order. */
  #readTo(limit: number): void {
    const { units, length } = this.#held;
    this.#held.prepare();
    if (!this.#hasHeader) this.#readHeader();
    const uuidTo = Math.min(limit + uuidLength - 1, length);
    const tokenTo = Math.min(limit + 2, length);
    let uuid = this.#held.nextUuid(this.#uuidFrom, uuidTo);
    let token = this.#held.mayHaveJ ? nextTokenStart(units, this.#tokenFrom, tokenTo) : tokenTo;
    while (uuid < uuidTo || token < tokenTo) {
      if (uuid < token) {
        this.#uuidEnd = this.#uuidFrom = uuid + uuidLength;
        this.#readUuid(uuid);
        uuid = this.#held.nextUuid(this.#uuidFrom, uuidTo);
      } else {
        this.#tokenFrom = this.#readToken(token);
        token = nextTokenStart(units, this.#tokenFrom, tokenTo);
        // What looks like a UUID within a token is a part of it.
        if (uuid < this.#tokenEnd) {
          this.#uuidFrom = this.#tokenEnd;
          uuid = this.#held.nextUuid(this.#uuidFrom, uuidTo);
        }
      }
    }
  }

  /** Keeps the first line of the source, or its beginning if it is long. */
  #readHeader(): void {
    const { units, length } = this.#held;
    const to = Math.min(length, longestHeader);
    const feed = nextByte(units, 10, 0, to);
    const header = this.#held.text(0, Math.min(feed, nextByte(units, 13, 0, feed)));
    this.#context = { ...this.#context, header };
    this.#headerMayName = mayName(header);
    this.#hasHeader = true;
  }

  #readUuid(start: number): void {
    const from = this.#dropped + start;
    if (this.#findings.counts(this.#held.units, start, from, from + uuidLength)) return;
    const surrounding = this.#surroundings.around(start);
    const { text, index } = surrounding;
    const isFree = standsFree(text, index, index + uuidLength);
    const reading = isFree ? this.#roleWithin(surrounding) : gluedReading;
    this.#findings.add(reading, isFree ? 'free' : 'glued', () => this.#placeOf(start));
  }

  #roleWithin({ text, index, saysNothing }: Surrounding): RoleReading {
    const end = index + uuidLength;
    if (!saysNothing || this.#headerMayName) return roleOfUuid(text, index, end, this.#context);
    const isCredential = this.#context.isCredential?.(text.slice(index, end).toLowerCase()) === true;
    return isCredential ? roleOfCredential : unknownReading;
  }

  /** Reads what may be a token, and returns the offset from which on the next one may begin. */
  #readToken(start: number): number {
    const held = this.#held;
    const { isLikely, headerEnd } = tokenShape(held.units.subarray(0, held.length), start);
    if (!isLikely) return headerEnd;
    const before = held.text(Math.max(0, start - longestUrl), start);
    // The token is dropped with this text: only the id and its position leave here.
    const text = before + held.text(start, Math.min(held.length, start + tokenLengthLimit + 2));
    const { token } = readSessionToken(text, before.length);
    if (token === undefined) return headerEnd;
    const tokenStart = this.#startOf(token, text, start - before.length);
    const tokenEnd = start + (token.end - before.length);
    const [from, to] = [this.#dropped + tokenStart, this.#dropped + tokenEnd];
    if (!this.#findings.counts(Buffer.from(token.id), 0, from, to))
      this.#findings.add(this.#roleOfToken(token, text, before.length), 'free', () =>
        this.#placeOf(tokenStart),
      );
    this.#tokenEnd = tokenEnd;
    return tokenEnd;
  }

  /** Where a token begins, or the URL that it stands in: places of ids that stand free never overlap. */
  #startOf(token: SessionToken, text: string, textStart: number): number {
    const start = Math.max(textStart + token.start, this.#tokenEnd);
    const uuidEnd = this.#uuidEnd - textStart;
    return this.#uuidEnd > start && standsFree(text, uuidEnd - uuidLength, uuidEnd) ? this.#uuidEnd : start;
  }

  #roleOfToken({ id, isVeriffToken }: SessionToken, text: string, start: number): RoleReading {
    if (this.#context.isCredential?.(id) === true) return roleOfCredential;
    return isVeriffToken ? roleOfVeriffToken : roleOfForeignToken(text, start);
  }

  #placeOf(unit: number): FoundPlace {
    const { line, column } = this.#places.at(unit);
    return { line, column, offset: this.#markLength + (this.#dropped + unit) * this.#held.unitLength };
  }
}

function finish(parts: Generator<void, void>): void {
  while (parts.next().done !== true);
}

/** The reason for an id that is part of a longer word. */
export const gluedReason = 'part of something longer';

const unknownReading: RoleReading = { role: 'unknown', reason: '' };
const gluedReading: RoleReading = { role: 'unknown', reason: gluedReason };

// A table's column names are in its first line. One character more than a header may have is read, to see that a line
// is too long.
const longestHeader = 4200;

// Host names have at most 253 characters, and the rest of a session URL is short.
const longestUrl = 1024;
