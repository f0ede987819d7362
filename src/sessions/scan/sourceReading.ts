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
 * How much of a source is held: so many units to either side of what is judged, at least as many as a UUID has, and so
 * many that are searched at once, at least as many as one character has.
 */
export interface Extent {
  readonly reach: number;
  readonly stretch: number;
}

/** A token with the session URL in front of it is the longest thing that is read around a place. */
export const usualExtent: Extent = { reach: tokenLengthLimit + 64, stretch: 65_536 };

/** Who takes in the places of ids, each in two steps, as `KeptFindings` does. */
export interface PlaceTaker {
  /** Once it is, it stays so, and asks for no more places. */
  readonly isFull: boolean;
  counts(bytes: Uint8Array, start: number): boolean;
  add(reading: RoleReading, standing: Standing, placeOf: () => FoundPlace): void;
}

export interface ReadingOptions {
  readonly extent: Extent;
  /** Whether an id, in lower case, is equal to a stored API key or secret. */
  readonly isCredential?: ((id: string) => boolean) | undefined;
}

/** One source as it is read from its beginning to its end: finds, judges and places each id in it. */
export class SourceReading {
  readonly #findings: PlaceTaker;
  readonly #held: HeldText;
  readonly #places: PlaceCount;
  readonly #surroundings: Surroundings;
  readonly #extent: Extent;
  readonly #markLength: number;
  #context: RoleContext;
  #headerMayName = true;
  /** How many units were read and dropped; the other offsets count from there. */
  #dropped = 0;
  /** Where the next UUID and token may begin, and where the last UUID ended. */
  #uuidFrom = 0;
  #tokenFrom = 0;
  #uuidEnd = 0;

  constructor(
    { encoding, markLength }: EncodingGuess,
    findings: PlaceTaker,
    { extent, isCredential }: ReadingOptions,
  ) {
    this.#findings = findings;
    this.#extent = extent;
    this.#markLength = markLength;
    this.#context = isCredential === undefined ? {} : { isCredential };
    this.#held = new HeldText(encoding, 2 * extent.reach + extent.stretch);
    this.#places = new PlaceCount(this.#held);
    this.#surroundings = new Surroundings(this.#held, extent.reach);
  }

  /** Takes in the next bytes, without those of a byte order mark. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      at += this.#held.fill(at === 0 ? chunk : chunk.subarray(at));
      if (this.#held.isFull) this.#advance();
    }
  }

  /** Reads what is left. */
  end(): void {
    this.#readTo(this.#held.length);
  }

  #advance(): void {
    const { reach } = this.#extent;
    const limit = this.#held.length - reach;
    this.#readTo(limit);
    const count = this.#held.wholeCharacters(limit - reach);
    if (!this.#findings.isFull) this.#places.drop(count);
    this.#surroundings.forget();
    this.#held.drop(count);
    this.#dropped += count;
    this.#uuidFrom = Math.max(this.#uuidFrom, limit) - count;
    this.#tokenFrom = Math.max(this.#tokenFrom, limit) - count;
    this.#uuidEnd -= count;
  }

  /** Reads every place that begins before the limit, in order. */
  #readTo(limit: number): void {
    const { units, length } = this.#held;
    this.#held.prepare();
    if (this.#context.header === undefined) this.#readHeader();
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
      }
    }
  }

  /** Keeps the source's first line, or its beginning if that is long. */
  #readHeader(): void {
    const { units, length } = this.#held;
    const to = Math.min(length, longestHeader);
    const feed = nextByte(units, 10, 0, to);
    const header = this.#held.text(0, Math.min(feed, nextByte(units, 13, 0, feed)));
    this.#context = { ...this.#context, header };
    this.#headerMayName = mayName(header);
  }

  #readUuid(start: number): void {
    if (this.#findings.counts(this.#held.units, start)) return;
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

  /** Reads what may be a token, and gives the offset from which on the next one may begin. */
  #readToken(start: number): number {
    const held = this.#held;
    const { isLikely, headerEnd } = tokenShape(held.units.subarray(0, held.length), start);
    if (!isLikely) return headerEnd;
    const from = Math.max(0, start - longestUrl);
    const before = held.text(from, start);
    // The token is let go of with this text: what leaves here is the id, and where the token began.
    const text = before + held.text(start, Math.min(held.length, start + tokenLengthLimit + 2));
    const { token } = readSessionToken(text, before.length);
    if (token === undefined) return headerEnd;
    if (!this.#findings.counts(Buffer.from(token.id), 0)) {
      const tokenStart = Math.max(start - (before.length - token.start), this.#uuidEnd);
      this.#findings.add(this.#roleOfToken(token, text, before.length), 'free', () =>
        this.#placeOf(tokenStart),
      );
    }
    return start + (token.end - before.length);
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

/** Why an id that stands within a longer word has no role. */
export const gluedReason = 'part of something longer';

const unknownReading: RoleReading = { role: 'unknown', reason: '' };
const gluedReading: RoleReading = { role: 'unknown', reason: gluedReason };

// A table's names stand in its first line; whoever reads them asks for no more of it, but has to see that there is
// more.
const longestHeader = 4200;

// Host names have at most 253 characters, and little stands around them.
const longestUrl = 1024;
